// SPDX-License-Identifier: Apache-2.0
//
// Callbacks that the test completes itself.
#include "hosting/functions.h"

#include <durable/testing/gtest.h>
#include <gtest/gtest.h>

namespace durable::test {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;
using ::testing::StartsWith;

/// The text of the exception of type E that `call` throws.
template <class E, class F>
std::string message_of(F call) {
  try {
    call();
  } catch (const E& error) {
    return error.what();
  }
  return "(nothing was thrown)";
}

TEST(RunnerCallbacks, AreFoundByTheNameOfTheirWaitAndCompletedWithAValue) {
  DurableFunctionTestRunner runner(ask_for_approval);

  const std::string arn = runner.run_async();
  const std::string id = runner.wait_for_callback(arn, "approval");
  runner.send_callback_success(id, Approval{"kim", true});
  const auto result = runner.wait_for_result(arn);

  EXPECT_THAT(result, HasResult("kim granted it"));
  EXPECT_EQ(result.get_context("approval").callback_id(), id);
  EXPECT_EQ(result.duration(), Duration(0));
}

TEST(RunnerCallbacks, AreFoundByTheirPath) {
  DurableFunctionTestRunner runner(take_note);
  const std::string arn = runner.run_async();

  EXPECT_EQ(runner.wait_for_callback(arn, "desk/note"), runner.wait_for_callback(arn, "note"));
  EXPECT_EQ(runner.wait_for_callback(arn, ""), runner.wait_for_callback(arn, "note"));
}

TEST(RunnerCallbacks, TakeTextAsItIsAndOtherValuesAsJson) {
  const auto sent = [](const auto& value) {
    DurableFunctionTestRunner runner(take_note);
    const std::string arn = runner.run_async();
    runner.send_callback_success(runner.wait_for_callback(arn, "note"), value);
    return runner.wait_for_result(arn).template result<std::string>();
  };

  EXPECT_EQ(sent("plain text"), "plain text");
  EXPECT_EQ(sent(std::string("{\"not\": touched")), "{\"not\": touched");
  EXPECT_EQ(sent(std::optional<std::string>("text")), "text");
  EXPECT_EQ(sent(Approval{"kim", false}), R"({"by":"kim","granted":false})");
  EXPECT_EQ(sent(42), "42");
  EXPECT_EQ(sent(Payload("\"raw\"")), "\"raw\"");
}

TEST(RunnerCallbacks, MayBeCompletedWithoutAResult) {
  DurableFunctionTestRunner runner([](DurableContext& ctx) -> Task<bool> {
    auto note = co_await ctx.create_callback<std::optional<std::string>>("note");
    std::optional<std::string> text = co_await note.result();
    co_return text.has_value();
  });
  const std::string arn = runner.run_async();

  runner.send_callback_success(runner.wait_for_callback(arn, "note"));
  const auto result = runner.wait_for_result(arn);

  EXPECT_THAT(result, HasResult(false));
  EXPECT_EQ(result.get_callback("note").raw_result(), std::nullopt);
}

TEST(RunnerCallbacks, FailWithTheGivenError) {
  DurableFunctionTestRunner runner(ask_for_approval);
  const std::string arn = runner.run_async();

  runner.send_callback_failure(runner.wait_for_callback(arn, "approval"),
                               {.error_message = "no budget", .error_type = "Refused"});

  EXPECT_THAT(runner.wait_for_result(arn), HasResult("CallbackExternalError Refused: no budget"));
}

TEST(RunnerCallbacks, StayOpenWhileHeartbeatsCome) {
  DurableFunctionTestRunner runner(ask_for_approval);
  const std::string arn = runner.run_async();
  const std::string id = runner.wait_for_callback(arn, "approval");

  for (int i = 0; i < 3; ++i) {
    runner.advance_time(10min);
    runner.send_callback_heartbeat(id);
  }
  const auto before = runner.snapshot(arn);
  const auto result = runner.wait_for_result(arn);

  EXPECT_THAT(before.get_context("approval"), HasStatus(OperationStatus::started));
  EXPECT_THAT(result, HasResult<std::string>(HasSubstr("CallbackTimeoutError Callback.Heartbeat")));
  EXPECT_EQ(result.duration(), Duration(45min));
}

TEST(RunnerCallbacks, AreWaitedForOverOtherWaits) {
  DurableFunctionTestRunner runner([](DurableContext& ctx) -> Task<std::string> {
    co_await ctx.wait("nap", 1h);
    Callback<std::string> note = co_await ctx.create_callback("note");
    std::string text = co_await note.result();
    co_return text;
  });
  const std::string arn = runner.run_async();
  const Timestamp before = runner.now();

  const std::string id = runner.wait_for_callback(arn, "note");

  EXPECT_EQ(runner.now() - before, Duration(1h));
  runner.send_callback_success(id, "x");
  EXPECT_THAT(runner.wait_for_result(arn), HasResult("x"));
}

TEST(RunnerCallbacks, OfOneNameComeOneAfterTheOther) {
  DurableFunctionTestRunner runner(collect);
  const std::string arn = runner.run_async(2);

  const std::string first = runner.wait_for_callback(arn, "item");
  EXPECT_EQ(runner.wait_for_callback(arn, "item"), first);
  runner.send_callback_success(first, "a");
  const std::string second = runner.wait_for_callback(arn, "item");
  EXPECT_EQ(runner.wait_for_callback(arn, "item", {.index = 0}), first);
  EXPECT_EQ(runner.wait_for_callback(arn, "item", {.index = 1}), second);
  runner.send_callback_success(second, "b");

  EXPECT_THAT(runner.wait_for_result(arn).result<std::vector<std::string>>(),
              ElementsAre("a", "b"));
}

TEST(RunnerCallbacks, ThatTheExecutionNeverMakesAreReportedWithWhatIsThere) {
  DurableFunctionTestRunner runner(ask_for_approval);
  const std::string arn = runner.run_async();

  const std::string text =
      message_of<ResultLookupError>([&] { static_cast<void>(runner.wait_for_callback(arn, "x")); });

  EXPECT_THAT(text,
              StartsWith("Callback \"x\" did not appear: the execution ended SUCCEEDED with 0 "
                         "callbacks of that name"));
  EXPECT_THAT(text, HasSubstr("approval"));
}

TEST(RunnerCallbacks, ThatCannotComeAreReportedAsStuck) {
  DurableFunctionTestRunner runner(take_note);
  const std::string arn = runner.run_async();

  const std::string text = message_of<RunIncompleteError>(
      [&] { static_cast<void>(runner.wait_for_callback(arn, "other")); });

  EXPECT_THAT(text, StartsWith("Callback \"other\" did not appear within 10s (elapsed: "));
  EXPECT_THAT(text, HasSubstr("it is stuck"));
  EXPECT_THAT(text, HasSubstr("add runner.on_callback(\"note\").succeed(...)"));
}

TEST(RunnerCallbacks, AreCompletedOnce) {
  DurableFunctionTestRunner runner(take_note);
  const std::string arn = runner.run_async();
  const std::string id = runner.wait_for_callback(arn, "note");
  runner.send_callback_success(id, "first");

  const std::string again =
      message_of<CallbackClosedError>([&] { runner.send_callback_success(id, "second"); });
  EXPECT_THROW(runner.send_callback_failure(id, {}), CallbackClosedError);
  EXPECT_THROW(runner.send_callback_heartbeat(id), CallbackClosedError);

  EXPECT_EQ(again,
            "CallbackTimeoutException: The callback is either timed out or already completed "
            "(callback \"desk/note\" is SUCCEEDED, its execution is RUNNING)");
  EXPECT_THAT(runner.wait_for_result(arn), HasResult("first"));
}

TEST(RunnerCallbacks, AreClosedWithTheirTimeoutAndWithTheirExecution) {
  DurableFunctionTestRunner runner(take_note);
  const std::string arn = runner.run_async();
  const std::string id = runner.wait_for_callback(arn, "note");
  runner.stop(arn);

  EXPECT_THAT(message_of<CallbackClosedError>([&] { runner.send_callback_success(id, "late"); }),
              HasSubstr("its execution is STOPPED"));

  DurableFunctionTestRunner timed(ask_for_approval);
  const std::string timed_arn = timed.run_async();
  const std::string timed_id = timed.wait_for_callback(timed_arn, "approval");
  timed.advance_time(15min);
  EXPECT_THAT(message_of<CallbackClosedError>([&] { timed.send_callback_heartbeat(timed_id); }),
              HasSubstr("is TIMED_OUT"));
}

TEST(RunnerCallbacks, OfOtherRunnersAreUnknown) {
  DurableFunctionTestRunner runner(take_note);
  DurableFunctionTestRunner other(take_note, {.seed = 1});
  const std::string id = runner.wait_for_callback(runner.run_async(), "note");

  EXPECT_THAT(message_of<CallbackClosedError>([&] { other.send_callback_success(id, "x"); }),
              HasSubstr("this runner knows no callback with this id"));
}

TEST(RunnerCallbacks, RefuseWhatIsNoCallbackId) {
  DurableFunctionTestRunner runner(take_note);

  EXPECT_EQ(message_of<std::invalid_argument>([&] { runner.send_callback_success("?", "x"); }),
            "InvalidParameterValueException: Invalid callback id");
}

TEST(RunnerCallbacks, RefuseAResultThatIsTooLarge) {
  LocalRunnerOptions options;
  options.quotas.payload_bytes_max = 10;
  DurableFunctionTestRunner runner(take_note, options);
  const std::string arn = runner.run_async();
  const std::string id = runner.wait_for_callback(arn, "note");

  EXPECT_THAT(message_of<std::invalid_argument>(
                  [&] { runner.send_callback_success(id, std::string(11, 'x')); }),
              HasSubstr("CALLBACK output payload size must be less than or equal to 10 bytes"));
  runner.send_callback_success(id, "fits");
  EXPECT_THAT(runner.wait_for_result(arn), HasResult("fits"));
}

TEST(RunnerCallbacks, MayBeCompletedByTheSubmitterBeforeTheyAreAwaited) {
  DurableFunctionTestRunner* reach = nullptr;
  DurableFunctionTestRunner runner([&reach](DurableContext& ctx) -> Task<std::string> {
    std::string text = co_await ctx.wait_for_callback(
        "early", [&](const std::string& id) { reach->send_callback_success(id, "at once"); });
    co_return text;
  });
  reach = &runner;

  const auto result = runner.run();

  EXPECT_THAT(result, HasResult("at once"));
  EXPECT_THAT(result.invocations(), SizeIs(1));
}

TEST(RunnerCallbacks, MayBeFoundAndCompletedByAnotherStepOfTheFunction) {
  DurableFunctionTestRunner* reach = nullptr;
  DurableFunctionTestRunner runner([&reach](DurableContext& ctx) -> Task<std::string> {
    Callback<std::string> note = co_await ctx.create_callback("note");
    co_await ctx.step("completes it", [&] {
      const std::string arn(ctx.execution_arn());
      reach->send_callback_success(reach->wait_for_callback(arn, "note"), "found");
    });
    std::string text = co_await note.result();
    co_return text;
  });
  reach = &runner;

  EXPECT_THAT(runner.run(), HasResult("found"));
}

TEST(RunnerCallbacks, WorkThroughTheInterfaceOfBothModes) {
  DurableFunctionTestRunner local(take_note);
  DurableTestRunner& runner = local;

  const std::string arn = runner.run_async();
  const std::string id = runner.wait_for_callback(arn, "note");
  runner.send_callback_heartbeat(id);
  runner.send_callback_success(id, "done");

  EXPECT_THAT(runner.wait_for_result(arn), HasResult("done"));
  EXPECT_EQ(&runner.local(), &local);
}

TEST(RunnerCallbacks, HaveAnIdThatOtherOperationsHaveNot) {
  DurableFunctionTestRunner runner(take_note);
  const std::string arn = runner.run_async();
  const auto result = runner.snapshot(arn);

  EXPECT_EQ(result.get_callback("note").callback_id(), runner.wait_for_callback(arn, "note"));
  EXPECT_THAT(message_of<ResultLookupError>(
                  [&] { static_cast<void>(result.get_context("desk").callback_id()); }),
              HasSubstr("expected a callback that has an id, found CONTEXT \"desk\""));
}

}  // namespace
}  // namespace durable::test
