// SPDX-License-Identifier: Apache-2.0
#include "cli/command_line.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace durable::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

using Words = std::vector<std::string>;

template <class T>
T parsed(const Words& arguments) {
  auto result = parse(arguments);
  if (const auto* end = std::get_if<ParseEnd>(&result)) {
    ADD_FAILURE() << end->err << end->out;
    return T{};
  }
  const auto* command = std::get_if<T>(&std::get<CommandLine>(result).command);
  if (command == nullptr) {
    ADD_FAILURE() << "another command was chosen";
    return T{};
  }
  return *command;
}

CommonOptions common(const Words& arguments) {
  auto result = parse(arguments);
  if (const auto* line = std::get_if<CommandLine>(&result)) return line->common;
  ADD_FAILURE() << std::get<ParseEnd>(result).err;
  return {};
}

ParseEnd refused(const Words& arguments) {
  auto result = parse(arguments);
  if (const auto* end = std::get_if<ParseEnd>(&result)) return *end;
  ADD_FAILURE() << "the arguments were taken";
  return {};
}

TEST(CommandLine, ReadsEachFlagOfServer) {
  const auto server = parsed<ServerCommand>({"server",
                                             "--host",
                                             "::1",
                                             "--port",
                                             "0",
                                             "--function",
                                             "a=./a --x",
                                             "--function",
                                             "b=./b",
                                             "--attach",
                                             "c",
                                             "--attach",
                                             "d",
                                             "--template",
                                             "t.yaml",
                                             "--lambda-endpoint",
                                             "http://127.0.0.1:3001",
                                             "--local-runner-region",
                                             "eu-west-1",
                                             "--store-type",
                                             "filesystem",
                                             "--store-path",
                                             "p",
                                             "--execution-timeout",
                                             "3600",
                                             "--invocation-timeout",
                                             "5m",
                                             "--skip-time",
                                             "--max-concurrency",
                                             "3",
                                             "--allow-unqualified",
                                             "--require-signature",
                                             "k",
                                             "--allowed-host",
                                             "h1",
                                             "--allowed-host",
                                             "h2",
                                             "--log-level",
                                             "debug",
                                             "--log-payloads"});

  EXPECT_EQ(server.host, "::1");
  EXPECT_EQ(server.port, 0);
  EXPECT_THAT(server.functions, ElementsAre("a=./a --x", "b=./b"));
  EXPECT_THAT(server.attach, ElementsAre("c", "d"));
  EXPECT_EQ(server.template_file, "t.yaml");
  EXPECT_EQ(server.lambda_endpoint, "http://127.0.0.1:3001");
  EXPECT_EQ(server.region, "eu-west-1");
  EXPECT_EQ(server.store_type, "filesystem");
  EXPECT_EQ(server.store_path, "p");
  EXPECT_EQ(server.execution_timeout, std::chrono::hours{1});
  EXPECT_EQ(server.invocation_timeout, std::chrono::minutes{5});
  EXPECT_TRUE(server.skip_time);
  EXPECT_EQ(server.max_concurrency, 3U);
  EXPECT_TRUE(server.allow_unqualified);
  EXPECT_EQ(server.signature_key_file, "k");
  EXPECT_THAT(server.allowed_hosts, ElementsAre("h1", "h2"));
  EXPECT_THAT(server.log_level, ::testing::Optional(::testing::StrCaseEq("DEBUG")));
  EXPECT_TRUE(server.log_payloads);
  EXPECT_EQ(parsed<ServerCommand>({"server", "--time-scale", "60"}).time_scale, 60.0);
}

TEST(CommandLine, LeavesAbsentWhatServerIsNotTold) {
  const auto server = parsed<ServerCommand>({"server"});

  EXPECT_FALSE(server.host || server.port || server.template_file || server.lambda_endpoint ||
               server.region || server.store_type || server.store_path ||
               server.execution_timeout || server.invocation_timeout || server.time_scale ||
               server.max_concurrency || server.signature_key_file || server.log_level);
  EXPECT_FALSE(server.skip_time || server.allow_unqualified || server.log_payloads);
}

TEST(CommandLine, ReadsEachFlagOfInvoke) {
  const auto invoke =
      parsed<InvokeCommand>({"invoke", "order", "{}", "--qualifier", "3", "--name", "n",
                             "--tenant-id", "t", "--timeout", "1m30s", "--event", "-q"});
  EXPECT_EQ(invoke.function, "order");
  EXPECT_EQ(invoke.payload.text, "{}");
  EXPECT_EQ(invoke.qualifier, "3");
  EXPECT_EQ(invoke.name, "n");
  EXPECT_EQ(invoke.tenant_id, "t");
  EXPECT_EQ(invoke.timeout, std::chrono::seconds{90});
  EXPECT_TRUE(invoke.event);
  EXPECT_TRUE(invoke.quiet);
  EXPECT_TRUE(parsed<InvokeCommand>({"invoke", "order", "--sync"}).sync);
  EXPECT_EQ(parsed<InvokeCommand>({"invoke", "order", "-f", "x.json"}).payload.file, "x.json");
  EXPECT_EQ(parsed<InvokeCommand>({"invoke", "order", "-"}).payload.text, "-");
}

TEST(CommandLine, ReadsEachFlagOfList) {
  const auto list =
      parsed<ListCommand>({"list", "order", "--status", "RUNNING", "--status", "TIMED_OUT",
                           "--name", "n", "--limit", "7", "--oldest-first", "--qualifier", "2"});
  EXPECT_EQ(list.function, "order");
  EXPECT_THAT(list.statuses,
              ElementsAre(wire::ExecutionStatus::running, wire::ExecutionStatus::timed_out));
  EXPECT_EQ(list.name, "n");
  EXPECT_EQ(list.limit, 7U);
  EXPECT_TRUE(list.oldest_first);
  EXPECT_EQ(list.qualifier, "2");
  EXPECT_EQ(parsed<ListCommand>({"list", "--status", "FAILED", "order"}).function, "order");
  EXPECT_THAT(parsed<ListCommand>({"list", "--status", "running"}).statuses,
              ElementsAre(wire::ExecutionStatus::running));
}

TEST(CommandLine, ReadsTheCommandsOfOneExecution) {
  EXPECT_EQ(parsed<GetCommand>({"get", "n"}).execution.text, "n");
  const auto history = parsed<HistoryCommand>(
      {"history", "n", "--function", "f", "--reverse", "--include-data", "--tree"});
  EXPECT_EQ(history.execution.text, "n");
  EXPECT_EQ(history.execution.function, "f");
  EXPECT_TRUE(history.reverse && history.include_data && history.tree);
  const auto watch = parsed<WatchCommand>({"watch", "n", "--timeout", "10"});
  EXPECT_EQ(watch.execution.text, "n");
  EXPECT_EQ(watch.timeout, std::chrono::seconds{10});
  const auto stop =
      parsed<StopCommand>({"stop", "n", "--error-message", "m", "--error-type", "t", "--error-data",
                           "d", "--stack-trace", "a", "--stack-trace", "b"});
  EXPECT_EQ(stop.error.message, "m");
  EXPECT_EQ(stop.error.type, "t");
  EXPECT_EQ(stop.error.data, "d");
  EXPECT_THAT(stop.error.stack_trace, ElementsAre("a", "b"));
}

TEST(CommandLine, ReadsTheOtherCommands) {
  const auto logs = parsed<LogsCommand>({"logs", "order", "-F", "-n", "5"});
  EXPECT_EQ(logs.function, "order");
  EXPECT_TRUE(logs.follow);
  EXPECT_EQ(logs.tail, 5U);
  const auto succeed =
      parsed<CallbackSucceedCommand>({"callback", "succeed", "id", "--result", "1"});
  EXPECT_EQ(succeed.callback_id, "id");
  EXPECT_EQ(succeed.result.text, "1");
  EXPECT_EQ(parsed<CallbackSucceedCommand>({"callback", "succeed", "id", "-f", "-"}).result.file,
            "-");
  EXPECT_EQ(parsed<CallbackFailCommand>({"callback", "fail", "id", "--error-type", "T"}).error.type,
            "T");
  EXPECT_EQ(parsed<CallbackHeartbeatCommand>({"callback", "heartbeat", "id"}).callback_id, "id");
  parsed<FunctionsCommand>({"functions"});
  const auto replay = parsed<ReplayCommand>({"replay", "h.json", "--timeline"});
  EXPECT_EQ(replay.file, "h.json");
  EXPECT_TRUE(replay.timeline);
  EXPECT_EQ(parsed<CompletionCommand>({"completion", "zsh"}).shell, "zsh");
  parsed<ManCommand>({"man"});
}

TEST(CommandLine, ReadsWhatAllClientsTake) {
  const auto options = common({"list", "--endpoint-url", "http://h:1", "--region", "r", "--profile",
                               "p", "--color", "never", "--json", "--utc"});
  EXPECT_EQ(options.endpoint_url, "http://h:1");
  EXPECT_EQ(options.region, "r");
  EXPECT_EQ(options.profile, "p");
  EXPECT_EQ(options.color, ColorMode::never);
  EXPECT_TRUE(options.json);
  EXPECT_TRUE(options.utc);
  EXPECT_EQ(common({"list"}).color, ColorMode::automatic);
  EXPECT_EQ(common({"list", "--color", "always"}).color, ColorMode::always);
}

TEST(CommandLine, RefusesWhatItDoesNotKnow) {
  const std::vector<std::pair<Words, std::string>> cases{
      {{"invok", "order"}, "did you mean \"invoke\""},
      {{"xyzzy"}, "there is no command \"xyzzy\""},
      {{"list", "--frobnicate"}, "--frobnicate"},
      {{"invoke"}, "function"},
      {{"callback"}, "durable callback: expected a command (there are succeed, fail, heartbeat)"},
      {{"callback", "WRONG"},
       "durable callback: there is no command \"WRONG\" (there are succeed, fail, heartbeat)"},
      {{"callback", "succed", "ID"}, "did you mean \"succeed\"? (there are succeed, fail"},
      {{"callback", "--json", "succed"}, "there is no command \"succed\""},
      {{"callback", "--json"}, "found \"--json\""},
      {{"--frobnicate"}, "durable: expected a command, found \"--frobnicate\""},
      {{"invoke", "f", "{}", "-f", "x"}, "durable invoke"},
      {{"invoke", "f", "--event", "--sync"}, "durable invoke"},
      {{"invoke", "f", "--timeout", "soon"}, "found \"soon\""},
      {{"server", "--port", "70000"}, "--port"},
      {{"server", "--port", "many"}, "--port"},
      {{"server", "--store-type", "redis"}, "--store-type"},
      {{"server", "--time-scale", "fast"}, "--time-scale"},
      {{"server", "--skip-time", "--time-scale", "2"}, "--skip-time"},
      {{"server", "--log-level", "LOUD"}, "--log-level"},
      {{"list", "--status", "SLEEPING"}, "--status"},
      {{"list", "--color", "sometimes"}, "--color"},
      {{"completion", "fish"}, "fish"},
  };
  for (const auto& [arguments, expected] : cases) {
    const ParseEnd end = refused(arguments);
    EXPECT_EQ(end.exit_code, exit_usage) << expected;
    EXPECT_EQ(end.out, "") << expected;
    EXPECT_THAT(end.err, HasSubstr(expected));
    EXPECT_THAT(end.err, HasSubstr("--help")) << "no way on for " << expected;
  }
}

TEST(CommandLine, ShowsHelpAndVersionOnStandardOutput) {
  for (const Words& arguments : {Words{"--help"}, Words{"invoke", "--help"}, Words{"-h"},
                                 Words{"callback", "--help"}, Words{"callback", "fail", "-h"}}) {
    const ParseEnd end = refused(arguments);
    EXPECT_EQ(end.exit_code, exit_success);
    EXPECT_EQ(end.err, "");
    EXPECT_THAT(end.out, HasSubstr("Usage"));
  }
  EXPECT_THAT(refused({"--version"}).out, ::testing::StartsWith("durable 0."));
}

TEST(CommandLine, WithoutACommandShowsHelpAsAnError) {
  const ParseEnd end = refused({});
  EXPECT_EQ(end.exit_code, exit_usage);
  EXPECT_THAT(end.err, HasSubstr("invoke"));
}

void expect_examples(const CommandText& command, const std::string& path) {
  if (command.commands.empty()) {
    EXPECT_THAT(command.footer, HasSubstr("durable " + path)) << "no example in the help";
  }
  for (const CommandText& child : command.commands) {
    expect_examples(child, path.empty() ? child.name : path + " " + child.name);
  }
}

TEST(CommandLine, ShowsAnExampleOfEachCommand) { expect_examples(describe(), ""); }

}  // namespace
}  // namespace durable::cli
