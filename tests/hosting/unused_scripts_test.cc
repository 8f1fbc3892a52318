// SPDX-License-Identifier: Apache-2.0
#include "hosting/functions.h"

#include <durable/testing/gtest.h>
#include <gtest/gtest-spi.h>
#include <gtest/gtest.h>

namespace durable::test {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(UnusedScripts, AreReportedWithWhatCameInstead) {
  DurableFunctionTestRunner runner([](DurableContext& ctx) -> Task<int> {
    co_await ctx.wait_for_callback<void>("approval", [](const std::string&) {});
    co_await ctx.invoke("bill", "billing:live", nullptr);
    co_await ctx.invoke("bill", "billing:live", nullptr);
    co_return 1;
  });
  runner.on_callback("aproval").succeed("x");
  runner.on_callback("approval").succeed("x");
  runner.on_invoke("billing:test").succeed();
  runner.on_invoke("billing:live").succeed();
  runner.run();

  try {
    runner.verify_scripts();
    FAIL() << "expected UnusedScriptError";
  } catch (const UnusedScriptError& error) {
    EXPECT_STREQ(error.what(),
                 "Scripts were not used:\n"
                 "  runner.on_callback(\"aproval\"): no such callback was made\n"
                 "  runner.on_invoke(\"billing:test\"): no such function was invoked\n"
                 "Callbacks that were made: \"approval\"\n"
                 "Functions that were invoked: \"billing:live\" as \"bill\" (2 times)\n"
                 "A script that may go unused is marked with .optional().");
  }
}

TEST(UnusedScripts, AreThoseThatServedLessThanTheyShould) {
  DurableFunctionTestRunner runner(collect);
  runner.on_callback("item").times(2).succeed("a");
  runner.on_callback("item").times(3).succeed("b");
  runner.on_callback("other").succeed("c");
  runner.on_callback("other").succeed("d");
  static_cast<void>(runner.on_callback("empty"));
  runner.on_callback("perhaps").optional().succeed("e");

  runner.run(3);

  EXPECT_THAT(
      runner.unused_scripts(),
      ElementsAre("runner.on_callback(\"item\"): it served 1 of 3",
                  "runner.on_callback(\"other\"): no such callback was made",
                  "runner.on_callback(\"other\"): an earlier script of the same name serves all: "
                  "limit that one with .times(n)",
                  "runner.on_callback(\"empty\"): it says nothing: add .succeed(...), .fail(...), "
                  ".heartbeat() or .ignore()"));
}

TEST(UnusedScripts, AreNoneWhenAllWereUsed) {
  DurableFunctionTestRunner runner(take_note);
  runner.on_callback("note").succeed("x");
  runner.on_callback("other").optional().ignore();

  runner.run();

  EXPECT_THAT(runner.unused_scripts(), IsEmpty());
  EXPECT_NO_THROW(runner.verify_scripts());
}

TEST(UnusedScripts, FailATestOfGoogleTest) {
  DurableFunctionTestRunner runner(take_note);
  runner.on_callback("note").succeed("x");

  EXPECT_NONFATAL_FAILURE(detail::expect_scripts_used(runner),
                          "runner.on_callback(\"note\"): no such callback was made");
  runner.run();
  detail::expect_scripts_used(runner);
}

DURABLE_TEST(UnusedScripts, AreLookedForAtTheEndOfADurableTest, .handler = take_note) {
  durable_runner.local().on_callback("note").after(1h).succeed("scripted");

  EXPECT_THAT(durable_runner.run(), HasResult("scripted"));
}

}  // namespace
}  // namespace durable::test
