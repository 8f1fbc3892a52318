// SPDX-License-Identifier: Apache-2.0
#include "sdk/calls.h"

namespace durable::detail {
namespace {

std::string described(std::string_view type, std::string_view sub_type, std::string_view name) {
  std::string text(type);
  if (!sub_type.empty()) text.append(" (").append(sub_type).append(")");
  return text.append(" ").append(quoted_name(name));
}

}  // namespace

bool matches(const wire::Operation& recorded, const CallKind& kind,
             std::string_view name) noexcept {
  const auto equal = [](const std::optional<std::string>& stored, std::string_view text) {
    return stored ? *stored == text : text.empty();  // an absent name is an empty one
  };
  return recorded.type == kind.type && equal(recorded.name, name) &&
         (!recorded.sub_type || *recorded.sub_type == kind.sub_type);
}

ReplayDivergence divergence_at(const ContextCore& context, std::uint64_t number,
                               const wire::Operation* recorded, const CallKind& kind,
                               std::string_view name) {
  ReplayDivergence found;
  found.where = "call " + std::to_string(number) + " in " + path_of(context);
  found.operation_id = context.wire_id(number);
  found.recorded = recorded != nullptr
                       ? described(wire::to_string(recorded->type), recorded->sub_type.value_or(""),
                                   recorded->name.value_or(""))
                       : "no call: the context is recorded as finished";
  found.now = described(wire::to_string(kind.type), kind.sub_type, name);
  return found;
}

std::string divergence(const ContextCore& context, std::uint64_t number,
                       const wire::Operation* recorded, const CallKind& kind,
                       std::string_view name) {
  std::string text = "non-deterministic code: call " + std::to_string(number) + " in " +
                     path_of(context) + " (operation " + context.wire_id(number) + ") ";
  if (recorded != nullptr) {
    text +=
        "is recorded as " + described(wire::to_string(recorded->type),
                                      recorded->sub_type.value_or(""), recorded->name.value_or(""));
  } else {
    text += "is not recorded, although the context is recorded as finished";
  }
  text += ", but the code now makes " + described(wire::to_string(kind.type), kind.sub_type, name);
  text +=
      ". In every invocation the code must make the same calls in the same order. Look for a call "
      "that was added, removed, renamed or moved, or that depends on time, chance or outside "
      "state; read such values inside a step. If new code was deployed, let running executions "
      "finish on the version that they started with.";
  return text;
}

}  // namespace durable::detail
