// SPDX-License-Identifier: Apache-2.0
#include <durable/testing/explore.h>

#include "testing/faults.h"

#include <algorithm>
#include <array>
#include <utility>

namespace durable {
namespace {

using detail::CheckpointNote;
using detail::ExecutionNote;
using detail::RunMonitor;

constexpr std::size_t compared_executions_max = 5;

constexpr std::array kills{FaultKind::kill_before_send, FaultKind::kill_reply_lost,
                           FaultKind::kill_after_reply};
constexpr std::array service_faults{FaultKind::throttled, FaultKind::service_error,
                                    FaultKind::stale_token};
constexpr std::array callback_faults{FaultKind::callback_twice, FaultKind::callback_late};

constexpr std::string_view differs =
    "Where something goes wrong, the history, the numbers of invocations and attempts and the "
    "durations are not those of an undisturbed run (`invocations().size() == 1` cannot hold), and "
    "the body of an at-least-once step may run again: assert what must hold all the same.";

std::string what_goes_wrong(const Fault& fault) {
  const std::string number = std::to_string(fault.number);
  switch (fault.kind) {
    case FaultKind::kill_before_send:
      return "the process dies before it sends checkpoint " + number;
    case FaultKind::kill_reply_lost:
      return "checkpoint " + number + " is recorded, and the process dies before the reply arrives";
    case FaultKind::kill_after_reply:
      return "the process takes in the reply to checkpoint " + number +
             " and dies at its next durable call, or where it would answer";
    case FaultKind::throttled:
      return "checkpoint " + number + " is answered with 429 and not recorded";
    case FaultKind::service_error:
      return "checkpoint " + number + " is answered with 5xx and not recorded";
    case FaultKind::stale_token:
      return "the token of checkpoint " + number + " is refused as stale";
    case FaultKind::state_error:
      return "read " + number + " of the execution's state is answered with 5xx";
    case FaultKind::callback_twice:
      return "callback completion " + number + " is delivered twice";
    case FaultKind::callback_late:
      return "callback completion " + number +
             " is delivered when nothing else can happen: others overtake it";
    case FaultKind::callback_early:
      return "scripted callback " + number + " is completed before the reply to its start";
  }
  return "unknown";
}

bool at_checkpoint(const Fault& fault) { return fault.kind <= FaultKind::stale_token; }

std::string plural(std::size_t count, const std::string& noun) {
  return std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
}

/// What often stands behind a result that differs.
std::string_view hint_for(const ExecutionNote& found) {
  if (found.error == nullptr) return "";
  const auto mentions = [&found](std::string_view text) {
    return found.error->error_type.value_or("").find(text) != std::string::npos ||
           found.error->error_message.value_or("").find(text) != std::string::npos;
  };
  if (mentions("StepInterruptedError") || mentions("was cut off between its start and its end")) {
    return "\n    An at-most-once step was cut off, so nobody knows whether its effect happened. "
           "Catch StepInterruptedError and find out, give the step a retry policy, or set "
           "`same_outcome = false` and assert what must hold.";
  }
  return "";
}

std::string compare(const std::vector<ExecutionNote>& expected,
                    const std::vector<ExecutionNote>& found) {
  if (expected.size() != found.size()) {
    return "the run started " + plural(found.size(), "execution") + ", the undisturbed one " +
           std::to_string(expected.size());
  }
  std::string text;
  std::size_t different = 0;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    if (same_outcome(expected[i], found[i])) continue;
    if (++different > compared_executions_max) continue;
    text += "\n    undisturbed: " + describe(expected[i]);
    text += "\n    found:       " + describe(found[i]);
    text += hint_for(found[i]);
  }
  if (different == 0) return "";
  if (different > compared_executions_max) {
    text += "\n    ... and " + std::to_string(different - compared_executions_max) + " more";
  }
  return "an execution did not come to what it came to in the undisturbed run:" + text;
}

}  // namespace

class detail::Exploration::Impl {
 public:
  Impl(Handler handler, LocalRunnerOptions local, const ExploreOptions& options)
      : handler_(std::move(handler)),
        local_(std::move(local)),
        options_(options),
        random_(options.seed != 0 ? options.seed : local_.seed) {
    local_.skip_time = true;
    if (options_.only) current_ = *options_.only;
  }

  bool next();
  [[nodiscard]] const Schedule& schedule() const noexcept { return current_; }
  [[nodiscard]] std::string describe() const;
  std::vector<std::string> run(const ExploreBody& body);
  void mark_failed() noexcept { stopped_ = stopped_ || alone() || !options_.keep_going; }
  [[nodiscard]] std::uint32_t checkpoints() const noexcept {
    return static_cast<std::uint32_t>(expected_.size());
  }
  [[nodiscard]] std::size_t schedules() const noexcept { return 1 + planned_; }
  [[nodiscard]] std::size_t runs() const noexcept { return runs_; }

 private:
  /// Whether the present run is the undisturbed one, or the only one.
  [[nodiscard]] bool alone() const noexcept { return options_.only || runs_ <= 1; }
  void plan(const RunMonitor& undisturbed);
  void learn(const RunMonitor& monitor);
  [[nodiscard]] Schedule draw_double_kill();
  [[nodiscard]] std::vector<std::string> problems_of(const RunMonitor& monitor) const;

  Handler handler_;
  LocalRunnerOptions local_;
  ExploreOptions options_;
  Random random_;
  Schedule current_;
  bool stopped_ = false;
  std::size_t runs_ = 0;  // begun

  // Of the undisturbed run.
  std::vector<CheckpointNote> expected_;
  std::vector<ExecutionNote> outcomes_;
  std::uint64_t outcome_digest_ = 0;

  std::vector<Schedule> schedules_;  // the planned ones without the double kills
  std::size_t planned_ = 0;          // with them
  std::size_t next_ = 0;
  std::uint32_t double_kills_left_ = 0;
  std::vector<std::uint32_t> calls_after_kill_;  // checkpoints of the run with one kill; 0: not run
};

bool detail::Exploration::Impl::next() {
  if (stopped_) return false;
  if (runs_ == 0) {
    ++runs_;
    return true;
  }
  if (options_.only) return false;
  if (next_ < schedules_.size()) {
    current_ = schedules_[next_++];
  } else if (double_kills_left_ > 0 && !expected_.empty()) {
    --double_kills_left_;
    current_ = draw_double_kill();
  } else {
    return false;
  }
  if (options_.same_outcome) current_.outcome = outcome_digest_;
  ++runs_;
  return true;
}

std::string detail::Exploration::Impl::describe() const {
  if (current_.undisturbed()) {
    return "crash exploration: the undisturbed run, in which nothing goes wrong";
  }
  std::string text = "crash exploration: schedule " + current_.to_string();
  if (!options_.only) {
    text += " (run " + std::to_string(runs_) + " of " + std::to_string(schedules()) + ")";
  }
  text += ":";
  for (const Fault& fault : current_.faults) {
    text += "\n  " + what_goes_wrong(fault);
    if (!at_checkpoint(fault) || fault.number > expected_.size()) continue;
    text += "\n    checkpoint " + std::to_string(fault.number) + " of " +
            std::to_string(expected_.size()) + ": " + expected_[fault.number - 1].text;
    // Later ones are counted in a run that is no longer the undisturbed one.
    if (current_.faults.size() > 1) break;
  }
  if (current_.faults.size() > 1) {
    text += "\n  then " + what_goes_wrong(current_.faults[1]) + " (counted in this run)";
  }
  if (current_.order_seed != 0) {
    text += "\n  concurrent branches go on, and replies arrive, in an order drawn from seed " +
            std::to_string(current_.order_seed);
  }
  return text + "\n  " + std::string(differs);
}

std::vector<std::string> detail::Exploration::Impl::run(const ExploreBody& body) {
  const bool keep_texts = runs_ == 1;
  const auto monitor = std::make_shared<RunMonitor>(
      current_, keep_texts ? RunMonitor::Texts::keep : RunMonitor::Texts::leave_out);
  if (runs_ > 1) monitor->expect(expected_);
  LocalRunnerOptions local = local_;
  local.faults = current_;
  local.monitor = monitor;
  std::vector<std::string> problems;
  {
    DurableFunctionTestRunner runner(handler_, std::move(local));
    try {
      body(runner);
    } catch (const std::exception& error) {
      problems.push_back("the test's body threw: " + std::string(error.what()));
    } catch (...) {
      problems.emplace_back("the test's body threw something that is no std::exception");
    }
  }
  const bool threw = !problems.empty();
  if (runs_ == 1 && !options_.only) {
    expected_ = monitor->checkpoints();
    outcomes_ = monitor->outcomes();
    outcome_digest_ = digest_of(outcomes_);
    plan(*monitor);
  }
  learn(*monitor);
  for (std::string& problem : problems_of(*monitor)) problems.push_back(std::move(problem));
  if (!threw) {
    for (const Fault& fault : monitor->missed()) {
      problems.push_back(std::string(durable::to_string(fault.kind)) + "@" +
                         std::to_string(fault.number) + " did not happen: the run made " +
                         plural(monitor->checkpoints().size(), "checkpoint call") + ", " +
                         plural(monitor->state_reads(), "read") + " of the state, " +
                         plural(monitor->callback_completions(), "callback completion") + " and " +
                         plural(monitor->scripted_callbacks(), "callback") +
                         " that a script completes");
    }
  }
  return problems;
}

std::vector<std::string> detail::Exploration::Impl::problems_of(const RunMonitor& monitor) const {
  std::vector<std::string> problems = monitor.violations();
  if (!current_.outcome) return problems;
  const std::vector<ExecutionNote> found = monitor.outcomes();
  if (!options_.only) {
    if (std::string difference = compare(outcomes_, found); !difference.empty()) {
      problems.push_back(std::move(difference));
    }
  } else if (digest_of(found) != *current_.outcome) {
    std::string text =
        "the executions did not come to what they came to in the undisturbed run (`outcome` in the "
        "schedule is its digest):";
    for (std::size_t i = 0; i < found.size() && i < compared_executions_max; ++i) {
      text += "\n    found: " + detail::describe(found[i]);
      text += hint_for(found[i]);
    }
    problems.push_back(std::move(text));
  }
  return problems;
}

void detail::Exploration::Impl::plan(const RunMonitor& undisturbed) {
  const auto add = [this](FaultKind kind, std::uint32_t number) {
    schedules_.push_back({{{kind, number}}, 0, {}});
  };
  for (std::uint32_t number = 1; number <= expected_.size(); ++number) {
    for (const FaultKind kind : kills) add(kind, number);
  }
  if (options_.service_faults) {
    for (std::uint32_t number = 1; number <= expected_.size(); ++number) {
      for (const FaultKind kind : service_faults) add(kind, number);
    }
    for (std::uint32_t number = 1; number <= undisturbed.state_reads(); ++number) {
      add(FaultKind::state_error, number);
    }
  }
  if (options_.callback_faults) {
    for (std::uint32_t number = 1; number <= undisturbed.callback_completions(); ++number) {
      for (const FaultKind kind : callback_faults) add(kind, number);
    }
    // One that is completed later must not be: what else ends until then might come first.
    for (const std::uint32_t number : undisturbed.prompt_callbacks()) {
      add(FaultKind::callback_early, number);
    }
  }
  for (std::uint32_t i = 0; i < options_.orders; ++i) {
    schedules_.push_back({{}, 1 + random_.below(9'999), {}});
  }
  double_kills_left_ = expected_.empty() ? 0 : options_.double_kills;
  planned_ = schedules_.size() + double_kills_left_;
  calls_after_kill_.assign(expected_.size() * kills.size(), 0);

  const std::size_t room = options_.runs_max > 1 ? options_.runs_max - 1 : 0;
  if (planned_ <= room) return;
  double_kills_left_ =
      static_cast<std::uint32_t>(std::min<std::size_t>(double_kills_left_, room / 2));
  const std::size_t chosen = room - double_kills_left_;
  std::vector<Schedule> even;
  even.reserve(chosen);
  for (std::size_t i = 0; i < chosen; ++i) {
    even.push_back(std::move(schedules_[i * schedules_.size() / chosen]));
  }
  schedules_ = std::move(even);
}

void detail::Exploration::Impl::learn(const RunMonitor& monitor) {
  if (current_.faults.size() != 1 || current_.order_seed != 0) return;
  const Fault& fault = current_.faults.front();
  const auto kind = static_cast<std::size_t>(fault.kind);
  const std::size_t index = (fault.number - 1) * kills.size() + kind;
  if (kind < kills.size() && index < calls_after_kill_.size()) {
    calls_after_kill_[index] = static_cast<std::uint32_t>(monitor.checkpoints().size());
  }
}

Schedule detail::Exploration::Impl::draw_double_kill() {
  const auto draw_kind = [this] { return static_cast<std::size_t>(random_.below(kills.size())); };
  std::size_t kind = draw_kind();
  const auto number = static_cast<std::uint32_t>(1 + random_.below(expected_.size()));
  std::uint32_t calls = calls_after_kill_[(number - 1) * kills.size() + kind];
  if (calls <= number) {
    // No call is known to follow. After a death before the send one always does: the same again.
    kind = 0;
    calls = number + 1;
  }
  const auto second = static_cast<std::uint32_t>(number + 1 + random_.below(calls - number));
  return {{{kills[kind], number}, {kills[draw_kind()], second}}, 0, {}};
}

detail::Exploration::Exploration(Handler handler, LocalRunnerOptions local,
                                 const ExploreOptions& options)
    : impl_(std::make_unique<Impl>(std::move(handler), std::move(local), options)) {}
detail::Exploration::~Exploration() = default;
bool detail::Exploration::next() { return impl_->next(); }
const Schedule& detail::Exploration::schedule() const noexcept { return impl_->schedule(); }
std::string detail::Exploration::describe() const { return impl_->describe(); }
std::vector<std::string> detail::Exploration::run(const ExploreBody& body) {
  return impl_->run(body);
}
void detail::Exploration::mark_failed() { impl_->mark_failed(); }
std::uint32_t detail::Exploration::checkpoints() const noexcept { return impl_->checkpoints(); }
std::size_t detail::Exploration::schedules() const noexcept { return impl_->schedules(); }
std::size_t detail::Exploration::runs() const noexcept { return impl_->runs(); }

ExploreReport explore_crashes(const Handler& handler, const ExploreBody& body,
                              const ExploreOptions& options, const LocalRunnerOptions& local) {
  detail::Exploration exploration(handler, local, options);
  ExploreReport report;
  while (exploration.next()) {
    const std::vector<std::string> problems = exploration.run(body);
    if (problems.empty()) continue;
    exploration.mark_failed();
    std::string message = exploration.describe();
    for (const std::string& problem : problems) message += "\n- " + problem;
    report.failures.push_back({exploration.schedule(), std::move(message)});
  }
  report.checkpoints = exploration.checkpoints();
  report.schedules = exploration.schedules();
  report.runs = exploration.runs();
  return report;
}

std::string ExploreReport::to_string() const {
  std::string text = plural(failures.size(), "failing schedule") + " in " + std::to_string(runs) +
                     " of " + plural(schedules, "run") + " over " +
                     plural(checkpoints, "checkpoint") + "\n";
  for (const Failure& failure : failures) {
    text += failure.message + "\n  repeat this run: " + failure.schedule.to_string() + "\n";
  }
  return text;
}

}  // namespace durable
