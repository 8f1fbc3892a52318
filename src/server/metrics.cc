// SPDX-License-Identifier: Apache-2.0
#include "server/metrics.h"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string_view>
#include <system_error>

namespace durable::server {
namespace {

/// The service's quota, of which the utilization is a part.
constexpr double running_quota = 5'000'000;

class Text {
 public:
  void gauge(std::string_view name, std::string_view help, double value) {
    add(name, help, "gauge", value);
  }
  void counter(std::string_view name, std::string_view help, std::uint64_t value) {
    head(name, help, "counter");
    out_ << name << ' ' << value << '\n';
  }
  void add(std::string_view name, std::string_view help, std::string_view type, double value) {
    head(name, help, type);
    out_ << name << ' ' << value << '\n';
  }
  void head(std::string_view name, std::string_view help, std::string_view type) {
    out_ << "# HELP " << name << ' ' << help << "\n# TYPE " << name << ' ' << type << '\n';
  }
  std::ostringstream& out() { return out_; }

  Text() {
    out_.imbue(std::locale::classic());
    out_.precision(17);
  }

 private:
  std::ostringstream out_;
};

void add_service(Text& text, const service::ServiceMetrics& metrics) {
  const auto running = static_cast<double>(metrics.running);
  text.gauge("aws_lambda_approximate_running_durable_executions", "Executions that run.", running);
  text.gauge("aws_lambda_approximate_running_durable_executions_utilization",
             "Executions that run, in percent of the service's quota.",
             running * 100 / running_quota);
  text.counter("aws_lambda_durable_execution_started_total", "Executions started.",
               metrics.started);
  text.counter("aws_lambda_durable_execution_succeeded_total", "Executions that SUCCEEDED.",
               metrics.succeeded);
  text.counter("aws_lambda_durable_execution_failed_total", "Executions that FAILED.",
               metrics.failed);
  text.counter("aws_lambda_durable_execution_timed_out_total", "Executions that TIMED_OUT.",
               metrics.timed_out);
  text.counter("aws_lambda_durable_execution_stopped_total", "Executions that were STOPPED.",
               metrics.stopped);
  text.counter("aws_lambda_durable_execution_duration_milliseconds_total",
               "Wall-clock time of ended executions, together.", metrics.duration_ms);
  text.counter("aws_lambda_durable_execution_operations_total", "Durable operations.",
               metrics.operations);
  text.counter("aws_lambda_durable_execution_storage_written_bytes_total",
               "Payloads and errors stored.", metrics.stored_bytes);
  text.counter("aws_lambda_invocations_total", "Invocations, replays included.",
               metrics.invocations);
  text.counter("aws_lambda_errors_total", "Invocations that failed.", metrics.invocation_errors);
  text.counter("durable_server_checkpoints_total", "Checkpoint calls.", metrics.checkpoints);
  text.counter("durable_server_commits_total", "Commits of the store.", metrics.commits);
  text.gauge("durable_server_isolated_executions",
             "Executions that are left alone, since their data is damaged.",
             static_cast<double>(metrics.isolated));
  text.counter("durable_server_refused_busy_total", "Calls refused because too many waited.",
               metrics.refused_busy);
}

void add_server(Text& text, const ServerMetrics& metrics) {
  text.gauge("durable_server_requests_in_work", "Requests that are not answered, held ones too.",
             static_cast<double>(metrics.requests_in_work));
  if (metrics.connections) {
    text.gauge("durable_server_connections", "Open connections.",
               static_cast<double>(*metrics.connections));
  }
  constexpr std::string_view name = "durable_server_responses_total";
  text.head(name, "Answers by class of status.", "counter");
  for (std::size_t i = 2; i < metrics.answered.size(); ++i) {
    text.out() << name << "{code=\"" << i << "xx\"} " << metrics.answered[i] << '\n';
  }
}

void add_process(Text& text, const ProcessMetrics& metrics) {
  if (metrics.resident_bytes) {
    text.gauge("process_resident_memory_bytes", "Resident memory.",
               static_cast<double>(*metrics.resident_bytes));
  }
  if (metrics.open_files) {
    text.gauge("process_open_fds", "Open file descriptors.",
               static_cast<double>(*metrics.open_files));
  }
  if (metrics.threads) {
    text.gauge("process_threads", "Threads.", static_cast<double>(*metrics.threads));
  }
  if (metrics.cpu_seconds) {
    text.add("process_cpu_seconds_total", "User and system time.", "counter", *metrics.cpu_seconds);
  }
}

double seconds_of(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

/// How many entries a folder has; absent if it cannot be read.
std::optional<std::uint64_t> entries_of(const char* folder) {
  std::error_code error;
  std::uint64_t count = 0;
  for (std::filesystem::directory_iterator it(folder, error), end; !error && it != end;
       it.increment(error)) {
    ++count;
  }
  return error ? std::nullopt : std::optional(count);
}

}  // namespace

ProcessMetrics read_process_metrics() {
  ProcessMetrics metrics;
  std::ifstream statm("/proc/self/statm");
  std::uint64_t pages = 0;
  std::uint64_t resident = 0;
  if (statm >> pages >> resident) {
    metrics.resident_bytes = resident * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
  }
  metrics.open_files = entries_of("/proc/self/fd");
  metrics.threads = entries_of("/proc/self/task");
  rusage usage{};
  if (::getrusage(RUSAGE_SELF, &usage) == 0) {
    metrics.cpu_seconds = seconds_of(usage.ru_utime) + seconds_of(usage.ru_stime);
  }
  return metrics;
}

std::string metrics_text(const service::ServiceMetrics& service, const ServerMetrics& server,
                         const ProcessMetrics& process) {
  Text text;
  add_service(text, service);
  add_server(text, server);
  add_process(text, process);
  return text.out().str();
}

}  // namespace durable::server
