// SPDX-License-Identifier: Apache-2.0
#include "testing/functions.h"

#include <durable/testing/gtest.h>
#include <gtest/gtest.h>

#include <sstream>
#include <string>

namespace durable::test {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

std::string lookup_failure(const std::function<void()>& lookup) {
  try {
    lookup();
  } catch (const ResultLookupError& error) {
    return error.what();
  }
  return "nothing was thrown";
}

TEST(Result, FindsOperationsByEveryKey) {
  DurableFunctionTestRunner runner(nested);

  const auto result = runner.run();

  EXPECT_THAT(result, HasResult(111));
  EXPECT_THAT(result.operations(), SizeIs(1));
  EXPECT_THAT(result.get_all_operations(), SizeIs(5));
  EXPECT_EQ(result.get_context("outer").result<int>(), 111);
  EXPECT_EQ(result.get_step("same", 1).result<int>(), 100);
  EXPECT_EQ(result.get_operation_by_name("same").result<int>(), 10);
  EXPECT_EQ(result.get_operation_by_path("outer/inner/same", 1).id(),
            result.get_step("same", 1).id());
  EXPECT_EQ(result.get_operation_by_id(result.get_step("first").id()).name(), "first");
  EXPECT_EQ(result.get_operation_by_index(0).name(), "outer");
  EXPECT_THAT(result.get_context("inner").children(),
              ElementsAre(CompletedOnce(), CompletedOnce()));
  EXPECT_EQ(result.get_step("same").path(), "outer/inner/same");
  EXPECT_EQ(result.get_context("inner").sub_type(), "RunInChildContext");
}

TEST(Result, SaysWhatThereIsWhenALookupFails) {
  DurableFunctionTestRunner runner(nested);
  const auto result = runner.run();

  const std::string by_name =
      lookup_failure([&] { static_cast<void>(result.get_step("missing")); });
  EXPECT_THAT(by_name, HasSubstr("expected STEP \"missing\" at index 0, found 0 of that name"));
  EXPECT_THAT(by_name, HasSubstr("STEP \"outer/inner/same\""));
  EXPECT_THAT(lookup_failure([&] { static_cast<void>(result.get_step("same", 2)); }),
              HasSubstr("at index 2, found 2 of that name"));
  EXPECT_THAT(lookup_failure([&] { static_cast<void>(result.get_wait("same")); }),
              HasSubstr("expected WAIT \"same\""));
  EXPECT_THAT(lookup_failure([&] { static_cast<void>(result.get_operation_by_id("zz")); }),
              HasSubstr("id \"zz\""));
  EXPECT_THAT(lookup_failure([&] { static_cast<void>(result.get_operation_by_index(5)); }),
              HasSubstr("found 5 operations"));
  EXPECT_THAT(lookup_failure([&] { static_cast<void>(result.get_operation_by_path("outer/x")); }),
              HasSubstr("path \"outer/x\""));
}

TEST(Result, SaysWhatIsWrongWithAResultOfAnotherType) {
  DurableFunctionTestRunner runner(greet);
  const auto result = runner.run("World");

  const std::string text = lookup_failure([&] { static_cast<void>(result.result<int>()); });

  EXPECT_THAT(text, HasSubstr("the result of the execution is not of the asked type"));
  EXPECT_THAT(text, HasSubstr("expected integer, found string"));
  EXPECT_THAT(text, HasSubstr("\"Hello World!\""));
}

TEST(Result, PrintsATree) {
  DurableFunctionTestRunner runner(nested);

  EXPECT_EQ(runner.run().to_string(),
            "execution SUCCEEDED after 0ms, 1 invocation, 5 operations\n"
            "└─ CONTEXT outer     SUCCEEDED  0ms  -> 111\n"
            "   ├─ STEP first     SUCCEEDED  0ms  -> 1\n"
            "   └─ CONTEXT inner  SUCCEEDED  0ms  -> 110\n"
            "      ├─ STEP same   SUCCEEDED  0ms  -> 10\n"
            "      └─ STEP same   SUCCEEDED  0ms  -> 100\n"
            "result: 111\n");
}

TEST(Result, PrintsAttemptsErrorsAndVirtualDurations) {
  DurableFunctionTestRunner runner(flaky);

  EXPECT_EQ(runner.run(99).to_string(),
            "execution FAILED after 40s, 5 invocations, 1 operation\n"
            "└─ STEP flaky  FAILED  40s  5 attempts  ! std::runtime_error: not yet\n"
            "error: StepError: not yet\n");
}

TEST(Result, PrintsTheHistoryAsATimeline) {
  DurableFunctionTestRunner runner(wait_seconds);
  std::ostringstream out;

  runner.run(90).print_timeline(out);

  EXPECT_EQ(out.str(),
            "+00:00:00.000       │  ExecutionStarted\n"
            "+00:00:00.000       │  WaitStarted \"nap\" for 1m 30s\n"
            "+00:00:00.000       ┴  InvocationCompleted\n"
            "                    ┊  1m 30s pass\n"
            "+00:01:30.000       │  WaitSucceeded \"nap\"\n"
            "+00:01:30.000       ┴  InvocationCompleted\n"
            "+00:01:30.000       │  ExecutionSucceeded\n");
}

}  // namespace
}  // namespace durable::test
