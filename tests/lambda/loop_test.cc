// SPDX-License-Identifier: Apache-2.0
#include "lambda/loop.h"

#include <durable/durable.h>
#include <durable/wire/json.h>

#include <gmock/gmock.h>

#include "lambda/fake_transport.h"
#include "sdk/fake_service.h"

#include <stdexcept>

namespace durable::lambda {
namespace {

using namespace std::chrono_literals;
using fake::header_of;
using fake::next_invocation;
using fake::status;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Replies = fake::Service::Replies;

class FixedClock final : public Clock {
 public:
  [[nodiscard]] Timestamp now() const override { return Timestamp(1'000'000ms); }
};

Task<std::string> greet(std::string name, DurableContext& ctx) {
  co_await ctx.step("think", [] {});
  co_await ctx.wait("sleep", 1h);
  co_return "Hello " + name;
}

/// The loop with everything around it played by the test. It ends when the script does.
struct LoopWorld : ::testing::Test {
  /// Runs the loop, and gives its exit code.
  int run(Handler handler) { return run(Functions::Entry{"f", std::move(handler)}); }
  int run_plain(PlainHandler handler) { return run(Functions::Entry{"f", std::move(handler)}); }

  int run(const Functions::Entry& entry) {
    const Options options;
    RuntimeApi api(transport, "host:1");
    Loop loop(entry, options,
              {.api = api,
               .stop = stop,
               .clock = clock,
               .logger = logger,
               .service = &service,
               .seed = [] { return 7; },
               .set_trace =
                   [this](const std::optional<std::string>& header) {
                     traces.push_back(header.value_or("(none)"));
                   },
               .flush_output = [this] { flushed_after.push_back(transport.lines().size()); }});
    return loop.run();
  }

  /// The next invocation is the next one of the durable execution in `service`.
  void will_go_on(http::Headers headers = {}) {
    transport.will([this, headers](const http::OutboundRequest&) {
      ++service.invocations;
      return next_invocation("r-" + std::to_string(service.invocations),
                             wire::encode(service.event()).value(), headers);
    });
  }
  void will_take() { transport.will_answer(status(202)); }
  /// The process is told to end while the answer is under way.
  void will_take_and_end() {
    transport.will([this](const http::OutboundRequest&) {
      stop.terminate();
      return status(202);
    });
  }

  fake::Transport transport;
  fake::Service service{"\"Ada\"", Replies::from_a_thread};
  fake::MemoryLogger logger;
  FixedClock clock;
  StopSwitch stop{[] {}};
  std::vector<std::string> traces;
  std::vector<std::size_t> flushed_after;  // how many requests had been sent then
};

TEST_F(LoopWorld, RunsADurableExecutionInvocationByInvocation) {
  will_go_on();
  transport.will([this](const http::OutboundRequest&) {
    service.pass_time();
    return status(202);
  });
  will_go_on();
  will_take_and_end();
  EXPECT_EQ(run(greet), 0);

  ASSERT_EQ(transport.lines().size(), 4U);
  EXPECT_EQ(transport.request(1).body, R"({"Status":"PENDING"})");
  EXPECT_EQ(transport.request(3).body, R"({"Status":"SUCCEEDED","Result":"\"Hello Ada\""})");
  EXPECT_THAT(service.calls, ElementsAre("1 STEP START \"think\", 1 STEP SUCCEED \"think\"",
                                         "2 WAIT START \"sleep\""));
}

TEST_F(LoopWorld, WritesOutWhatWasPrintedBeforeEachAnswer) {
  transport.will_answer(next_invocation("r-1", "{}"));
  will_take();
  transport.will_answer(next_invocation("r-2", "{}"));
  will_take_and_end();
  EXPECT_EQ(run_plain([] { return 1; }), 0);

  // Of the four requests, the second and the fourth are answers.
  EXPECT_THAT(flushed_after, ElementsAre(1U, 3U));
}

TEST_F(LoopWorld, TellsAFailedExecutionAsAnAnswer) {
  will_go_on();
  will_take_and_end();
  EXPECT_EQ(run([](DurableContext&) -> Task<int> {
              throw std::runtime_error("no stock");
              co_return 1;
            }),
            0);
  EXPECT_THAT(transport.request(1).url, HasSubstr("/response"));
  EXPECT_THAT(transport.request(1).body, HasSubstr(R"("Status":"FAILED")"));
  EXPECT_THAT(transport.request(1).body, HasSubstr("no stock"));
}

TEST_F(LoopWorld, ReportsAnInvocationThatTheServiceMustTryAgain) {
  service.fault = [] { return Error{ErrorCode::service_failure, "down"}; };
  will_go_on();
  will_take_and_end();
  EXPECT_EQ(run(greet), 0);
  EXPECT_THAT(transport.request(1).url, HasSubstr("/invocation/r-1/error"));
  EXPECT_EQ(header_of(transport.request(1), "Lambda-Runtime-Function-Error-Type"),
            "Function.CheckpointError");
  EXPECT_THAT(transport.request(1).body, HasSubstr("down"));
  EXPECT_EQ(logger.last_fields.at("errorType"), "CheckpointError");
}

TEST_F(LoopWorld, SaysWhyAnEventIsNotThatOfADurableExecution) {
  transport.will_answer(next_invocation("r-1", R"({"name":"Ada"})"));
  will_take_and_end();
  EXPECT_EQ(run(greet), 0);
  EXPECT_THAT(transport.request(1).url, HasSubstr("/error"));
  const std::string& body = transport.request(1).body;
  EXPECT_THAT(body, HasSubstr("not that of a durable execution"));
  EXPECT_THAT(body, HasSubstr("DurableConfig"));
  EXPECT_THAT(body, HasSubstr("qualifier"));
}

TEST_F(LoopWorld, TellsUserCodeOfItsInvocation) {
  will_go_on({{"Lambda-Runtime-Aws-Tenant-Id", "blue"},
              {"Lambda-Runtime-Invoked-Function-Arn", "arn:f:1"},
              {"Lambda-Runtime-Deadline-Ms", "1003000"},
              {"Lambda-Runtime-Trace-Id", "Root=1"}});
  will_take();
  will_go_on();
  will_take_and_end();
  std::vector<std::string> seen;
  EXPECT_EQ(run([&seen](DurableContext& ctx) -> Task<void> {
              const LambdaContext& info = ctx.lambda_context();
              seen.push_back(
                  info.request_id + " " + info.tenant_id.value_or("-") + " " + info.function_arn +
                  " " +
                  std::to_string(info.deadline ? info.deadline->time_since_epoch().count() : 0));
              co_return;
            }),
            0);
  EXPECT_THAT(seen, ElementsAre("r-1 blue arn:f:1 1003000", "r-2 -  0"));
  EXPECT_THAT(traces, ElementsAre("Root=1", "(none)"));
}

TEST_F(LoopWorld, RunsAPlainFunction) {
  transport.will_answer(next_invocation("r-1", "[1,2,3]"));
  will_take();
  transport.will_answer(next_invocation("r-2", "[]"));
  will_take_and_end();
  EXPECT_EQ(run_plain([](const std::vector<int>& all) { return all.size(); }), 0);
  EXPECT_EQ(transport.request(1).body, "3");
  EXPECT_EQ(transport.request(3).body, "0");
}

TEST_F(LoopWorld, ReportsWhatAPlainFunctionThrows) {
  transport.will_answer(next_invocation("r-1", "{}"));
  will_take_and_end();
  EXPECT_EQ(run_plain([] { throw std::out_of_range("row 7"); }), 0);
  EXPECT_THAT(transport.request(1).url, HasSubstr("/invocation/r-1/error"));
  EXPECT_EQ(transport.request(1).body,
            R"({"errorMessage":"row 7","errorType":"std::out_of_range","stackTrace":[]})");
  EXPECT_EQ(logger.last_fields.at("requestId"), "r-1");
}

TEST_F(LoopWorld, ReportsAResponseThatIsTooLarge) {
  transport.will_answer(next_invocation("r-1", "{}"));
  transport.will_answer(status(413));
  will_take_and_end();
  EXPECT_EQ(run_plain([] { return std::string(10, 'x'); }), 0);
  ASSERT_EQ(transport.lines().size(), 3U);
  EXPECT_THAT(transport.request(2).url, HasSubstr("/error"));
  EXPECT_EQ(header_of(transport.request(2), "Lambda-Runtime-Function-Error-Type"),
            "Function.ResponseSizeTooLarge");
  EXPECT_THAT(transport.request(2).body, HasSubstr("response of 12 bytes"));
}

TEST_F(LoopWorld, GoesOnAfterAnInvocationThatTimedOutOrWasRefused) {
  for (const int code : {410, 400}) {
    transport.will_answer(next_invocation("r-1", "{}", {{"Lambda-Runtime-Invocation-Id", "i-1"}}));
    transport.will_answer(status(code));
  }
  transport.will_answer(next_invocation("r-2", "{}"));
  will_take_and_end();
  EXPECT_EQ(run_plain([] { return 1; }), 0);
  EXPECT_EQ(transport.unused(), 0U);
  ASSERT_EQ(logger.lines.size(), 2U);
  EXPECT_THAT(logger.lines[0], HasSubstr("timed out before it was answered"));
  EXPECT_THAT(logger.lines[1], HasSubstr("was refused"));
  EXPECT_EQ(logger.last_fields.at("invocationId"), "i-1");
}

TEST_F(LoopWorld, NamesTheExecutionInTheLinesAboutIt) {
  will_go_on();
  will_take_and_end();
  EXPECT_EQ(run([](DurableContext&) -> Task<int> {
              throw InvocationError("not now");
              co_return 1;
            }),
            0);
  EXPECT_THAT(logger.lines, ElementsAre("the invocation failed"));
  EXPECT_EQ(logger.last_fields.at("errorMessage"), "not now");
  EXPECT_EQ(logger.last_fields.at("executionArn"), service.event().durable_execution_arn);
  EXPECT_EQ(logger.last_fields.at("requestId"), "r-1");
}

TEST_F(LoopWorld, EndsWhenTheHostIsBroken) {
  transport.will_answer(next_invocation("r-1", "{}"));
  transport.will_answer(status(500, "container"));
  EXPECT_EQ(run_plain([] { return 1; }), 1);
  EXPECT_THAT(logger.lines, ElementsAre(HasSubstr("cannot be answered")));
}

TEST_F(LoopWorld, EndsWhenNoInvocationCanBeTaken) {
  transport.will_fail("connect: connection refused");
  EXPECT_EQ(run_plain([] { return 1; }), 1);
  EXPECT_EQ(logger.last_fields.at("error"), "connect: connection refused");
}

TEST_F(LoopWorld, EndsAfterTheInvocationThatRunsWhenItIsTold) {
  transport.will_answer(next_invocation("r-1", "{}"));
  will_take();
  bool asked = false;
  EXPECT_EQ(run_plain([&](const PlainContext& context) {
              stop.terminate();
              asked = context.stop_token().stop_requested();
            }),
            0);
  EXPECT_TRUE(asked);
  EXPECT_EQ(transport.lines().size(), 2U);
}

}  // namespace
}  // namespace durable::lambda
