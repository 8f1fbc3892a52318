// SPDX-License-Identifier: Apache-2.0
#include "cli/server_options.h"

#include "cli/access_log.h"
#include "cli/store_log.h"
#include "cloud/fakes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <map>

namespace durable::cli {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

using Variables = std::map<std::string, std::string, std::less<>>;

Result<ServerPlan> plan(const ServerCommand& command, Variables variables = {}) {
  return plan_server(command, [&variables](std::string_view name) -> std::optional<std::string> {
    const auto found = variables.find(name);
    if (found == variables.end()) return std::nullopt;
    return found->second;
  });
}

std::string refusal(const ServerCommand& command, Variables variables = {}) {
  const auto made = plan(command, std::move(variables));
  if (made) return "(taken)";
  EXPECT_EQ(made.error().code, ErrorCode::invalid_usage);
  return made.error().message;
}

class File {
 public:
  File(const std::string& name, const std::string& text)
      : path_(::testing::TempDir() + "/" + name) {
    std::ofstream(path_) << text;
  }
  ~File() { std::filesystem::remove(path_); }
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

TEST(ServerOptions, AreTheDefaultsWhereNothingIsSaid) {
  const auto made = plan({});
  ASSERT_TRUE(made);
  EXPECT_EQ(made->options.host, "127.0.0.1");
  EXPECT_EQ(made->options.port, 9014);
  EXPECT_EQ(made->options.store, server::StoreKind::sqlite);
  EXPECT_EQ(made->options.time_mode, service::TimeMode::real);
  EXPECT_THAT(made->options.required_keys, IsEmpty());
  ASSERT_EQ(made->notes.size(), 1U);
  EXPECT_THAT(made->notes.front(), HasSubstr("no functions"));
}

TEST(ServerOptions, TakeEachFlag) {
  ServerCommand command;
  command.host = "0.0.0.0";
  command.port = 0;
  command.functions = {"a=./a 'x y'"};
  command.attach = {"b"};
  command.region = "eu-west-1";
  command.store_type = "memory";
  command.execution_timeout = std::chrono::hours{2};
  command.invocation_timeout = std::chrono::seconds{30};
  command.time_scale = 60;
  command.max_concurrency = 2;
  command.allow_unqualified = true;
  command.allowed_hosts = {"dev.local"};
  command.log_level = "warning";

  const auto made = plan(command);

  ASSERT_TRUE(made);
  const server::ServerOptions& options = made->options;
  EXPECT_EQ(options.host, "0.0.0.0");
  EXPECT_EQ(options.port, 0);
  EXPECT_EQ(options.region, "eu-west-1");
  EXPECT_EQ(options.store, server::StoreKind::memory);
  EXPECT_EQ(options.time_mode, service::TimeMode::scaled);
  EXPECT_EQ(options.time_scale, 60);
  EXPECT_TRUE(options.allow_unqualified);
  EXPECT_THAT(options.allowed_hosts, ElementsAre("dev.local"));
  EXPECT_EQ(options.log_level, "WARNING");
  ASSERT_EQ(options.functions.size(), 2U);
  EXPECT_EQ(options.functions[0].name, "a");
  EXPECT_THAT(options.functions[0].command, ElementsAre("./a", "x y"));
  EXPECT_EQ(options.functions[0].durable->execution_timeout, std::chrono::hours{2});
  EXPECT_EQ(options.functions[0].concurrency_max, 2U);
  EXPECT_EQ(options.functions[1].name, "b");
  EXPECT_THAT(options.functions[1].command, IsEmpty());
  EXPECT_THAT(made->notes, IsEmpty());
}

TEST(ServerOptions, OverruleTheEnvironmentByFlags) {
  const Variables variables{{"AWS_DEX_HOST", "::1"},
                            {"AWS_DEX_PORT", "5000"},
                            {"AWS_DEX_STORE_TYPE", "memory"},
                            {"AWS_DEX_LOG_LEVEL", "debug"}};
  const auto from_environment = plan({}, variables);
  ASSERT_TRUE(from_environment);
  EXPECT_EQ(from_environment->options.host, "::1");
  EXPECT_EQ(from_environment->options.port, 5000);
  EXPECT_EQ(from_environment->options.store, server::StoreKind::memory);
  EXPECT_EQ(from_environment->options.log_level, "DEBUG");

  ServerCommand command;
  command.port = 6000;
  command.store_type = "sqlite";
  command.store_path = "x.db";
  const auto made = plan(command, variables);
  ASSERT_TRUE(made);
  EXPECT_EQ(made->options.host, "::1");
  EXPECT_EQ(made->options.port, 6000);
  EXPECT_EQ(made->options.store, server::StoreKind::sqlite);
  EXPECT_EQ(made->options.store_path, "x.db");
}

TEST(ServerOptions, RefuseWhatMeansNothing) {
  EXPECT_THAT(refusal({.functions = {"a"}}), HasSubstr("--attach NAME"));
  EXPECT_THAT(refusal({.functions = {"a="}}), HasSubstr("NAME=COMMAND"));
  EXPECT_THAT(refusal({.functions = {"a b=./x"}}), HasSubstr("--function"));
  EXPECT_THAT(refusal({.attach = {"a=./a"}}), HasSubstr("--attach"));
  EXPECT_THAT(refusal({.attach = {"a b"}}), HasSubstr("--attach: expected NAME, found \"a b\""));
  EXPECT_THAT(refusal({.template_file = "/nonexistent.yaml"}), HasSubstr("/nonexistent.yaml"));
  EXPECT_THAT(refusal({.signature_key_file = "/nonexistent"}), HasSubstr("/nonexistent"));
  EXPECT_THAT(refusal({.signature_key_file = ::testing::TempDir()}), HasSubstr("cannot read"));
  EXPECT_THAT(refusal({.log_level = "LOUD"}), HasSubstr("LOUD"));
  EXPECT_THAT(refusal({.time_scale = 0}), HasSubstr("--time-scale: expected a number above 0"));
  EXPECT_THAT(refusal({.time_scale = std::nan("")}), HasSubstr("found nan"));
  EXPECT_THAT(refusal({.time_scale = 1e7}), HasSubstr("at most 1000000"));
  EXPECT_THAT(refusal({}, {{"AWS_DEX_PORT", "many"}}), HasSubstr("AWS_DEX_PORT"));
}

constexpr std::string_view template_text = R"(Resources:
  Order:
    Type: AWS::Serverless::Function
    Properties:
      FunctionName: order
      CodeUri: .
      Handler: bootstrap
      Runtime: provided.al2023
      Timeout: 20
      AutoPublishAlias: live
      DurableConfig:
        ExecutionTimeout: 3600
        RetentionPeriodInDays: 7
      Environment:
        Variables:
          STAGE: test
)";

TEST(ServerOptions, RunNodeAndPythonFunctionsWithTheRuntimesInside) {
  const auto made = plan({.functions = {"bill=python:jobs/app.handler"}});

  ASSERT_TRUE(made) << made.error().message;
  const server::FunctionDefinition& function = made->options.functions.front();
  EXPECT_EQ(function.handler, "jobs/app.handler");
  EXPECT_THAT(function.command, ElementsAre(::testing::HasSubstr("python"), "-c",
                                            ::testing::HasSubstr("invocation/next")));
}

TEST(ServerOptions, RefuseAFunctionThatIsGivenTwice) {
  const auto both = [](const std::string& a, const std::string& b) {
    return AllOf(HasSubstr("\"order\" twice"), HasSubstr(a + " and " + b));
  };
  EXPECT_THAT(refusal({.functions = {"order=./a", "order=./b"}}),
              both("--function order=./a", "--function order=./b"));
  EXPECT_THAT(refusal({.functions = {"order=./a"}, .attach = {"order"}}),
              both("--function order=./a", "--attach order"));
  EXPECT_THAT(refusal({.attach = {"order", "other", "order"}}),
              both("--attach order", "--attach order"));
  const File file("durable_cli_twice.yaml", std::string(template_text));
  EXPECT_THAT(refusal({.functions = {"order=./a", "order=./b"}, .template_file = file.path()}),
              both("--function order=./a", "--function order=./b"));
}

TEST(ServerOptions, NameAFunctionsHandlerAfterItUnlessSomethingElseIsSaid) {
  const auto made = plan({.functions = {"order=./build/order"}});

  ASSERT_TRUE(made) << made.error().message;
  EXPECT_EQ(made->options.functions.front().handler, "order");
}

TEST(ServerOptions, TakeFunctionsFromATemplateAndTheirCommandsFromFlags) {
  const File file("durable_cli_template.yaml", std::string(template_text));
  const auto made =
      plan({.functions = {"order=./build/order --fast"}, .template_file = file.path()});

  ASSERT_TRUE(made) << made.error().message;
  ASSERT_EQ(made->options.functions.size(), 1U);
  const server::FunctionDefinition& function = made->options.functions.front();
  EXPECT_EQ(function.name, "order");
  EXPECT_THAT(function.command, ElementsAre("./build/order", "--fast"));
  EXPECT_EQ(function.timeout, std::chrono::seconds{20});
  EXPECT_EQ(function.environment.at("STAGE"), "test");
  ASSERT_TRUE(function.durable);
  EXPECT_EQ(function.durable->execution_timeout, std::chrono::hours{1});
  EXPECT_EQ(function.durable->retention_days, 7);
  EXPECT_EQ(function.aliases.at("live"), "1");
}

TEST(ServerOptions, AttachAFunctionOfATemplate) {
  const File file("durable_cli_attach.yaml", std::string(template_text));
  const auto made = plan({.attach = {"order"}, .template_file = file.path()});

  ASSERT_TRUE(made) << made.error().message;
  ASSERT_EQ(made->options.functions.size(), 1U);
  EXPECT_THAT(made->options.functions.front().command, IsEmpty());
  EXPECT_FALSE(made->options.functions.front().timeout);
  EXPECT_EQ(made->options.functions.front().concurrency_max, 1U);
  EXPECT_EQ(made->options.functions.front().environment.at("STAGE"), "test");
}

TEST(ServerOptions, AttachOneProcessAtATimeUnlessMoreAreWanted) {
  const auto made = plan({.functions = {"other=./other"}, .attach = {"order"}});
  ASSERT_TRUE(made);
  ASSERT_EQ(made->options.functions.size(), 2U);
  EXPECT_GT(made->options.functions[0].concurrency_max, 1U);
  EXPECT_EQ(made->options.functions[1].concurrency_max, 1U);

  const auto more = plan({.attach = {"order"}, .max_concurrency = 3});
  ASSERT_TRUE(more);
  EXPECT_EQ(more->options.functions.front().concurrency_max, 3U);
}

TEST(ServerOptions, SayHowToRunAFunctionWhoseProgramIsNotThere) {
  const File file("durable_cli_lost.yaml", std::string(template_text));
  const std::string message = refusal({.template_file = file.path()});
  EXPECT_THAT(message, HasSubstr("--function order=COMMAND"));
  EXPECT_THAT(message, HasSubstr("--attach order"));
}

TEST(ServerOptions, TakeTheKeysThatRequestsAreSignedWith) {
  const File file("keys", "[default]\naws_access_key_id=A1\naws_secret_access_key=s1\n");
  const auto made = plan({.signature_key_file = file.path()});
  ASSERT_TRUE(made) << made.error().message;
  ASSERT_EQ(made->options.required_keys.size(), 1U);
  EXPECT_EQ(made->options.required_keys[0].access_key_id, "A1");
  EXPECT_TRUE(std::filesystem::path(made->options.key_file).is_absolute());
  EXPECT_TRUE(std::filesystem::equivalent(made->options.key_file, file.path()));
  EXPECT_EQ(made->options.key_profile, "default");
}

TEST(ServerOptions, SayThatAttachedProcessesFindNoKeyOutsideOfASection) {
  const File file("loose_keys", "aws_access_key_id=A1\naws_secret_access_key=s1\n[half]\n");
  const auto made = plan({.signature_key_file = file.path()});
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_EQ(made->options.key_file, "");
  EXPECT_THAT(made->notes, Contains(HasSubstr("is in no [section]")));
}

TEST(ServerOptions, NeedNoProgramOfAFunctionThatIsInvokedElsewhere) {
  const File file("durable_cli_elsewhere.yaml", std::string(template_text));
  for (const auto& made :
       {plan({.template_file = file.path(), .lambda_endpoint = "http://127.0.0.1:3001"}),
        plan({.template_file = file.path()},
             {{"AWS_DEX_LAMBDA_ENDPOINT", "http://127.0.0.1:3001"}})}) {
    ASSERT_TRUE(made) << made.error().message;
    EXPECT_EQ(made->options.lambda_endpoint, "http://127.0.0.1:3001");
    EXPECT_THAT(made->options.functions.front().command, IsEmpty());
    EXPECT_EQ(made->options.functions.front().folder, "");
    EXPECT_EQ(made->options.functions.front().durable->retention_days, 7);
  }
}

TEST(Keys, AreReadAsCredentialFilesHaveThem) {
  const auto keys = parse_keys(
      "# for tests\n[default]\naws_access_key_id = A1\r\naws_secret_access_key=s1\n\n[other]\n"
      "aws_access_key_id=A2\naws_secret_access_key = s2\naws_session_token = t2\n[half]\n"
      "aws_access_key_id=A3\n",
      "file");
  ASSERT_TRUE(keys);
  ASSERT_EQ(keys->pairs.size(), 2U);
  EXPECT_EQ(keys->pairs[0].access_key_id, "A1");
  EXPECT_EQ(keys->pairs[0].secret_access_key.reveal(), "s1");
  EXPECT_EQ(keys->pairs[1].access_key_id, "A2");
  EXPECT_EQ(keys->pairs[1].session_token.reveal(), "t2");
  EXPECT_EQ(keys->first_profile, "default");
}

TEST(Keys, AreMissedWhereThereIsNoWholePair) {
  for (const std::string_view text :
       {"", "[default]\n", "aws_access_key_id=A1\n[b]\naws_secret_access_key=s\n"}) {
    const auto keys = parse_keys(text, "keys.ini");
    ASSERT_FALSE(keys);
    EXPECT_THAT(keys.error().message, HasSubstr("keys.ini"));
  }
}

TEST(AccessLog, GivesEachAnswerALevel) {
  const auto level = [](int status, std::string_view path) {
    return level_of({"POST", path, "id", status, Duration{1}});
  };
  EXPECT_EQ(level(200, "/2015-03-31/functions/f/invocations"), LogLevel::info);
  EXPECT_EQ(level(200, "/2025-12-01/durable-executions/x/checkpoint"), LogLevel::debug);
  EXPECT_EQ(level(400, "/2025-12-01/durable-executions/x/checkpoint"), LogLevel::warning);
  EXPECT_EQ(level(500, "/health"), LogLevel::error);
}

TEST(ServerOptions, RefuseTimesAndRegionsThatNoFunctionCanHave) {
  ServerCommand command;
  command.execution_timeout = std::chrono::seconds{0};
  EXPECT_EQ(refusal(command), "--execution-timeout: expected seconds from 1 to 31622400, found 0");
  command = {};
  command.invocation_timeout = std::chrono::seconds{901};
  EXPECT_EQ(refusal(command), "--invocation-timeout: expected seconds from 1 to 900, found 901");
  command = {};
  command.region = "";
  EXPECT_THAT(refusal(command), HasSubstr("expected a Region such as us-east-1"));
  EXPECT_THAT(refusal({}, {{"AWS_DEX_LOCAL_RUNNER_REGION", "a b"}}), HasSubstr("found \"a b\""));
}

TEST(AccessLog, WritesALineWithoutWhatCouldFakeAnother) {
  std::string out;
  const cloud::FakeClock clock(Timestamp{std::chrono::milliseconds{1'772'366'400'250}});
  PrintedAccessLog log([&out](std::string_view line) { out += line; }, clock, "INFO");

  log.answered({"GET", "/a\n2026 fake", "r-1", 404, std::chrono::milliseconds{3}});
  log.answered({"GET", "/health", "r-2", 200, std::chrono::milliseconds{1}});

  EXPECT_EQ(out, "2026-03-01 12:00:00.250Z 404 GET /a?2026 fake 3ms r-1\n");
}

TEST(StoreLog, WritesAReasonOnceInAWhile) {
  std::string out;
  cloud::FakeClock clock(Timestamp{std::chrono::milliseconds{1'772'366'400'250}});
  StoreLog log([&out](std::string_view line) { out += line; }, clock);
  const Error full{ErrorCode::storage, "the store a\nb: disk is full"};

  for (int i = 0; i < 1'000; ++i) log.failed(full);
  EXPECT_EQ(out, "2026-03-01 12:00:00.250Z ERROR the store a?b: disk is full\n");

  out.clear();
  clock.pass(store_reason_pause);
  log.failed(full);
  EXPECT_EQ(out, "") << "the same reason";
  log.failed({ErrorCode::corrupt, "damaged"});
  log.failed(full);
  EXPECT_EQ(out, "2026-03-01 12:00:01.250Z ERROR damaged\n") << "two reasons in turn are bounded";

  out.clear();
  clock.pass(store_line_pause);
  log.failed(full);
  clock.pass(-std::chrono::hours{1});
  log.failed(full);
  EXPECT_EQ(out,
            "2026-03-01 12:00:11.250Z ERROR the store a?b: disk is full\n"
            "2026-03-01 11:00:11.250Z ERROR the store a?b: disk is full\n");
}

}  // namespace
}  // namespace durable::cli
