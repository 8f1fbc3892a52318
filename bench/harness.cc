// SPDX-License-Identifier: Apache-2.0
#include "bench/harness.h"

#include <algorithm>
#include <cstdio>
#include <utility>

namespace durable::bench {
namespace {

template <class... Values>
std::string format(const char* pattern, Values... values) {
  std::string text(static_cast<std::size_t>(std::snprintf(nullptr, 0, pattern, values...)), ' ');
  std::snprintf(text.data(), text.size() + 1, pattern, values...);
  return text;
}

std::string names_of(std::span<const Workload> workloads) {
  std::string names;
  for (const Workload& workload : workloads) {
    names += names.empty() ? "" : ", ";
    names += workload.name;
  }
  return names;
}

// A time with the unit that leaves one to three digits before the point.
std::string readable(Seconds time) {
  if (time.count() < 1e-3) return format("%.1f us", time.count() * 1e6);
  if (time.count() < 1) return format("%.2f ms", time.count() * 1e3);
  return format("%.2f s", time.count());
}

}  // namespace

Result<Timings> time_runs(const Workload& workload, const Repetition& repetition,
                          const Stopwatch& now) {
  Timings timings;
  timings.amount = workload.run();
  timings.runs.reserve(repetition.runs_max);
  Seconds total{0};
  while (timings.runs.size() < repetition.runs_min ||
         (total < repetition.time_min && timings.runs.size() < repetition.runs_max)) {
    const Seconds start = now();
    const std::uint64_t amount = workload.run();
    timings.runs.push_back(now() - start);
    total += timings.runs.back();
    if (amount != timings.amount) {
      return Error{ErrorCode::invalid_usage,
                   "workload '" + std::string(workload.name) + "': expected each run to do " +
                       std::to_string(timings.amount) + " as the first one did, found " +
                       std::to_string(amount) + " in run " + std::to_string(timings.runs.size()) +
                       "; give it fixed data"};
    }
  }
  return timings;
}

Measurement summarize(const Workload& workload, const Timings& timings) {
  DURABLE_ASSERT(!timings.runs.empty());
  std::vector<Seconds> sorted = timings.runs;
  std::sort(sorted.begin(), sorted.end());
  const std::size_t middle = sorted.size() / 2;
  Measurement measurement;
  measurement.median =
      sorted.size() % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  measurement.fastest = sorted.front();
  measurement.slowest = sorted.back();
  measurement.runs = sorted.size();
  const double units =
      static_cast<double>(timings.amount) / static_cast<double>(workload.amount_per_unit);
  measurement.rate = units / measurement.median.count();
  return measurement;
}

Result<Arguments> parse_arguments(std::span<const std::string_view> arguments,
                                  std::span<const Workload> workloads) {
  Arguments parsed;
  for (const std::string_view argument : arguments) {
    if (argument == "--json") {
      parsed.json = true;
    } else if (argument == "--list") {
      parsed.list = true;
    } else if (argument == "--help") {
      parsed.help = true;
    } else if (argument.starts_with("-")) {
      return Error{ErrorCode::invalid_usage,
                   "expected --json, --list or --help, found '" + std::string(argument) + "'"};
    } else {
      const auto found = std::find_if(workloads.begin(), workloads.end(),
                                      [&](const Workload& w) { return w.name == argument; });
      if (found == workloads.end()) {
        return Error{ErrorCode::invalid_usage, "there is no workload '" + std::string(argument) +
                                                   "'; choose from: " + names_of(workloads)};
      }
      parsed.workloads.push_back(&*found);
    }
  }
  if (parsed.workloads.empty()) {
    for (const Workload& workload : workloads) parsed.workloads.push_back(&workload);
  }
  return parsed;
}

std::string table_head() {
  return format("%-14s %14s %-14s %10s %10s %10s %9s %5s", "workload", "rate", "unit", "median",
                "fastest", "slowest", "peak MiB", "runs");
}

std::string table_row(const Workload& workload, const Measurement& m) {
  return format("%-14s %14.0f %-14s %10s %10s %10s %9.1f %5zu", std::string(workload.name).c_str(),
                m.rate, std::string(workload.unit).c_str(), readable(m.median).c_str(),
                readable(m.fastest).c_str(), readable(m.slowest).c_str(), m.peak_rss_mib, m.runs);
}

std::string json_row(const Workload& workload, const Measurement& m) {
  return format(
      R"({"workload":"%s","rate":%.1f,"unit":"%s","median_s":%.9f,"peak_rss_mib":%.1f,"runs":%zu})",
      std::string(workload.name).c_str(), m.rate, std::string(workload.unit).c_str(),
      m.median.count(), m.peak_rss_mib, m.runs);
}

}  // namespace durable::bench
