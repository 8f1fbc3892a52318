// SPDX-License-Identifier: Apache-2.0
#include "calls/call_host.h"
#include "sdk/fake_service.h"

#include <gmock/gmock.h>

#include <durable/json/value.h>

namespace durable {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Status = wire::OperationStatus;

// ---- The example of the documentation ----

struct Verdict {
  std::string status;
};

void send_mail(const std::string& /*callback_id*/) {}

Task<std::string> ask_for_verdict(DurableContext& ctx) {
  const Verdict verdict = co_await ctx.wait_for_callback<Verdict>(
      "verdict", [](const std::string& id) { send_mail(id); },
      {.timeout = 72h, .retry = retry::fixed({.max_attempts = 2, .delay = 1s})});
  co_return verdict.status;
}

TEST(WaitForCallback, SubmitsTheIdAndWaitsForTheCompletion) {
  CallHost host;
  host.run_now(ask_for_verdict);
  EXPECT_EQ(host.succeed("1-1", R"({"status": "approved"})"), "");
  host.run(ask_for_verdict);

  EXPECT_EQ(host.outcome(), "\"approved\"");
  EXPECT_THAT(
      host.history(),
      ElementsAre("ContextStarted 1 \"verdict\"", "CallbackStarted 1-1 \"verdict\"",
                  "StepStarted 1-2 \"submitter\"", "StepSucceeded 1-2 \"submitter\"",
                  "InvocationCompleted", "CallbackSucceeded 1-1 \"verdict\"",
                  "ContextSucceeded 1 \"verdict\"", "InvocationCompleted", "ExecutionSucceeded"));
  EXPECT_EQ(host.updates[0].sub_type, "WaitForCallback");
  EXPECT_EQ(host.updates[1].parent_id, "1");
  EXPECT_EQ(host.updates[1].callback_options, (wire::CallbackOptions{259'200, std::nullopt}));
}

// ---- The submitter ----

TEST(WaitForCallback, WithoutANameSendsNone) {
  CallHost host;
  const Handler handler = [](DurableContext& ctx) -> Task<std::string> {
    co_return co_await ctx.wait_for_callback([](const std::string&) {});
  };
  host.run_now(handler);
  EXPECT_EQ(host.succeed("1-1", "x"), "");
  host.run(handler);

  EXPECT_EQ(host.outcome(), "\"x\"");
  for (const wire::OperationUpdate& update : host.updates) {
    EXPECT_FALSE(update.name.has_value()) << update.id;
  }
}

TEST(WaitForCallback, CallsItsSubmitterOnceWithTheIdThatTheServiceMade) {
  CallHost host;
  std::vector<std::string> submitted;
  const Handler handler = [&](DurableContext& ctx) -> Task<void> {
    const auto submit = [&](std::string id, StepContext& step) {
      submitted.push_back(std::move(id) + " " + std::to_string(step.attempt()));
      return submitted.size();  // ignored
    };
    co_await ctx.wait_for_callback<void>("c", submit);
    co_await ctx.wait(1s);
  };
  host.run_now(handler);
  EXPECT_EQ(host.succeed("1-1"), "");
  host.run(handler);

  EXPECT_EQ(host.outcome(), "null");
  EXPECT_THAT(submitted, ElementsAre(host.callback_id("1-1") + " 1"));
  EXPECT_FALSE(host.operation("1-2").step_details->result.has_value());
}

void ignore_id(std::string_view) {}

Task<int> helper(std::string id, std::string& out) {
  out = std::move(id);
  co_return 1;
}

TEST(WaitForCallback, TakesFunctionsTasksAndClosuresThatOwn) {
  CallHost host;
  std::string by_task;
  std::string by_closure;
  const Handler handler = [&](DurableContext& ctx) -> Task<void> {
    const std::string prefix = "id ";
    auto a = ctx.wait_for_callback<void>("a", ignore_id);
    auto b = ctx.wait_for_callback<void>(
        "b", [&](const std::string& id) { return helper(id, by_task); });
    auto c = ctx.wait_for_callback<void>("c", [&, prefix](const std::string& id) -> Task<void> {
      by_closure = prefix + id;
      co_return;
    });
    co_await all(a, b, c);
  };
  host.run_now(handler);

  EXPECT_EQ(by_task, host.callback_id("2-1"));
  EXPECT_EQ(by_closure, "id " + host.callback_id("3-1"));
  for (const auto* id : {"1-2", "2-2", "3-2"}) {
    EXPECT_EQ(host.operation(id).status, Status::succeeded) << id;
  }
}

TEST(WaitForCallback, RunsItsSubmitterAfterTheServiceHasMadeTheId) {
  CallHost host("{}", CallHost::Replies::from_a_thread);
  std::vector<std::string> submitted;
  const Handler handler = [&](DurableContext& ctx) -> Task<std::string> {
    auto a = ctx.wait_for_callback("a", [&](std::string id) { submitted.push_back(id); });
    auto b = ctx.wait_for_callback("b", [&](std::string id) { submitted.push_back(id); });
    EXPECT_TRUE(host.invocations > 1 || submitted.empty()) << "the call that starts it is out";
    auto [x, y] = co_await all(a, b);
    co_return x + y;
  };
  host.run_now(handler);
  EXPECT_THAT(submitted, ElementsAre(host.callback_id("1-1"), host.callback_id("2-1")));
  EXPECT_EQ(host.succeed("2-1", "B"), "");
  EXPECT_EQ(host.succeed("1-1", "A"), "");
  host.run(handler);

  EXPECT_EQ(host.outcome(), "\"AB\"");
}

TEST(WaitForCallback, ThatIsDroppedBeforeItHasAnIdSubmitsNothing) {
  CallHost host("{}", CallHost::Replies::from_a_thread);
  int submissions = 0;
  host.run([&](DurableContext& ctx) -> Task<int> {
    {
      const std::string owned = "a text that is too long for the string itself to hold";
      auto dropped = ctx.wait_for_callback("c", [&, owned](const std::string&) { ++submissions; });
    }
    co_return co_await ctx.step("s", [] { return 1; });
  });

  EXPECT_EQ(host.outcome(), "1");
  EXPECT_EQ(submissions, 0);
  EXPECT_EQ(host.operation("1").status, Status::started);
}

TEST(WaitForCallback, RetriesItsSubmitterAsItsPolicySays) {
  CallHost host;
  int attempts = 0;
  const Handler handler = [&](DurableContext& ctx) -> Task<std::string> {
    co_return co_await ctx.wait_for_callback(
        "c",
        [&](const std::string&) {
          if (++attempts < 3) throw std::runtime_error("busy");
        },
        {.retry = retry::fixed({.max_attempts = 3, .delay = 1s})});
  };
  host.run(handler);
  EXPECT_EQ(host.succeed("1-1", "x"), "");
  host.run(handler);

  EXPECT_EQ(host.outcome(), "\"x\"");
  EXPECT_EQ(attempts, 3);
}

TEST(WaitForCallback, WhoseSubmitterGivesUpThrowsWhatTheSubmitterThrew) {
  CallHost host;
  std::vector<std::string> seen;
  const Handler handler = [&](DurableContext& ctx) -> Task<void> {
    auto future = ctx.wait_for_callback(
        "c", [](const std::string&) { throw std::invalid_argument("no such desk"); },
        {.retry = retry::fixed({.max_attempts = 2, .delay = 1s})});
    auto outcome = co_await settle(future);
    outcome.with_error<CallbackSubmitterError>([&](const auto& error) {
      seen.push_back(std::string(error.error_type()) + ": " + error.what() + " " +
                     error.operation_id());
      EXPECT_FALSE(error.error().stack_trace.has_value());
    });
    co_await ctx.wait(1s);
    co_await future;
  };
  host.run(handler);

  const std::string expected = "std::invalid_argument: no such desk 1";
  EXPECT_THAT(seen, ElementsAre(expected, expected)) << "the first run as its replay";
  EXPECT_EQ(host.outcome(), "CallbackSubmitterError: no such desk");
  EXPECT_EQ(host.operation("1").context_details->error->error_type, "std::invalid_argument");
  EXPECT_EQ(host.operation("1-1").status, Status::started) << "nobody has completed it";
  EXPECT_THAT(host.history(),
              ElementsAre("ContextStarted 1 \"c\"", "CallbackStarted 1-1 \"c\"",
                          "StepStarted 1-2 \"submitter\"", "StepFailed 1-2 \"submitter\"",
                          "InvocationCompleted", "StepStarted 1-2 \"submitter\"",
                          "StepFailed 1-2 \"submitter\"", "ContextFailed 1 \"c\"", "WaitStarted 2",
                          "InvocationCompleted", "WaitSucceeded 2", "InvocationCompleted",
                          "ExecutionFailed"));
}

TEST(WaitForCallback, CannotUseItsContextInTheSubmitter) {
  CallHost host;
  host.run([](DurableContext& ctx) -> Task<void> {
    co_await ctx.wait_for_callback<void>(
        "c", [&](const std::string&) { static_cast<void>(ctx.wait(1s)); });
  });

  EXPECT_THAT(host.outcome(), HasSubstr("UsageError: wait (no name) was called inside the body of "
                                        "a step"));
}

// ---- Its result ----

TEST(WaitForCallback, StoresTheCompletersTextOnceAndReadsItFromThere) {
  CallHost host;
  const Handler handler = [](DurableContext& ctx) -> Task<std::vector<std::string>> {
    std::vector<std::string> seen;
    for (int i = 0; i < 2; ++i) {
      seen.push_back(co_await ctx.wait_for_callback("c", [](const std::string&) {}));
    }
    co_return seen;
  };
  host.run_now(handler);
  EXPECT_EQ(host.succeed("1-1", R"("quoted")"), "");
  host.run_now(handler);
  EXPECT_EQ(host.operation("1").context_details->result, Payload(R"("quoted")"));
  EXPECT_EQ(host.succeed("2-1", ""), "");
  host.run(handler);

  EXPECT_EQ(host.outcome(), R"(["\"quoted\"",""])");
  EXPECT_EQ(host.operation("2").context_details->result, Payload(""));
}

TEST(WaitForCallback, AbsentEmptyAndNullPayloadsAreThreeCases) {
  CallHost host;
  const Handler handler = [](DurableContext& ctx) -> Task<std::vector<std::string>> {
    std::vector<std::string> seen;
    for (int i = 0; i < 3; ++i) {
      const auto text = co_await ctx.wait_for_callback<std::optional<std::string>>(
          "c", [](const std::string&) {});
      seen.push_back(text ? "\"" + *text + "\"" : "absent");
    }
    co_return seen;
  };
  const std::vector<std::optional<Payload>> payloads{std::nullopt, Payload(""), Payload("null")};
  for (std::size_t i = 0; i < payloads.size(); ++i) {
    host.run_now(handler);
    EXPECT_EQ(host.succeed(std::to_string(i + 1) + "-1", payloads[i]), "");
  }
  host.run(handler);

  EXPECT_EQ(host.outcome(), R"(["absent","\"\"","\"null\""])");
  EXPECT_FALSE(host.operation("1").context_details->result.has_value());
}

class Reversed final : public PayloadSerdes {
 public:
  [[nodiscard]] Payload serialize(const Payload& plain, const SerdesContext&) const override {
    ++writes;
    return plain;
  }
  [[nodiscard]] Payload deserialize(const Payload& stored, const SerdesContext&) const override {
    const std::string text = stored.str();
    return Payload(std::string(text.rbegin(), text.rend()));
  }
  mutable int writes = 0;
};

TEST(WaitForCallback, AppliesItsSerdesOnce) {
  CallHost host;
  const Reversed reversed;
  std::vector<std::string> seen;
  const Handler handler = [&](DurableContext& ctx) -> Task<int> {
    auto text = ctx.wait_for_callback("t", [](const std::string&) {}, {.serdes = &reversed});
    auto number = ctx.wait_for_callback<int>("n", [](const std::string&) {}, {.serdes = &reversed});
    seen.push_back(co_await text);
    co_await ctx.wait(1s);
    co_return co_await number;
  };
  host.run_now(handler);
  EXPECT_EQ(host.succeed("1-1", "abc"), "");
  EXPECT_EQ(host.succeed("2-1", "12"), "");
  host.run(handler);

  EXPECT_THAT(seen, ElementsAre("cba", "cba")) << "the first run as its replay";
  EXPECT_EQ(host.outcome(), "21");
  EXPECT_EQ(reversed.writes, 0);
  EXPECT_EQ(host.operation("1").context_details->result, Payload("abc"));
}

TEST(WaitForCallback, WithALargeResultReadsItAgainFromTheCallback) {
  CallHost host;
  const std::string large(300'000, 'x');
  int submissions = 0;
  const Handler handler = [&](DurableContext& ctx) -> Task<bool> {
    const std::string text =
        co_await ctx.wait_for_callback("c", [&](const std::string&) { ++submissions; });
    co_await ctx.wait(1s);
    co_return text == large;
  };
  host.run_now(handler);
  EXPECT_EQ(host.succeed("1-1", large), "");
  host.run(handler);

  EXPECT_EQ(host.outcome(), "true");
  EXPECT_EQ(submissions, 1);
  EXPECT_EQ(host.operation("1").context_details->replay_children, true);
}

// ---- Its errors ----

/// Awaits twice, in a first run and in its replay, and writes down what is thrown.
struct Watch {
  std::vector<std::string> classes;
  std::vector<wire::ErrorObject> errors;

  Handler handler(WaitForCallbackOptions options = {}) {
    return [this, options](DurableContext& ctx) -> Task<void> {
      auto outcome = co_await settle(ctx.wait_for_callback(
          "c", [](const std::string&) {}, options));
      classes.push_back(detail::class_name_of(outcome.error()));
      outcome.with_error<OperationError>(
          [&](const OperationError& error) { errors.push_back(error.error()); });
      co_await ctx.wait(1s);
    };
  }
};

TEST(WaitForCallback, ThatTimesOutThrowsTheSameInEveryReplay) {
  CallHost host;
  Watch watch;
  host.run(watch.handler({.timeout = 3s}));

  EXPECT_THAT(watch.classes, ElementsAre("CallbackTimeoutError", "CallbackTimeoutError"));
  const auto expected = failure("Callback.Timeout", "Callback timed out");
  EXPECT_THAT(watch.errors, ElementsAre(expected, expected));
  EXPECT_EQ(host.operation("1").status, Status::failed);
  EXPECT_EQ(host.operation("1").context_details->error->error_type, "Callback.Timeout");
}

TEST(WaitForCallback, ThatMissesAHeartbeatSaysSo) {
  CallHost host;
  Watch watch;
  host.run(watch.handler({.heartbeat_timeout = 3s}));

  EXPECT_THAT(watch.classes, ElementsAre("CallbackTimeoutError", "CallbackTimeoutError"));
  EXPECT_EQ(watch.errors.back().error_type, "Callback.Heartbeat");
}

TEST(WaitForCallback, CompletedWithAFailureThrowsItWholeInEveryReplay) {
  CallHost host;
  Watch watch;
  wire::ErrorObject given = failure("RejectedError", "not approved");
  given.error_data = "{\"code\":7}";
  given.stack_trace = {{"at desk", "at door"}};
  host.run_now(watch.handler());
  EXPECT_EQ(host.fail("1-1", given), "");
  host.run(watch.handler());

  EXPECT_THAT(watch.classes, ElementsAre("CallbackExternalError", "CallbackExternalError"));
  EXPECT_THAT(watch.errors, ElementsAre(given, given));
}

TEST(WaitForCallback, IsNotDeceivedByAFailureThatLooksLikeAnotherOne) {
  CallHost host;
  Watch watch;
  wire::ErrorObject given = failure("Callback.Timeout", "CallbackSubmitterError");
  given.stack_trace = {{"CallbackSubmitterError in wait_for_callback"}};
  host.run_now(watch.handler());
  EXPECT_EQ(host.fail("1-1", given), "");
  host.run(watch.handler());

  EXPECT_THAT(watch.classes, ElementsAre("CallbackExternalError", "CallbackExternalError"));
  EXPECT_THAT(watch.errors, ElementsAre(given, given));
}

TEST(WaitForCallback, CompletedWithAFailureThatSaysNothingHasTheDefaultText) {
  CallHost host;
  Watch watch;
  host.run_now(watch.handler());
  EXPECT_EQ(host.fail("1-1", wire::ErrorObject{}), "");
  host.run(watch.handler());

  wire::ErrorObject expected;
  expected.error_message = "Callback failed";
  EXPECT_THAT(watch.errors, ElementsAre(expected, expected));
}

TEST(WaitForCallback, ShortensAFailureThatIsTooLargeToBeRecordedTwice) {
  CallHost host;
  Watch watch;
  wire::ErrorObject given = failure("RejectedError", "not approved");
  given.error_data = std::string(500'000, 'd');
  host.run_now(watch.handler());
  EXPECT_EQ(host.fail("1-1", given), "");
  host.run(watch.handler());

  given.error_data.reset();
  EXPECT_THAT(watch.classes, ElementsAre("CallbackExternalError", "CallbackExternalError"));
  EXPECT_THAT(watch.errors, ElementsAre(given, given));
}

TEST(WaitForCallback, RecordedWithoutStacksIsKnownByItsErrorType) {
  for (const auto& [type, expected] : std::vector<std::pair<std::string, std::string>>{
           {"Callback.Timeout", "CallbackTimeoutError"},
           {"Callback.Heartbeat", "CallbackTimeoutError"},
           {"RejectedError", "CallbackExternalError"}}) {
    fake::Service service;
    wire::Operation context;
    context.id = "1";
    context.type = wire::OperationType::context;
    context.sub_type = "WaitForCallback";
    context.name = "c";
    context.status = Status::failed;
    context.context_details.emplace().error = failure(type, "m");
    service.add(context);
    Watch watch;
    static_cast<void>(service.invoke(watch.handler()));

    EXPECT_THAT(watch.classes, ElementsAre(expected));
  }
}

TEST(WaitForCallback, LeavesItsClassNameToTheContextAroundIt) {
  CallHost host;
  const Handler handler = [](DurableContext& ctx) -> Task<std::string> {
    co_return co_await ctx.run_in_child_context(
        "wrapper", [](DurableContext& child) -> Task<std::string> {
          co_return co_await child.wait_for_callback("c", [](const std::string&) {});
        });
  };
  host.run_now(handler);
  EXPECT_EQ(host.updates[1].parent_id, "1");
  EXPECT_EQ(host.fail("1-1-1", failure("RejectedError", "not approved")), "");
  host.run(handler);

  EXPECT_EQ(host.outcome(), "ChildContextError: not approved");
  EXPECT_EQ(host.operation("1-1").context_details->error->error_type, "RejectedError");
  EXPECT_EQ(host.operation("1").context_details->error->error_type, "CallbackExternalError");
}

// ---- Together with other operations; validation; crashes ----

TEST(WaitForCallback, FollowsAWaitAStepAndAnotherOfItsKind) {
  CallHost host;
  const Handler handler = [](DurableContext& ctx) -> Task<std::string> {
    co_await ctx.wait(1s);
    co_await ctx.step([] { return 1; });
    static_cast<void>(co_await ctx.wait_for_callback("first", [](const std::string&) {}));
    co_return co_await ctx.wait_for_callback("second", [](const std::string&) {});
  };
  host.run(handler);
  EXPECT_EQ(host.succeed("3-1", "one"), "");
  host.run(handler);
  EXPECT_EQ(host.succeed("4-1", "two"), "");
  host.run(handler);

  EXPECT_EQ(host.outcome(), "\"two\"");
  EXPECT_EQ(host.invocations, 4);
}

TEST(WaitForCallback, CompletedWhileItsSubmitterRunsGoesOnInTheSameInvocation) {
  CallHost host;
  host.run_now([&](DurableContext& ctx) -> Task<std::string> {
    co_return co_await ctx.wait_for_callback(
        "c", [&](const std::string&) { EXPECT_EQ(host.succeed("1-1", "x"), ""); });
  });

  EXPECT_EQ(host.outcome(), "\"x\"");
  EXPECT_EQ(host.invocations, 1);
}

TEST(WaitForCallback, ArgumentsOutOfRangeAreRefusedAndLeaveNoOperationAndUseNoId) {
  CallHost host;
  std::vector<std::string> messages;
  host.run([&](DurableContext& ctx) -> Task<int> {
    const auto submit = [](const std::string&) {};
    for (const WaitForCallbackOptions& options :
         {WaitForCallbackOptions{.timeout = -1ms},
          WaitForCallbackOptions{.heartbeat_timeout = 40'000'000s}}) {
      try {
        static_cast<void>(co_await ctx.wait_for_callback("c", submit, options));
      } catch (const ValidationError& error) {
        messages.emplace_back(error.what());
      }
    }
    try {
      static_cast<void>(co_await ctx.wait_for_callback(std::string(257, 'n'), submit));
    } catch (const ValidationError& error) {
      messages.emplace_back(error.what());
    }
    co_return co_await ctx.step("after", [] { return 1; });
  });

  EXPECT_EQ(host.outcome(), "1");
  EXPECT_THAT(host.calls, ElementsAre("1 STEP START \"after\", 1 STEP SUCCEED \"after\""));
  EXPECT_THAT(
      messages,
      ElementsAre(HasSubstr("wait_for_callback \"c\": the timeout must be from 0"),
                  HasSubstr("wait_for_callback \"c\": the heartbeat timeout must be from 0"),
                  HasSubstr("wait_for_callback: a name has at most 256 characters")));
}

TEST(WaitForCallback, SurvivesACrashAnywhere) {
  int submissions = 0;
  const Handler handler = [&](DurableContext& ctx) -> Task<std::string> {
    std::string text =
        co_await ctx.wait_for_callback("c", [&](const std::string&) { ++submissions; });
    co_await ctx.wait(1s);
    co_return text;
  };
  for (int call = 1; call <= 4; ++call) {
    for (const auto death : {CallHost::Death::before_the_send, CallHost::Death::before_the_reply,
                             CallHost::Death::after_the_reply}) {
      submissions = 0;
      CallHost host;
      host.crash = {call, death};
      host.run(handler);
      EXPECT_EQ(host.succeed("1-1", "x"), "");
      host.run(handler);

      EXPECT_EQ(host.outcome(), "\"x\"") << "call " << call;
      EXPECT_EQ(host.operation("1").context_details->result, Payload("x"));
      const bool before_its_end_is_recorded =
          call == 2 && death == CallHost::Death::before_the_send;
      EXPECT_EQ(submissions, before_its_end_is_recorded ? 2 : 1) << "call " << call;
    }
  }
}

}  // namespace
}  // namespace durable
