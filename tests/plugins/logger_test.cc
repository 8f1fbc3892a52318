// SPDX-License-Identifier: Apache-2.0
#include "plugins/recording_plugin.h"
#include "sdk/fake_service.h"

#include <gmock/gmock.h>

namespace durable {
namespace {

using ::testing::ElementsAre;
using ::testing::IsSupersetOf;
using ::testing::Pair;

TEST(LogValue, KeepsTheTypeOfWhatItIsMadeFrom) {
  const auto kind = [](const LogValue& value) {
    return value.visit([](auto known) -> std::string {
      using T = decltype(known);
      if constexpr (std::is_same_v<T, std::string_view>) return "text";
      if constexpr (std::is_same_v<T, std::int64_t>) return "integer";
      if constexpr (std::is_same_v<T, std::uint64_t>) return "unsigned";
      if constexpr (std::is_same_v<T, double>) return "real";
      if constexpr (std::is_same_v<T, bool>) return "bool";
      return "?";
    });
  };
  EXPECT_EQ(kind("a"), "text");
  EXPECT_EQ(kind(std::string("a")), "text");
  EXPECT_EQ(kind(std::string_view("a")), "text");
  EXPECT_EQ(kind(1), "integer");
  EXPECT_EQ(kind(1U), "unsigned");
  EXPECT_EQ(kind(1.5F), "real");
  EXPECT_EQ(kind(true), "bool");
}

TEST(LogValue, HasAFormAsText) {
  EXPECT_EQ(LogValue("a b").to_text(), "a b");
  EXPECT_EQ(LogValue(-42).to_text(), "-42");
  EXPECT_EQ(LogValue(std::numeric_limits<std::uint64_t>::max()).to_text(), "18446744073709551615");
  EXPECT_EQ(LogValue(0.5).to_text(), "0.5");
  EXPECT_EQ(LogValue(false).to_text(), "false");
}

TEST(LogFields, OwnTheirText) {
  LogFields fields;
  {
    std::string key = "a key that is too long to be kept in place";
    std::string text = "a text that is too long to be kept in place";
    fields.add(key, text).add("n", 3);
    key.assign(100, 'x');
    text.assign(100, 'y');
  }
  const LogFields copy = fields;
  EXPECT_EQ(copy[0].key, "a key that is too long to be kept in place");
  EXPECT_EQ(copy[0].value, LogValue("a text that is too long to be kept in place"));
  EXPECT_EQ(copy[1].value, LogValue(3));
}

struct Logged {
  explicit Logged(const Handler& handler) {
    service.environment.logger = &logger;
    service.run(handler);
  }
  fake::Service service;
  test::LineLogger logger;
};

TEST(ScopedLogger, NamesTheStepItsAttemptAndItsParent) {
  const Logged run([](DurableContext& ctx) -> Task<void> {
    co_await ctx.run_in_child_context("c", [](DurableContext& child) -> Task<void> {
      co_await child.step("s", [](StepContext& step) { step.logger().info("x"); });
    });
  });
  EXPECT_THAT(
      run.logger.fields,
      IsSupersetOf({Pair("operationId", "1-1"), Pair("operationName", "s"), Pair("parentId", "1"),
                    Pair("attempt", "1"), Pair("requestId", "request-1")}));
  EXPECT_EQ(run.logger.fields.count("executionArn"), 1U);
}

TEST(ScopedLogger, NamesAChildContextAndItsParent) {
  const Logged run([](DurableContext& ctx) -> Task<void> {
    co_await ctx.run_in_child_context("outer", [](DurableContext& outer) -> Task<void> {
      co_await outer.run_in_child_context("inner", [](DurableContext& inner) -> Task<void> {
        inner.logger().info("x");
        co_return;
      });
    });
  });
  EXPECT_THAT(run.logger.fields, IsSupersetOf({Pair("operationId", "1-1"), Pair("parentId", "1"),
                                               Pair("operationName", "inner")}));
}

TEST(ScopedLogger, WithAddsFieldsToItsOwnLines) {
  std::vector<std::map<std::string, std::string>> seen;
  fake::Service service;
  test::LineLogger logger;
  service.environment.logger = &logger;
  service.run([&](DurableContext& ctx) -> Task<void> {
    const ScopedLogger orders = ctx.logger().with({{"order", "7"}}).with({{"total", 12.5}});
    orders.info("x", {{"last", true}});
    seen.push_back(logger.fields);
    ctx.logger().info("y");
    seen.push_back(logger.fields);
    co_return;
  });
  EXPECT_THAT(seen[0],
              IsSupersetOf({Pair("order", "7"), Pair("total", "12.5"), Pair("last", "true")}));
  EXPECT_EQ(seen[1].count("order"), 0U);
}

TEST(ScopedLogger, FieldsOfAContextReachItsStepsAndChildren) {
  std::vector<std::map<std::string, std::string>> seen;
  fake::Service service;
  test::LineLogger logger;
  service.environment.logger = &logger;
  service.run([&](DurableContext& ctx) -> Task<void> {
    ctx.add_log_fields({{"order", "7"}});
    co_await ctx.step("s", [&](StepContext& step) { step.logger().info("x"); });
    seen.push_back(logger.fields);
    co_await ctx.run_in_child_context("c", [&](DurableContext& child) -> Task<void> {
      child.add_log_fields({{"item", 3}});
      co_await child.step("t", [&](StepContext& step) { step.logger().info("x"); });
      seen.push_back(logger.fields);
    });
    ctx.logger().info("x");
    seen.push_back(logger.fields);
  });
  EXPECT_EQ(seen[0]["order"], "7");
  EXPECT_EQ(seen[1]["order"], "7");
  EXPECT_EQ(seen[1]["item"], "3");
  EXPECT_EQ(seen[2]["order"], "7");
  EXPECT_EQ(seen[2].count("item"), 0U);
}

TEST(ScopedLogger, PutsNoLineTogetherThatIsNotWanted) {
  struct Picky final : Logger {
    [[nodiscard]] bool enabled(LogLevel level) const noexcept override {
      return level >= LogLevel::warning;
    }
    void write(const LogRecord& record) noexcept override {
      levels.emplace_back(to_string(record.level));
    }
    std::vector<std::string> levels;
  };
  Picky logger;
  fake::Service service;
  service.environment.logger = &logger;
  service.run([](DurableContext& ctx) -> Task<void> {
    ctx.logger().debug("x");
    ctx.logger().info("x");
    ctx.logger().warning("x");
    ctx.logger().error("x");
    co_return;
  });
  EXPECT_THAT(logger.levels, ElementsAre("WARN", "ERROR"));
}

}  // namespace
}  // namespace durable
