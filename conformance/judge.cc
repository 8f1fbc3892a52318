// SPDX-License-Identifier: Apache-2.0
#include "conformance/judge.h"

#include <durable/base/random.h>

#include <algorithm>
#include <exception>
#include <mutex>
#include <thread>
#include <utility>

namespace durable::conformance {
namespace {

/// What an execution came to, in words.
std::string end_of(const Observation& observation) {
  std::string text = observation.status;
  if (observation.error) {
    const wire::ErrorObject& error = *observation.error;
    text += " (" + error.error_type.value_or("") + ": " + error.error_message.value_or("") + ")";
  }
  if (!observation.given_up.empty()) text += " (" + observation.given_up + ")";
  return text;
}

std::optional<Mismatch> compare_result(const json::Value& expected, const Observation& observation,
                                       Bindings& bindings) {
  const std::string text = observation.result.value_or("null");
  const Result<json::Value> value = json::Value::parse(text);
  if (!value) return Mismatch{.path = "Result", .expected = "JSON", .found = text};
  auto mismatch = match(expected, *value, bindings);
  if (mismatch) mismatch->path.insert(0, mismatch->path.starts_with('[') ? "Result" : "Result.");
  if (mismatch && mismatch->path.ends_with('.')) mismatch->path.pop_back();
  return mismatch;
}

/// FNV-1a, 64 bits.
std::uint64_t seed_of(std::string_view id) {
  std::uint64_t hash = 0xCBF29CE484222325U;
  for (const char c : id) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3U;
  return hash;
}

/// Hands requirements to threads and verdicts to the reader.
class Board {
 public:
  Board(const std::vector<Requirement>& requirements, Target& target, const Clock& clock,
        const std::function<void(const Verdict&)>& report)
      : requirements_(requirements),
        target_(target),
        clock_(clock),
        report_(report),
        verdicts_(requirements.size()) {}

  /// A thread's work: requirement after requirement, until none is left.
  void work() {
    while (true) {
      const std::size_t index = claim();
      if (index >= requirements_.size()) return;
      const Requirement& requirement = requirements_[index];
      settle(index, judge(requirement, target_, seed_of(requirement.id), clock_));
    }
  }

  [[nodiscard]] std::vector<Verdict> take() {
    std::vector<Verdict> all;
    for (std::optional<Verdict>& verdict : verdicts_) all.push_back(*std::move(verdict));
    return all;
  }

 private:
  std::size_t claim() {
    const std::scoped_lock lock(mutex_);
    return next_++;
  }
  void settle(std::size_t index, Verdict verdict) {
    const std::scoped_lock lock(mutex_);
    verdicts_[index] = std::move(verdict);
    while (reported_ < verdicts_.size() && verdicts_[reported_]) {
      if (report_) report_(*verdicts_[reported_]);
      ++reported_;
    }
  }

  const std::vector<Requirement>& requirements_;
  Target& target_;
  const Clock& clock_;
  const std::function<void(const Verdict&)>& report_;
  std::mutex mutex_;  // guards what follows, and calls of report_
  std::vector<std::optional<Verdict>> verdicts_;
  std::size_t next_ = 0;
  std::size_t reported_ = 0;
};

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
      return "NOT_IMPLEMENTED";
    case Verdict::Status::error:
      break;
  }
  return "ERROR";
}

std::optional<Mismatch> compare(const Requirement& requirement, const Observation& observation,
                                Bindings& bindings) {
  const bool succeeded = observation.status == "SUCCEEDED";
  if (requirement.expected_status && observation.status != *requirement.expected_status) {
    return Mismatch{.path = "ExecutionStatus",
                    .expected = *requirement.expected_status,
                    .found = end_of(observation)};
  }
  if (!requirement.expected_status && !observation.given_up.empty()) {
    return Mismatch{.path = "ExecutionStatus", .expected = "an end", .found = end_of(observation)};
  }
  if (requirement.expected_result && succeeded) {
    if (auto mismatch = compare_result(*requirement.expected_result, observation, bindings)) {
      return mismatch;
    }
  } else if (requirement.expected_result && !requirement.expected_status) {
    return Mismatch{.path = "Result", .expected = "a result", .found = end_of(observation)};
  }
  if (auto mismatch = match_history(requirement.expected_history, observation.history, bindings)) {
    return mismatch;
  }
  if (!observation.no_log.empty()) return std::nullopt;
  return match_logs(requirement.expected_logs, observation.log_lines, bindings);
}

Verdict judge(const Requirement& requirement, Target& target, std::uint64_t seed,
              const Clock& clock) {
  using Status = Verdict::Status;
  Verdict verdict;
  verdict.id = requirement.id;
  verdict.suite = requirement.suite;
  verdict.optional = requirement.optional;
  verdict.warnings = requirement.warnings;
  const Timestamp begin = clock.now();
  const auto end = [&](Status status, std::string message) {
    verdict.status = status;
    verdict.message = std::move(message);
    verdict.time = clock.now() - begin;
    return std::move(verdict);
  };
  if (!requirement.problem.empty()) return end(Status::error, requirement.problem);
  try {
    const Result<bool> is_there = target.has(requirement);
    if (!is_there) return end(Status::error, is_there.error().message);
    if (!*is_there) return end(Status::not_implemented, target.name() + " has no function for it");
    Random random(seed);
    Result<Bindings> bindings = bind_variables(requirement, random);
    if (!bindings) return end(Status::error, bindings.error().message);
    const Result<Observation> observation =
        target.run({.requirement = requirement,
                    .bindings = *bindings,
                    .input = substitute(requirement.input, *bindings),
                    .seed = seed});
    if (!observation) return end(Status::error, observation.error().message);
    verdict.mismatch = compare(requirement, *observation, *bindings);
    if (!verdict.mismatch && !observation->no_log.empty() && !requirement.expected_logs.empty()) {
      return end(Status::error,
                 "all else holds, but ExpectedLogs cannot be checked: " + observation->no_log);
    }
    if (!verdict.mismatch) return end(Status::passed, {});
    verdict.tree = observation->tree;
    return end(requirement.optional ? Status::optional_failed : Status::failed,
               verdict.mismatch->to_string());
  } catch (const std::exception& error) {
    return end(Status::error, error.what());
  }
}

std::vector<Verdict> judge_all(const std::vector<Requirement>& requirements, Target& target,
                               std::size_t jobs, const Clock& clock,
                               const std::function<void(const Verdict&)>& report) {
  Board board(requirements, target, clock, report);
  const std::size_t threads =
      std::min({std::max<std::size_t>(jobs, 1), jobs_max, requirements.size()});
  {
    std::vector<std::jthread> others;  // they and this one; joined at the end of the block
    for (std::size_t i = 1; i < threads; ++i) others.emplace_back([&board] { board.work(); });
    board.work();
  }
  return board.take();
}

}  // namespace durable::conformance
