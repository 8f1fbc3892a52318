// SPDX-License-Identifier: Apache-2.0
//
// The Lambda API of durable executions over HTTP: the real service and the local server alike.
#pragma once

#include "cloud/caller.h"
#include "http/transport.h"

#include <durable/base/result.h>
#include <durable/json/policy.h>
#include <durable/wire/api.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace durable::cloud {

/// What GetFunctionConfiguration and ListFunctions tell of a function.
struct FunctionConfiguration {
  std::string function_name;
  std::string function_arn;
  std::string version;
  std::optional<std::int64_t> timeout;
  struct DurableConfig {
    std::optional<std::int64_t> execution_timeout;
    std::optional<std::int64_t> retention_period_in_days;
  };
  std::optional<DurableConfig> durable_config;
};

/// The types above stand in JSON as the service spells them. Found by json's codec.
template <class T>
constexpr json::Policy durable_json_policy(json::Type<T>) {
  return {.names = json::NameStyle::pascal_case, .tolerant = true};
}

/// One call of the API each. Blocks. An answer of the service that is no success is an `Error` with
/// the code of its exception and `<Exception>: <message>`; of `checkpoint` and `get_state` it is
/// the message alone, as the SDK reads it. An exception without a code of its own has the code of
/// its status: `too_many_requests`, `service_failure` for 5xx, else `invalid_parameter`.
///
/// What may succeed later is tried again as `ClientOptions::retry` says (see `Repeat`). An Invoke
/// that waits for its answer has `invoke_timeout` in place of the other two times.
///
/// Thread-safety: as the transport's and the signer's.
class LambdaClient {
 public:
  /// `signer` may be null: requests are not signed.
  LambdaClient(std::shared_ptr<http::Transport> transport, std::shared_ptr<Signer> signer,
               ClientOptions options);

  /// Tried again only where it cannot have been received, or is named: the service joins a named
  /// call to the execution that the first one started.
  [[nodiscard]] Result<wire::InvokeResponse> invoke(const wire::InvokeRequest& request);
  /// A request without a client token gets one, the same for all attempts, so that the service
  /// answers a repeated checkpoint as it answered the first.
  [[nodiscard]] Result<wire::CheckpointDurableExecutionResponse> checkpoint(
      const wire::CheckpointDurableExecutionRequest& request);
  [[nodiscard]] Result<wire::GetDurableExecutionStateResponse> get_state(
      const wire::GetDurableExecutionStateRequest& request);
  [[nodiscard]] Result<wire::GetDurableExecutionResponse> get(
      const wire::GetDurableExecutionRequest& request);
  [[nodiscard]] Result<wire::GetDurableExecutionHistoryResponse> history(
      const wire::GetDurableExecutionHistoryRequest& request);
  [[nodiscard]] Result<wire::ListDurableExecutionsByFunctionResponse> list(
      const wire::ListDurableExecutionsByFunctionRequest& request);
  [[nodiscard]] Result<wire::StopDurableExecutionResponse> stop(
      const wire::StopDurableExecutionRequest& request);
  /// Of the two calls that complete a callback: `callback_closed` after a lost answer may mean that
  /// the lost attempt has completed it. The message then says so.
  [[nodiscard]] Result<void> callback_success(
      const wire::SendDurableExecutionCallbackSuccessRequest& request);
  [[nodiscard]] Result<void> callback_failure(
      const wire::SendDurableExecutionCallbackFailureRequest& request);
  [[nodiscard]] Result<void> callback_heartbeat(
      const wire::SendDurableExecutionCallbackHeartbeatRequest& request);
  [[nodiscard]] Result<FunctionConfiguration> function_configuration(
      const std::string& function_name, const std::optional<std::string>& qualifier);
  /// All functions of the account and region, the pages joined.
  [[nodiscard]] Result<std::vector<FunctionConfiguration>> list_functions();

  /// A call outside the typed ones (the local server's own routes), signed like them. GET is
  /// retried like them, other methods only where they cannot have been received. A status that is
  /// no success is an error here too.
  [[nodiscard]] Result<http::Response> call(std::string method, std::string path_and_query,
                                            std::string body);

 private:
  Caller caller_;
};

}  // namespace durable::cloud
