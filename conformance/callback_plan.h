// SPDX-License-Identifier: Apache-2.0
//
// Which callback action of a requirement is due for which callback, and when. Pure.
#pragma once

#include <durable/base/result.h>
#include <durable/base/time.h>
#include <durable/wire/model.h>

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "conformance/matcher.h"
#include "conformance/requirement.h"

namespace durable::conformance {

/// An action for a callback that has shown up.
struct DueAction {
  Timestamp at{};  ///< The callback's start and the action's delay.
  std::string callback_id;
  CallbackAction::Kind kind = CallbackAction::Kind::success;
  std::optional<std::string> payload = {};  ///< Of a success: JSON text, names put in.
  wire::ErrorObject error = {};             ///< Of a failure.
};

/// Gives each action to the first callback that it names. A callback takes the actions that name it
/// in their order, up to one that completes it: a heartbeat leaves it open for the next. The delay
/// of each counts from the one before it.
///
/// Lifetime: requirement and bindings outlive the plan. Thread-safety: none.
class CallbackPlan {
 public:
  CallbackPlan(const Requirement& requirement, const Bindings& bindings);

  /// Takes note of an event of the execution's history, oldest first. One that was seen before is
  /// ignored, so a history may be handed over again from its begin.
  void see(const wire::Event& event);

  /// The actions that are due and were not taken, the earliest first; absent: none is. The service
  /// may be ahead or behind of the caller's time, so that it is up to the caller what `at` means.
  [[nodiscard]] const DueAction* next() const;
  /// Takes the action that `next` shows. Pre: there is one.
  [[nodiscard]] DueAction take();

  /// Whether there are actions that wait for a callback that has not shown up.
  [[nodiscard]] bool waits_for_callback() const;
  /// How many callbacks have shown up.
  [[nodiscard]] std::size_t callbacks() const noexcept { return callbacks_; }

 private:
  void plan(const std::string& name, const std::string& callback_id, Timestamp at);

  const std::vector<CallbackAction>& actions_;
  const Bindings& bindings_;
  std::vector<bool> given_;  // of actions_
  std::multimap<Timestamp, DueAction> due_;
  std::map<std::string, std::string, std::less<>> names_;  // of WaitForCallback contexts
  std::int64_t last_event_ = 0;
  std::size_t callbacks_ = 0;
};

/// The error that the payload of a failure describes: an object's ErrorType, ErrorMessage,
/// ErrorData and StackTrace; anything else is the message.
[[nodiscard]] wire::ErrorObject to_error(const json::Value& payload);

}  // namespace durable::conformance
