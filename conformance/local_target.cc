// SPDX-License-Identifier: Apache-2.0
#include "conformance/local_target.h"

#include <durable/sdk/logger.h>
#include <durable/testing/test_runner.h>
#include <durable/wire/json.h>

#include <algorithm>
#include <map>
#include <set>

#include "conformance/matcher.h"

namespace durable::conformance {
namespace {

/// Keeps the lines of an execution's log, each as the object that it would be as a line of JSON.
class LineCollector final : public Logger {
 public:
  [[nodiscard]] bool enabled(LogLevel) const noexcept override { return true; }
  void write(const LogRecord& record) noexcept override {
    json::Value line;
    line.set("message", record.message);
    for (const LogField& field : record.fields) {
      field.value.visit([&](auto value) { line.set(field.key, json::Value(value)); });
    }
    lines.push_back(std::move(line));
  }
  /// A line that a plugin printed.
  void print(std::string_view line) {
    Result<json::Value> parsed = json::Value::parse(line);
    if (parsed && parsed->as_object() != nullptr) {
      lines.push_back(*std::move(parsed));
    } else {
      json::Value text;
      text.set("message", line);
      lines.push_back(std::move(text));
    }
  }

  std::vector<json::Value> lines;
};

class LocalHost final : public Host {
 public:
  explicit LocalHost(LineCollector& lines) : lines_(lines) {}

  [[noreturn]] void crash() override { runner->crash_invocation(); }
  [[nodiscard]] bool first_time(std::string_view execution_arn, std::string_view mark) override {
    return seen_.emplace(std::string(execution_arn), std::string(mark)).second;
  }
  void print(std::string_view line) override { lines_.print(line); }

  DurableFunctionTestRunner* runner = nullptr;

 private:
  LineCollector& lines_;
  std::set<std::pair<std::string, std::string>> seen_;
};

/// JSON as Python's json.dumps writes it, which is what the official runner sends.
std::string dump(const json::Value& value) {
  if (const auto* array = value.as_array()) {
    std::string text = "[";
    for (const json::Value& element : *array) {
      text.append(text.size() > 1 ? ", " : "").append(dump(element));
    }
    return text + "]";
  }
  if (const auto* object = value.as_object()) {
    std::string text = "{";
    for (const auto& [key, member] : *object) {
      text.append(text.size() > 1 ? ", " : "").append(dump(key)).append(": ").append(dump(member));
    }
    return text + "}";
  }
  return value.dump().value();
}

/// Completes the callbacks of an execution as its requirement says.
class Outside {
 public:
  Outside(const Requirement& requirement, const Bindings& bindings)
      : actions_(requirement.callback_actions),
        bindings_(bindings),
        used_(actions_.size(), false) {}

  /// Takes note of the callbacks in a history as they appear.
  void see(const wire::Event& event) {
    if (event.event_type == wire::EventType::context_started && event.id) {
      names_[*event.id] = event.name.value_or("");
    }
    const auto* details = std::get_if<wire::CallbackStartedDetails>(&event.details);
    if (details == nullptr) return;
    ++callbacks_;
    std::string name = event.name.value_or("");
    if (name.empty() && event.parent_id) name = names_[*event.parent_id];
    plan(name, details->callback_id, event.event_timestamp);
  }

  /// Follows the execution until nothing is left to do.
  void play(DurableFunctionTestRunner& runner, const std::string& arn) {
    while (true) {
      if (!due_.empty()) {
        const Due due = due_.begin()->second;
        const Timestamp at = due_.begin()->first;
        due_.erase(due_.begin());
        if (at > runner.now()) runner.advance_time(at - runner.now());
        send(runner, due);
      } else if (std::find(used_.begin(), used_.end(), false) != used_.end()) {
        try {
          static_cast<void>(runner.wait_for_callback(arn, "", {.index = callbacks_}));
        } catch (const ResultLookupError&) {
          return;  // the execution has ended without it
        } catch (const RunIncompleteError&) {
          return;
        }
      } else {
        return;
      }
    }
  }

 private:
  struct Due {
    const CallbackAction* action;
    std::string callback_id;
  };

  /// The next actions for a callback of this name, up to the one that completes it.
  void plan(const std::string& name, const std::string& callback_id, Timestamp at) {
    for (std::size_t i = 0; i < actions_.size(); ++i) {
      if (used_[i] || !names_callback(actions_[i].callback_name, name, bindings_)) continue;
      used_[i] = true;
      at += actions_[i].delay;
      due_.emplace(at, Due{&actions_[i], callback_id});
      if (actions_[i].kind != CallbackAction::Kind::heartbeat) return;
    }
  }

  void send(DurableFunctionTestRunner& runner, const Due& due) const {
    std::optional<Payload> payload;
    if (due.action->payload) payload.emplace(dump(substitute(*due.action->payload, bindings_)));
    switch (due.action->kind) {
      case CallbackAction::Kind::success:
        return runner.send_callback_success_payload(due.callback_id, std::move(payload));
      case CallbackAction::Kind::failure:
        return runner.send_callback_failure(
            due.callback_id,
            payload ? wire::decode<wire::ErrorObject>(payload->view()).value() : ErrorObject{});
      case CallbackAction::Kind::heartbeat:
        return runner.send_callback_heartbeat(due.callback_id);
    }
  }

  const std::vector<CallbackAction>& actions_;
  const Bindings& bindings_;
  std::vector<bool> used_;
  std::multimap<Timestamp, Due> due_;
  std::map<std::string, std::string> names_;  // of contexts
  std::size_t callbacks_ = 0;
};

std::string_view service_word(InvocationStatus status) { return to_string(status); }

std::optional<Mismatch> compare(const Requirement& requirement,
                                const DurableFunctionTestResult& result, const LineCollector& lines,
                                Bindings& bindings) {
  if (requirement.expected_status &&
      service_word(result.status()) != *requirement.expected_status) {
    std::string found(service_word(result.status()));
    if (const ErrorObject* error = result.error()) {
      found +=
          " (" + error->error_type.value_or("") + ": " + error->error_message.value_or("") + ")";
    }
    return Mismatch{"ExecutionStatus", *requirement.expected_status, std::move(found)};
  }
  if (requirement.expected_result && result.status() == InvocationStatus::succeeded) {
    const std::string_view text = result.raw_result() ? result.raw_result()->view() : "null";
    const Result<json::Value> value = json::Value::parse(text);
    if (!value) return Mismatch{"Result", "JSON", std::string(text)};
    if (auto mismatch = match(*requirement.expected_result, *value, bindings)) {
      mismatch->path = mismatch->path.empty() ? "Result" : "Result." + mismatch->path;
      return mismatch;
    }
  }
  std::vector<json::Value> history;
  for (const wire::Event& event : result.history()) {
    history.push_back(json::Value::parse(wire::encode(event).value()).value());
  }
  if (auto mismatch = match_history(requirement.expected_history, history, bindings)) {
    return mismatch;
  }
  return match_logs(requirement.expected_logs, lines.lines, bindings);
}

}  // namespace

std::string_view to_string(Verdict::Status status) noexcept {
  switch (status) {
    case Verdict::Status::passed:
      return "PASSED";
    case Verdict::Status::failed:
      return "FAILED";
    case Verdict::Status::optional_failed:
      return "OPTIONAL_FAILED";
    case Verdict::Status::not_implemented:
      break;
  }
  return "NOT_IMPLEMENTED";
}

Verdict run_locally(const Requirement& requirement, const Function& function, std::uint64_t seed) {
  Verdict verdict{requirement.id, requirement.suite, Verdict::Status::passed, {}, {}};
  const auto fail = [&](std::string message) {
    verdict.status =
        requirement.optional ? Verdict::Status::optional_failed : Verdict::Status::failed;
    verdict.message = std::move(message);
  };
  Random random(seed);
  Result<Bindings> bindings = bind_variables(requirement, random);
  if (!bindings) {
    fail(bindings.error().message);
    return verdict;
  }
  const json::Value input = substitute(requirement.input, *bindings);

  LineCollector lines;
  LocalHost host(lines);
  LocalRunnerOptions options;
  options.seed = seed;
  options.logger = &lines;
  Outside outside(requirement, *bindings);
  options.on_event = [&outside](const wire::Event& event) { outside.see(event); };
  DurableFunctionTestRunner runner(function.make(host), std::move(options));
  host.runner = &runner;
  for (const InvokedFunction& target : invoked_functions()) {
    runner.register_function(target.name, target.make(host));
  }
  try {
    const std::string arn = runner.run_async(input);
    outside.play(runner, arn);
    const DurableFunctionTestResult result = runner.wait_for_result(arn);
    if (const auto mismatch = compare(requirement, result, lines, *bindings)) {
      fail(mismatch->to_string());
      verdict.tree = result.to_string();
    }
  } catch (const RunIncompleteError& error) {
    fail(error.what());
    verdict.tree = error.result().to_string();
  } catch (const std::exception& error) {
    fail(error.what());
  }
  return verdict;
}

}  // namespace durable::conformance
