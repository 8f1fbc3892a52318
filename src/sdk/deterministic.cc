// SPDX-License-Identifier: Apache-2.0
//
// What code may use instead of the clock and of random numbers.
#include <durable/sdk/context.h>
#include <durable/sdk/errors.h>

#include "sdk/calls.h"
#include "sdk/machine/derived.h"
#include "sdk/runtime.h"

namespace durable {
namespace detail {
namespace {

constexpr CallKind uuid_kind{wire::OperationType::unknown, "", "uuid"};
constexpr CallKind random_kind{wire::OperationType::unknown, "", "random"};

std::optional<Payload> read_clock(void* runtime, StepContext& /*context*/,
                                  const SerdesContext& serdes, bool& returned) {
  const Clock* clock = static_cast<Runtime*>(runtime)->environment().clock;
  if (clock == nullptr) {
    throw ExecutionError(
        "ctx.now() needs a clock, but this function's host has given none "
        "(InvocationEnvironment::clock)");
  }
  const Timestamp now = clock->now();
  returned = true;
  return Serdes<Timestamp>::serialize(now, serdes);
}

}  // namespace

OperationPtr run_now(ContextCore& context, std::string_view name) {
  return run_step(context, name, nullptr, context.runtime, &read_clock);
}

}  // namespace detail

DurableFuture<Timestamp> DurableContext::now(std::string_view name) {
  return DurableFuture<Timestamp>(detail::run_now(core_, name));
}

// An invocation that is over needs no values: whoever gets one does not go on.

std::string DurableContext::uuid() {
  if (!detail::admit(core_, detail::uuid_kind, {})) return {};
  return machine::derived_uuid(core_.runtime->arn(), core_.id, ++core_.draws);
}

DeterministicRandom DurableContext::random() {
  if (!detail::admit(core_, detail::random_kind, {})) return DeterministicRandom(0);
  return DeterministicRandom(machine::derived_seed(core_.runtime->arn(), core_.id, ++core_.draws));
}

}  // namespace durable
