// SPDX-License-Identifier: Apache-2.0
//
// The Runtime API as an attached process meets it.
#include "functions/runtime_api.h"

#include "functions/host_fixture.h"
#include "functions/http_client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace durable::functions {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

const std::string api = "/2018-06-01/runtime/";
const std::string next_path = api + "invocation/next";

class RuntimeApiTest : public HostTest {
 protected:
  void attach(std::optional<Duration> timeout = std::nullopt) {
    FunctionSpec spec = attached();
    spec.concurrency_max = 1;
    spec.timeout = timeout;
    add(std::move(spec));
  }
  HttpClient client() const { return HttpClient(state().runtime_api); }
};

TEST_F(RuntimeApiTest, GivesAnAttachedProcessTheInvocationThatWaits) {
  attach();
  std::future<Outcome> outcome = start("event", "request-1");
  EXPECT_EQ(state().waiting, 1U);
  HttpClient process = client();
  const HttpAnswer event = process.call("GET", next_path);
  EXPECT_EQ(event.status, 200);
  EXPECT_EQ(event.body, "event");
  EXPECT_EQ(event.header("Lambda-Runtime-Aws-Request-Id"), "request-1");
  EXPECT_EQ(state().running, 1U);

  const HttpAnswer done = process.call("POST", api + "invocation/request-1/response", "42");
  EXPECT_EQ(done.status, 202);
  EXPECT_EQ(done.body, R"({"status":"OK"})");
  EXPECT_EQ(std::get<Answer>(wait(std::move(outcome))).payload, "42");
}

TEST_F(RuntimeApiTest, HoldsACallUntilThereIsAnInvocation) {
  attach();
  HttpClient process = client();
  ASSERT_TRUE(process.send("GET", next_path));
  std::future<Outcome> outcome = start("event");
  EXPECT_EQ(process.receive().body, "event");
  process.call("POST", api + "invocation/r/response", "1");
  wait(std::move(outcome));
}

TEST_F(RuntimeApiTest, ForgetsACallWhoseClientLeaves) {
  attach();
  {
    HttpClient gone = client();
    ASSERT_TRUE(gone.send("GET", next_path));
    ASSERT_TRUE(eventually([&] { return state().attached == 1; }));
  }
  ASSERT_TRUE(eventually([&] { return state().attached == 0; }));
  std::future<Outcome> outcome = start("event");
  HttpClient process = client();
  EXPECT_EQ(process.call("GET", next_path).body, "event");
  process.call("POST", api + "invocation/r/response", "1");
  wait(std::move(outcome));
}

TEST_F(RuntimeApiTest, TellsALateAnswerThatTheInvocationHasTimedOut) {
  attach(50ms);
  std::future<Outcome> outcome = start("event");
  HttpClient process = client();
  const HttpAnswer event = process.call("GET", next_path);
  const Outcome ended = wait(std::move(outcome));
  ASSERT_TRUE(std::holds_alternative<Failure>(ended));
  EXPECT_TRUE(std::get<Failure>(ended).timed_out);

  EXPECT_EQ(process.call("POST", api + "invocation/r/response", "1").status, 410);
  const std::string id = event.header("Lambda-Runtime-Invocation-Id");
  EXPECT_EQ(process
                .call("POST", api + "invocation/r/error", "{}",
                      "Lambda-Runtime-Invocation-Id: " + id + "\r\n")
                .status,
            410);
}

TEST_F(RuntimeApiTest, AnswersCallsThatAreWrong) {
  attach();
  HttpClient process = client();
  EXPECT_EQ(process.call("GET", "/").status, 404);
  EXPECT_EQ(process.call("GET", api + "invocation//response").status, 404);
  EXPECT_EQ(process.call("POST", next_path).status, 405);
  const HttpAnswer unknown = process.call("POST", api + "invocation/x/response", "1");
  EXPECT_EQ(unknown.status, 400);
  EXPECT_EQ(unknown.body,
            R"({"errorMessage":"Invalid request ID","errorType":"InvalidRequestID"})");
  EXPECT_EQ(unknown.header("Content-Type"), "application/json");
}

TEST_F(RuntimeApiTest, FailsTheWaitingInvocationWithAnInitError) {
  attach();
  std::future<Outcome> outcome = start("event");
  HttpClient process = client();
  EXPECT_EQ(
      process.call("POST", api + "init/error", R"({"errorType":"Mine","errorMessage":"m"})").status,
      202);
  EXPECT_EQ(std::get<Failure>(wait(std::move(outcome))).error_type, "Mine");
}

TEST_F(RuntimeApiTest, PrintsTheLineThatAttachesAProcess) {
  FunctionSpec spec = attached();
  spec.environment["GREETING"] = "it's me";
  add(std::move(spec));
  const std::string line = host_->attach_line("f");
  EXPECT_THAT(line, StartsWith("env "));
  EXPECT_THAT(line, HasSubstr(" AWS_LAMBDA_RUNTIME_API=" + state().runtime_api + " "));
  EXPECT_THAT(line, HasSubstr(" AWS_ENDPOINT_URL_LAMBDA=http://127.0.0.1:1 "));
  EXPECT_THAT(line, HasSubstr(" 'GREETING=it'\\''s me'"));
  EXPECT_EQ(host_->attach_line("other"), "");
}

TEST_F(RuntimeApiTest, PrintsNoCredentialsOfTheFunctions) {
  FunctionSpec spec = attached();
  spec.environment["AWS_ACCESS_KEY_ID"] = "AKIDEXAMPLE";
  spec.environment["AWS_SECRET_ACCESS_KEY"] = "very-secret";
  spec.attach_environment["AWS_PROFILE"] = "mine";
  add(std::move(spec));
  const std::string line = host_->attach_line("f");
  EXPECT_THAT(line, Not(HasSubstr("very-secret")));
  EXPECT_THAT(line, Not(HasSubstr("AWS_SESSION_TOKEN")));
  EXPECT_THAT(line, HasSubstr(" AWS_PROFILE=mine"));
}

TEST(RuntimeApi, ReadsErrorsOfAnyShape) {
  EXPECT_EQ(read_failure("Header", R"({"errorMessage":"m"})").error_type, "Header");
  EXPECT_EQ(read_failure({}, "").error_type, "Runtime.Unknown");
  EXPECT_EQ(read_failure({}, "\xff").error_message, "\xEF\xBF\xBD");
  const Failure odd = read_failure({}, R"({"errorMessage":{"a":1},"stackTrace":[1,null]})");
  EXPECT_EQ(odd.error_message, R"({"a":1})");
  EXPECT_THAT(odd.stack_trace, ::testing::ElementsAre("1", ""));
}

TEST(RuntimeApi, CutsALongErrorBetweenTwoCharacters) {
  constexpr std::size_t text_max = 256 * 1024;
  std::string text = "a";  // so that a character of two bytes lies across the limit
  while (text.size() <= text_max) text += "\xC3\xA9";
  const std::string whole = text.substr(0, text_max - 1);
  EXPECT_EQ(read_failure({}, R"({"errorMessage":")" + text + R"("})").error_message, whole);
  EXPECT_EQ(read_failure({}, R"({"errorType":")" + text + R"("})").error_type, whole);
  EXPECT_THAT(read_failure({}, R"({"stackTrace":[")" + text + R"("]})").stack_trace,
              ::testing::ElementsAre(whole));
}

}  // namespace
}  // namespace durable::functions
