// SPDX-License-Identifier: Apache-2.0
#include "testing/run_record.h"

#include <durable/wire/names.h>

namespace durable::detail {

InvocationStatus to_invocation_status(wire::ExecutionStatus status) noexcept {
  switch (status) {
    case wire::ExecutionStatus::succeeded:
      return InvocationStatus::succeeded;
    case wire::ExecutionStatus::failed:
      return InvocationStatus::failed;
    case wire::ExecutionStatus::timed_out:
      return InvocationStatus::timed_out;
    case wire::ExecutionStatus::stopped:
      return InvocationStatus::stopped;
    case wire::ExecutionStatus::running:
    case wire::ExecutionStatus::unknown:
      break;
  }
  return InvocationStatus::pending;
}

const RunRecord::Contents& RunRecord::loaded() const {
  std::call_once(once_, [this] {
    contents_ = load_();
    load_ = nullptr;
    const std::vector<wire::Operation>& operations = contents_.operations;
    by_id_.reserve(operations.size());
    for (std::size_t i = 0; i < operations.size(); ++i) by_id_.emplace(operations[i].id, i);
    places_.resize(operations.size());
    for (std::size_t i = 0; i < operations.size(); ++i) {
      const auto& parent_id = operations[i].parent_id;
      const auto parent = parent_id ? by_id_.find(*parent_id) : by_id_.end();
      if (parent == by_id_.end()) {
        roots_.push_back(i);
      } else {
        places_[i].parent = parent->second;
        places_[parent->second].children.push_back(i);
      }
    }
    for (const wire::Event& event : contents_.history) {
      if (const auto* started = std::get_if<wire::ChainedInvokeStartedDetails>(&event.details);
          started != nullptr && event.id) {
        invokes_.emplace(*event.id, started);
      }
      const auto* details = std::get_if<wire::InvocationCompletedDetails>(&event.details);
      if (details == nullptr) continue;
      TestInvocation& invocation = invocations_.emplace_back();
      invocation.request_id = details->request_id;
      invocation.start_timestamp = details->start_timestamp;
      invocation.end_timestamp = details->end_timestamp;
      if (details->error) invocation.error = details->error->payload;
    }
  });
  return contents_;
}

const std::vector<TestInvocation>& RunRecord::invocations() const {
  loaded();
  return invocations_;
}

const std::vector<std::size_t>& RunRecord::roots() const {
  loaded();
  return roots_;
}

const RunRecord::Place& RunRecord::place(std::size_t index) const {
  loaded();
  return places_.at(index);
}

std::optional<std::size_t> RunRecord::index_of(std::string_view id) const {
  loaded();
  const auto found = by_id_.find(id);
  if (found == by_id_.end()) return std::nullopt;
  return found->second;
}

const wire::ChainedInvokeStartedDetails* RunRecord::invoke_details(std::string_view id) const {
  loaded();
  const auto found = invokes_.find(id);
  return found == invokes_.end() ? nullptr : found->second;
}

std::string RunRecord::label(std::size_t index) const {
  const wire::Operation& operation = operations().at(index);
  if (operation.name && !operation.name->empty()) return *operation.name;
  return std::string(wire::to_string(operation.type)) + " " + operation.id;
}

std::string RunRecord::path(std::size_t index) const {
  std::vector<std::size_t> chain;
  for (std::optional<std::size_t> at = index; at; at = place(*at).parent) chain.push_back(*at);
  std::string path;
  for (auto at = chain.rbegin(); at != chain.rend(); ++at) {
    if (!path.empty()) path += '/';
    path += label(*at);
  }
  return path;
}

}  // namespace durable::detail
