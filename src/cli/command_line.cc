// SPDX-License-Identifier: Apache-2.0
//
// The only user of CLI11, whose header is heavy.
#include "cli/command_line.h"

#include "cli/text.h"
#include "cli/unknown_command.h"

#include <durable/wire/names.h>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>
#include <memory>
#include <sstream>
#include <utility>

namespace durable::cli {
namespace {

constexpr std::string_view version_text = "durable " DURABLE_VERSION "\n";

/// Options are bound to members of this; `chosen` says which command it is in the end.
struct Definition {
  std::unique_ptr<CLI::App> app = std::make_unique<CLI::App>(
      "Runs durable functions on this machine, and asks any endpoint of AWS Lambda's durable "
      "execution API about executions.");
  CommonOptions common;
  ServerCommand server;
  InvokeCommand invoke;
  ListCommand list;
  GetCommand get;
  HistoryCommand history;
  WatchCommand watch;
  LogsCommand logs;
  StopCommand stop;
  CallbackSucceedCommand succeed;
  CallbackFailCommand fail;
  CallbackHeartbeatCommand heartbeat;
  FunctionsCommand functions;
  ReplayCommand replay;
  ConformanceCommand conformance;
  CompletionCommand completion;
  ManCommand man;
  std::function<Command()> chosen;
};

CLI::App* add_command(CLI::App& parent, const std::string& name, const std::string& help,
                      std::string_view footer) {
  CLI::App* const command = parent.add_subcommand(name, help);
  command->footer(std::string(footer));
  return command;
}

/// The words stand in the help already, as the value's name.
CLI::Validator one_of(const std::vector<std::string>& words) {
  return CLI::IsMember(words).description("");
}
CLI::Validator one_of_any_case(const std::vector<std::string>& words) {
  return CLI::IsMember(words, CLI::ignore_case).description("");
}

/// The command's options are those of `member`.
template <class T>
void chooses(Definition& definition, CLI::App* command, T Definition::*member) {
  command->callback([&definition, member] {
    definition.chosen = [&definition, member]() -> Command {
      return std::move(definition.*member);
    };
  });
}

template <class T>
CLI::Option* optional_value(CLI::App* command, const std::string& names, std::optional<T>& target,
                            const std::string& value, const std::string& help) {
  return command
      ->add_option_function<T>(
          names, [&target](const T& found) { target = found; }, help)
      ->type_name(value);
}

/// May stand several times; each time it takes one value.
void repeatable(CLI::App* command, const std::string& names, std::vector<std::string>& target,
                const std::string& value, const std::string& help) {
  command->add_option(names, target, help)->type_name(value)->allow_extra_args(false)->take_all();
}

/// What must be there, without a name before it.
CLI::Option* argument(CLI::App* command, const std::string& name, std::string& target,
                      const std::string& value, const std::string& help) {
  return command->add_option(name, target, help)->type_name(value)->required();
}

void count_option(CLI::App* command, const std::string& names, std::size_t& target,
                  CLI::Range range, const std::string& help) {
  command->add_option(names, target, help)->type_name("N")->check(range);
}

void text_option(CLI::App* command, const std::string& names, std::string& target,
                 const std::string& value, const std::string& help) {
  command->add_option(names, target, help)->type_name(value);
}

void duration_option(CLI::App* command, const std::string& names, std::optional<Duration>& target,
                     const std::string& help) {
  command
      ->add_option_function<std::string>(
          names,
          [&target, names](const std::string& text) {
            const Result<Duration> parsed = parse_duration(text);
            if (!parsed) throw CLI::ValidationError(names, parsed.error().message);
            target = *parsed;
          },
          help)
      ->type_name("DURATION");
}

void add_color(CommonOptions& common, CLI::App* command) {
  command
      ->add_option_function<std::string>(
          "--color",
          [&common](const std::string& text) {
            common.color = text == "always"  ? ColorMode::always
                           : text == "never" ? ColorMode::never
                                             : ColorMode::automatic;
          },
          "Colours: auto means on a terminal, unless NO_COLOR is set")
      ->check(one_of({"auto", "always", "never"}))
      ->type_name("auto|always|never");
}

void add_output(CommonOptions& common, CLI::App* command) {
  add_color(common, command);
  command->add_flag("--json", common.json, "Print JSON for programs");
  command->add_flag("--utc", common.utc, "Print times in UTC instead of local time");
}

/// What every command that asks the service takes.
void add_common(CommonOptions& common, CLI::App* command) {
  text_option(
      command, "--endpoint-url", common.endpoint_url, "URL",
      "Where the API is; else LAMBDA_ENDPOINT, AWS_ENDPOINT_URL_LAMBDA, AWS_ENDPOINT_URL or "
      "the profile, else AWS if --region is given, else http://127.0.0.1:9014");
  text_option(command, "--region", common.region, "REGION", "Ask AWS in this Region");
  text_option(command, "--profile", common.profile, "NAME",
              "Profile of the AWS configuration files");
  add_output(common, command);
}

void add_execution(CLI::App* command, ExecutionReference& execution) {
  argument(command, "execution", execution.text, "ARN|NAME", "The execution's ARN, or its name");
  optional_value(command, "--function", execution.function, "FUNCTION",
                 "Where a name is looked for; else in all functions");
}

void add_error(CLI::App* command, ErrorFlags& error) {
  optional_value(command, "--error-message", error.message, "TEXT", "What went wrong");
  optional_value(command, "--error-type", error.type, "TEXT", "The error's type");
  optional_value(command, "--error-data", error.data, "TEXT", "Data of the error, for programs");
  repeatable(command, "--stack-trace", error.stack_trace, "LINE",
             "A line of the stack trace; repeatable");
}

void define_server_functions(ServerCommand& server, CLI::App* command) {
  repeatable(command, "--function", server.functions, "NAME=COMMAND",
             "A function and the command that runs it, started on demand; repeatable");
  repeatable(command, "--attach", server.attach, "NAME",
             "A function whose process you start yourself, under a debugger; the line to "
             "start it with is printed; repeatable");
  optional_value(command, "--template", server.template_file, "FILE",
                 "A SAM template whose functions are run");
  optional_value(
      command, "--lambda-endpoint", server.lambda_endpoint, "URL",
      "Invoke functions there instead of running them, as with `sam local start-lambda`");
  optional_value(command, "--max-concurrency", server.max_concurrency, "N",
                 "Processes of one function at the same time (10; 1 of an attached one)")
      ->check(CLI::Range(1, 10'000));
  command->add_flag("--allow-unqualified", server.allow_unqualified,
                    "Durable functions may be invoked without a version or alias");
}

void define_server(Definition& definition) {
  ServerCommand& server = definition.server;
  CLI::App* const command = add_command(
      *definition.app, "server", "Run the local server: the durable API on this machine",
      "Examples:\n"
      "  durable server --function hello=./build/hello\n"
      "  durable server --function bill=node:app.handler --function tax=python:app.handler\n"
      "  durable server --attach hello\n"
      "  durable server --template template.yaml --store-type memory\n");
  optional_value(command, "--host", server.host, "HOST",
                 "Address to listen on (127.0.0.1; anything else is open to others)");
  optional_value(command, "--port", server.port, "PORT", "Port to listen on (9014); 0: a free one");
  define_server_functions(server, command);
  optional_value(command, "--local-runner-region", server.region, "REGION",
                 "Region that ARNs name (us-east-1)");
  optional_value(command, "--store-type", server.store_type, "memory|sqlite|filesystem",
                 "Where executions are kept (sqlite); filesystem is a folder with one SQLite file")
      ->check(one_of({"memory", "sqlite", "filesystem"}));
  optional_value(command, "--store-path", server.store_path, "FILE",
                 "The store's file (.durable/executions.db)");
  duration_option(command, "--execution-timeout", server.execution_timeout,
                  "Of executions whose function says nothing (15m)");
  duration_option(command, "--invocation-timeout", server.invocation_timeout,
                  "Of one invocation of a function that says nothing (15m)");
  CLI::Option* const skip =
      command->add_flag("--skip-time", server.skip_time, "Jump over waits and retry delays");
  optional_value(command, "--time-scale", server.time_scale, "X",
                 "Let time run X times as fast (1)")
      ->excludes(skip);
  optional_value(command, "--require-signature", server.signature_key_file, "FILE",
                 "Refuse requests not signed (SigV4) with a key pair of this file");
  repeatable(command, "--allowed-host", server.allowed_hosts, "HOST",
             "Host name besides localhost that requests may come under; repeatable");
  optional_value(command, "--log-level", server.log_level, "DEBUG|INFO|WARNING|ERROR|OFF",
                 "What the server writes about its requests (INFO)")
      ->check(one_of_any_case({"DEBUG", "INFO", "WARNING", "ERROR", "OFF"}));
  command->add_flag("--log-payloads", server.log_payloads,
                    "Write what functions print to standard error too; it may hold payloads");
  chooses(definition, command, &Definition::server);
}

void define_invoke(Definition& definition) {
  InvokeCommand& invoke = definition.invoke;
  CLI::App* const command = add_command(
      *definition.app, "invoke", "Invoke a function, wait for its result and print it",
      "The result goes to standard output, progress to standard error. A durable function without\n"
      "a qualifier is invoked as $LATEST. Interrupting ends the waiting, not the execution.\n"
      "Examples:\n"
      "  durable invoke hello '\"World\"'\n"
      "  durable invoke order -f order.json --name order-7\n"
      "  jq .order all.json | durable invoke order - --event\n");
  argument(command, "function", invoke.function, "FUNCTION", "Name, NAME:QUALIFIER or ARN");
  CLI::Option* const payload = optional_value(command, "payload", invoke.payload.text, "PAYLOAD",
                                              "JSON for the function; - reads standard input");
  optional_value(command, "-f,--file", invoke.payload.file, "FILE", "Read the payload from a file")
      ->excludes(payload);
  optional_value(command, "--qualifier", invoke.qualifier, "VERSION", "Version or alias");
  optional_value(command, "--name", invoke.name, "NAME",
                 "Name of the execution: the same name and payload are started once");
  CLI::Option* const event =
      command->add_flag("--event", invoke.event, "Start it, print its ARN and return");
  command
      ->add_flag("--sync", invoke.sync,
                 "One request that lasts until the end: at most 15 minutes, but up to 6 MB")
      ->excludes(event);
  optional_value(command, "--tenant-id", invoke.tenant_id, "TENANT", "Tenant of the invocation");
  duration_option(command, "--timeout", invoke.timeout,
                  "Wait no longer; the execution goes on, and the exit code is 4");
  command->add_flag("-q,--quiet", invoke.quiet, "Show no progress");
  add_common(definition.common, command);
  chooses(definition, command, &Definition::invoke);
}

void define_list(Definition& definition) {
  ListCommand& list = definition.list;
  CLI::App* const command = add_command(*definition.app, "list", "List executions, newest first",
                                        "Examples:\n"
                                        "  durable list\n"
                                        "  durable list order --status RUNNING --status FAILED\n"
                                        "  durable list order --name order-7 --json\n");
  optional_value(command, "function", list.function, "FUNCTION", "Name or ARN; else all functions");
  optional_value(command, "--qualifier", list.qualifier, "VERSION", "Of this version alone");
  command
      ->add_option_function<std::vector<std::string>>(
          "--status",
          [&list](const std::vector<std::string>& words) {
            for (const std::string& word : words) {
              list.statuses.push_back(wire::from_string<wire::ExecutionStatus>(word));
            }
          },
          "Only executions with this status; repeatable")
      ->type_name("RUNNING|SUCCEEDED|FAILED|TIMED_OUT|STOPPED")
      ->transform(CLI::IsMember({"RUNNING", "SUCCEEDED", "FAILED", "TIMED_OUT", "STOPPED"},
                                CLI::ignore_case))
      ->allow_extra_args(false)
      ->take_all();
  optional_value(command, "--name", list.name, "NAME", "Only executions with this name");
  count_option(command, "--limit", list.limit, CLI::Range(1, 100'000), "Show at most so many (50)");
  command->add_flag("--oldest-first", list.oldest_first, "In the order of their start");
  add_common(definition.common, command);
  chooses(definition, command, &Definition::list);
}

void define_get(Definition& definition) {
  CLI::App* const command =
      add_command(*definition.app, "get", "Show one execution: status, tree of operations, result",
                  "Examples:\n"
                  "  durable get order-7\n"
                  "  durable get order-7 --function order --json\n");
  add_execution(command, definition.get.execution);
  add_common(definition.common, command);
  chooses(definition, command, &Definition::get);
}

void define_history(Definition& definition) {
  HistoryCommand& history = definition.history;
  CLI::App* const command = add_command(
      *definition.app, "history", "Show what happened in an execution, event by event",
      "With --json the form is that of `aws lambda get-durable-execution-history`, which\n"
      "`durable replay` and replay_history read; add --include-data for them.\n"
      "Examples:\n"
      "  durable history order-7\n"
      "  durable history order-7 --json --include-data > histories/order-7.json\n");
  add_execution(command, history.execution);
  command->add_flag("--reverse", history.reverse, "Newest first");
  command->add_flag("--include-data", history.include_data, "With inputs, results and errors");
  command->add_flag("--tree", history.tree, "The tree of operations instead of the timeline");
  add_common(definition.common, command);
  chooses(definition, command, &Definition::history);
}

void define_watch(Definition& definition) {
  CLI::App* const command =
      add_command(*definition.app, "watch", "Follow an execution until it ends",
                  "A tree that is drawn again on a terminal, a line for each event elsewhere. The\n"
                  "exit code is that of invoke.\n"
                  "Example:\n"
                  "  durable watch order-7\n");
  add_execution(command, definition.watch.execution);
  duration_option(command, "--timeout", definition.watch.timeout,
                  "Watch no longer; the exit code is 4 if it still runs");
  add_common(definition.common, command);
  chooses(definition, command, &Definition::watch);
}

void define_logs(Definition& definition) {
  LogsCommand& logs = definition.logs;
  CLI::App* const command =
      add_command(*definition.app, "logs", "Show what a function's processes print",
                  "Asks the local server; in AWS, logs are in CloudWatch.\n"
                  "Examples:\n"
                  "  durable logs order\n"
                  "  durable logs order --follow\n");
  argument(command, "function", logs.function, "FUNCTION", "The function's name");
  command->add_flag("-F,--follow", logs.follow, "Go on with what is printed from now on");
  count_option(command, "-n,--tail", logs.tail, CLI::Range(0, 10'000),
               "Begin with the last so many lines (100)");
  add_common(definition.common, command);
  chooses(definition, command, &Definition::logs);
}

void define_stop(Definition& definition) {
  CLI::App* const command =
      add_command(*definition.app, "stop", "Stop an execution; it cannot be resumed",
                  "Example:\n"
                  "  durable stop order-7 --error-message 'wrong customer'\n");
  add_execution(command, definition.stop.execution);
  add_error(command, definition.stop.error);
  add_common(definition.common, command);
  chooses(definition, command, &Definition::stop);
}

void define_callback(Definition& definition) {
  CLI::App* const parent =
      add_command(*definition.app, "callback", "Complete a callback that an execution waits for",
                  "The id is what the function handed out; `durable get` shows open ones.\n"
                  "Examples:\n"
                  "  durable callback succeed ID --result '{\"approved\":true}'\n"
                  "  durable callback fail ID --error-message 'rejected'\n"
                  "  durable callback heartbeat ID\n");
  parent->require_subcommand(1);
  const auto add_id = [](CLI::App* command, std::string& id) {
    argument(command, "callback-id", id, "ID", "The callback's id");
  };
  CLI::App* const succeed =
      add_command(*parent, "succeed", "Complete it with a result",
                  "Example:\n  durable callback succeed ID --result '{\"approved\":true}'\n");
  add_id(succeed, definition.succeed.callback_id);
  CLI::Option* const result =
      optional_value(succeed, "--result", definition.succeed.result.text, "TEXT",
                     "The result, as the function's serializer reads it: JSON, mostly");
  optional_value(succeed, "-f,--file", definition.succeed.result.file, "FILE",
                 "Read the result from a file; - reads standard input")
      ->excludes(result);
  add_common(definition.common, succeed);
  chooses(definition, succeed, &Definition::succeed);

  CLI::App* const fail =
      add_command(*parent, "fail", "Complete it with an error",
                  "Example:\n  durable callback fail ID --error-message 'rejected'\n");
  add_id(fail, definition.fail.callback_id);
  add_error(fail, definition.fail.error);
  add_common(definition.common, fail);
  chooses(definition, fail, &Definition::fail);

  CLI::App* const heartbeat = add_command(*parent, "heartbeat", "Say that work on it goes on",
                                          "Example:\n  durable callback heartbeat ID\n");
  add_id(heartbeat, definition.heartbeat.callback_id);
  add_common(definition.common, heartbeat);
  chooses(definition, heartbeat, &Definition::heartbeat);
}

void define_replay(Definition& definition) {
  ReplayCommand& replay = definition.replay;
  CLI::App* const command = add_command(
      *definition.app, "replay", "Show a recorded history, or run today's code against it",
      "No server is needed, and no AWS account. With --function or --template the process of the\n"
      "function is started, shown what is recorded, and stopped; the exit code is 1 if it does\n"
      "otherwise than recorded. Steps that are recorded do not run. Without, the history is "
      "shown,\n"
      "and whether it is whole.\n"
      "Examples:\n"
      "  durable replay histories/order-7.json\n"
      "  durable replay histories/order-7.json --function order=./build/order\n"
      "  durable replay histories/order-7.json --function order=node:app.handler --logs\n"
      "  durable history order-7 --json --include-data | durable replay -\n");
  argument(command, "file", replay.file, "FILE", "The history; - reads standard input");
  CLI::Option* const timeline =
      command->add_flag("--timeline", replay.timeline, "The timeline too");
  optional_value(command, "--function", replay.function, "NAME=COMMAND",
                 "Replay with this function's process; NAME alone is one of the template")
      ->excludes(timeline);
  optional_value(command, "--template", replay.template_file, "FILE",
                 "A SAM template that has the function")
      ->excludes(timeline);
  optional_value(command, "--execution-arn", replay.execution_arn, "ARN",
                 "What the function is told; else that of the history, or one that is made up");
  duration_option(command, "--timeout", replay.timeout, "Of one invocation of the process (30s)");
  command->add_flag("--logs", replay.logs, "Print what the process prints to standard error");
  add_output(definition.common, command);
  chooses(definition, command, &Definition::replay);
}

void define_conformance(Definition& definition) {
  ConformanceCommand& conformance = definition.conformance;
  CLI::App* const command = add_command(
      *definition.app, "conformance",
      "Run the official requirements of durable execution against this project's functions",
      "FOLDER has the requirements, a YAML file for each in a folder for each suite, such as\n"
      "FOLDER/step/1-1.yaml. The exit code is 1 if one failed that is not optional, and 2 if\n"
      "FOLDER holds none.\n"
      "Examples:\n"
      "  durable conformance requirements\n"
      "  durable conformance requirements --suite step -k 4-12\n"
      "  durable conformance requirements --report junit --output results.xml\n"
      "  durable conformance requirements --target http://127.0.0.1:9014 --jobs 4\n"
      "  durable conformance requirements --target local --target server --report markdown\n");
  const auto repeatable = [command](const std::string& names, std::vector<std::string>& values,
                                    const std::string& value, const std::string& help) {
    command->add_option(names, values, help)->type_name(value)->allow_extra_args(false)->take_all();
  };
  command->add_option("folder", conformance.folder, "The requirements: a folder, or one file")
      ->type_name("FILE")
      ->required();
  repeatable("--suite", conformance.suites, "SUITE", "Only those of this folder; repeatable");
  repeatable("-k,--id", conformance.ids, "ID", "Only the requirement of this id; repeatable");
  repeatable("--target", conformance.targets, "TARGET",
             "Where they run: local, in this program on virtual time (the default); server, in "
             "processes behind a local server; or the URL of an endpoint that has the functions; "
             "repeatable");
  command
      ->add_option("--report", conformance.report,
                   "How the results are told (console); markdown is a table of suites and targets")
      ->type_name("console|json|junit|markdown")
      ->check(one_of({"console", "json", "junit", "markdown"}));
  optional_value(command, "-o,--output", conformance.output, "FILE",
                 "Write the report to a file; the console's is printed all the same");
  optional_value(command, "--jobs", conformance.jobs, "N",
                 "How many run at the same time (local: one a processor; else 8)")
      ->check(CLI::Range(1, 256));
  command->add_flag("--require-all", conformance.require_all,
                    "A requirement without a function has failed");
  command->add_option("--region", definition.common.region, "Region that requests are signed for")
      ->type_name("REGION");
  add_color(definition.common, command);
  chooses(definition, command, &Definition::conformance);
}

void define_rest(Definition& definition) {
  CLI::App* const functions =
      add_command(*definition.app, "functions", "List the functions that can be invoked",
                  "Example:\n  durable functions\n");
  add_common(definition.common, functions);
  chooses(definition, functions, &Definition::functions);

  CLI::App* const completion =
      add_command(*definition.app, "completion", "Print a completion script for a shell",
                  "Examples:\n"
                  "  source <(durable completion bash)\n"
                  "  durable completion zsh > \"${fpath[1]}/_durable\"\n");
  argument(completion, "shell", definition.completion.shell, "bash|zsh", "bash or zsh")
      ->check(one_of({"bash", "zsh"}));
  chooses(definition, completion, &Definition::completion);

  CLI::App* const man = add_command(*definition.app, "man", "Print the manual page",
                                    "Example:\n  durable man | man -l -\n");
  chooses(definition, man, &Definition::man);
}

std::unique_ptr<Definition> define() {
  auto definition = std::make_unique<Definition>();
  CLI::App& app = *definition->app;
  app.name("durable");
  app.set_version_flag("--version", std::string(version_text.substr(0, version_text.size() - 1)),
                       "Print the version and exit");
  app.require_subcommand(1);
  app.get_formatter()->column_width(36);
  app.footer(
      "Exit codes: 0 success; 1 the execution, or a requirement, failed; 2 usage; 3 no connection, "
      "or refused;\n"
      "4 still running when --timeout was over.\n"
      "`durable COMMAND --help` has the options of a command, with examples.\n");
  define_server(*definition);
  define_invoke(*definition);
  define_list(*definition);
  define_get(*definition);
  define_history(*definition);
  define_watch(*definition);
  define_logs(*definition);
  define_stop(*definition);
  define_callback(*definition);
  define_replay(*definition);
  define_conformance(*definition);
  define_rest(*definition);
  return definition;
}

std::string path_of(const CLI::App& app) {
  std::string path = "durable";
  const CLI::App* at = &app;
  while (!at->get_subcommands().empty()) {
    at = at->get_subcommands().front();
    path += " " + at->get_name();
  }
  return path;
}

CommandText describe_app(const CLI::App& app) {
  CommandText text{app.get_name(), app.get_description(), app.get_footer(), {}, {}};
  for (const CLI::Option* option : app.get_options({})) {
    OptionText& described = text.options.emplace_back();
    described.help = option->get_description();
    described.value = option->get_items_expected_max() == 0 ? "" : option->get_type_name();
    // CLI11 appends what its checks say of themselves.
    described.value.resize(std::min(described.value.find(':'), described.value.size()));
    described.is_repeatable = option->get_items_expected_max() > 1;
    for (const std::string& name : option->get_snames()) described.names.push_back("-" + name);
    for (const std::string& name : option->get_lnames()) described.names.push_back("--" + name);
    if (described.names.empty()) {
      described.is_argument = true;
      described.names.push_back(option->get_name());
    }
  }
  for (const CLI::App* command : app.get_subcommands({})) {
    text.commands.push_back(describe_app(*command));
  }
  return text;
}

}  // namespace

std::variant<CommandLine, ParseEnd> parse(const std::vector<std::string>& arguments) {
  const auto definition = define();
  CLI::App& app = *definition->app;
  if (arguments.empty()) return ParseEnd{exit_usage, "", app.help()};
  if (auto end = unknown_command(describe_app(app), arguments)) return *std::move(end);
  try {
    std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());
    app.parse(std::move(reversed));
  } catch (const CLI::CallForVersion&) {
    return ParseEnd{exit_success, std::string(version_text), ""};
  } catch (const CLI::ParseError& error) {
    std::ostringstream out;
    std::ostringstream err;
    if (app.exit(error, out, err) == 0) return ParseEnd{exit_success, out.str(), ""};
    const std::string path = path_of(app);
    return ParseEnd{exit_usage, "",
                    path + ": " + error.what() + "\n`" + path + " --help` shows what it takes.\n"};
  }
  return CommandLine{std::move(definition->common), definition->chosen()};
}

CommandText describe() { return describe_app(*define()->app); }

}  // namespace durable::cli
