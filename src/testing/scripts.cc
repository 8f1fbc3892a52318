// SPDX-License-Identifier: Apache-2.0
#include "testing/scripts.h"

#include "engine/chained_invoke.h"
#include "testing/operation_names.h"
#include "testing/print.h"

#include <stdexcept>
#include <utility>

namespace durable {
namespace {

using detail::Script;
using InvokeStatus = engine::CompleteChainedInvoke::Status;

constexpr std::size_t seen_max = 20;

using Subject = Script::Subject;

std::string in_quotes(std::string_view text) { return '"' + std::string(text) + '"'; }

void add_delay(Script& script, Duration delay) {
  if (delay < Duration::zero()) {
    throw std::invalid_argument(script.text() + ".after: expected a duration of 0 or more, found " +
                                format_duration(delay));
  }
  script.next_delay += delay;
}

void set_times(Script& script, std::uint32_t count) {
  if (count == 0) {
    throw std::invalid_argument(
        script.text() + ".times: expected 1 or more, found 0; leave the script out instead");
  }
  script.times = count;
}

template <class Action>
void add_part(Script& script, Action action) {
  script.parts.push_back({std::exchange(script.next_delay, Duration::zero()), std::move(action)});
}

/// The one part of an invoke's script.
template <class Action>
void add_answer(Script& script, Action action) {
  if (script.complete()) {
    throw std::logic_error(script.text() +
                           " has its answer already: an invoke is answered once. For another "
                           "answer to the next invoke, limit this script with .times(n) and write "
                           "a second one");
  }
  add_part(script, std::move(action));
}

void add_outcome(Script& script, InvokeStatus status, wire::ErrorObject error) {
  engine::CompleteChainedInvoke outcome;
  outcome.status = status;
  outcome.error = std::move(error);
  add_answer(script, std::move(outcome));
}

/// What came, as far as it is worth showing.
void note(std::map<std::string, std::uint32_t>& seen, const std::string& what) {
  if (const auto known = seen.find(what); known != seen.end()) {
    ++known->second;
  } else if (seen.size() < seen_max) {
    seen.emplace(what, 1);
  }
}

std::string list(const std::map<std::string, std::uint32_t>& seen) {
  std::string text;
  for (const auto& [what, count] : seen) {
    if (!text.empty()) text += ", ";
    text += what;
    if (count > 1) text += " (" + std::to_string(count) + " times)";
  }
  if (seen.size() == seen_max) text += ", ...";
  return text.empty() ? "none" : text;
}

/// The operation by which a test best names a callback: the wait_for_callback that it belongs to.
engine::OperationNumber named_operation(const engine::Execution& execution,
                                        engine::OperationNumber number) {
  const engine::OperationNumber parent = execution.operation(number).info->parent();
  const bool waits = parent != 0 && execution.operation(parent).info->name() &&
                     execution.operation(parent).info->sub_type() == "WaitForCallback";
  return waits ? parent : number;
}

/// A name by which a test finds the operation.
std::string name_of(const engine::Execution& execution, engine::OperationNumber number) {
  const auto name = execution.operation(number).info->name();
  return name && !name->empty() ? std::string(*name) : operation_path(execution, number);
}

bool fits(const Script& script, const engine::Execution& execution,
          engine::OperationNumber number) {
  const auto* target = execution.operation(number).info->chained_invoke();
  if ((script.subject == Subject::invoke) != (target != nullptr)) return false;
  if (target == nullptr) return names_callback(execution, number, script.name);
  return FunctionReference(script.name).covers(FunctionReference(target->function_name)) ||
         names_operation(execution, number, script.name);
}

}  // namespace

std::string detail::Script::text() const {
  return (subject == Subject::callback ? "on_callback(" : "on_invoke(") + in_quotes(name) + ")";
}

CallbackScript& CallbackScript::after(Duration delay) {
  add_delay(*script_, delay);
  return *this;
}
CallbackScript& CallbackScript::succeed_with(std::optional<Payload> result) {
  add_part(*script_, engine::CallbackSuccess{std::move(result)});
  return *this;
}
CallbackScript& CallbackScript::fail(wire::ErrorObject error) {
  add_part(*script_, engine::CallbackFailure{std::move(error)});
  return *this;
}
CallbackScript& CallbackScript::heartbeat() {
  add_part(*script_, Script::Heartbeat{});
  return *this;
}
CallbackScript& CallbackScript::ignore() {
  script_->ignores = true;
  return *this;
}
CallbackScript& CallbackScript::times(std::uint32_t count) {
  set_times(*script_, count);
  return *this;
}
CallbackScript& CallbackScript::optional() {
  script_->is_optional = true;
  return *this;
}

InvokeScript& InvokeScript::after(Duration delay) {
  add_delay(*script_, delay);
  return *this;
}
InvokeScript& InvokeScript::succeed_with(std::optional<Payload> result) {
  engine::CompleteChainedInvoke outcome;
  outcome.result = std::move(result);
  add_answer(*script_, std::move(outcome));
  return *this;
}
InvokeScript& InvokeScript::fail(wire::ErrorObject error) {
  add_outcome(*script_, InvokeStatus::failed, std::move(error));
  return *this;
}
InvokeScript& InvokeScript::time_out() {
  add_outcome(*script_, InvokeStatus::timed_out,
              engine::chained_timeout_error(script_->next_delay));
  return *this;
}
InvokeScript& InvokeScript::stop(wire::ErrorObject error) {
  add_outcome(*script_, InvokeStatus::stopped, std::move(error));
  return *this;
}
InvokeScript& InvokeScript::ignore() {
  if (!script_->complete()) script_->ignores = true;
  return *this;
}
InvokeScript& InvokeScript::answer_with(detail::InvokeFunction function) {
  add_answer(*script_, std::move(function));
  return *this;
}
InvokeScript& InvokeScript::times(std::uint32_t count) {
  set_times(*script_, count);
  return *this;
}
InvokeScript& InvokeScript::optional() {
  script_->is_optional = true;
  return *this;
}

std::shared_ptr<Script> ScriptBook::add(Subject subject, std::string_view name) {
  auto script = std::make_shared<Script>(subject, name);
  if (name.empty()) {
    throw std::invalid_argument(script->text() +
                                (subject == Subject::callback
                                     ? ": expected the name or path of a callback, found none"
                                     : ": expected the name of a function, or the name or path of "
                                       "an invoke, found none"));
  }
  scripts_.push_back(script);
  return script;
}

Script* ScriptBook::take(const engine::Execution& execution, engine::OperationNumber number) {
  if (scripts_.empty()) return nullptr;
  note_seen(execution, number);
  for (const auto& script : scripts_) {
    if (script->used_up() || !script->complete() || !fits(*script, execution, number)) continue;
    ++script->used;
    return script.get();
  }
  return nullptr;
}

void ScriptBook::note_seen(const engine::Execution& execution, engine::OperationNumber number) {
  const auto* target = execution.operation(number).info->chained_invoke();
  if (target == nullptr) {
    note(seen_callbacks_, in_quotes(operation_path(execution, named_operation(execution, number))));
  } else {
    note(seen_invokes_,
         in_quotes(target->function_name) + " as " + in_quotes(operation_path(execution, number)));
  }
}

std::string ScriptBook::why_unanswered(const engine::Execution& execution,
                                       engine::OperationNumber number) const {
  const auto* target = execution.operation(number).info->chained_invoke();
  std::string reason = target == nullptr ? "nobody completes it" : "no function answers it";
  for (const auto& script : scripts_) {
    if (script->used == 0 || !fits(*script, execution, number)) continue;
    if (script->ignores) {
      reason = script->text() + " ignores it";
    } else if (script->used_up()) {
      reason = script->text() + ".times(" + std::to_string(*script->times) + ") is used up";
    } else {
      reason = script->text() + " has ended without completing it";
    }
  }
  if (target != nullptr) {
    return reason + "; add runner.on_invoke(" + in_quotes(target->function_name) +
           ").succeed(...) or runner.register_function(" + in_quotes(target->function_name) +
           ", handler)";
  }
  return reason + "; add runner.on_callback(" +
         in_quotes(name_of(execution, named_operation(execution, number))) +
         ").succeed(...), or complete it with runner.send_callback_success(callback_id, ...)";
}

std::string ScriptBook::why_unused(const Script& script) const {
  if (!script.complete()) {
    return script.subject == Subject::callback
               ? "it says nothing: add .succeed(...), .fail(...), .heartbeat() or .ignore()"
               : "it says nothing: add .succeed(...), .fail(...), .answer(...) or .ignore()";
  }
  if (script.used > 0) {
    return "it served " + std::to_string(script.used) + " of " + std::to_string(*script.times);
  }
  for (const auto& other : scripts_) {
    if (other.get() == &script) break;
    if (other->subject != script.subject || other->name != script.name || other->times) continue;
    return "an earlier script of the same name serves all: limit that one with .times(n)";
  }
  return script.subject == Subject::callback ? "no such callback was made"
                                             : "no such function was invoked";
}

std::vector<std::string> ScriptBook::unused() const {
  std::vector<std::string> lines;
  for (const auto& script : scripts_) {
    if (script->is_optional || (script->complete() && script->used_enough())) continue;
    lines.push_back("runner." + script->text() + ": " + why_unused(*script));
  }
  return lines;
}

std::string ScriptBook::report() const {
  const std::vector<std::string> lines = unused();
  if (lines.empty()) return "";
  std::string text = lines.size() == 1 ? "A script was not used:" : "Scripts were not used:";
  for (const std::string& line : lines) text += "\n  " + line;
  text += "\nCallbacks that were made: " + list(seen_callbacks_);
  text += "\nFunctions that were invoked: " + list(seen_invokes_);
  return text + "\nA script that may go unused is marked with .optional().";
}

}  // namespace durable
