// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <durable/base/time.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <new>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

namespace durable {

/// What a retry policy is asked about: an attempt that failed. Views: they live as long as the
/// call.
struct RetryContext {
  std::uint32_t attempt = 1;            ///< Attempts made, this one included.
  std::string_view error_type = {};     ///< As recorded, e.g. `bank::Busy`.
  std::string_view error_message = {};  ///< As recorded.
  std::uint64_t random_bits = 0;  ///< For jitter. The delay is recorded, so chance does no harm.
};

namespace detail {
template <class F>
concept RetryFunction = requires(const F& f, const RetryContext& context) {
  { f(context) } -> std::convertible_to<std::optional<Duration>>;
};
}  // namespace detail

/// Decides what follows a failed attempt: a delay, or giving up. Made by `retry::exponential` and
/// its siblings, or from a lambda `(const RetryContext&) -> std::optional<Duration>`, where nullopt
/// gives up.
///
/// Delays are rounded up to whole seconds, at least 1 (the service's resolution). A plain value of
/// 48 bytes that is copied into the operation: what a lambda captures by reference must outlive the
/// step's future.
class RetryPolicy {
 public:
  /// The standard policy: `retry::standard()`.
  RetryPolicy();

  template <class F>
  requires(!std::is_same_v<std::remove_cvref_t<F>, RetryPolicy>) RetryPolicy(F function) {
    static_assert(detail::RetryFunction<F>,
                  "durable: a retry lambda is called as (const durable::RetryContext&) and returns "
                  "std::optional<durable::Duration>; nullopt gives up.");
    static_assert(std::is_trivially_copyable_v<F> && std::is_trivially_destructible_v<F> &&
                      sizeof(F) <= size_max && alignof(F) <= alignof(void*),
                  "durable: a retry lambda is copied as plain bytes into the step: capture only "
                  "numbers, pointers and references, of 40 bytes together.");
    if constexpr (detail::RetryFunction<F>) {
      ::new (static_cast<void*>(function_)) F(function);
      call_ = [](const void* stored, const RetryContext& context) -> std::optional<Duration> {
        return (*static_cast<const F*>(stored))(context);
      };
    }
  }

  [[nodiscard]] std::optional<Duration> operator()(const RetryContext& context) const {
    return call_(function_, context);
  }

 private:
  static constexpr std::size_t size_max = 40;

  alignas(void*) std::byte function_[size_max] = {};
  std::optional<Duration> (*call_)(const void* stored, const RetryContext& context) = nullptr;
};

/// How much of a delay is left to chance: none, its upper half, or all of it.
enum class Jitter : std::uint8_t { none, half, full };

/// Restricts retries to some errors: an error passes if one of the texts, expressions or types
/// matches; a filter that names nothing passes everything. Keep it in a `static const` or at
/// namespace scope: policies refer to it.
class RetryFilter {
 public:
  RetryFilter();

  /// Messages that contain `text`.
  RetryFilter& message_contains(std::string text);
  /// Messages in which the ECMAScript `expression` is found; of a longer message, the first 4,096
  /// bytes are searched. Throws `ValidationError` if it is no regular expression.
  RetryFilter& message_matches(const std::string& expression);
  /// Errors recorded with exactly this type.
  RetryFilter& error_type(std::string type);

  [[nodiscard]] bool passes(std::string_view type, std::string_view message) const;

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;  // owners: the copies of this filter
};

namespace retry {

/// Delay before attempt n + 1: `initial` x `rate`^(n-1), at most `max`, then jitter.
struct ExponentialOptions {
  std::uint32_t max_attempts = 3;  ///< With the first. At least 1.
  Duration initial = std::chrono::seconds(5);
  Duration max = std::chrono::minutes(5);
  double rate = 2.0;  ///< 1 to 1,000; kept to three decimals.
  Jitter jitter = Jitter::full;
  const RetryFilter* only = nullptr;  ///< Retries only what passes. Must outlive the step's future.
};
/// Delay before attempt n + 1: `initial` + (n-1) x `increment`, at most `max`, then jitter.
struct LinearOptions {
  std::uint32_t max_attempts = 6;
  Duration initial = std::chrono::seconds(1);
  Duration increment = std::chrono::seconds(1);
  Duration max = std::chrono::minutes(5);
  Jitter jitter = Jitter::full;
  const RetryFilter* only = nullptr;
};
/// The same delay before each attempt.
struct FixedOptions {
  std::uint32_t max_attempts = 5;
  Duration delay = std::chrono::seconds(5);
  Jitter jitter = Jitter::none;
  const RetryFilter* only = nullptr;
};

/// `initial` x `rate`^(n-1). Throws `ValidationError` for an option out of its range.
[[nodiscard]] RetryPolicy exponential(const ExponentialOptions& options);
/// `initial` + (n-1) x `increment`. Throws `ValidationError` for an option out of its range.
[[nodiscard]] RetryPolicy linear(const LinearOptions& options);
/// Always `delay`. Throws `ValidationError` for an option out of its range.
[[nodiscard]] RetryPolicy fixed(const FixedOptions& options);
/// With all defaults.
[[nodiscard]] inline RetryPolicy exponential() { return exponential(ExponentialOptions{}); }
/// With all defaults.
[[nodiscard]] inline RetryPolicy linear() { return linear(LinearOptions{}); }
/// With all defaults.
[[nodiscard]] inline RetryPolicy fixed() { return fixed(FixedOptions{}); }

// The presets of the official SDKs.
/// 6 attempts, 5 s doubling to 60 s, full jitter: a step's policy when none is given.
[[nodiscard]] RetryPolicy standard();
/// One attempt.
[[nodiscard]] RetryPolicy none();
/// 3 attempts, 5 s doubling to 5 min, half jitter.
[[nodiscard]] RetryPolicy transient();
/// 3 attempts, 1 s doubling to 5 s, half jitter.
[[nodiscard]] RetryPolicy transient_fast();
/// 5 attempts, 5 s doubling to 5 min, full jitter.
[[nodiscard]] RetryPolicy resource_availability();
/// 10 attempts, 1 s growing by half to 60 s, no jitter.
[[nodiscard]] RetryPolicy critical();
/// 6 attempts, 1 s growing by 1 s to 5 s, no jitter.
[[nodiscard]] RetryPolicy steady();

}  // namespace retry
}  // namespace durable
