// SPDX-License-Identifier: Apache-2.0
//
// What the durable calls have in common.
#pragma once

#include <durable/sdk/errors.h>
#include <durable/wire/names.h>

#include "sdk/runtime.h"

#include <memory>
#include <string>
#include <string_view>

namespace durable::detail {

/// Whether a call may be made on `context`; see `Runtime::admit`. Throws `ValidationError` for a
/// bad name, and `UsageError`.
[[nodiscard]] bool admit(ContextCore& context, const CallKind& kind, std::string_view name);

/// Throws `ValidationError` for a name that the service would refuse.
void check_name(const CallKind& kind, std::string_view name);

/// The error for a recorded status that an operation of this kind cannot have.
[[nodiscard]] wire::ErrorObject invalid_status(const ContextCore& context, std::uint64_t number,
                                               std::string_view name, std::string_view what,
                                               wire::OperationStatus status);

/// Whether `recorded` is what the call would have recorded.
[[nodiscard]] bool matches(const wire::Operation& recorded, const CallKind& kind,
                           std::string_view name) noexcept;
/// The message for a call that does not match, with both sides. `recorded` null: nothing is.
[[nodiscard]] std::string divergence(const ContextCore& context, std::uint64_t number,
                                     const wire::Operation* recorded, const CallKind& kind,
                                     std::string_view name);

/// The same as data.
[[nodiscard]] ReplayDivergence divergence_at(const ContextCore& context, std::uint64_t number,
                                             const wire::Operation* recorded, const CallKind& kind,
                                             std::string_view name);

/// Whether the body of a context that is recorded as begun and not as finished runs: not for the
/// sake of a finished one's result, but where the record itself is checked.
[[nodiscard]] inline bool enters_unfinished(const ContextCore& context) noexcept {
  return !context.replay_only || context.runtime->checks_replay();
}

/// A call that has passed its checks. Not admitted: the operation never settles, and nothing is to
/// be done for it.
template <class T>
struct OpenedCall {
  std::unique_ptr<T> operation;
  Place place{};
  bool admitted = false;
};

template <class T, class... A>
OpenedCall<T> open_call(ContextCore& context, const CallKind& kind, std::string_view name,
                        A&&... arguments) {
  OpenedCall<T> call;
  if (!admit(context, kind, name)) {
    call.operation = std::make_unique<T>(context, 0, name, std::forward<A>(arguments)...);
    return call;
  }
  call.place = context.runtime->take_place(context, kind, name);
  const std::uint64_t number = call.place.beyond_record ? 0 : call.place.number;
  call.operation = std::make_unique<T>(context, number, name, std::forward<A>(arguments)...);
  call.admitted = !call.place.beyond_record;
  if (call.admitted) context.runtime->opened(*call.operation, call.place);
  return call;
}

}  // namespace durable::detail
