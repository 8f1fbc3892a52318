// SPDX-License-Identifier: Apache-2.0
#include <durable/sdk/retry.h>

#include <durable/sdk/errors.h>

#include "sdk/machine/limits.h"
#include "sdk/machine/retry.h"

#include <regex>
#include <vector>

namespace durable {

struct RetryFilter::Impl {
  std::vector<std::string> texts;
  std::vector<std::regex> expressions;
  std::vector<std::string> types;
};

RetryFilter::RetryFilter() : impl_(std::make_shared<Impl>()) {}

RetryFilter& RetryFilter::message_contains(std::string text) {
  impl_->texts.push_back(std::move(text));
  return *this;
}

RetryFilter& RetryFilter::message_matches(const std::string& expression) {
  try {
    impl_->expressions.emplace_back(expression);
  } catch (const std::regex_error& error) {
    throw ValidationError("RetryFilter::message_matches: \"" + expression +
                          "\" is no ECMAScript regular expression: " + error.what());
  }
  return *this;
}

RetryFilter& RetryFilter::error_type(std::string type) {
  impl_->types.push_back(std::move(type));
  return *this;
}

bool RetryFilter::passes(std::string_view type, std::string_view message) const {
  const Impl& impl = *impl_;
  if (impl.texts.empty() && impl.expressions.empty() && impl.types.empty()) return true;
  for (const std::string& wanted : impl.types) {
    if (type == wanted) return true;
  }
  for (const std::string& text : impl.texts) {
    if (message.find(text) != std::string_view::npos) return true;
  }
  // The library's matcher recurses with the length of its subject.
  const std::string_view searched = message.substr(0, machine::filter_message_size_max);
  for (const std::regex& expression : impl.expressions) {
    if (std::regex_search(searched.begin(), searched.end(), expression)) return true;
  }
  return false;
}

namespace retry {
namespace {

struct BackoffFunction {
  std::int64_t initial_ms;
  std::int64_t max_ms;
  const RetryFilter* only;
  std::uint32_t max_attempts;
  std::uint32_t growth;
  Jitter jitter;
  machine::Backoff::Growth kind;

  std::optional<Duration> operator()(const RetryContext& context) const {
    if (only != nullptr && !only->passes(context.error_type, context.error_message)) {
      return std::nullopt;
    }
    const machine::Backoff backoff{initial_ms, max_ms, max_attempts, growth, jitter, kind};
    return machine::delay_after(backoff, context.attempt, context.random_bits);
  }
};

void require(bool condition, const char* what) {
  if (!condition) throw ValidationError(std::string("retry policy: ") + what);
}

void check(std::uint32_t max_attempts, Duration first, Duration max) {
  require(max_attempts >= 1, "max_attempts counts the first attempt, so it is at least 1");
  require(first >= Duration::zero() && max >= Duration::zero(), "a delay cannot be negative");
}

}  // namespace

RetryPolicy exponential(const ExponentialOptions& options) {
  check(options.max_attempts, options.initial, options.max);
  require(options.rate >= 1.0 && options.rate <= 1000.0, "rate is from 1 to 1000");
  return BackoffFunction{options.initial.count(),
                         options.max.count(),
                         options.only,
                         options.max_attempts,
                         static_cast<std::uint32_t>(options.rate * 1000.0 + 0.5),
                         options.jitter,
                         machine::Backoff::Growth::exponential};
}

RetryPolicy linear(const LinearOptions& options) {
  check(options.max_attempts, options.initial, options.max);
  require(options.increment >= Duration::zero() && options.increment <= std::chrono::hours(24 * 49),
          "increment is from 0 to 49 days");
  return BackoffFunction{options.initial.count(),
                         options.max.count(),
                         options.only,
                         options.max_attempts,
                         static_cast<std::uint32_t>(options.increment.count()),
                         options.jitter,
                         machine::Backoff::Growth::linear};
}

RetryPolicy fixed(const FixedOptions& options) {
  return linear({.max_attempts = options.max_attempts,
                 .initial = options.delay,
                 .increment = Duration::zero(),
                 .max = options.delay,
                 .jitter = options.jitter,
                 .only = options.only});
}

RetryPolicy standard() { return exponential({.max_attempts = 6, .max = std::chrono::seconds(60)}); }
RetryPolicy none() { return fixed({.max_attempts = 1}); }
RetryPolicy transient() { return exponential({.jitter = Jitter::half}); }
RetryPolicy transient_fast() {
  return exponential(
      {.initial = std::chrono::seconds(1), .max = std::chrono::seconds(5), .jitter = Jitter::half});
}
RetryPolicy resource_availability() { return exponential({.max_attempts = 5}); }
RetryPolicy critical() {
  return exponential({.max_attempts = 10,
                      .initial = std::chrono::seconds(1),
                      .max = std::chrono::seconds(60),
                      .rate = 1.5,
                      .jitter = Jitter::none});
}
RetryPolicy steady() { return linear({.max = std::chrono::seconds(5), .jitter = Jitter::none}); }

}  // namespace retry

RetryPolicy::RetryPolicy() : RetryPolicy(retry::standard()) {}

}  // namespace durable
