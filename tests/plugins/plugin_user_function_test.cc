// SPDX-License-Identifier: Apache-2.0
#include "plugins/recording_plugin.h"

#include <durable/testing/test_runner.h>

#include <gmock/gmock.h>

namespace durable {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;

std::vector<std::string> functions(const std::vector<std::string>& lines) {
  std::vector<std::string> found;
  for (const std::string& line : lines) {
    if (line.rfind("function-", 0) == 0 && line.find("handler") == std::string::npos) {
      found.push_back(line);
    }
  }
  return found;
}

std::shared_ptr<test::RecordingPlugin> run(Handler handler) {
  const auto plugin = std::make_shared<test::RecordingPlugin>();
  DurableFunctionTestRunner runner(std::move(handler.use_plugin(plugin)));
  static_cast<void>(runner.run());
  return plugin;
}

TEST(PluginUserFunction, EachAttemptOfAStepIsARun) {
  int runs = 0;
  const auto plugin = run([&](DurableContext& ctx) -> Task<void> {
    co_await ctx.step("flaky",
                      [&] {
                        if (++runs < 2) throw std::runtime_error("not yet");
                      },
                      {.retry = retry::fixed({.max_attempts = 5, .delay = 1s})});
  });

  EXPECT_THAT(functions(plugin->lines), ElementsAre("function-start STEP 1 \"flaky\" #1",
                                                    "function-end STEP 1 \"flaky\" #1 failed",
                                                    "function-start STEP 1 \"flaky\" #2",
                                                    "function-end STEP 1 \"flaky\" #2 succeeded"));
}

TEST(PluginUserFunction, ARunKnowsWhatWasThrown) {
  const auto plugin = std::make_shared<test::RecordingPlugin>();
  std::string thrown;
  plugin->on_function_end = [&](const UserFunctionEndInfo& info) {
    if (info.type == wire::OperationType::step) thrown = info.error->error_message.value_or("");
  };
  DurableFunctionTestRunner runner(Handler([](DurableContext& ctx) -> Task<void> {
                                     co_await ctx.step("s", [] { throw std::runtime_error("no"); },
                                                       {.retry = retry::none()});
                                   }).use_plugin(plugin));
  static_cast<void>(runner.run());
  EXPECT_EQ(thrown, "no");
}

TEST(PluginUserFunction, ABodyThatWaitsIsUnfinishedAndRunsAgain) {
  const auto plugin = run([](DurableContext& ctx) -> Task<void> {
    co_await ctx.run_in_child_context(
        "c", [](DurableContext& child) -> Task<void> { co_await child.wait(1s); });
  });

  EXPECT_THAT(
      functions(plugin->lines),
      ElementsAre("function-start CONTEXT 1 \"c\"", "function-end CONTEXT 1 \"c\" unfinished",
                  "function-start CONTEXT 1 \"c\"", "function-end CONTEXT 1 \"c\" succeeded"));
}

TEST(PluginUserFunction, TellsWhetherItsChildrenAreReplayed) {
  struct Flags final : Plugin {
    void on_user_function_start(const UserFunctionInfo& info) override {
      if (info.type != wire::OperationType::context) return;
      flags.push_back(std::string(info.replayed ? "replayed" : "new") +
                      (info.replaying_children ? ", children replayed" : ""));
    }
    std::vector<std::string> flags;
  };
  const auto plugin = std::make_shared<Flags>();
  DurableFunctionTestRunner runner(
      Handler([](DurableContext& ctx) -> Task<void> {
        co_await ctx.run_in_child_context(
            "c", [](DurableContext& child) -> Task<void> { co_await child.wait(1s); });
      }).use_plugin(plugin));
  static_cast<void>(runner.run());
  EXPECT_THAT(plugin->flags, ElementsAre("new", "replayed, children replayed"));
}

TEST(PluginUserFunction, ABodyThatIsACoroutineIsOneRun) {
  const auto plugin = run([](DurableContext& ctx) -> Task<void> {
    const int value = co_await ctx.step("t", []() -> Task<int> { co_return 3; });
    EXPECT_EQ(value, 3);
  });
  EXPECT_THAT(functions(plugin->lines), ElementsAre("function-start STEP 1 \"t\" #1",
                                                    "function-end STEP 1 \"t\" #1 succeeded"));
}

TEST(PluginUserFunction, AResultThatCannotBeWrittenIsNoFailureOfTheFunction) {
  const auto plugin = run([](DurableContext& ctx) -> Task<void> {
    co_await ctx.step("nan", [] { return std::numeric_limits<double>::quiet_NaN(); });
  });
  EXPECT_THAT(functions(plugin->lines), ElementsAre("function-start STEP 1 \"nan\" #1",
                                                    "function-end STEP 1 \"nan\" #1 succeeded"));
}

TEST(PluginUserFunction, ScopesLiveAroundTheRunAndTheLastPluginsEndsFirst) {
  static std::vector<std::string>* order = nullptr;
  std::vector<std::string> seen;
  order = &seen;
  struct Noted final : PluginScope {
    explicit Noted(std::string n) : name(std::move(n)) { order->push_back("open " + name); }
    ~Noted() override { order->push_back("close " + name); }
    std::string name;
  };
  struct Scoping final : Plugin {
    explicit Scoping(std::string n) : name(std::move(n)) {}
    std::unique_ptr<PluginScope> around_invocation(const InvocationInfo&) override {
      return std::make_unique<Noted>("invocation " + name);
    }
    std::unique_ptr<PluginScope> around_user_function(const UserFunctionInfo& info) override {
      if (info.type != wire::OperationType::step) return nullptr;
      return std::make_unique<Noted>("step " + name);
    }
    std::string name;
  };
  DurableFunctionTestRunner runner(Handler([&](DurableContext& ctx) -> Task<void> {
                                     co_await ctx.step("s", [&] { seen.push_back("body"); });
                                   })
                                       .use_plugin(std::make_shared<Scoping>("A"))
                                       .use_plugin(std::make_shared<Scoping>("B")));

  static_cast<void>(runner.run());

  EXPECT_THAT(seen, ElementsAre("open invocation A", "open invocation B", "open step A",
                                "open step B", "body", "close step B", "close step A",
                                "close invocation B", "close invocation A"));
}

}  // namespace
}  // namespace durable
