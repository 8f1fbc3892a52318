// SPDX-License-Identifier: Apache-2.0
#include "testing/faults.h"

#include "testing/print.h"

#include <durable/wire/names.h>

#include <algorithm>

namespace durable::detail {
namespace {

constexpr std::size_t described_updates_max = 5;

bool at_checkpoints(FaultKind kind) { return kind <= FaultKind::stale_token; }
bool at_state_reads(FaultKind kind) { return kind == FaultKind::state_error; }
bool at_callbacks(FaultKind kind) {
  return kind == FaultKind::callback_twice || kind == FaultKind::callback_late;
}
bool at_scripts(FaultKind kind) { return kind == FaultKind::callback_early; }

/// FNV-1a.
class Digest {
 public:
  void add(std::string_view text) {
    for (const char c : text) {
      value_ = (value_ ^ static_cast<unsigned char>(c)) * 0x100000001B3ULL;
    }
    add_number(text.size());
  }
  void add_number(std::uint64_t number) { value_ = (value_ ^ number) * 0x100000001B3ULL; }
  void add_payload(const std::optional<Payload>& payload) {
    add_number(std::uint64_t{payload.has_value()});
    if (payload) add(payload->view());
  }
  [[nodiscard]] std::uint64_t value() const { return value_; }

 private:
  std::uint64_t value_ = 0xCBF29CE484222325ULL;
};

std::uint64_t digest_of(std::size_t execution, const std::vector<wire::OperationUpdate>& updates) {
  Digest digest;
  digest.add_number(execution);
  for (const wire::OperationUpdate& update : updates) {
    digest.add(update.id);
    digest.add_number(static_cast<std::uint64_t>(update.type));
    digest.add_number(static_cast<std::uint64_t>(update.action));
    digest.add(update.name ? std::string_view(*update.name) : std::string_view());
  }
  return digest.value();
}

/// `"outer/charge"`: by names, as far as they are known at the time of the call.
std::string path_of(const engine::Execution& execution,
                    const std::vector<wire::OperationUpdate>& updates,
                    const wire::OperationUpdate& update) {
  std::string path = update.name ? *update.name : update.id;
  std::optional<std::string_view> parent;
  if (update.parent_id) parent = *update.parent_id;
  while (parent) {
    const std::string_view id = *parent;
    parent.reset();
    if (const auto number = execution.find(id)) {
      const engine::OperationInfo& info = *execution.operation(*number).info;
      path.insert(0, std::string(info.name().value_or(info.id())) + "/");
      if (info.parent() != 0) parent = execution.operation(info.parent()).info->id();
      continue;
    }
    // Its start may stand in the same call.
    const auto started = std::find_if(updates.begin(), updates.end(),
                                      [id](const auto& other) { return other.id == id; });
    if (started == updates.end()) break;
    path.insert(0, (started->name ? *started->name : started->id) + "/");
    if (started->parent_id) parent = *started->parent_id;
  }
  return '"' + path + '"';
}

std::string text_of(const engine::Execution& execution, std::size_t number,
                    const std::vector<wire::OperationUpdate>& updates) {
  std::string text = "execution " + std::to_string(number + 1) + ", invocation " +
                     std::to_string(execution.invocation_count()) + ": ";
  if (updates.empty()) text += "no updates";
  for (std::size_t i = 0; i < updates.size() && i < described_updates_max; ++i) {
    const wire::OperationUpdate& update = updates[i];
    if (i > 0) text += ", ";
    text.append(wire::to_string(update.type)).append(" ");
    text.append(path_of(execution, updates, update)).append(" ");
    text.append(wire::to_string(update.action));
  }
  if (updates.size() > described_updates_max) {
    text += ", and " + std::to_string(updates.size() - described_updates_max) + " more";
  }
  return text;
}

/// Lambda's errors begin with the id of the invocation's request, which differs from run to run.
std::string_view without_request_id(std::string_view message) {
  constexpr std::string_view prefix = "RequestId: ";
  if (!message.starts_with(prefix)) return message;
  const std::size_t end = message.find(' ', prefix.size());
  return end == std::string_view::npos ? message : message.substr(end);
}

struct ErrorView {
  std::string_view type;
  std::string_view message;
  std::string_view data;
  friend bool operator==(const ErrorView&, const ErrorView&) = default;
};

ErrorView view_of(const engine::SharedError& error) {
  if (error == nullptr) return {};
  const auto text = [](const std::optional<std::string>& member) {
    return member ? std::string_view(*member) : std::string_view();
  };
  return {text(error->error_type), without_request_id(text(error->error_message)),
          text(error->error_data)};
}

}  // namespace

RunMonitor::RunMonitor(Schedule schedule, Texts texts)
    : schedule_(std::move(schedule)),
      texts_(texts),
      happened_(schedule_.faults.size(), false),
      disturbed_(schedule_.order_seed != 0),
      order_(schedule_.order_seed) {}

std::optional<FaultKind> RunMonitor::take(bool (*fits)(FaultKind), std::uint32_t number) {
  for (std::size_t i = 0; i < schedule_.faults.size(); ++i) {
    const Fault& fault = schedule_.faults[i];
    if (fault.number != number || !fits(fault.kind) || happened_[i]) continue;
    happened_[i] = true;
    disturbed_ = true;
    return fault.kind;
  }
  return std::nullopt;
}

std::optional<FaultKind> RunMonitor::at_checkpoint(
    const engine::Execution& execution, const std::vector<wire::OperationUpdate>& updates) {
  CheckpointNote& note = checkpoints_.emplace_back();
  const std::size_t number = number_of(execution);
  note.digest = digest_of(number, updates);
  if (texts_ == Texts::keep) note.text = text_of(execution, number, updates);
  compare(execution, updates, note.digest);
  return take(at_checkpoints, static_cast<std::uint32_t>(checkpoints_.size()));
}

void RunMonitor::compare(const engine::Execution& execution,
                         const std::vector<wire::OperationUpdate>& updates, std::uint64_t digest) {
  if (expected_ == nullptr || disturbed_ || diverged_) return;
  const std::size_t index = checkpoints_.size() - 1;
  if (index < expected_->size() && (*expected_)[index].digest == digest) return;
  diverged_ = true;
  violations_.push_back(
      "checkpoint " + std::to_string(checkpoints_.size()) +
      " is not that of the undisturbed run, though nothing had gone wrong yet.\n  expected: " +
      (index < expected_->size() ? (*expected_)[index].text : "no further checkpoint") +
      "\n  found:    " + text_of(execution, number_of(execution), updates) +
      "\n  The function or the test depends on something that outlives a run or differs between "
      "runs: a static or global variable, the time of day, a random number.");
}

std::optional<FaultKind> RunMonitor::at_state_read() {
  return take(at_state_reads, ++state_reads_);
}

std::optional<FaultKind> RunMonitor::at_callback_completion() {
  return take(at_callbacks, ++callback_completions_);
}

std::optional<FaultKind> RunMonitor::at_scripted_callback(bool at_once) {
  ++scripted_callbacks_;
  if (at_once) prompt_callbacks_.push_back(scripted_callbacks_);
  return take(at_scripts, scripted_callbacks_);
}

void RunMonitor::note(const engine::Execution& execution) {
  const auto known = by_arn_.find(execution.arn());
  if (known == by_arn_.end()) {
    by_arn_.emplace(execution.arn(), executions_.size());
    ExecutionNote& note = executions_.emplace_back();
    note.arn = execution.arn();
    note.function_arn = execution.info().function_arn;
    note.input = execution.info().input;
    return;
  }
  if (execution.running()) return;
  ExecutionNote& note = executions_[known->second];
  note.status = execution.status();
  note.result = execution.result();
  note.error = execution.error();
}

std::size_t RunMonitor::number_of(const engine::Execution& execution) const {
  const auto known = by_arn_.find(execution.arn());
  return known != by_arn_.end() ? known->second : executions_.size();
}

void RunMonitor::step_body_starts(const engine::Execution& execution, const StepBodyStart& start) {
  const auto complain = [&](const std::string& what) {
    violations_.push_back("the body of step \"" + std::string(start.name) + "\" (id " +
                          start.operation_id + ", attempt " + std::to_string(start.attempt) + ") " +
                          what);
  };
  const auto number = execution.find(start.operation_id);
  if (number && wire::is_terminal(execution.operation(*number).status)) {
    complain("ran again although the step is recorded as " +
             std::string(wire::to_string(execution.operation(*number).status)));
  }
  if (start.semantics != StepSemantics::at_most_once_per_retry) return;
  if (!number) complain("ran before its start was recorded, which at-most-once forbids");
  std::string key = std::string(execution.arn()) + "/" + start.operation_id;
  if (!at_most_once_.emplace(std::move(key), start.attempt).second) {
    complain("ran twice in one attempt, which at-most-once forbids");
  }
}

std::size_t RunMonitor::choose_ready(std::size_t ready) {
  return schedule_.order_seed == 0 ? 0 : static_cast<std::size_t>(order_.below(ready));
}

bool RunMonitor::delay_reply() { return schedule_.order_seed == 0 || order_.below(2) != 0; }

std::vector<ExecutionNote> RunMonitor::outcomes() const {
  std::vector<ExecutionNote> sorted = executions_;
  const auto text = [](const ExecutionNote& note) {
    return note.input ? note.input->view() : std::string_view();
  };
  std::stable_sort(sorted.begin(), sorted.end(), [&text](const auto& a, const auto& b) {
    return a.function_arn != b.function_arn ? a.function_arn < b.function_arn : text(a) < text(b);
  });
  return sorted;
}

std::vector<Fault> RunMonitor::missed() const {
  std::vector<Fault> faults;
  for (std::size_t i = 0; i < schedule_.faults.size(); ++i) {
    if (!happened_[i]) faults.push_back(schedule_.faults[i]);
  }
  return faults;
}

std::uint64_t digest_of(const std::vector<ExecutionNote>& outcomes) {
  Digest digest;
  for (const ExecutionNote& execution : outcomes) {
    digest.add(execution.function_arn);
    digest.add_payload(execution.input);
    digest.add_number(static_cast<std::uint64_t>(execution.status));
    digest.add_payload(execution.result);
    const ErrorView error = view_of(execution.error);
    for (const std::string_view text : {error.type, error.message, error.data}) digest.add(text);
  }
  return digest.value();
}

bool same_outcome(const ExecutionNote& a, const ExecutionNote& b) {
  return a.function_arn == b.function_arn && a.input == b.input && a.status == b.status &&
         a.result == b.result && view_of(a.error) == view_of(b.error);
}

std::string describe(const ExecutionNote& execution) {
  std::string text(wire::to_string(execution.status));
  if (execution.result) text += " -> " + shorten(execution.result->view());
  if (execution.error != nullptr) text += " ! " + format_error(*execution.error);
  return text;
}

}  // namespace durable::detail
