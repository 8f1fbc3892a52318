// SPDX-License-Identifier: Apache-2.0
//
// Options of durable calls. All are plain values without owning members, so that writing one in
// place inside a `co_await` expression is safe on every compiler. What they point to must outlive
// the call's future.
#pragma once

#include <durable/base/time.h>
#include <durable/sdk/retry.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <type_traits>

namespace durable {

class PayloadSerdes;

/// What a crash between a step's start and its end means.
enum class StepSemantics : std::uint8_t {
  /// The body runs again: it must bear being repeated.
  at_least_once_per_retry,
  /// The body does not run again in this attempt: the retry policy is asked as if it had thrown a
  /// `StepInterruptedError`. Its start is recorded before the body runs, which costs one more call.
  at_most_once_per_retry,
};

/// How a step runs, and what follows a failed attempt.
struct StepOptions {
  StepSemantics semantics = StepSemantics::at_least_once_per_retry;
  RetryPolicy retry = {};
  const PayloadSerdes* serdes = nullptr;  ///< Null: the function's own, or none.
};
static_assert(std::is_trivially_destructible_v<StepOptions>);

/// How a child context is recorded.
struct ChildOptions {
  const PayloadSerdes* serdes = nullptr;  ///< Null: the function's own, or none.
};
static_assert(std::is_trivially_destructible_v<ChildOptions>);

/// How long a callback may take. Each is rounded up to whole seconds, at most a year; zero: no
/// limit.
struct CallbackOptions {
  Duration timeout{0};            ///< From the start of the callback to its completion.
  Duration heartbeat_timeout{0};  ///< From the start, or the last heartbeat, to the next one.
  const PayloadSerdes* serdes = nullptr;  ///< Null: the completer's text as it is.
};
static_assert(std::is_trivially_destructible_v<CallbackOptions>);

/// How long a callback may take, and what follows a failed attempt to submit its id.
struct WaitForCallbackOptions {
  Duration timeout{0};                    ///< As `CallbackOptions::timeout`.
  Duration heartbeat_timeout{0};          ///< As `CallbackOptions::heartbeat_timeout`.
  RetryPolicy retry = {};                 ///< Of the submitter.
  const PayloadSerdes* serdes = nullptr;  ///< Null: the completer's text as it is.
};
static_assert(std::is_trivially_destructible_v<WaitForCallbackOptions>);

/// How another function is invoked.
struct InvokeOptions {
  std::string_view tenant_id = {};                ///< Empty: none.
  const PayloadSerdes* payload_serdes = nullptr;  ///< Null: plain JSON.
  const PayloadSerdes* result_serdes = nullptr;   ///< Null: plain JSON.
};
static_assert(std::is_trivially_destructible_v<InvokeOptions>);

/// When a map or a parallel is complete. With nothing set, the first failure completes it; with
/// `min_successful` alone, failures are tolerated. Made by hand or by the three functions below.
struct Completion {
  std::optional<std::size_t> min_successful = {};           ///< At least 1, at most all.
  std::optional<std::size_t> tolerated_failure_count = {};  ///< More than this completes it.
  std::optional<double> tolerated_failure_percentage = {};  ///< 0 to 100, of all items.

  /// Every item runs to its end, whatever becomes of the others.
  [[nodiscard]] static constexpr Completion all_completed() noexcept {
    return {.tolerated_failure_percentage = 100.0};
  }
  /// The first failure completes it.
  [[nodiscard]] static constexpr Completion all_successful() noexcept {
    return {.tolerated_failure_count = 0};
  }
  /// The first success completes it.
  [[nodiscard]] static constexpr Completion first_successful() noexcept {
    return {.min_successful = 1};
  }
};
static_assert(std::is_trivially_destructible_v<Completion>);

/// What became of one item of a map, or of one branch of a parallel.
enum class BatchItemStatus : std::uint8_t {
  succeeded,
  failed,
  started,  ///< Begun, but not at its end when the whole was complete; what it did is left as it
            ///< is.
};

/// Why a map or a parallel was complete. Tested in the order failure tolerance, all, minimum.
enum class CompletionReason : std::uint8_t {
  all_completed,
  min_successful_reached,
  failure_tolerance_exceeded,
};

/// Whether each branch of a map or a parallel is recorded as an operation of its own.
enum class Nesting : std::uint8_t {
  nested,  ///< Each branch is a child context; what it returned is read back in a replay.
  flat,    ///< Branches are not recorded, only what they do: fewer operations. Until the whole is
           ///< complete, and for a result above 256 KiB also after that, a replay runs every branch
           ///< again over its recorded operations.
};

/// Where the bodies of a map's or a parallel's steps run.
enum class Bodies : std::uint8_t {
  inline_,    ///< On the workflow's thread, one after the other, unless made by `offload`.
  offloaded,  ///< Those that own what they use run on the invocation's worker threads, at the same
              ///< time as others, and must be safe to run so: functions, lambdas without captures,
              ///< and `bound(...)` of these with arguments by value. A lambda with captures still
              ///< runs on the workflow's thread, since what it refers to may change or end while
              ///< the workflow goes on; write `offload(function, arguments...)` instead.
};

}  // namespace durable
