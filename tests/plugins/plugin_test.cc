// SPDX-License-Identifier: Apache-2.0
#include "plugins/recording_plugin.h"
#include "sdk/fake_service.h"

#include <durable/testing/test_runner.h>

#include <gmock/gmock.h>
#include <algorithm>

namespace durable {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using Status = wire::InvocationOutputStatus;

std::vector<std::string> invocations(const std::vector<std::string>& lines) {
  std::vector<std::string> found;
  for (const std::string& line : lines) {
    if (line.rfind("invocation-", 0) == 0) found.push_back(line);
  }
  return found;
}

/// Throws from every hook.
struct Faulty final : Plugin {
  void on_invocation_start(const InvocationInfo&) override { fail(); }
  void on_invocation_end(const InvocationEndInfo&) override { fail(); }
  void on_operation_start(const OperationInfo&) override { fail(); }
  void on_operation_end(const OperationInfo&) override { fail(); }
  void on_operation_change(const OperationChangeInfo&) override { fail(); }
  void on_user_function_start(const UserFunctionInfo&) override { fail(); }
  void on_user_function_end(const UserFunctionEndInfo&) override { fail(); }
  std::unique_ptr<PluginScope> around_invocation(const InvocationInfo&) override {
    fail();
    return nullptr;
  }
  std::unique_ptr<PluginScope> around_user_function(const UserFunctionInfo&) override {
    fail();
    return nullptr;
  }
  void enrich_log(const LogRecord&, LogFields&) override { fail(); }

  void fail() {
    ++calls;
    throw std::runtime_error("exporter is down");
  }
  int calls = 0;
};

Task<std::string> greet_and_wait(DurableContext& ctx) {
  std::string greeting = co_await ctx.step("greet", [] { return std::string("hello"); });
  co_await ctx.wait("nap", 2s);
  ctx.logger().info("awake");
  co_return greeting;
}

TEST(Plugin, IsToldOfEachInvocationOnce) {
  const auto plugin = std::make_shared<test::RecordingPlugin>();
  DurableFunctionTestRunner runner(Handler(greet_and_wait).use_plugin(plugin));
  static_cast<void>(runner.run());
  EXPECT_THAT(invocations(plugin->lines),
              ElementsAre("invocation-start first", "invocation-end PENDING", "invocation-start",
                          "invocation-end SUCCEEDED"));
}

TEST(Plugin, IsToldOfAFailedExecutionAndOfAFailedInvocation) {
  const auto plugin = std::make_shared<test::RecordingPlugin>();
  fake::Service service;
  fake::output_of(service.invoke(Handler([](DurableContext&) -> Task<void> {
                                   throw std::runtime_error("no");
                                   co_return;
                                 }).use_plugin(plugin)));
  fake::failure_of(service.invoke(Handler([](DurableContext&) -> Task<void> {
                                    throw InvocationError("later");
                                    co_return;
                                  }).use_plugin(plugin)));
  EXPECT_THAT(invocations(plugin->lines),
              ElementsAre("invocation-start first", "invocation-end FAILED",
                          "invocation-start first", "invocation-end to Lambda"));
}

TEST(Plugin, IsToldOfAnEventThatIsNoDurableExecution) {
  const auto plugin = std::make_shared<test::RecordingPlugin>();
  fake::Service service;
  const auto outcome = run_invocation(Handler(greet_and_wait).use_plugin(plugin), {}, service, {});
  EXPECT_EQ(fake::output_of(outcome).status, Status::failed);
  EXPECT_THAT(plugin->lines, ElementsAre("invocation-start first", "invocation-end FAILED"));
}

TEST(Plugin, AFaultyOneChangesNothingForTheExecutionAndTheOthers) {
  const auto plain = std::make_shared<test::RecordingPlugin>();
  DurableFunctionTestRunner without(Handler(greet_and_wait).use_plugin(plain));
  const auto expected = without.run();
  const auto faulty = std::make_shared<Faulty>();
  const auto healthy = std::make_shared<test::RecordingPlugin>();
  test::LineLogger logger;
  LocalRunnerOptions options;
  options.logger = &logger;
  DurableFunctionTestRunner with(Handler(greet_and_wait).use_plugin(faulty).use_plugin(healthy),
                                 options);

  const auto result = with.run();

  EXPECT_EQ(result.status(), expected.status());
  EXPECT_EQ(result.result<std::string>(), "hello");
  EXPECT_EQ(result.history().size(), expected.history().size());
  EXPECT_EQ(healthy->lines, plain->lines);
  EXPECT_GT(faulty->calls, 10);
}

TEST(Plugin, AFaultyOneIsReportedOnceInAnInvocation) {
  test::LineLogger logger;
  LocalRunnerOptions options;
  options.logger = &logger;
  DurableFunctionTestRunner runner(Handler(greet_and_wait).use_plugin(std::make_shared<Faulty>()),
                                   options);

  static_cast<void>(runner.run());

  const auto warnings = std::count_if(
      logger.lines.begin(), logger.lines.end(),
      [](const std::string& line) { return line.find("exporter is down") != std::string::npos; });
  EXPECT_EQ(warnings, 2);  // two invocations
  EXPECT_THAT(logger.lines.front(), AllOf(HasSubstr("plugin 1 ("), HasSubstr("Faulty"),
                                          HasSubstr("on_invocation_start")));
}

TEST(Plugin, ComesInTheOrderOfItsRegistration) {
  struct Numbered final : Plugin {
    Numbered(std::vector<int>& o, int n) : order(o), number(n) {}
    void on_invocation_start(const InvocationInfo&) override { order.push_back(number); }
    std::vector<int>& order;
    int number;
  };
  std::vector<int> order;
  fake::Service service;
  fake::output_of(service.invoke(Handler([](DurableContext&) -> Task<void> { co_return; })
                                     .use_plugin(std::make_shared<Numbered>(order, 1))
                                     .use_plugin(std::make_shared<Numbered>(order, 2))
                                     .use_plugin(std::make_shared<Numbered>(order, 3))));
  EXPECT_THAT(order, ElementsAre(1, 2, 3));
}

TEST(Plugin, AddsFieldsToLogLines) {
  struct Tracing final : Plugin {
    void enrich_log(const LogRecord& line, LogFields& fields) override {
      fields.add("traceId", "abc").add("size", line.message.size());
    }
  };
  test::LineLogger logger;
  fake::Service service;
  service.environment.logger = &logger;
  service.run(Handler([](DurableContext& ctx) -> Task<void> {
                ctx.logger().info("12345", {{"own", 1}});
                co_return;
              }).use_plugin(std::make_shared<Tracing>()));
  EXPECT_EQ(logger.fields["traceId"], "abc");
  EXPECT_EQ(logger.fields["size"], "5");
  EXPECT_EQ(logger.fields["own"], "1");
}

TEST(Plugin, Checklist30CannotMakeDurableCalls) {
  struct Meddling final : Plugin {
    DurableContext* context = nullptr;
    void on_operation_start(const OperationInfo&) override { static_cast<void>(context->wait(1s)); }
  };
  const auto plugin = std::make_shared<Meddling>();
  fake::Service service;
  const auto output = service.run(Handler([&](DurableContext& ctx) -> Task<void> {
                                    plugin->context = &ctx;
                                    co_await ctx.step("s", [] {});
                                  }).use_plugin(plugin));
  EXPECT_EQ(output.status, Status::failed);
  EXPECT_EQ(fake::error_type(output), "UsageError");
  EXPECT_THAT(fake::error_text(output), HasSubstr("was called by a plugin"));
}

TEST(Plugin, Checklist30RetryPoliciesCannotMakeDurableCalls) {
  fake::Service service;
  const auto output = service.run([](DurableContext& ctx) -> Task<void> {
    co_await ctx.step("s", [] { throw std::runtime_error("no"); },
                      {.retry = [&ctx](const RetryContext&) -> std::optional<Duration> {
                        static_cast<void>(ctx.wait(1s));
                        return std::nullopt;
                      }});
  });
  EXPECT_EQ(fake::error_type(output), "UsageError");
  EXPECT_THAT(fake::error_text(output), HasSubstr("was called by a retry policy"));
}

TEST(Plugin, Checklist26SharedByTwoExecutionsCarriesNothingOver) {
  const auto plugin = std::make_shared<test::RecordingPlugin>();
  const Handler handler = Handler(greet_and_wait).use_plugin(plugin);
  DurableFunctionTestRunner first(handler);
  static_cast<void>(first.run());
  const std::vector<std::string> lines = std::exchange(plugin->lines, {});
  DurableFunctionTestRunner second(handler);

  static_cast<void>(second.run());

  EXPECT_EQ(plugin->lines, lines);
}

TEST(Plugin, MustNotBeNull) {
  Handler handler(greet_and_wait);
  EXPECT_THROW(handler.use_plugin(nullptr), std::invalid_argument);
}

TEST(Plugin, CopiesOfAHandlerKeepTheirOwnPlugins) {
  const auto plugin = std::make_shared<test::RecordingPlugin>();
  const Handler plain(greet_and_wait);
  Handler watched = plain;
  watched.use_plugin(plugin);
  DurableFunctionTestRunner runner(plain);
  static_cast<void>(runner.run());
  EXPECT_THAT(plugin->lines, IsEmpty());
}

}  // namespace
}  // namespace durable
