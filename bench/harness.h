// SPDX-License-Identifier: Apache-2.0
//
// Measures workloads: whole runs through the product, each workload in a process of its own.
#pragma once

#include <durable/base/result.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace durable::bench {

/// One thing to measure. Its data and seeds are fixed, so that two runs do the same work.
struct Workload {
  std::string_view name;
  std::string_view unit;               ///< Of the rate, with its time: `steps/s`.
  std::string_view question;           ///< What the figure answers, as a sentence.
  std::function<std::uint64_t()> run;  ///< Works once; returns how much it did, always the same.
  std::uint64_t amount_per_unit = 1;   ///< How much of what `run` counts is one unit of the rate.
  std::function<void()> finish = {};   ///< Ends what the runs have started; empty: nothing.
};

using Seconds = std::chrono::duration<double>;

/// When to stop repeating a workload.
struct Repetition {
  std::size_t runs_min = 11;        ///< At least so many runs ...
  std::size_t runs_max = 201;       ///< ... and at most so many ...
  Seconds time_min = Seconds(0.5);  ///< ... until they took so long together.
};

/// The figures of one workload.
struct Measurement {
  double rate = 0;  ///< Units in a second, by the median run.
  Seconds median{};
  Seconds fastest{};
  Seconds slowest{};
  double peak_rss_mib = 0;  ///< Of the process that ran it and nothing else.
  std::size_t runs = 0;
};

/// What one process found: the amount that each run did, and how long each took.
struct Timings {
  std::uint64_t amount = 0;
  std::vector<Seconds> runs;
};

/// Tells the time since any fixed point.
using Stopwatch = std::function<Seconds()>;

/// Runs `workload` once to warm up, then repeatedly. Errors: `invalid_usage` when a run does
/// another amount than the first one: its figure would mean nothing.
[[nodiscard]] Result<Timings> time_runs(const Workload& workload, const Repetition& repetition,
                                        const Stopwatch& now);

/// The figures behind `timings`, which has at least one run.
[[nodiscard]] Measurement summarize(const Workload& workload, const Timings& timings);

/// Measures `workload` in a child process. The caller has no other thread. Errors: `invalid_usage`
/// as `time_runs`, or when the workload throws or its process dies, with the reason.
[[nodiscard]] Result<Measurement> measure(const Workload& workload, const Repetition& repetition);

/// What the command line asks for.
struct Arguments {
  std::vector<const Workload*> workloads;  ///< In the order given; all when none is named.
  bool json = false;
  bool list = false;
  bool help = false;
};

/// Errors: `invalid_usage` for an unknown option or workload, with those that there are.
[[nodiscard]] Result<Arguments> parse_arguments(std::span<const std::string_view> arguments,
                                                std::span<const Workload> workloads);

/// One line of the table, and the line above it.
[[nodiscard]] std::string table_head();
[[nodiscard]] std::string table_row(const Workload& workload, const Measurement& measurement);

/// The measurement as one JSON object, without a line break.
[[nodiscard]] std::string json_row(const Workload& workload, const Measurement& measurement);

/// The whole program over `workloads`; returns its exit code.
[[nodiscard]] int run_benchmarks(std::span<const std::string_view> arguments,
                                 std::span<const Workload> workloads);

}  // namespace durable::bench
