// SPDX-License-Identifier: Apache-2.0
//
// What an event does, in the small: used by `evolve` on the execution and by `decide` on its draft,
// so that the two cannot differ.
#pragma once

#include "engine/event.h"
#include "engine/execution.h"
#include "engine/operation.h"

#include <cstddef>
#include <type_traits>
#include <variant>

namespace durable::engine {

/// What folding an event did to its operation, as far as the rest of the execution must know.
struct OperationChange {
  bool was_open = false;
  bool is_open = false;
  bool visible = false;  ///< A function can tell.
  bool outside = false;  ///< Not the function's own doing: a reason to invoke it.
};

/// The alternatives of `Fact` are those of the execution first, then those of one operation.
inline constexpr std::size_t first_operation_fact = 6;
static_assert(
    std::is_same_v<std::variant_alternative_t<first_operation_fact, Fact>, fact::OperationStarted>);
static_assert(std::is_same_v<std::variant_alternative_t<first_operation_fact - 1, Fact>,
                             fact::CheckpointAccepted>);

[[nodiscard]] inline bool is_operation_fact(const Fact& fact) noexcept {
  return fact.index() >= first_operation_fact;
}

/// Folds the fact of one operation into it; for OperationStarted, into a fresh state.
OperationChange apply(OperationState& state, const Event& event);

/// Folds any fact into the small part of the state.
void apply(Progress& progress, const Event& event, OperationChange change);

}  // namespace durable::engine
