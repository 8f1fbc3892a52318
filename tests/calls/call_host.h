// SPDX-License-Identifier: Apache-2.0
//
// The service around one execution, for tests of calls that something outside completes: the
// engine, a clock that the test owns, a log of what was sent, and crashes at a chosen call.
#pragma once

#include "engine/decide.h"
#include "engine/execution.h"

#include <durable/durable.h>
#include <durable/sdk/invocation.h>
#include <durable/sdk/service_client.h>

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace durable {

class CallHost final : public ServiceClient {
 public:
  /// When replies come: inside checkpoint(), or from another thread.
  enum class Replies : std::uint8_t { at_once, from_a_thread };
  /// Where the process dies, and at which of all checkpoint calls, from 1.
  enum class Death : std::uint8_t { before_the_send, before_the_reply, after_the_reply };
  struct Crash {
    int call = 0;
    Death death = Death::before_the_send;
  };

  explicit CallHost(std::string input = "{}", Replies replies = Replies::at_once);
  ~CallHost() override;

  void checkpoint(wire::CheckpointDurableExecutionRequest request, CheckpointDone done) override;
  Result<wire::GetDurableExecutionStateResponse> get_state(
      const wire::GetDurableExecutionStateRequest& request) override;

  /// Invokes as often as an invocation is wanted, and lets time pass over waits, retries and
  /// time-outs, until the execution has ended or only something outside can move it.
  void run(const Handler& handler) { drive(handler, true); }
  /// The same without letting time pass.
  void run_now(const Handler& handler) { drive(handler, false); }
  void pass(Duration time);

  // Completion from outside. An empty result is how it went; otherwise the service's refusal.
  std::string succeed(std::string_view id, std::optional<Payload> result = std::nullopt);
  std::string fail(std::string_view id, wire::ErrorObject error);
  std::string heartbeat(std::string_view id);
  std::string complete_invoke(std::string_view id, Payload result);
  std::string fail_invoke(std::string_view id, engine::CompleteChainedInvoke::Status status,
                          wire::ErrorObject error);

  [[nodiscard]] std::string callback_id(std::string_view id) const;
  [[nodiscard]] bool has(std::string_view id) const { return execution_.find(id).has_value(); }
  [[nodiscard]] wire::Operation operation(std::string_view id) const;
  [[nodiscard]] wire::ExecutionStatus status() const { return execution_.status(); }
  /// The result's text; the error, as `type: message`, of an execution that failed; or `RUNNING`.
  [[nodiscard]] std::string outcome() const;
  /// Without ExecutionStarted: `CallbackStarted 1 "approval"`.
  [[nodiscard]] std::vector<std::string> history() const;

  std::vector<std::string> calls;              ///< Each call's updates: `1 STEP START "charge"`.
  std::vector<wire::OperationUpdate> updates;  ///< All of them.
  int invocations = 0;
  Crash crash;
  /// Told before a call is recorded, from 1.
  std::function<void(int call)> on_call;
  /// May change a reply before it is given.
  std::function<void(wire::CheckpointDurableExecutionResponse&)> on_reply;

 private:
  [[nodiscard]] Result<void> apply(const engine::Command& command);
  std::string refusal(const engine::Command& command);
  Result<wire::CheckpointDurableExecutionResponse> record(
      wire::CheckpointDurableExecutionRequest& request);
  void drive(const Handler& handler, bool time_passes);
  void invoke(const Handler& handler);
  void die();

  Replies replies_;
  engine::Execution execution_;
  engine::EventLog log_;
  engine::Decision decision_;
  Timestamp now_{Duration{1'700'000'000'000}};
  KillSwitch* kill_switch_ = nullptr;
  std::vector<std::thread> threads_;
};

/// An error object in short.
[[nodiscard]] wire::ErrorObject failure(std::string type, std::string message);

}  // namespace durable
