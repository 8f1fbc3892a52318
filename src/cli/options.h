// SPDX-License-Identifier: Apache-2.0
//
// What a command line says, as plain values. How it is written there is known to command_line.cc
// alone.
#pragma once

#include <durable/base/time.h>
#include <durable/wire/model.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace durable::cli {

enum class ColorMode : std::uint8_t { automatic, always, never };

/// What every command that prints or asks the service takes.
struct CommonOptions {
  std::string endpoint_url = {};  ///< Empty: from the environment, else the local server.
  std::string region = {};        ///< Empty: from the environment and the profile.
  std::string profile = {};       ///< Empty: from the environment.
  ColorMode color = ColorMode::automatic;
  bool json = false;
  bool utc = false;  ///< Times in UTC; else in the machine's zone.
};

/// `durable server`. What is absent is as the environment says, else as the server's own default.
struct ServerCommand {
  std::optional<std::string> host = {};
  std::optional<std::uint16_t> port = {};
  std::vector<std::string> functions = {};  ///< NAME=COMMAND
  std::vector<std::string> attach = {};     ///< NAME
  std::optional<std::string> template_file = {};
  std::optional<std::string> lambda_endpoint = {};
  std::optional<std::string> region = {};
  std::optional<std::string> store_type = {};
  std::optional<std::string> store_path = {};
  std::optional<Duration> execution_timeout = {};
  std::optional<Duration> invocation_timeout = {};
  bool skip_time = false;
  std::optional<double> time_scale = {};
  std::optional<std::size_t> max_concurrency = {};
  bool allow_unqualified = false;
  std::optional<std::string> signature_key_file = {};
  std::vector<std::string> allowed_hosts = {};
  std::optional<std::string> log_level = {};
  bool log_payloads = false;
};

/// Text that is given in place, in a file, or on standard input (the file `-`).
struct TextSource {
  std::optional<std::string> text = {};
  std::optional<std::string> file = {};
};

struct ErrorFlags {
  std::optional<std::string> message;
  std::optional<std::string> type;
  std::optional<std::string> data;
  std::vector<std::string> stack_trace;
};

struct InvokeCommand {
  std::string function;
  TextSource payload;
  std::optional<std::string> qualifier;
  std::optional<std::string> name;
  std::optional<std::string> tenant_id;
  std::optional<Duration> timeout;
  bool event = false;  ///< Start it and return.
  bool sync = false;   ///< One request that is held until the end.
  bool quiet = false;  ///< No progress.
};

struct ListCommand {
  std::optional<std::string> function;  ///< Absent: all.
  std::optional<std::string> qualifier;
  std::vector<wire::ExecutionStatus> statuses;
  std::optional<std::string> name;
  std::size_t limit = 50;
  bool oldest_first = false;
};

/// An execution by its ARN, or by its name.
struct ExecutionReference {
  std::string text;
  std::optional<std::string> function;  ///< Where to look for a name; absent: in all functions.
};

struct GetCommand {
  ExecutionReference execution;
};
struct HistoryCommand {
  ExecutionReference execution;
  bool reverse = false;
  bool include_data = false;
  bool tree = false;  ///< The tree of operations instead of the timeline.
};
struct WatchCommand {
  ExecutionReference execution;
  std::optional<Duration> timeout;
};
struct LogsCommand {
  std::string function;
  bool follow = false;
  std::size_t tail = 100;
};
struct StopCommand {
  ExecutionReference execution;
  ErrorFlags error;
};
struct CallbackSucceedCommand {
  std::string callback_id;
  TextSource result;
};
struct CallbackFailCommand {
  std::string callback_id;
  ErrorFlags error;
};
struct CallbackHeartbeatCommand {
  std::string callback_id;
};
struct FunctionsCommand {};
struct ReplayCommand {
  std::string file = {};  ///< `-`: standard input.
  bool timeline = false;
  /// NAME=COMMAND to run, or with a template the NAME of one of its functions. With neither of the
  /// two nothing runs.
  std::optional<std::string> function = {};
  std::optional<std::string> template_file = {};
  std::optional<std::string> execution_arn = {};  ///< Goes over that of the history.
  std::optional<Duration> timeout = {};           ///< Of one invocation.
  bool logs = false;                              ///< What the process prints, on standard error.
};
struct ConformanceCommand {
  std::string folder;                 ///< Or one file.
  std::vector<std::string> suites;    ///< Empty: all.
  std::vector<std::string> ids;       ///< Empty: all.
  std::vector<std::string> targets;   ///< `local`, `server` or a URL; empty: local.
  std::string report = "console";     ///< console, json, junit, markdown
  std::optional<std::string> output;  ///< Where the report is written to as well.
  std::optional<std::size_t> jobs;
  bool require_all = false;  ///< What has no function has failed.
};
struct CompletionCommand {
  std::string shell;
};
struct ManCommand {};

using Command = std::variant<ServerCommand, InvokeCommand, ListCommand, GetCommand, HistoryCommand,
                             WatchCommand, LogsCommand, StopCommand, CallbackSucceedCommand,
                             CallbackFailCommand, CallbackHeartbeatCommand, FunctionsCommand,
                             ReplayCommand, ConformanceCommand, CompletionCommand, ManCommand>;

struct CommandLine {
  CommonOptions common;
  Command command;
};

}  // namespace durable::cli
