// SPDX-License-Identifier: Apache-2.0
#include <durable/sdk/with_retry.h>

#include <durable/base/random.h>
#include <durable/sdk/errors.h>

#include "sdk/calls.h"
#include "sdk/machine/limits.h"
#include "sdk/machine/retry.h"
#include "sdk/runtime.h"

#include <limits>

namespace durable::detail {
namespace {

constexpr std::string_view backoff = "backoff-";

// The policy is asked again in each replay, so its chance must be the same each time: it comes from
// what does not change (FNV-1a over the execution and the context).
std::uint64_t random_bits(const ContextCore& context, std::uint32_t attempt) {
  std::uint64_t seed = 0xCBF29CE484222325ULL;
  const auto add = [&seed](std::string_view text) {
    for (const char c : text) seed = (seed ^ static_cast<unsigned char>(c)) * 0x100000001B3ULL;
  };
  add(context.runtime->arn());
  add(context.id);
  return Random(seed + attempt).next();
}

wire::ErrorObject asked_about(const Runtime& runtime, const std::exception_ptr& error) {
  try {
    std::rethrow_exception(error);
  } catch (const OperationError& failed) {
    if (!failed.error_type().empty()) return failed.error();
  } catch (...) {
    return runtime.describe(error);
  }
  return runtime.describe(error);
}

}  // namespace

void check_retry_name(std::string_view name) {
  constexpr std::size_t added =
      1 + backoff.size() + std::numeric_limits<std::uint32_t>::digits10 + 1;
  constexpr std::size_t size_max = machine::operation_name_size_max - added;
  if (name.size() <= size_max) return;
  throw ValidationError("with_retry: a name has at most " + std::to_string(size_max) +
                        " characters, since the waits between the attempts are named after it, "
                        "but this one has " +
                        std::to_string(name.size()) + ": \"" + std::string(name.substr(0, 40)) +
                        "...\"");
}

std::string backoff_name(std::string_view name, std::uint32_t attempt) {
  std::string text(name);
  if (!text.empty()) text += '-';
  return text.append(backoff).append(std::to_string(attempt));
}

std::optional<Duration> retry_delay(DurableContext& context, const std::exception_ptr& error,
                                    const RetryPolicy& policy, std::uint32_t attempt) {
  const ContextCore& core = context.core();
  Runtime& runtime = *core.runtime;
  if (runtime.over() || runtime.end_by(error)) return std::nullopt;
  const wire::ErrorObject object = asked_about(runtime, error);
  RetryContext asked;
  asked.attempt = attempt;
  asked.error_type = object.error_type ? std::string_view(*object.error_type) : std::string_view();
  asked.error_message =
      object.error_message ? std::string_view(*object.error_message) : std::string_view();
  asked.random_bits = random_bits(core, attempt);
  std::optional<Duration> delay;
  try {
    const ForeignCode guard(runtime, Scope::Kind::retry_policy);
    delay = policy(asked);
  } catch (...) {
    // A policy that throws has decided nothing; another attempt might do the same.
    runtime.fail_execution(runtime.describe(std::current_exception()));
    return std::nullopt;
  }
  if (!delay) return std::nullopt;
  return std::chrono::seconds(machine::delay_seconds(*delay));
}

}  // namespace durable::detail
