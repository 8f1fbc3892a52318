// SPDX-License-Identifier: Apache-2.0
#include "engine/checkpoint.h"

#include "engine/operations/operations.h"
#include "engine/refusal.h"
#include "engine/token.h"
#include "engine/transitions.h"
#include "engine/validate.h"

#include <string>
#include <utility>

namespace durable::engine {
namespace {

using wire::OperationAction;
using wire::OperationType;

/// Never 0, which stands for no ClientToken.
std::uint64_t hash_client_token(const std::optional<std::string>& token) {
  return token ? make_arn_tag(*token) | 1U : 0;
}

/// At most one EXECUTION update, and it is last.
Result<void> check_execution_updates(const std::vector<wire::OperationUpdate>& updates) {
  std::size_t count = 0;
  UpdatePlace last;
  for (std::size_t i = 0; i < updates.size(); ++i) {
    if (updates[i].type != OperationType::execution) continue;
    ++count;
    last = {i, &updates[i]};
  }
  if (count > 1) return refuse("Cannot checkpoint multiple EXECUTION updates.", last);
  if (count == 1 && last.index + 1 != updates.size()) {
    return refuse("EXECUTION checkpoint must be the last update.", last);
  }
  return {};
}

/// A STEP or CONTEXT may be started and ended in one batch; else an operation is named once.
Result<void> check_single(Draft& draft, OperationNumber number, UpdatePlace place) {
  const Overlay::Entry* entry = draft.touched(number);
  if (entry == nullptr || !entry->updated) return {};
  if (entry->may_follow && place.update->action != OperationAction::start) return {};
  return refuse("Cannot checkpoint multiple operations with the same ID.", place);
}

std::string quoted(std::optional<std::string_view> text) {
  return text ? "\"" + std::string(*text) + "\"" : "none";
}

Error inconsistent(std::string_view what, std::string_view recorded, std::string_view found,
                   UpdatePlace place) {
  std::string text = "Inconsistent ";
  text.append(what).append(". Recorded: ").append(recorded).append(", found: ").append(found);
  return refuse(text, place);
}

/// What an update says about an existing operation must be what was recorded at its start.
Result<void> check_consistent(Draft& draft, const OperationInfo& info, UpdatePlace place) {
  const wire::OperationUpdate& update = *place.update;
  if (info.type() != update.type) {
    return inconsistent("operation type", wire::to_string(info.type()),
                        wire::to_string(update.type), place);
  }
  if (info.type() == OperationType::execution) return {};
  if (info.sub_type() != update.sub_type) {
    return inconsistent("operation subtype", quoted(info.sub_type()), quoted(update.sub_type),
                        place);
  }
  if (info.name() != update.name) {
    return inconsistent("operation name", quoted(info.name()), quoted(update.name), place);
  }
  std::optional<std::string_view> parent;
  if (info.parent() != 0) parent = draft.operation(info.parent()).info->id();
  if (parent != update.parent_id) {
    return inconsistent("parent operation id", quoted(parent), quoted(update.parent_id), place);
  }
  return {};
}

/// The enclosing CONTEXT of a new operation, which may have been started in the same batch.
Result<OperationNumber> find_parent(Draft& draft, UpdatePlace place) {
  const std::optional<std::string>& id = place.update->parent_id;
  if (!id) return OperationNumber{0};
  const auto number = draft.find(*id, hash_id(*id));
  if (!number || draft.operation(*number).type() != OperationType::context) {
    return refuse(
        "Invalid parent operation id. Expected a CONTEXT that was started before, found "
        "ParentId " +
            quoted(*id),
        place);
  }
  return *number;
}

Result<OperationNumber> dispatch(Draft& draft, const AllowedUpdate& allowed) {
  switch (allowed.update().type) {
    case OperationType::context:
      return update_context(draft, allowed);
    case OperationType::step:
      return update_step(draft, allowed);
    case OperationType::wait:
      return update_wait(draft, allowed);
    case OperationType::callback:
      return update_callback(draft, allowed);
    case OperationType::chained_invoke:
      return update_chained_invoke(draft, allowed);
    case OperationType::execution:
    case OperationType::unknown:
      break;
  }
  return refuse("Invalid operation type.", allowed.place);
}

/// The rules that hold for every type. The number is empty for an operation that does not exist.
Result<std::optional<OperationNumber>> check_update(Draft& draft, UpdatePlace place,
                                                    std::uint32_t hash) {
  const wire::OperationUpdate& update = *place.update;
  const std::optional<OperationNumber> number = draft.find(update.id, hash);
  std::optional<wire::OperationStatus> status;
  if (!number) {
    if (auto checked = check_texts(draft.limits(), place); !checked) return checked.error();
  } else {
    // Its texts were checked when it was recorded, and must be the same now.
    if (auto checked = check_single(draft, *number, place); !checked) return checked.error();
    const OperationState& state = draft.operation(*number);
    if (auto checked = check_consistent(draft, *state.info, place); !checked) {
      return checked.error();
    }
    status = state.status;
  }
  const Refusal refusal = transition(update.type, status, update.action);
  if (!refusal.empty()) {
    std::string text(refusal);
    text.append(" Found: ").append(status ? wire::to_string(*status) : "no such operation");
    return refuse(text, place);
  }
  if (auto checked = check_members(place); !checked) return checked.error();
  if (update.type != OperationType::execution && (update.payload || update.error)) {
    if (auto checked = check_sizes(draft.limits(), place); !checked) return checked.error();
  }
  return number;
}

Result<void> apply_update(Draft& draft, UpdatePlace place) {
  const wire::OperationUpdate& update = *place.update;
  AllowedUpdate allowed;
  allowed.place = place;
  allowed.id_hash = hash_id(update.id);
  const auto number = check_update(draft, place, allowed.id_hash);
  if (!number) return number.error();
  allowed.number = *number;
  if (!allowed.number) {
    const auto parent = find_parent(draft, place);
    if (!parent) return parent.error();
    allowed.parent = *parent;
  }
  const auto applied = dispatch(draft, allowed);
  if (!applied) return applied.error();
  Overlay::Entry& entry = draft.touch(*applied);
  entry.updated = true;
  entry.may_follow = update.action == OperationAction::start &&
                     (update.type == OperationType::step || update.type == OperationType::context);
  return {};
}

Result<void> apply_updates(Draft& draft, const Checkpoint& command) {
  const std::vector<wire::OperationUpdate>& updates = command.updates;
  if (auto checked = check_execution_updates(updates); !checked) return checked;
  const fact::CheckpointAccepted accepted{hash_client_token(command.client_token)};
  for (std::size_t i = 0; i < updates.size(); ++i) {
    const UpdatePlace place{i, &updates[i]};
    if (updates[i].type != OperationType::execution) {
      if (auto applied = apply_update(draft, place); !applied) return applied;
      continue;
    }
    auto checked = check_update(draft, place, hash_id(updates[i].id));
    if (!checked) return checked.error();
    if (auto closes = check_close(draft, place); !closes) return closes;
    draft.record(accepted);
    close_by_update(draft, updates[i]);
    return {};
  }
  draft.record(accepted);
  return {};
}

}  // namespace

bool is_repeat(const Execution& execution, const Checkpoint& command) {
  const Progress& progress = execution.progress();
  if (!command.client_token || !progress.invocation_runs || progress.checkpoint == 0) return false;
  if (progress.client_token_hash != hash_client_token(command.client_token)) return false;
  return command.token ==
         make_token(execution.info(), {progress.invocation, progress.checkpoint - 1});
}

Result<void> check_quotas(const Draft& draft) {
  const Progress& before = draft.execution().progress();
  const Progress& after = draft.progress();
  const Limits& limits = draft.limits();
  if (after.operations_used > limits.operations_max &&
      after.operations_used > before.operations_used) {
    return refuse("The execution would use " + std::to_string(after.operations_used) +
                  " operations; the quota is " + std::to_string(limits.operations_max) +
                  " for one execution, retries and polls included. Split the work over several "
                  "executions.");
  }
  if (after.stored_bytes > limits.stored_bytes_max && after.stored_bytes > before.stored_bytes) {
    return refuse("The execution would store " + std::to_string(after.stored_bytes) +
                  " bytes of payloads and errors; the quota is " +
                  std::to_string(limits.stored_bytes_max) +
                  " for one execution. Keep large data elsewhere and record where.");
  }
  return {};
}

Result<void> checkpoint(Draft& draft, const Checkpoint& command) {
  const Limits& limits = draft.limits();
  if (auto checked = check_token(draft.execution(), command.token); !checked) return checked;
  if (!draft.running()) {
    return refuse(
        "Invalid Checkpoint Token: the execution has timed out; nothing more can be "
        "recorded.");
  }
  if (command.client_token) {
    auto checked = check_text(limits, "clientToken", *command.client_token,
                              limits.client_token_size_max, Charset::graphic);
    if (!checked) return checked;
  }
  if (command.updates.size() > limits.updates_max) {
    return refuse(
        "1 validation error detected: Value at 'updates' failed to satisfy constraint: "
        "Member must have length less than or equal to " +
        std::to_string(limits.updates_max) + ", found " + std::to_string(command.updates.size()));
  }
  if (auto applied = apply_updates(draft, command); !applied) return applied;
  return check_quotas(draft);
}

}  // namespace durable::engine
