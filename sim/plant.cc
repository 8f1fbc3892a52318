// SPDX-License-Identifier: Apache-2.0
#include "sim/plant.h"

#include <algorithm>
#include <utility>

namespace durable::sim {
namespace {

using engine::Decision;
using engine::Event;
namespace fact = engine::fact;

constexpr std::array<std::pair<Plant, std::string_view>, 12> names{{
    {Plant::none, "none"},
    {Plant::double_completion, "double_completion"},
    {Plant::lost_log_event, "lost_log_event"},
    {Plant::early_timer, "early_timer"},
    {Plant::history_gap, "history_gap"},
    {Plant::skipped_attempt, "skipped_attempt"},
    {Plant::event_after_close, "event_after_close"},
    {Plant::second_invocation, "second_invocation"},
    {Plant::reusable_token, "reusable_token"},
    {Plant::lost_effect, "lost_effect"},
    {Plant::lost_delta, "lost_delta"},
    {Plant::accepted_refusal, "accepted_refusal"},
}};

template <class T>
std::vector<Event>::iterator find_fact(Decision& decision) {
  return std::find_if(decision.events.begin(), decision.events.end(),
                      [](const Event& event) { return std::holds_alternative<T>(event.fact); });
}

template <class T>
bool repeat(Decision& decision) {
  const auto found = find_fact<T>(decision);
  if (found == decision.events.end()) return false;
  const Event copy = *found;
  const auto second = decision.events.insert(found, copy) + 1;
  if (!engine::in_history(copy.fact)) return true;
  for (auto event = second; event != decision.events.end(); ++event) event->history_id += 1;
  return true;
}

template <class T>
bool append_after(Decision& decision, Event event) {
  const auto found = find_fact<T>(decision);
  if (found == decision.events.end()) return false;
  event.at = found->at;
  event.history_id = decision.events.back().history_id;
  decision.events.push_back(std::move(event));
  return true;
}

bool skip_attempt(Decision& decision) {
  const auto found = find_fact<fact::StepRetried>(decision);
  if (found == decision.events.end()) return false;
  std::get<fact::StepRetried>(found->fact).attempt += 1;
  return true;
}

bool skip_history_id(Decision& decision) {
  const auto found = find_fact<fact::OperationFailed>(decision);
  if (found == decision.events.end()) return false;
  for (auto event = found; event != decision.events.end(); ++event) event->history_id += 1;
  return true;
}

bool lose_checkpoint(Decision& decision) {
  const auto found = find_fact<fact::CheckpointAccepted>(decision);
  if (found == decision.events.end()) return false;
  decision.events.erase(found);
  return true;
}

bool lose_invoke(Decision& decision) {
  return std::erase_if(decision.effects, [](const engine::Effect& effect) {
           return std::holds_alternative<engine::Invoke>(effect);
         }) > 0;
}

}  // namespace

std::string_view name_of(Plant plant) noexcept {
  for (const auto& [value, name] : names) {
    if (value == plant) return name;
  }
  return "unknown";
}

std::optional<Plant> plant_of(std::string_view name) noexcept {
  for (const auto& [value, text] : names) {
    if (text == name) return value;
  }
  return std::nullopt;
}

bool spoil(Plant plant, Decision& decision) {
  switch (plant) {
    case Plant::double_completion:
      return repeat<fact::OperationSucceeded>(decision);
    case Plant::history_gap:
      return skip_history_id(decision);
    case Plant::skipped_attempt:
      return skip_attempt(decision);
    case Plant::event_after_close:
      return append_after<fact::ExecutionFailed>(
          decision, Event(Timestamp{}, 0, 0, fact::CheckpointAccepted{}));
    case Plant::second_invocation:
      return repeat<fact::InvocationStarted>(decision);
    case Plant::reusable_token:
      return lose_checkpoint(decision);
    case Plant::lost_effect:
      return lose_invoke(decision);
    case Plant::none:
    case Plant::lost_log_event:
    case Plant::early_timer:
    case Plant::lost_delta:
    case Plant::accepted_refusal:
      break;  // Not in the decision: the world does these.
  }
  return false;
}

}  // namespace durable::sim
