// SPDX-License-Identifier: Apache-2.0
#include "testing/cloud/callbacks.h"

namespace durable {
namespace {

/// Whether `name` is the operation's name or path.
bool names(const detail::RunRecord& record, std::size_t operation, std::string_view name) {
  const std::optional<std::string>& own = record.operations()[operation].name;
  if (own == name) return true;
  // At the root a path is a label, and a label is a name where there is one.
  const bool may_be_path = name.find('/') != std::string_view::npos || !own;
  return may_be_path && record.path(operation) == name;
}

bool names_callback(const detail::RunRecord& record, std::size_t operation, std::string_view name) {
  if (name.empty() || names(record, operation, name)) return true;
  const std::optional<std::size_t> parent = record.place(operation).parent;
  return parent && record.operations()[*parent].sub_type == "WaitForCallback" &&
         names(record, *parent, name);
}

bool invocation_ended_since(const detail::RunRecord& record, const std::string& operation_id) {
  bool made = false;
  for (const wire::Event& event : record.history()) {
    if (event.event_type == wire::EventType::callback_started && event.id == operation_id) {
      made = true;
    }
    if (made && event.event_type == wire::EventType::invocation_completed) return true;
  }
  return false;
}

}  // namespace

CallbackSearch find_callback(const detail::RunRecord& record, std::string_view name,
                             std::optional<std::size_t> index) {
  CallbackSearch search;
  for (std::size_t i = 0; i < record.operations().size(); ++i) {
    const wire::Operation& operation = record.operations()[i];
    if (operation.type != wire::OperationType::callback || !names_callback(record, i, name)) {
      continue;
    }
    const bool wanted = index ? *index == search.seen : !wire::is_terminal(operation.status);
    ++search.seen;
    if (!wanted || !search.id.empty() || !operation.callback_details) continue;
    search.id = operation.callback_details->callback_id.value_or("");
    search.settled = invocation_ended_since(record, operation.id);
  }
  return search;
}

}  // namespace durable
