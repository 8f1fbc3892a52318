// SPDX-License-Identifier: Apache-2.0
//
// The program of the examples, as Lambda starts it. Built twice: for the program as it is linked
// for this machine, and for the one that is deployed.
#include <durable/wire/json.h>

#include <gmock/gmock.h>

#include "lambda/api_stand_in.h"
#include "lambda/runtime_stand_in.h"

#include <csignal>

#include <memory>

namespace durable::lambda {
namespace {

using fake::Process;
using fake::RuntimeStandIn;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

/// The program, or in a test of the static one a program that runs it where no other file is.
std::vector<std::string> command() {
#ifdef DURABLE_LAMBDA_ROOT
  return {"/usr/bin/unshare", "--map-root-user", "--root=" DURABLE_LAMBDA_ROOT, "/bootstrap"};
#else
  return {DURABLE_LAMBDA_FUNCTIONS};
#endif
}

std::unique_ptr<Process> start(const RuntimeStandIn& host, const std::string& handler,
                               std::vector<std::string> more = {}) {
  std::vector<std::string> environment{"AWS_LAMBDA_RUNTIME_API=" + host.host_and_port(),
                                       "AWS_ENDPOINT_URL_LAMBDA=http://" + host.host_and_port(),
                                       "AWS_EC2_METADATA_DISABLED=true", "_HANDLER=" + handler};
  environment.insert(environment.end(), more.begin(), more.end());
  return std::make_unique<Process>(command(), environment);
}

std::string header_of(const http::Request& request, std::string_view name) {
  return std::string(http::find_header(request.headers, name).value_or("(none)"));
}

TEST(LambdaProcess, RunsADurableFunctionAndEndsWhenItIsTold) {
  fake::Service service("\"Ada\"");
  fake::ApiStandIn api(service);
  std::string user_agent;  // written before the answer that the test waits for
  RuntimeStandIn host([&](const http::Request& request) {
    user_agent = header_of(request, "User-Agent");
    return api.answer(request.method, request.target, request.body);
  });
  host.invoke("r-1", wire::encode(service.event()).value(),
              {{"Lambda-Runtime-Invocation-Id", "i-1"}});
  const auto process = start(host, "hello_world");

  const auto answer = host.answer();
  ASSERT_TRUE(answer) << process->output();
  EXPECT_EQ(answer->target, "/2018-06-01/runtime/invocation/r-1/response");
  EXPECT_EQ(answer->body, R"({"Status":"SUCCEEDED","Result":"\"Hello Ada!\""})");
  EXPECT_EQ(header_of(*answer, "Lambda-Runtime-Invocation-Id"), "i-1");
  EXPECT_THAT(service.calls, ElementsAre("1 STEP START \"greet\", 1 STEP SUCCEED \"greet\""));
  EXPECT_THAT(user_agent, HasSubstr("aws-durable-execution-sdk-cpp/"));

  ASSERT_TRUE(host.waits());
  process->signal(SIGTERM);
  EXPECT_EQ(process->wait(), 0);
}

TEST(LambdaProcess, EndsTheInvocationThatRunsBeforeItself) {
  fake::Service service("\"Ada\"");
  fake::ApiStandIn api(service);
  std::unique_ptr<Process> process;
  RuntimeStandIn host([&](const http::Request& request) {
    process->signal(SIGTERM);  // the function waits for this answer
    return api.answer(request.method, request.target, request.body);
  });
  process = start(host, "hello_world");
  ASSERT_TRUE(host.waits()) << process->output();
  host.invoke("r-1", wire::encode(service.event()).value());
  const auto answer = host.answer();
  ASSERT_TRUE(answer) << process->output();
  EXPECT_THAT(answer->body, HasSubstr("SUCCEEDED"));
  EXPECT_EQ(process->wait(), 0);
}

TEST(LambdaProcess, RunsThePlainFunctionThatItsHandlerNames) {
  RuntimeStandIn host;
  const auto process =
      start(host, "shout", {"AWS_LAMBDA_LOG_FORMAT=JSON", "AWS_LAMBDA_LOG_LEVEL=INFO"});
  host.invoke("r-1", R"({"text":"hey"})");
  const auto answer = host.answer();
  ASSERT_TRUE(answer) << process->output();
  EXPECT_EQ(answer->body, "\"hey!\"");
  host.invoke("r-2", R"({"text":7})");
  const auto refusal = host.answer();
  ASSERT_TRUE(refusal) << process->output();
  EXPECT_EQ(refusal->target, "/2018-06-01/runtime/invocation/r-2/error");
  EXPECT_EQ(header_of(*refusal, "Lambda-Runtime-Function-Error-Type"), "Function.SerDesError");

  ASSERT_TRUE(host.waits());
  process->signal(SIGTERM);
  const std::string output = process->output();
  EXPECT_THAT(output,
              HasSubstr(R"("level":"INFO","message":"shouting","requestId":"r-1","size":3})"));
  EXPECT_THAT(output, HasSubstr(R"("level":"ERROR","message":"the invocation failed")"));
}

TEST(LambdaProcess, RunsTheFunctionThatItsArgumentNames) {
  RuntimeStandIn host;
  std::vector<std::string> line = command();
  line.emplace_back("shout");
  const Process process(line, {"AWS_LAMBDA_RUNTIME_API=" + host.host_and_port()});
  host.invoke("r-1", R"({"text":"hey"})");
  const auto answer = host.answer();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->body, "\"hey!\"");
}

TEST(LambdaProcess, TellsThatADurableFunctionDoesNotKnowItsRegion) {
  RuntimeStandIn host;
  Process process(command(), {"AWS_LAMBDA_RUNTIME_API=" + host.host_and_port(),
                              "_HANDLER=hello_world", "AWS_CONFIG_FILE=/none"});
  const auto answer = host.answer();
  ASSERT_TRUE(answer) << process.output();
  EXPECT_EQ(answer->target, "/2018-06-01/runtime/init/error");
  EXPECT_EQ(header_of(*answer, "Lambda-Runtime-Function-Error-Type"), "Runtime.ConfigInvalid");
  EXPECT_THAT(answer->body, HasSubstr("AWS_REGION"));
  EXPECT_EQ(process.wait(), 1);
}

TEST(LambdaProcess, TellsThatItsProxyCannotBeAsked) {
  RuntimeStandIn host;
  Process process(command(),
                  {"AWS_LAMBDA_RUNTIME_API=" + host.host_and_port(), "_HANDLER=hello_world",
                   "AWS_REGION=us-west-2", "HTTPS_PROXY=ftp://10.0.0.1:1"});
  const auto answer = host.answer();
  ASSERT_TRUE(answer) << process.output();
  EXPECT_EQ(answer->target, "/2018-06-01/runtime/init/error");
  EXPECT_EQ(header_of(*answer, "Lambda-Runtime-Function-Error-Type"), "Runtime.ConfigInvalid");
  EXPECT_THAT(answer->body, HasSubstr("a proxy is asked by http:// only"));
  EXPECT_EQ(process.wait(), 1);
}

TEST(LambdaProcess, TellsThatItHasNoSuchFunction) {
  RuntimeStandIn host;
  const auto process = start(host, "helo_world");
  const auto answer = host.answer();
  ASSERT_TRUE(answer) << process->output();
  EXPECT_EQ(answer->target, "/2018-06-01/runtime/init/error");
  EXPECT_EQ(header_of(*answer, "Lambda-Runtime-Function-Error-Type"), "Runtime.NoSuchHandler");
  EXPECT_THAT(answer->body, HasSubstr("data_export, hello_world, order_processing"));
  EXPECT_EQ(process->wait(), 1);
}

TEST(LambdaProcess, SaysThatNobodyHasStartedItAsAFunction) {
  Process process(command(), {});
  EXPECT_THAT(process.output(), HasSubstr("AWS_LAMBDA_RUNTIME_API is not set"));
  EXPECT_EQ(process.wait(), 1);
}

TEST(LambdaProcess, EndsWhenItsHostIsGone) {
  std::unique_ptr<Process> process;
  {
    RuntimeStandIn host;
    process = start(host, "shout");
    ASSERT_TRUE(host.waits());
  }
  EXPECT_THAT(process->output(), HasSubstr("no invocation can be taken"));
  EXPECT_EQ(process->wait(), 1);
}

}  // namespace
}  // namespace durable::lambda
