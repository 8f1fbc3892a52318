// SPDX-License-Identifier: Apache-2.0
#include "lambda/runtime_api.h"

#include <gmock/gmock.h>

#include "lambda/fake_transport.h"

namespace durable::lambda {
namespace {

using fake::header_of;
using fake::status;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Verdict = Posted::Verdict;

struct RuntimeApiCalls : ::testing::Test {
  fake::Transport transport;
  RuntimeApi api{transport, "127.0.0.1:9001"};
  LambdaContext info{.request_id = "r-1", .invocation_id = "i-1"};
};

TEST_F(RuntimeApiCalls, WaitWithoutALimitForTheNextInvocation) {
  transport.will_answer(fake::next_invocation("r-1", "{}"));
  ASSERT_TRUE(api.next());
  EXPECT_THAT(transport.lines(),
              ElementsAre("GET http://127.0.0.1:9001/2018-06-01/runtime/invocation/next"));
  EXPECT_EQ(transport.request(0).timeout, Duration::zero());
}

TEST_F(RuntimeApiCalls, ReadAllThatTheHostTells) {
  transport.will_answer(
      fake::next_invocation("r-1", R"({"a":1})",
                            {{"lambda-runtime-deadline-ms", "1764664200250"},
                             {"Lambda-Runtime-Invoked-Function-Arn",
                              "arn:aws:lambda:us-east-1:123456789012:function:f:3"},
                             {"Lambda-Runtime-Trace-Id", "Root=1-2-3"},
                             {"Lambda-Runtime-Client-Context", "{}"},
                             {"Lambda-Runtime-Cognito-Identity", "{\"id\":1}"},
                             {"Lambda-Runtime-Aws-Tenant-Id", "blue"},
                             {"Lambda-Runtime-Invocation-Id", "i-9"}}));
  const Invocation invocation = api.next().value();
  EXPECT_EQ(invocation.event, R"({"a":1})");
  EXPECT_EQ(invocation.info.request_id, "r-1");
  EXPECT_EQ(invocation.info.invocation_id, "i-9");
  EXPECT_EQ(invocation.info.function_arn, "arn:aws:lambda:us-east-1:123456789012:function:f:3");
  EXPECT_EQ(invocation.info.deadline, Timestamp(Duration{1'764'664'200'250}));
  EXPECT_EQ(invocation.info.tenant_id, "blue");
  EXPECT_EQ(invocation.info.trace_header, "Root=1-2-3");
  EXPECT_EQ(invocation.info.client_context, "{}");
  EXPECT_EQ(invocation.info.cognito_identity, "{\"id\":1}");
}

TEST_F(RuntimeApiCalls, TakeWhatIsMissingAsAbsent) {
  transport.will_answer(
      fake::next_invocation("r-1", "{}", {{"Lambda-Runtime-Deadline-Ms", "soon"}}));
  const Invocation invocation = api.next().value();
  EXPECT_EQ(invocation.info.invocation_id, "");
  EXPECT_EQ(invocation.info.deadline, std::nullopt);
  EXPECT_EQ(invocation.info.tenant_id, std::nullopt);
}

TEST_F(RuntimeApiCalls, RefuseAnAnswerThatIsNoInvocation) {
  transport.will_answer(status(200, "<html>"));
  const auto none = api.next();
  ASSERT_FALSE(none);
  EXPECT_THAT(none.error().message, HasSubstr("no header Lambda-Runtime-Aws-Request-Id"));
  transport.will_answer(status(403, "no"));
  EXPECT_THAT(api.next().error().message, HasSubstr("expected HTTP 200, found HTTP 403: no"));
  transport.will_fail("connection refused");
  EXPECT_EQ(api.next().error().message, "connection refused");
}

TEST_F(RuntimeApiCalls, AnswerWithTheInvocationIdThatWasGiven) {
  transport.will_answer(status(202));
  EXPECT_EQ(api.respond(info, "\"done\"").verdict, Verdict::taken);
  const http::OutboundRequest request = transport.request(0);
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.url, "http://127.0.0.1:9001/2018-06-01/runtime/invocation/r-1/response");
  EXPECT_EQ(request.body, "\"done\"");
  EXPECT_EQ(header_of(request, "Lambda-Runtime-Invocation-Id"), "i-1");

  transport.will_answer(status(202));
  EXPECT_EQ(api.respond({.request_id = "r/2"}, "1").verdict, Verdict::taken);
  EXPECT_EQ(header_of(transport.request(1), "Lambda-Runtime-Invocation-Id"), "(none)");
  EXPECT_THAT(transport.request(1).url, HasSubstr("/invocation/r%2F2/response"));
}

TEST_F(RuntimeApiCalls, ReportAFailureWithItsTypeAsAHeader) {
  transport.will_answer(status(202));
  EXPECT_EQ(api.fail(info, {"StepError", "no", {}}).verdict, Verdict::taken);
  const http::OutboundRequest request = transport.request(0);
  EXPECT_EQ(request.url, "http://127.0.0.1:9001/2018-06-01/runtime/invocation/r-1/error");
  EXPECT_EQ(request.body, R"({"errorMessage":"no","errorType":"StepError","stackTrace":[]})");
  EXPECT_EQ(header_of(request, "Lambda-Runtime-Function-Error-Type"), "Function.StepError");
  EXPECT_EQ(header_of(request, "Lambda-Runtime-Invocation-Id"), "i-1");
}

TEST_F(RuntimeApiCalls, ReportThatTheFunctionCannotStart) {
  transport.will_answer(status(202));
  EXPECT_EQ(api.fail_init({"Runtime.NoSuchHandler", "no", {}}).verdict, Verdict::taken);
  EXPECT_EQ(transport.request(0).url, "http://127.0.0.1:9001/2018-06-01/runtime/init/error");
  EXPECT_EQ(header_of(transport.request(0), "Lambda-Runtime-Function-Error-Type"),
            "Runtime.NoSuchHandler");
}

TEST_F(RuntimeApiCalls, TellWhatAStatusMeansForTheProcess) {
  const auto verdict = [&](int code) {
    transport.will_answer(status(code, "why"));
    return api.respond(info, "1").verdict;
  };
  EXPECT_EQ(verdict(200), Verdict::taken);
  EXPECT_EQ(verdict(410), Verdict::expired);
  EXPECT_EQ(verdict(413), Verdict::too_large);
  EXPECT_EQ(verdict(400), Verdict::refused);
  EXPECT_EQ(verdict(403), Verdict::refused);
  EXPECT_EQ(verdict(500), Verdict::broken);
  transport.will_fail("connection reset");
  const Posted lost = api.respond(info, "1");
  EXPECT_EQ(lost.verdict, Verdict::broken);
  EXPECT_EQ(lost.detail, "connection reset");
}

TEST_F(RuntimeApiCalls, QuoteOnlyTheBeginOfALongAnswer) {
  transport.will_answer(status(400, std::string(100'000, 'x')));
  EXPECT_LT(api.respond(info, "1").detail.size(), 1'000U);
}

}  // namespace
}  // namespace durable::lambda
