// SPDX-License-Identifier: Apache-2.0
#include "cli/serve.h"

#include "cli/access_log.h"
#include "cli/command_line.h"
#include "cli/line_writer.h"
#include "cli/open_files.h"
#include "cli/server_options.h"
#include "cli/session.h"
#include "cli/store_log.h"

#include <signal.h>
#include <ctime>

#include <future>
#include <map>
#include <sstream>
#include <utility>

namespace durable::cli {
namespace {

constexpr Duration stop_grace = std::chrono::seconds{30};
constexpr long log_poll_ns = 200'000'000;
constexpr std::size_t log_lines_at_once = 1'000;
constexpr int log_reads_max = 20;  // twice what the server keeps

sigset_t ending_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  return signals;
}

/// A command on one line: a runtime that this program brings is a word of many lines.
std::string on_one_line(const server::FunctionDefinition& function) {
  std::string text;
  for (const std::string& word : function.command) {
    const bool is_script = word.find('\n') != std::string::npos;
    text += (text.empty() ? "" : " ") + (is_script ? "(runtime) " + function.handler : word);
  }
  return text;
}

/// What stands there once the server is ready: first the line that scripts wait for.
std::string announcement(const server::Server& server, const server::ServerOptions& options,
                         const Style& style) {
  std::ostringstream out;
  out << "durable server listening on " << style.bold(server.url()) << ", executions in "
      << (options.store == server::StoreKind::memory ? std::string("memory") : options.store_path);
  if (options.time_mode == service::TimeMode::skipped) out << ", waits are skipped";
  if (options.time_mode == service::TimeMode::scaled) {
    out << ", time runs " << options.time_scale << " times as fast";
  }
  out << "\n";
  if (!options.lambda_endpoint.empty()) {
    out << "functions are invoked at " << options.lambda_endpoint << "\n";
  } else {
    for (const server::FunctionDefinition& function : options.functions) {
      if (function.command.empty()) continue;
      out << "function " << function.name << (function.durable ? "" : " (not durable)") << ": "
          << on_one_line(function) << "\n";
    }
  }
  for (const std::string& line : server.attach_lines()) out << "attach: " << line << "\n";
  return out.str();
}

/// What functions print, as it comes.
class FunctionOutput {
 public:
  FunctionOutput(const server::Server& server, const server::ServerOptions& options, LineSink out)
      : server_(server), out_(std::move(out)) {
    for (const server::FunctionDefinition& function : options.functions) last_[function.name] = 0;
  }
  void print() {
    for (auto& [name, last] : last_) {
      // So often that all that is kept is read, but a function that never stops does not hold up
      // the others.
      for (int i = 0; i < log_reads_max && print_some(name, last); ++i) {
      }
    }
  }

 private:
  /// False: there is no more.
  bool print_some(const std::string& name, std::uint64_t& last) {
    const auto lines = server_.log(name, last, log_lines_at_once);
    for (const functions::LogLine& line : lines) {
      if (const std::uint64_t lost = line.number - last - 1; lost > 0) {
        out_(name + ": " + std::to_string(lost) +
             " lines are missing here: more were printed than the server keeps\n");
      }
      out_(name + ": " + line.text + "\n");
      last = line.number;
    }
    return lines.size() == log_lines_at_once;
  }

  const server::Server& server_;
  const LineSink out_;
  std::map<std::string, std::uint64_t> last_;  // number of the last line, by function
};

/// Returns when it is time to stop.
void wait_for_signal(const std::function<void()>& meanwhile) {
  const sigset_t signals = ending_signals();
  if (!meanwhile) {
    int caught = 0;
    while (sigwait(&signals, &caught) != 0) {
    }
    return;
  }
  const timespec pause{0, log_poll_ns};
  while (sigtimedwait(&signals, nullptr, &pause) < 0) meanwhile();
}

/// Returns when the server has stopped.
void stop(server::Server& server, const std::function<void()>& meanwhile) {
  if (!meanwhile) return server.stop(stop_grace);
  const auto done = std::async(std::launch::async, [&server] { server.stop(stop_grace); });
  while (done.wait_for(std::chrono::nanoseconds{log_poll_ns}) != std::future_status::ready) {
    meanwhile();
  }
  meanwhile();  // what processes had to say at their end
}

/// From now on a signal ends the process, as it would any other.
void let_signals_through() {
  const sigset_t signals = ending_signals();
  pthread_sigmask(SIG_UNBLOCK, &signals, nullptr);
}

}  // namespace

void hold_signals() {
  const sigset_t signals = ending_signals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  ::signal(SIGPIPE,
           SIG_IGN);  // a reader of what it prints may go, as in `durable server | head -1`
}

Result<int> serve(const ServerCommand& command, World& world) {
  const Style style(
      wants_color(ColorMode::automatic, world.environment, world.screen.out_is_terminal));
  auto plan = plan_server(command, world.environment);
  if (!plan) return std::move(plan).error();
  const OpenFiles files = raise_open_files();
  if (files.before > 0) plan->options.function_open_files_max = files.before;
  if (std::string warning = open_files_warning(files.now, plan->options); !warning.empty()) {
    plan->notes.push_back(std::move(warning));
  }
  // Above all that writes to them: the server may have a word to say until it has ended.
  LineWriter out(world.out_file);
  LineWriter err(world.err_file);
  const LineSink log = [&err](std::string_view lines) { err.write(lines); };
  PrintedAccessLog access_log(log, world.clock, plan->options.log_level);
  StoreLog store_log(log, world.clock);
  if (access_log.level() != LogLevel::off) {
    plan->options.access_log = &access_log;
    plan->options.store_failed = [&store_log](const Error& error) { store_log.failed(error); };
  }
  auto server = server::Server::open(plan->options);
  if (!server) return std::move(server).error();
  for (const std::string& note : plan->notes) err.write("note: " + note + "\n");
  for (const std::string& warning : (*server)->warnings()) {
    err.write(style.red(warning) + "\n");
  }
  out.write(announcement(**server, plan->options, style));
  FunctionOutput output(**server, plan->options, log);
  std::function<void()> meanwhile;
  if (command.log_payloads) meanwhile = [&output] { output.print(); };
  wait_for_signal(meanwhile);
  const auto grace_s = std::chrono::duration_cast<std::chrono::seconds>(stop_grace).count();
  err.write("stopping; what runs is finished first, at most " + std::to_string(grace_s) +
            " s. Again: at once\n");
  let_signals_through();
  stop(**server, meanwhile);
  return exit_success;
}

}  // namespace durable::cli
