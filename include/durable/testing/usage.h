// SPDX-License-Identifier: Apache-2.0
//
// What a run used of what the service allows and bills.
#pragma once

#include <durable/base/time.h>
#include <durable/wire/model.h>

#include <cstdint>
#include <string>
#include <vector>

namespace durable {

/// A figure and its limit.
struct UsageFigure {
  std::uint64_t used = 0;
  std::uint64_t limit = 0;  ///< 0: there is none.

  /// 100 at the limit; 0 without one.
  [[nodiscard]] double percent() const noexcept {
    return limit == 0 ? 0 : 100 * static_cast<double>(used) / static_cast<double>(limit);
  }
  friend bool operator==(const UsageFigure&, const UsageFigure&) = default;
};

/// The largest of several texts, and which operation it belongs to.
struct LargestText {
  UsageFigure bytes = {};
  std::string path = {};  ///< Names from the root joined by `/`; empty: there is none.
  friend bool operator==(const LargestText&, const LargestText&) = default;
};

/// What one operation used.
struct OperationUsage {
  std::string path = {};  ///< Names from the root joined by `/`; of the execution itself: empty.
  wire::OperationType type = wire::OperationType::unknown;
  std::uint64_t operations = 0;    ///< As the service counts: itself, each retry, each poll.
  std::uint64_t stored_bytes = 0;  ///< Of all payloads and errors ever recorded for it.
  friend bool operator==(const OperationUsage&, const OperationUsage&) = default;
};

/// What a run used. The limits are those of the run (`ServiceQuotas`), by default the service's.
struct Usage {
  /// The start of the execution, each operation, each retry of a step, each poll of a condition and
  /// each invocation that is repeated because it failed. Source: the service's quota and metering
  /// pages.
  UsageFigure operations = {};
  /// Payloads and errors together, each attempt's: input, results, states, output.
  UsageFigure stored_bytes = {};
  /// Of one operation, the input of an invoke included.
  LargestText largest_payload = {};
  /// All fields of one error together.
  LargestText largest_error = {};
  UsageFigure input_bytes = {};   ///< Of the execution.
  UsageFigure result_bytes = {};  ///< Of the execution.

  std::uint64_t checkpoints = 0;  ///< Calls of CheckpointDurableExecution that were recorded.
  std::uint64_t invocations = 0;  ///< That have ended.
  /// The time of all invocations together, in the runner's time: with virtual time only what the
  /// test makes pass inside step bodies counts.
  Duration billed{};

  /// The execution itself first, then its operations in the order of their start. Their figures add
  /// up to `operations` and `stored_bytes`.
  std::vector<OperationUsage> by_operation = {};

  friend bool operator==(const Usage&, const Usage&) = default;
};

/// When `print` tells of usage.
enum class UsagePrint : std::uint8_t {
  never,
  when_high,  ///< One line for each figure above half of its limit.
  always,     ///< All figures, and the operations that store most.
};

/// How a result is printed.
struct PrintOptions {
  UsagePrint usage = UsagePrint::when_high;
};

}  // namespace durable
