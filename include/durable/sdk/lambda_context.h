// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <durable/base/time.h>

#include <optional>
#include <string>

namespace durable {

/// What the host tells about one invocation of the function. A durable execution runs in many: all
/// but the tenant may differ from one to the next, so no durable call may depend on them outside a
/// step body.
struct LambdaContext {
  std::string request_id = {};  ///< Used again when Lambda retries the invocation.
  /// Differs in each attempt; empty where the host gives none.
  std::string invocation_id = {};
  std::string function_arn = {};           ///< As it was invoked, with version or alias.
  std::optional<Timestamp> deadline = {};  ///< When the host ends the invocation.
  std::optional<std::string> tenant_id = {};
  std::optional<std::string> trace_header = {};  ///< AWS X-Ray's.
  /// JSON, from the AWS Mobile SDK and other clients that send one.
  std::optional<std::string> client_context = {};
  std::optional<std::string> cognito_identity = {};  ///< JSON.
};

}  // namespace durable
