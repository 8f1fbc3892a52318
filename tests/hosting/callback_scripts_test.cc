// SPDX-License-Identifier: Apache-2.0
//
// Callbacks that scripts complete.
#include "hosting/functions.h"

#include <durable/testing/gtest.h>
#include <gtest/gtest.h>

namespace durable::test {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(CallbackScripts, CompleteACallbackAfterADelayInVirtualTime) {
  DurableFunctionTestRunner runner(ask_for_approval);
  runner.on_callback("approval").after(10min).succeed(Approval{"kim", true});

  const auto result = runner.run();

  EXPECT_THAT(result, HasResult("kim granted it"));
  EXPECT_EQ(result.duration(), Duration(10min));
  EXPECT_THAT(runner.unused_scripts(), IsEmpty());
}

TEST(CallbackScripts, FindACallbackByItsNameOrItsPath) {
  for (const char* name : {"note", "desk/note"}) {
    DurableFunctionTestRunner runner(take_note);
    runner.on_callback(name).succeed("text as it is");

    EXPECT_THAT(runner.run(), HasResult("text as it is")) << name;
  }
}

TEST(CallbackScripts, FindAWaitForCallbackByItsPath) {
  DurableFunctionTestRunner runner([](DurableContext& ctx) -> Task<std::string> {
    std::string text =
        co_await ctx.run_in_child_context("desk", [](DurableContext& desk) -> Task<std::string> {
          std::string given = co_await desk.wait_for_callback("sign", [](const std::string&) {});
          co_return given;
        });
    co_return text;
  });
  runner.on_callback("desk/sign").succeed("signed");

  EXPECT_THAT(runner.run(), HasResult("signed"));
}

TEST(CallbackScripts, FailACallback) {
  DurableFunctionTestRunner runner(ask_for_approval);
  runner.on_callback("approval").fail({.error_message = "no budget", .error_type = "Refused"});

  EXPECT_THAT(runner.run(), HasResult("CallbackExternalError Refused: no budget"));
}

TEST(CallbackScripts, PlayTheirPartsOneAfterTheOther) {
  DurableFunctionTestRunner runner(ask_for_approval);  // times out after 15 minutes of silence
  runner.on_callback("approval")
      .after(10min)
      .heartbeat()
      .after(10min)
      .heartbeat()
      .after(5min)
      .succeed(Approval{"kim", false});

  const auto result = runner.run();

  EXPECT_THAT(result, HasResult("kim refused it"));
  EXPECT_EQ(result.duration(), Duration(25min));
}

TEST(CallbackScripts, LeaveACallbackToItsTimeoutWhenTheyIgnoreIt) {
  DurableFunctionTestRunner runner(ask_for_approval);
  runner.on_callback("approval").ignore();

  const auto result = runner.run();

  EXPECT_THAT(result, HasResult("CallbackTimeoutError Callback.Heartbeat: Callback timed out on "
                                "heartbeat"));
  EXPECT_EQ(result.duration(), Duration(15min));
}

TEST(CallbackScripts, ComeTooLateWithoutHarm) {
  DurableFunctionTestRunner runner(ask_for_approval);
  runner.on_callback("approval").after(15min).succeed(Approval{"kim", true});  // its deadline

  const auto result = runner.run();

  EXPECT_THAT(result, HasResult<std::string>(HasSubstr("Callback.Heartbeat")));
  EXPECT_THAT(runner.unused_scripts(), IsEmpty());
}

TEST(CallbackScripts, MayCompleteTwiceWithoutHarm) {
  DurableFunctionTestRunner runner(collect);
  runner.on_callback("item").once().succeed("a").succeed("again").after(1s).fail({});
  runner.on_callback("item").after(2s).succeed("b");

  const auto result = runner.run(2);

  EXPECT_THAT(result.result<std::vector<std::string>>(), ElementsAre("a", "b"));
}

TEST(CallbackScripts, ServeEveryCallbackOfTheirName) {
  DurableFunctionTestRunner runner(collect);
  runner.on_callback("item").after(1s).succeed("x");

  EXPECT_THAT(runner.run(3).result<std::vector<std::string>>(), ElementsAre("x", "x", "x"));
  EXPECT_THAT(runner.run(1).result<std::vector<std::string>>(), ElementsAre("x"));
}

TEST(CallbackScripts, ServeInTheOrderInWhichTheyWereWrittenUntilUsedUp) {
  DurableFunctionTestRunner runner(collect);
  runner.on_callback("item").times(2).succeed("first");
  runner.on_callback("item").once().succeed("second");
  runner.on_callback("item").succeed("rest");

  EXPECT_THAT(runner.run(5).result<std::vector<std::string>>(),
              ElementsAre("first", "first", "second", "rest", "rest"));
}

TEST(CallbackScripts, MayBeWrittenWhileTheExecutionRuns) {
  DurableFunctionTestRunner runner(collect);
  runner.on_callback("item").once().succeed("a");
  const std::string arn = runner.run_async(2);
  const std::string second = runner.wait_for_callback(arn, "item");

  runner.on_callback("item").optional().succeed("too late: it is made already");
  runner.send_callback_success(second, "b");

  EXPECT_THAT(runner.wait_for_result(arn).result<std::vector<std::string>>(),
              ElementsAre("a", "b"));
}

TEST(CallbackScripts, TakeTheirRealTimeWhenTimeIsReal) {
  LocalRunnerOptions options;
  options.skip_time = false;
  DurableFunctionTestRunner runner(take_note, options);
  runner.on_callback("note").after(30ms).succeed("x");
  const auto begin = std::chrono::steady_clock::now();

  EXPECT_THAT(runner.run(), HasResult("x"));
  EXPECT_GE(std::chrono::steady_clock::now() - begin, 30ms);
}

TEST(CallbackScripts, SayWhatTheServiceRefuses) {
  LocalRunnerOptions options;
  options.quotas.payload_bytes_max = 10;
  DurableFunctionTestRunner runner(take_note, options);
  runner.on_callback("note").succeed("more than ten bytes");

  try {
    runner.run();
    FAIL() << "expected std::invalid_argument";
  } catch (const std::invalid_argument& error) {
    EXPECT_STREQ(error.what(),
                 "runner.on_callback(\"note\"): CALLBACK output payload size must be less than or "
                 "equal to 10 bytes. Found 19 bytes.");
  }
}

TEST(CallbackScripts, RefuseWhatMakesNoSense) {
  DurableFunctionTestRunner runner(take_note);

  EXPECT_THROW(static_cast<void>(runner.on_callback("")), std::invalid_argument);
  EXPECT_THROW(static_cast<void>(runner.on_callback("note").after(-1s)), std::invalid_argument);
  EXPECT_THROW(runner.on_callback("note").times(0), std::invalid_argument);
}

}  // namespace
}  // namespace durable::test
