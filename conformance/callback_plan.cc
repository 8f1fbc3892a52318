// SPDX-License-Identifier: Apache-2.0
#include "conformance/callback_plan.h"

#include <durable/base/assert.h>

#include <algorithm>
#include <utility>
#include <variant>

#include "conformance/python_json.h"

namespace durable::conformance {

CallbackPlan::CallbackPlan(const Requirement& requirement, const Bindings& bindings)
    : actions_(requirement.callback_actions),
      bindings_(bindings),
      given_(requirement.callback_actions.size(), false) {}

void CallbackPlan::see(const wire::Event& event) {
  if (event.event_id <= last_event_) return;
  last_event_ = event.event_id;
  if (event.event_type == wire::EventType::context_started && event.id &&
      event.sub_type == "WaitForCallback") {
    names_[*event.id] = event.name.value_or("");
  }
  const auto* details = std::get_if<wire::CallbackStartedDetails>(&event.details);
  if (details == nullptr) return;
  ++callbacks_;
  std::string name = event.name.value_or("");
  if (name.empty() && event.parent_id) {
    if (const auto context = names_.find(*event.parent_id); context != names_.end()) {
      name = context->second;
    }
  }
  plan(name, details->callback_id, event.event_timestamp);
}

void CallbackPlan::plan(const std::string& name, const std::string& callback_id, Timestamp at) {
  for (std::size_t i = 0; i < actions_.size(); ++i) {
    const CallbackAction& action = actions_[i];
    if (given_[i] || !names_callback(action.callback_name, name, bindings_)) continue;
    given_[i] = true;
    at += action.delay;
    DueAction due{.at = at, .callback_id = callback_id, .kind = action.kind};
    if (action.payload) {
      const json::Value payload = substitute(*action.payload, bindings_);
      if (action.kind == CallbackAction::Kind::success) due.payload = dump(payload);
      if (action.kind == CallbackAction::Kind::failure) due.error = to_error(payload);
    }
    due_.emplace(at, std::move(due));
    if (action.kind != CallbackAction::Kind::heartbeat) return;
  }
}

const DueAction* CallbackPlan::next() const {
  return due_.empty() ? nullptr : &due_.begin()->second;
}

DueAction CallbackPlan::take() {
  DURABLE_ASSERT(!due_.empty());
  DueAction due = std::move(due_.begin()->second);
  due_.erase(due_.begin());
  return due;
}

bool CallbackPlan::waits_for_callback() const {
  return std::find(given_.begin(), given_.end(), false) != given_.end();
}

wire::ErrorObject to_error(const json::Value& payload) {
  wire::ErrorObject error;
  const auto* object = payload.as_object();
  if (object == nullptr) {
    const std::string* text = payload.as_string();
    if (!payload.is_null()) error.error_message = text != nullptr ? *text : dump(payload);
    return error;
  }
  for (const auto& [key, value] : *object) {
    const std::string* text = value.as_string();
    std::string said = text != nullptr ? *text : dump(value);
    if (key == "ErrorType") error.error_type = std::move(said);
    if (key == "ErrorMessage") error.error_message = std::move(said);
    if (key == "ErrorData") error.error_data = std::move(said);
    if (key == "StackTrace" && value.as_array() != nullptr) {
      error.stack_trace.emplace();
      for (const json::Value& line : *value.as_array()) {
        error.stack_trace->push_back(line.as_string() != nullptr ? *line.as_string() : dump(line));
      }
    }
  }
  return error;
}

}  // namespace durable::conformance
