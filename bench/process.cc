// SPDX-License-Identifier: Apache-2.0
//
// The part of the harness that deals with the machine: processes, its clock, its name, output.
#include "bench/harness.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <exception>
#include <fstream>
#include <sstream>
#include <thread>

namespace durable::bench {
namespace {

Seconds steady_now() { return std::chrono::steady_clock::now().time_since_epoch(); }

// What the child tells its parent: "ok AMOUNT SECONDS...", or "error TEXT".
std::string report_of(const Workload& workload, const Repetition& repetition) {
  try {
    const Result<Timings> timings = time_runs(workload, repetition, steady_now);
    if (workload.finish) workload.finish();
    if (!timings) return "error " + timings.error().message;
    std::ostringstream report;
    report.precision(17);
    report << "ok " << timings->amount;
    for (const Seconds run : timings->runs) report << ' ' << run.count();
    return report.str();
  } catch (const std::exception& exception) {
    return "error workload '" + std::string(workload.name) + "' threw: " + exception.what();
  }
}

void write_all(int file, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(file, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return;  // The parent is gone; it alone could report that.
    text.remove_prefix(static_cast<std::size_t>(written));
  }
}

std::string read_all(int file) {
  std::string text;
  std::array<char, 4096> buffer{};
  while (true) {
    const ssize_t count = ::read(file, buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return text;
    text.append(buffer.data(), static_cast<std::size_t>(count));
  }
}

Error system_error(const char* call) {
  return {ErrorCode::invalid_usage,
          std::string(call) + " failed: " + std::strerror(errno) + "; free some resources"};
}

Result<Timings> parse_report(const Workload& workload, const std::string& report, int status) {
  if (report.starts_with("error ")) return Error{ErrorCode::invalid_usage, report.substr(6)};
  if (!report.starts_with("ok ")) {
    const std::string how = WIFSIGNALED(status)
                                ? "signal " + std::to_string(WTERMSIG(status))
                                : "exit code " + std::to_string(WEXITSTATUS(status));
    return Error{ErrorCode::invalid_usage, "the process of workload '" +
                                               std::string(workload.name) + "' ended early by " +
                                               how + "; run it alone under a debugger"};
  }
  std::istringstream fields(report.substr(3));
  Timings timings;
  fields >> timings.amount;
  for (double seconds = 0; fields >> seconds;) timings.runs.emplace_back(seconds);
  return timings;
}

std::string machine_line() {
  std::string processor = "unknown processor";
  std::ifstream cpuinfo("/proc/cpuinfo");
  for (std::string line; std::getline(cpuinfo, line);) {
    if (line.starts_with("model name")) {
      processor = line.substr(line.find(':') + 2);
      break;
    }
  }
#ifdef NDEBUG
  const char* const build = "release";
#else
  const char* const build = "debug: its figures say nothing";
#endif
  return "machine: " + processor + ", " + std::to_string(std::thread::hardware_concurrency()) +
         " processors; compiler " __VERSION__ "; build " + build;
}

void print_help(std::span<const Workload> workloads) {
  std::puts("usage: durable_bench [NAME...] [--json | --list | --help]\n\nWorkloads:");
  for (const Workload& workload : workloads) {
    std::printf("  %-14s %s\n", std::string(workload.name).c_str(),
                std::string(workload.question).c_str());
  }
}

}  // namespace

Result<Measurement> measure(const Workload& workload, const Repetition& repetition) {
  std::array<int, 2> pipe_ends{};
  if (::pipe2(pipe_ends.data(), O_CLOEXEC) != 0) return system_error("pipe");
  std::fflush(nullptr);  // Or the child would write out what this process has buffered.
  const pid_t child = ::fork();
  if (child < 0) return system_error("fork");
  if (child == 0) {
    ::close(pipe_ends[0]);
    write_all(pipe_ends[1], report_of(workload, repetition));
    ::_exit(0);
  }
  ::close(pipe_ends[1]);
  const std::string report = read_all(pipe_ends[0]);
  ::close(pipe_ends[0]);
  int status = 0;
  rusage usage{};
  while (::wait4(child, &status, 0, &usage) < 0) {
    if (errno != EINTR) return system_error("wait4");
  }
  Result<Timings> timings = parse_report(workload, report, status);
  if (!timings) return std::move(timings).error();
  Measurement measurement = summarize(workload, *timings);
  measurement.peak_rss_mib = static_cast<double>(usage.ru_maxrss) / 1024;  // Linux: in KiB.
  return measurement;
}

int run_benchmarks(std::span<const std::string_view> arguments,
                   std::span<const Workload> workloads) {
  const Result<Arguments> parsed = parse_arguments(arguments, workloads);
  if (!parsed) {
    std::fprintf(stderr, "bench: %s\n", parsed.error().message.c_str());
    return 2;
  }
  if (parsed->help) {
    print_help(workloads);
    return 0;
  }
  if (parsed->list) {
    for (const Workload& workload : workloads) std::puts(std::string(workload.name).c_str());
    return 0;
  }
  std::fprintf(parsed->json ? stderr : stdout, "%s\n", machine_line().c_str());
  if (!parsed->json) std::puts(table_head().c_str());
  for (const Workload* workload : parsed->workloads) {
    const Result<Measurement> measurement = measure(*workload, Repetition{});
    if (!measurement) {
      std::fprintf(stderr, "bench: %s\n", measurement.error().message.c_str());
      return 1;
    }
    std::puts((parsed->json ? json_row : table_row)(*workload, *measurement).c_str());
    std::fflush(stdout);
  }
  return 0;
}

}  // namespace durable::bench
