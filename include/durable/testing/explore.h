// SPDX-License-Identifier: Apache-2.0
//
// Crash exploration: a test is run once undisturbed, and then once for each thing that can go wrong
// at each of its checkpoints.
#pragma once

#include <durable/testing/schedule.h>
#include <durable/testing/test_runner.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

namespace durable {

/// What is explored, and what must hold.
///
/// Whatever is chosen here: a run in which nothing goes wrong comes first, and for each of its
/// checkpoints follow three runs in which the process dies there (see `FaultKind`).
struct ExploreOptions {
  /// Whether each checkpoint also meets a throttled call, a failing service and a stale token, and
  /// each read of the state a failing service.
  bool service_faults = true;
  /// Whether each completion of a callback is also delivered twice, and late; and early, where a
  /// script makes it without a delay.
  bool callback_faults = true;
  /// How many orders are tried in which replies arrive and concurrent branches go on.
  std::uint32_t orders = 3;
  /// How many runs with two deaths are tried; they are drawn from `seed`.
  std::uint32_t double_kills = 0;
  /// Chooses what is chosen at random. 0: the seed of the runner.
  std::uint64_t seed = 0;
  /// More runs than this are not made: an even choice of them is, which the report says.
  std::uint32_t runs_max = 10'000;
  /// Whether each execution must come to the status, result and error of the undisturbed run. False
  /// for a function whose result may depend on a crash, such as one that reports that an
  /// at-most-once step was interrupted; what must hold is then said by assertions alone.
  bool same_outcome = true;
  /// Whether exploration goes on after the first schedule that fails.
  bool keep_going = false;
  /// Makes this one run and no other.
  std::optional<Schedule> only = {};
};

/// What an exploration found.
struct ExploreReport {
  struct Failure {
    Schedule schedule;
    std::string message;  ///< What went wrong where, and all that did not hold.
  };

  std::uint32_t checkpoints = 0;  ///< Of the undisturbed run.
  std::size_t schedules = 0;      ///< That there are, the undisturbed run included.
  std::size_t runs = 0;           ///< That were made.
  std::vector<Failure> failures = {};

  [[nodiscard]] bool passed() const noexcept { return failures.empty(); }
  /// A line of figures, and each failure.
  [[nodiscard]] std::string to_string() const;
};

/// Uses one runner as a test does. Says by an exception that something is not as it must be.
using ExploreBody = std::function<void(DurableTestRunner&)>;

/// Runs `body` as `options` say, each time with a fresh runner for `handler`, and checks after each
/// run that
///   - each execution came to what it came to in the undisturbed run,
///   - no body of a completed step ran again, and no at-most-once body twice for one attempt,
///   - the function did the same as in the undisturbed run until something went wrong.
/// The history, attempts, invocations and durations of the runs differ, and so does what a step
/// body did outside if it is not idempotent: that is what `body` can look at.
///
/// Time is always virtual. `local.faults` and `local.skip_time` are replaced.
[[nodiscard]] ExploreReport explore_crashes(const Handler& handler, const ExploreBody& body,
                                            const ExploreOptions& options = ExploreOptions(),
                                            const LocalRunnerOptions& local = LocalRunnerOptions());

/// As above, with a body that runs `handler` once on `input`.
template <class Input>
requires(!std::is_invocable_v<const Input&, DurableTestRunner&>) [[nodiscard]] ExploreReport
    explore_crashes(const Handler& handler, const Input& input,
                    const ExploreOptions& options = ExploreOptions(),
                    const LocalRunnerOptions& local = LocalRunnerOptions()) {
  return explore_crashes(handler,
                         ExploreBody([&input](DurableTestRunner& runner) { runner.run(input); }),
                         options, local);
}

namespace detail {

/// The course of an exploration, for adapters to test frameworks: they make each run themselves, so
/// that what fails in it is reported with it.
///
///     while (exploration.next()) {
///       const auto problems = exploration.run(body);
///       if (!problems.empty()) exploration.mark_failed();
///     }
///
/// Thread-safety: none.
class Exploration {
 public:
  Exploration(Handler handler, LocalRunnerOptions local, const ExploreOptions& options);
  ~Exploration();
  Exploration(const Exploration&) = delete;
  Exploration& operator=(const Exploration&) = delete;

  /// Moves to the next run. False: there is none, or no other is to be made.
  [[nodiscard]] bool next();
  /// Of the present run.
  [[nodiscard]] const Schedule& schedule() const noexcept;
  /// What goes wrong in the present run and where, over several lines.
  [[nodiscard]] std::string describe() const;
  /// Makes the present run, and returns all that did not hold, an exception of `body` included.
  [[nodiscard]] std::vector<std::string> run(const ExploreBody& body);
  /// The present run has failed, by what it returned or by what the adapter saw.
  void mark_failed();

  /// Checkpoints of the undisturbed run.
  [[nodiscard]] std::uint32_t checkpoints() const noexcept;
  /// Known once the undisturbed run was made; it is among them.
  [[nodiscard]] std::size_t schedules() const noexcept;
  [[nodiscard]] std::size_t runs() const noexcept;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace detail
}  // namespace durable
