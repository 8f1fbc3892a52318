// SPDX-License-Identifier: Apache-2.0
//
// Function processes on this machine: started, fed through the Lambda Runtime API, watched,
// stopped. Knows nothing of durable executions.
#pragma once

#include "http/server.h"

#include <durable/base/result.h>
#include <durable/base/time.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace durable::functions {

class Core;  // private to the room

/// How one function is run.
struct FunctionSpec {
  std::string name;
  std::string arn;  ///< With its version: Lambda-Runtime-Invoked-Function-Arn.
  /// Program and arguments. A program without '/' is looked for in PATH, a relative one in
  /// `folder`. Empty: the function only has processes that are attached.
  std::vector<std::string> command;
  std::string folder;   ///< Working directory and LAMBDA_TASK_ROOT; empty: the present one.
  std::string handler;  ///< _HANDLER.
  std::map<std::string, std::string> environment;  ///< Goes over what the host sets.
  /// Goes over all of that in the attach line, which people see and logs keep: it must hold no
  /// secret.
  std::map<std::string, std::string> attach_environment;
  /// Of one invocation, from when a process has it. Absent: 900 s, but none where `command` is
  /// empty, since a debugger stops those processes.
  std::optional<Duration> timeout;
  Duration init_timeout =
      std::chrono::seconds{10};                     ///< From a process's start to its first `next`.
  Duration idle_timeout = std::chrono::minutes{5};  ///< After which a warm process is stopped.
  std::size_t concurrency_max = 10;  ///< Processes; without `command`: those that are attached.
  std::int64_t memory_mb = 128;
};

struct HostOptions {
  std::string region = "us-east-1";
  std::string endpoint_url;                       ///< AWS_ENDPOINT_URL_LAMBDA of the processes.
  Duration stop_grace = std::chrono::seconds{2};  ///< Between SIGTERM and SIGKILL.
  std::size_t waiting_max = 10'000;               ///< Invocations that wait for a process.
  std::size_t log_lines_max = 10'000;             ///< Kept for each function.
  /// The processes' soft limit of open files; absent: this process's.
  std::optional<std::uint64_t> open_files_max = {};
};

struct Event {
  std::string request_id;  ///< May be used again by a retry; the invocation id is not.
  std::string payload;
  std::optional<std::string> tenant_id;
  std::optional<std::string> trace_header;
  std::optional<std::string> client_context;
  std::optional<std::string> arn = {};  ///< As it was invoked; absent: the function's own.
};

struct Answer {
  std::string payload;
};
/// What Lambda reports of an invocation without an answer.
struct Failure {
  std::string error_type;  ///< `Runtime.ExitError`, `Sandbox.Timedout`, or the function's own.
  std::string error_message;
  std::vector<std::string> stack_trace;
  bool timed_out = false;
  bool at_start = false;  ///< The process had not asked for an invocation yet.
};
using Outcome = std::variant<Answer, Failure>;

struct LogLine {
  std::uint64_t number = 0;  ///< Counted from 1 for each function; grows without gaps.
  Timestamp time{};
  std::string request_id;  ///< Of the invocation that ran; empty outside of one.
  bool from_stderr = false;
  std::string text;  ///< Without its line end, in UTF-8; a longer one is cut into several.
};

struct FunctionState {
  std::size_t processes = 0;  ///< Started and not ended.
  std::size_t running = 0;    ///< Invocations.
  std::size_t waiting = 0;
  std::size_t attached = 0;  ///< Processes that somebody else started and that wait for one.
  std::string runtime_api;   ///< host:port of the Runtime API for processes that are attached.
};

/// Thread-safety: all members may be called from any thread.
class Host {
 public:
  /// `server` outlives the host.
  Host(http::Server& server, HostOptions options);
  /// As `stop`.
  ~Host();
  Host(const Host&) = delete;
  Host& operator=(const Host&) = delete;

  /// Opens the function's Runtime API listener. Starts no process yet. Errors: `invalid_usage`
  /// (name taken, command not found, folder missing), `unavailable`.
  [[nodiscard]] Result<void> add(FunctionSpec spec);

  /// Starts an invocation. `ended` is called exactly once, from any thread, never inside this call.
  /// For an unknown name or too many waiting it is a Failure.
  void invoke(std::string_view function, Event event, std::function<void(Outcome)> ended);

  /// Ends all invocations with a Failure, then stops all processes: SIGTERM, and SIGKILL after the
  /// grace. What they printed can still be read; all other calls are for nothing. Not to be called
  /// on the server's thread, nor inside an `ended`, nor twice at the same time.
  void stop();

  [[nodiscard]] std::optional<FunctionState> state(std::string_view function) const;
  /// Lines after number `after`, oldest first, at most `count_max`.
  [[nodiscard]] std::vector<LogLine> log(std::string_view function, std::uint64_t after,
                                         std::size_t count_max) const;
  /// Of the newest line; 0 if there is none, or no such function.
  [[nodiscard]] std::uint64_t last_log_number(std::string_view function) const;
  /// What to write before a program in a shell, so that it becomes a process of the function: `env`
  /// and all variables that it needs, but credentials of the function's environment. Empty for an
  /// unknown name.
  [[nodiscard]] std::string attach_line(std::string_view function) const;

 private:
  std::shared_ptr<Core> core_;  // owners: this, and calls of the Runtime API while they last
};

}  // namespace durable::functions
