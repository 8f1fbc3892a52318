// SPDX-License-Identifier: Apache-2.0
//
// When a callback is completed, in which state a replay finds it, and where the process dies.
#include "calls/call_host.h"
#include "sdk/fake_service.h"

#include <gmock/gmock.h>

namespace durable {
namespace {

using namespace std::chrono_literals;
using fake::error_text;
using fake::error_type;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Status = wire::OperationStatus;

Task<std::string> wait_then_result(DurableContext& ctx) {
  auto callback = co_await ctx.create_callback("c", {.timeout = 5s});
  co_await ctx.wait("w", 10s);
  co_return co_await callback.result();
}

// ---- When it is completed ----

TEST(CallbackTiming, CompletedDuringAWaitCausesAnInvocationThatIsPendingAgain) {
  CallHost host;
  host.run_now(wait_then_result);
  EXPECT_EQ(host.succeed("1", "x"), "");
  host.run(wait_then_result);

  EXPECT_EQ(host.outcome(), "\"x\"");
  EXPECT_THAT(host.history(),
              ElementsAre("CallbackStarted 1 \"c\"", "WaitStarted 2 \"w\"", "InvocationCompleted",
                          "CallbackSucceeded 1 \"c\"", "InvocationCompleted",
                          "WaitSucceeded 2 \"w\"", "InvocationCompleted", "ExecutionSucceeded"));
}

TEST(CallbackTiming, FailedDuringAWaitThrowsWhereItIsAwaited) {
  CallHost host;
  host.run_now(wait_then_result);
  EXPECT_EQ(host.fail("1", failure("RejectedError", "not approved")), "");
  host.run(wait_then_result);

  EXPECT_EQ(host.outcome(), "CallbackExternalError: not approved");
  EXPECT_EQ(host.invocations, 3);
}

TEST(CallbackTiming, TimedOutDuringAWaitThrowsWhereItIsAwaited) {
  CallHost host;
  host.run(wait_then_result);

  EXPECT_EQ(host.outcome(), "CallbackTimeoutError: Callback timed out");
  EXPECT_THAT(host.history(),
              ElementsAre("CallbackStarted 1 \"c\"", "WaitStarted 2 \"w\"", "InvocationCompleted",
                          "CallbackTimedOut 1 \"c\"", "InvocationCompleted",
                          "WaitSucceeded 2 \"w\"", "InvocationCompleted", "ExecutionFailed"));
}

TEST(CallbackTiming, ATimeoutThatIsCaughtIsThrownAgainInAReplay) {
  CallHost host;
  int timeouts = 0;
  host.run([&](DurableContext& ctx) -> Task<std::string> {
    auto callback = co_await ctx.create_callback("c", {.timeout = 3s});
    try {
      co_await callback.result();
    } catch (const CallbackTimeoutError&) {
      ++timeouts;
    }
    co_await ctx.wait("w", 2s);
    co_return "handled";
  });

  EXPECT_EQ(host.outcome(), "\"handled\"");
  EXPECT_EQ(timeouts, 2);
  EXPECT_EQ(host.invocations, 3);
}

TEST(CallbackTiming, ResultThenWaitReplaysBoth) {
  CallHost host;
  const Handler handler = [](DurableContext& ctx) -> Task<std::string> {
    auto callback = co_await ctx.create_callback("c");
    std::string text = co_await callback.result();
    co_await ctx.wait("w", 2s);
    co_return text;
  };
  host.run_now(handler);
  EXPECT_EQ(host.succeed("1", "x"), "");
  host.run(handler);

  EXPECT_EQ(host.outcome(), "\"x\"");
  EXPECT_EQ(host.calls.size(), 2U) << "a replay sends nothing";
}

TEST(CallbackTiming, TwoAreCompletedInEitherOrder) {
  for (const bool a_is_awaited_first : {true, false}) {
    for (const bool a_comes_first : {true, false}) {
      CallHost host;
      const Handler handler = [=](DurableContext& ctx) -> Task<std::string> {
        auto a = co_await ctx.create_callback("a");
        auto b = co_await ctx.create_callback("b");
        std::string text = co_await (a_is_awaited_first ? a : b).result();
        text += co_await (a_is_awaited_first ? b : a).result();
        co_return text;
      };
      host.run_now(handler);
      EXPECT_EQ(host.succeed(a_comes_first ? "1" : "2", a_comes_first ? "A" : "B"), "");
      host.run_now(handler);
      EXPECT_EQ(host.outcome(), "RUNNING");
      EXPECT_EQ(host.succeed(a_comes_first ? "2" : "1", a_comes_first ? "B" : "A"), "");
      host.run_now(handler);

      EXPECT_EQ(host.outcome(), a_is_awaited_first ? "\"AB\"" : "\"BA\"");
      EXPECT_EQ(host.invocations, 3);
    }
  }
}

TEST(CallbackTiming, AHeartbeatRearmsOnlyTheHeartbeatTimeout) {
  const Handler handler = [](DurableContext& ctx) -> Task<std::string> {
    auto callback = co_await ctx.create_callback("c", {.timeout = 25s, .heartbeat_timeout = 10s});
    co_return co_await callback.result();
  };
  CallHost alive;
  alive.run_now(handler);
  alive.pass(8s);
  EXPECT_EQ(alive.heartbeat("1"), "");
  alive.pass(8s);
  EXPECT_EQ(alive.succeed("1", "x"), "");
  alive.run(handler);
  EXPECT_EQ(alive.outcome(), "\"x\"");

  CallHost silent;
  silent.run(handler);
  EXPECT_EQ(silent.outcome(), "CallbackTimeoutError: Callback timed out on heartbeat");
  EXPECT_EQ(silent.operation("1").callback_details->error->error_type, "Callback.Heartbeat");

  CallHost slow;
  slow.run_now(handler);
  for (int i = 0; i < 3; ++i) {
    slow.pass(8s);
    EXPECT_EQ(slow.heartbeat("1"), "");
  }
  slow.run(handler);
  EXPECT_EQ(slow.outcome(), "CallbackTimeoutError: Callback timed out");
}

TEST(CallbackTiming, TheReplyToTheStartIsReadBeforeTheInvocationSuspends) {
  for (const auto replies : {CallHost::Replies::at_once, CallHost::Replies::from_a_thread}) {
    CallHost host("{}", replies);
    host.on_reply = [](wire::CheckpointDurableExecutionResponse& reply) {
      for (wire::Operation& operation : reply.new_execution_state.operations) {
        operation.status = Status::succeeded;
        operation.callback_details->result = Payload("at once");
      }
    };
    host.run_now([](DurableContext& ctx) -> Task<std::string> {
      auto callback = co_await ctx.create_callback("c");
      co_return co_await callback.result();
    });

    EXPECT_EQ(host.outcome(), "\"at once\"");
    EXPECT_EQ(host.invocations, 1);
  }
}

TEST(CallbackTiming, EarlyLateAndDoubledCompletionsAreHarmless) {
  CallHost host;
  const std::string closed = "The callback is either timed out or already completed";
  host.on_call = [&](int call) {
    // Early: completed in the invocation that made it, before the code gets to await it.
    if (call == 3) {
      EXPECT_EQ(host.succeed("1", "early"), "");
      EXPECT_EQ(host.succeed("1", "again"), closed);
    }
  };
  host.on_reply = [](wire::CheckpointDurableExecutionResponse& reply) {
    auto& told = reply.new_execution_state.operations;  // the service may tell it more than once
    told.insert(told.end(), told.begin(), told.begin() + static_cast<std::ptrdiff_t>(told.size()));
  };
  const Handler handler = [](DurableContext& ctx) -> Task<std::string> {
    auto early = co_await ctx.create_callback("early");
    auto late = co_await ctx.create_callback("late", {.timeout = 10s});
    co_await ctx.step("other", [] {});
    std::string text = co_await early.result();
    text += (co_await settle(late.result())).has_value() ? "" : " timed out";
    co_await ctx.wait("more", 1h);
    co_return text;
  };
  host.run_now(handler);
  host.pass(10s);
  EXPECT_EQ(host.succeed("2", "late"), closed);
  EXPECT_EQ(host.fail("2", failure("E", "late")), closed);
  host.run(handler);

  EXPECT_EQ(host.outcome(), "\"early timed out\"");
  EXPECT_EQ(host.succeed("2", "after the end"), closed);
}

// ---- What a replay finds ----

wire::Operation recorded(Status status, std::optional<std::string> id = "cb-1") {
  wire::Operation operation;
  operation.id = "1";
  operation.type = wire::OperationType::callback;
  operation.sub_type = "Callback";
  operation.name = "c";
  operation.status = status;
  operation.callback_details.emplace().callback_id = std::move(id);
  return operation;
}

Task<std::string> report(DurableContext& ctx) {
  auto callback = co_await ctx.create_callback("c");
  auto outcome = co_await settle(callback.result());
  std::string text = callback.id() + " ";
  co_return text + (outcome
                        ? *outcome
                        : detail::class_name_of(outcome.error()) + ": " + outcome.error_message());
}

TEST(CallbackReplay, AnswersFromEachStateWithoutACall) {
  struct Case {
    Status status;
    std::string answer;
  };
  const std::vector<Case> cases{
      {Status::succeeded, "cb-1 done"},
      {Status::failed, "cb-1 CallbackExternalError: Callback failed"},
      {Status::cancelled, "cb-1 CallbackExternalError: Callback failed"},
      {Status::stopped, "cb-1 CallbackExternalError: Callback failed"},
      {Status::timed_out, "cb-1 CallbackTimeoutError: Callback timed out"},
  };
  for (const Case& c : cases) {
    fake::Service service;
    wire::Operation operation = recorded(c.status);
    if (c.status == Status::succeeded) operation.callback_details->result = Payload("done");
    service.add(operation);

    const auto output = fake::output_of(service.invoke(report));

    EXPECT_EQ(output.result, Payload("\"" + c.answer + "\""));
    EXPECT_TRUE(service.calls.empty());
  }
}

TEST(CallbackReplay, FoundStartedIsWaitedForAgainWithoutACall) {
  fake::Service service;
  service.add(recorded(Status::started));

  const auto output = fake::output_of(service.invoke(report));

  EXPECT_EQ(output.status, wire::InvocationOutputStatus::pending);
  EXPECT_TRUE(service.calls.empty());
}

TEST(CallbackReplay, RecordedWithoutAnIdEndsTheExecution) {
  for (const auto& id : {std::optional<std::string>(), std::optional<std::string>("")}) {
    fake::Service service;
    service.add(recorded(Status::started, id));

    const auto output = fake::output_of(service.invoke(report));

    EXPECT_EQ(error_type(output), "InvalidStateError");
    EXPECT_THAT(error_text(output), HasSubstr("operation 1 \"c\" in handler is a callback, but is "
                                              "recorded without a CallbackId"));
  }
}

TEST(CallbackReplay, AReplyWithoutAnIdEndsTheExecutionEvenIfEverythingIsCaught) {
  CallHost host;
  host.on_reply = [](wire::CheckpointDurableExecutionResponse& reply) {
    for (wire::Operation& operation : reply.new_execution_state.operations) {
      operation.callback_details.reset();
    }
  };
  host.run_now([](DurableContext& ctx) -> Task<int> {
    try {
      const auto callback = co_await ctx.create_callback("c");
    } catch (...) {
    }
    co_return 1;
  });

  EXPECT_THAT(host.outcome(), HasSubstr("InvalidStateError: operation 1 \"c\""));
}

TEST(CallbackReplay, AStatusThatCallbacksDoNotHaveEndsTheExecution) {
  fake::Service service;
  service.add(recorded(Status::pending));

  const auto output = fake::output_of(service.invoke(report));

  EXPECT_EQ(error_type(output), "InvalidStateError");
  EXPECT_THAT(error_text(output), HasSubstr("PENDING, which a callback cannot be"));
}

TEST(CallbackReplay, AnotherCallRecordedInItsPlaceEndsTheExecution) {
  fake::Service service;
  service.add(recorded(Status::started));
  const auto output = fake::output_of(service.invoke([](DurableContext& ctx) -> Task<void> {
    auto callback = co_await ctx.create_callback("other");
    co_await callback.result();
  }));

  EXPECT_EQ(error_type(output), "NonDeterministicExecutionError");
  EXPECT_THAT(error_text(output),
              HasSubstr("CALLBACK (Callback) \"c\", but the code now makes CALLBACK (Callback) "
                        "\"other\""));
}

TEST(CallbackReplay, InAContextThatIsCompleteGivesItsIdAndIsNotWaitedFor) {
  CallHost host;
  int runs = 0;
  const Handler handler = [&](DurableContext& ctx) -> Task<std::size_t> {
    const std::string text =
        co_await ctx.run_in_child_context("big", [&](DurableContext& child) -> Task<std::string> {
          ++runs;
          auto callback = co_await child.create_callback("open");
          EXPECT_EQ(callback.id(), host.callback_id("1-1"));
          co_return std::string(300'000, 'x');
        });
    co_await ctx.wait(1s);
    co_return text.size();
  };
  host.run(handler);

  EXPECT_EQ(host.outcome(), "300000");
  EXPECT_EQ(runs, 2);
}

// ---- Misuse ----

TEST(CallbackMisuse, AStartIsAwaitedOnce) {
  CallHost host;
  host.run_now([](DurableContext& ctx) -> Task<void> {
    auto start = ctx.create_callback("c");
    auto callback = co_await std::move(start);
    auto again = co_await std::move(start);
    co_await again.result();
  });

  EXPECT_THAT(host.outcome(), HasSubstr("UsageError: co_await of a durable::CallbackStart"));
}

TEST(CallbackMisuse, NeitherStartNorHandleOutlivesItsContext) {
  CallHost host("{}", CallHost::Replies::from_a_thread);
  host.run([](DurableContext& ctx) -> Task<int> {
    std::optional<CallbackStart<std::string>> start;
    std::optional<Callback<std::string>> handle;
    co_await ctx.run_in_child_context([&](DurableContext& child) -> Task<void> {
      handle.emplace(co_await child.create_callback("handle"));
      start.emplace(child.create_callback("start"));
    });
    int errors = 0;
    auto outcome = co_await settle(handle->result());
    if (outcome.failed_with<UsageError>()) ++errors;
    try {
      const auto callback = co_await *std::move(start);
    } catch (const UsageError&) {
      ++errors;
    }
    co_return errors;
  });

  EXPECT_EQ(host.outcome(), "2");
}

TEST(CallbackMisuse, InsideAStepBodyEndsTheExecution) {
  CallHost host;
  host.run_now([](DurableContext& ctx) -> Task<void> {
    co_await ctx.step("s", [&] { static_cast<void>(ctx.create_callback("c")); });
  });

  EXPECT_THAT(host.outcome(), HasSubstr("UsageError: create_callback \"c\" was called inside the "
                                        "body of a step"));
}

// ---- Where the process dies ----

TEST(CallbackCrash, AnywhereLeavesOneCallbackWithOneId) {
  const Handler handler = [](DurableContext& ctx) -> Task<std::string> {
    auto callback = co_await ctx.create_callback("c");
    co_await ctx.step("send", [] {});
    std::string text = co_await callback.result();
    co_await ctx.step("use", [] {});
    co_return text;
  };
  for (int call = 1; call <= 3; ++call) {
    for (const auto death : {CallHost::Death::before_the_send, CallHost::Death::before_the_reply,
                             CallHost::Death::after_the_reply}) {
      CallHost host;
      host.crash = {call, death};
      host.run(handler);
      EXPECT_EQ(host.succeed("1", "x"), "");
      host.run(handler);

      EXPECT_EQ(host.outcome(), "\"x\"") << "call " << call;
      EXPECT_FALSE(host.has("4"));
    }
  }
}

}  // namespace
}  // namespace durable
