// SPDX-License-Identifier: Apache-2.0
#include <durable/lambda.h>

#include <durable/durable.h>

#include <gmock/gmock.h>

#include "sdk/fake_service.h"

#include <map>
#include <stdexcept>

namespace durable::lambda {
namespace {

using ::testing::HasSubstr;

struct Point {
  int x = 0;
  int y = 0;
};

struct PlainFunction : ::testing::Test {
  std::string call(const PlainHandler& handler, std::string_view event) {
    const PlainContext context(info, logger, stop.get_token());
    return handler.call(event, context);
  }

  LambdaContext info{.request_id = "r-1", .tenant_id = "blue"};
  fake::MemoryLogger logger;
  std::stop_source stop;
};

int sum(const Point& point) { return point.x + point.y; }

TEST_F(PlainFunction, TakesEveryForm) {
  EXPECT_EQ(call(sum, R"({"x":2,"y":3})"), "5");
  EXPECT_EQ(call(&sum, R"({"x":1,"y":3})"), "4");
  EXPECT_EQ(call([] { return std::string("pong"); }, "{}"), "\"pong\"");
  EXPECT_EQ(call([](const PlainContext& c) { return c.lambda_context().tenant_id; }, "{}"),
            "\"blue\"");
  EXPECT_EQ(call([](Point p,
                    const PlainContext& c) { return p.x + int(c.stop_token().stop_requested()); },
                 R"({"x":7,"y":0})"),
            "7");
  const std::string prefix = "captured";
  EXPECT_EQ(call([prefix](const std::string& text) { return prefix + text; }, "\" x\""),
            "\"captured x\"");
}

TEST_F(PlainFunction, HasTheResultNullWhenItReturnsNothing) {
  int calls = 0;
  EXPECT_EQ(call([&calls] { ++calls; }, "{}"), "null");
  EXPECT_EQ(calls, 1);
}

TEST_F(PlainFunction, TakesAndGivesAnyJson) {
  EXPECT_EQ(call([](json::Value event) { return event; }, R"({"a":[1,null,"b"]})"),
            R"({"a":[1,null,"b"]})");
}

TEST_F(PlainFunction, ReadsABlankEventAsAnEmptyObjectOrNull) {
  EXPECT_EQ(call([](const std::map<std::string, int>& all) { return all.size(); }, ""), "0");
  EXPECT_EQ(call([](std::optional<int> n) { return n.value_or(-1); }, " \n"), "-1");
}

TEST_F(PlainFunction, SaysWhatAnEventLacks) {
  try {
    call(sum, R"({"x":"two","y":1})");
    FAIL() << "the event was taken";
  } catch (const SerDesError& error) {
    EXPECT_THAT(error.what(), HasSubstr("the event of the invocation cannot be read"));
    EXPECT_THAT(error.what(), HasSubstr("x: expected integer"));
  }
}

TEST_F(PlainFunction, SaysThatAResultIsNoJson) {
  EXPECT_THROW(call([] { return std::string("\xff"); }, "{}"), SerDesError);
}

TEST_F(PlainFunction, LogsWithTheRequestId) {
  call([](const PlainContext& c) { c.log(LogLevel::info, "hello", {{"n", 3}}); }, "{}");
  ASSERT_EQ(logger.lines, std::vector<std::string>{"hello"});
  EXPECT_EQ(logger.last_fields.at("requestId"), "r-1");
  EXPECT_EQ(logger.last_fields.at("n"), "3");
}

Task<int> durable_one(DurableContext&) { co_return 1; }

TEST(Functions, AreFoundByName) {
  Functions functions;
  functions.add("one", durable_one).add_plain("sum", sum);
  ASSERT_NE(functions.find("one"), nullptr);
  EXPECT_TRUE(std::holds_alternative<Handler>(functions.find("one")->handler));
  ASSERT_NE(functions.find("sum"), nullptr);
  EXPECT_TRUE(std::holds_alternative<PlainHandler>(functions.find("sum")->handler));
  EXPECT_EQ(functions.find("On"), nullptr);
}

TEST(Functions, RefuseANameThatIsEmptyOrTaken) {
  Functions functions;
  functions.add("one", durable_one);
  EXPECT_THROW(functions.add("one", durable_one), std::invalid_argument);
  EXPECT_THROW(functions.add_plain("", sum), std::invalid_argument);
  EXPECT_EQ(functions.entries().size(), 1U);
}

}  // namespace
}  // namespace durable::lambda
