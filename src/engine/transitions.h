// SPDX-License-Identifier: Apache-2.0
//
// Which update is allowed for an operation of which type in which status: the one table behind
// every checkpoint.
#pragma once

#include <durable/wire/model.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace durable::engine {

/// The text of the refusal; empty: allowed.
using Refusal = std::string_view;

namespace detail {

inline constexpr std::size_t type_count = 6;
inline constexpr std::size_t status_count = 9;  // absent, then the statuses in their order
inline constexpr std::size_t action_count = 5;
inline constexpr Refusal wrong_action = "Invalid action for the given operation type.";

[[nodiscard]] constexpr Refusal allow_only(bool allowed, Refusal refusal) {
  return allowed ? Refusal{} : refusal;
}

[[nodiscard]] constexpr Refusal rule(wire::OperationType type,
                                     std::optional<wire::OperationStatus> status,
                                     wire::OperationAction action) {
  using wire::OperationAction;
  using wire::OperationStatus;
  const bool absent = !status.has_value();
  const bool started = status == OperationStatus::started;
  const bool ready = status == OperationStatus::ready;
  switch (type) {
    case wire::OperationType::execution:
      // Its update may carry the EXECUTION operation's own id or any new one.
      if (action == OperationAction::succeed || action == OperationAction::fail) {
        return allow_only(absent || started, "Invalid current EXECUTION state to close.");
      }
      return wrong_action;
    case wire::OperationType::context:
      if (action == OperationAction::start) {
        return allow_only(absent, "Cannot start a CONTEXT that already exist.");
      }
      if (action == OperationAction::succeed || action == OperationAction::fail) {
        return allow_only(started, "Invalid current CONTEXT state to close.");
      }
      return wrong_action;
    case wire::OperationType::step:
      if (action == OperationAction::start) {
        return allow_only(absent || ready, "Invalid current STEP state to start.");
      }
      if (action == OperationAction::retry) {
        return allow_only(started || ready, "Invalid current STEP state to re-attempt.");
      }
      if (action == OperationAction::succeed || action == OperationAction::fail) {
        return allow_only(started || ready, "Invalid current STEP state to close.");
      }
      return wrong_action;
    case wire::OperationType::wait:
      if (action == OperationAction::start) {
        return allow_only(absent, "Cannot start a WAIT that already exist.");
      }
      if (action == OperationAction::cancel) {
        return allow_only(started,
                          "Cannot cancel a WAIT that does not exist or has already completed.");
      }
      return wrong_action;
    case wire::OperationType::callback:
      // Completed from outside only.
      if (action == OperationAction::start) {
        return allow_only(absent, "Cannot start a CALLBACK that already exist.");
      }
      return wrong_action;
    case wire::OperationType::chained_invoke:
      if (action == OperationAction::start) {
        return allow_only(absent, "Cannot start a CHAINED_INVOKE that already exist.");
      }
      if (action == OperationAction::cancel) {
        return allow_only(
            started,
            "Cannot cancel a CHAINED_INVOKE that does not exist or has already completed.");
      }
      return wrong_action;
    case wire::OperationType::unknown:
      break;
  }
  return "Invalid operation type.";
}

using TransitionTable =
    std::array<std::array<std::array<Refusal, action_count>, status_count>, type_count>;

[[nodiscard]] constexpr TransitionTable make_transition_table() {
  TransitionTable table{};
  for (std::size_t type = 0; type < type_count; ++type) {
    for (std::size_t status = 0; status < status_count; ++status) {
      for (std::size_t action = 0; action < action_count; ++action) {
        const auto found = status == 0
                               ? std::nullopt
                               : std::optional(static_cast<wire::OperationStatus>(status - 1));
        table[type][status][action] = rule(static_cast<wire::OperationType>(type), found,
                                           static_cast<wire::OperationAction>(action));
      }
    }
  }
  return table;
}

}  // namespace detail

inline constexpr detail::TransitionTable transition_table = detail::make_transition_table();

/// Whether `action` is allowed for an operation of `type` that is in `status` (empty: it does not
/// exist). Total: values unknown to this version are refused.
[[nodiscard]] constexpr Refusal transition(wire::OperationType type,
                                           std::optional<wire::OperationStatus> status,
                                           wire::OperationAction action) {
  if (type == wire::OperationType::unknown) return "Invalid operation type.";
  if (action == wire::OperationAction::unknown) return detail::wrong_action;
  const std::size_t row = status ? static_cast<std::size_t>(*status) + 1 : 0;
  if (row >= detail::status_count) return "Invalid operation status.";
  return transition_table[static_cast<std::size_t>(type)][row][static_cast<std::size_t>(action)];
}

}  // namespace durable::engine
