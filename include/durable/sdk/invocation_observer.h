// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <durable/sdk/options.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace durable {

/// The body of a step, or the check of a condition, that is about to run.
struct StepBodyStart {
  std::string operation_id;
  std::string_view name;      ///< Empty when the function gave none.
  std::uint32_t attempt = 1;  ///< Counted from 1.
  StepSemantics semantics = StepSemantics::at_least_once_per_retry;
};

/// Lets a host that tests a function see what the service cannot, and choose what is left open.
///
/// Called on the invocation's thread, in the middle of its work: an implementation must neither
/// throw nor call into the invocation.
class InvocationObserver {
 public:
  InvocationObserver() = default;
  InvocationObserver(const InvocationObserver&) = delete;
  InvocationObserver& operator=(const InvocationObserver&) = delete;

  virtual void step_body_starts(const StepBodyStart& start) = 0;

  /// Several coroutines can go on, `ready` of them (of a long line only its begin is counted), in
  /// the order in which they became so. Returns which one does: less than `ready`, and 0 as in an
  /// ordinary run. A correct function comes to the same result whatever is chosen.
  [[nodiscard]] virtual std::size_t choose_ready(std::size_t ready) = 0;

  /// The service has answered a checkpoint inside the call. Returns whether other branches go on
  /// before the answer is taken in, as in an ordinary run: an answer that came over the network
  /// would still be on its way. If not, whoever waited for it goes on at once.
  [[nodiscard]] virtual bool delay_reply() = 0;

 protected:
  ~InvocationObserver() = default;
};

}  // namespace durable
