// SPDX-License-Identifier: Apache-2.0
#include "conformance/callback_plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace durable::conformance {
namespace {

using namespace std::chrono_literals;
using Kind = CallbackAction::Kind;

constexpr Timestamp start{1'000s};

class CallbackPlanTest : public ::testing::Test {
 protected:
  /// A callback that shows up at `at`.
  wire::Event callback(const std::string& id, std::optional<std::string> name, Timestamp at = start,
                       std::optional<std::string> parent = {}) {
    wire::Event event = next(wire::EventType::callback_started);
    event.name = std::move(name);
    event.event_timestamp = at;
    event.parent_id = std::move(parent);
    wire::CallbackStartedDetails details;
    details.callback_id = id;
    event.details = details;
    return event;
  }
  wire::Event context(const std::string& id, const std::string& name, const std::string& sub_type) {
    wire::Event event = next(wire::EventType::context_started);
    event.id = id;
    event.name = name;
    event.sub_type = sub_type;
    return event;
  }
  /// `callback action@seconds ...` of all that is due.
  static std::string all_due(CallbackPlan& plan) {
    std::string text;
    while (plan.next() != nullptr) {
      const DueAction due = plan.take();
      const char* kind = due.kind == Kind::success   ? "success"
                         : due.kind == Kind::failure ? "failure"
                                                     : "heartbeat";
      const auto after = std::chrono::duration_cast<std::chrono::seconds>(due.at - start);
      text += (text.empty() ? "" : " ") + due.callback_id + " " + kind + "@" +
              std::to_string(after.count());
    }
    return text;
  }

  Requirement requirement;
  Bindings bindings;

 private:
  wire::Event next(wire::EventType type) {
    wire::Event event;
    event.event_type = type;
    event.event_id = ++events_;
    return event;
  }
  std::int64_t events_ = 0;
};

TEST_F(CallbackPlanTest, GivesAnActionToTheCallbackThatItNames) {
  bindings = {{"CB", "b"}};
  requirement.callback_actions = {{.callback_name = "${CB}", .delay = 2s}};
  CallbackPlan plan(requirement, bindings);

  plan.see(callback("1", "a"));
  EXPECT_EQ(plan.next(), nullptr);
  EXPECT_TRUE(plan.waits_for_callback());
  plan.see(callback("2", "b"));

  EXPECT_FALSE(plan.waits_for_callback());
  EXPECT_EQ(plan.callbacks(), 2U);
  EXPECT_EQ(all_due(plan), "2 success@2");
}

TEST_F(CallbackPlanTest, UsesEachActionOnce) {
  requirement.callback_actions = {{.callback_name = "*", .delay = 1s},
                                  {.callback_name = "${/^b/}", .kind = Kind::failure}};
  CallbackPlan plan(requirement, bindings);

  plan.see(callback("1", "b"));
  plan.see(callback("2", "b"));
  plan.see(callback("3", "b"));

  EXPECT_EQ(all_due(plan), "2 failure@0 1 success@1");
}

TEST_F(CallbackPlanTest, LeavesACallbackOpenAfterAHeartbeat) {
  requirement.callback_actions = {{.kind = Kind::heartbeat, .delay = 1s},
                                  {.kind = Kind::heartbeat, .delay = 2s},
                                  {.kind = Kind::success, .delay = 3s},
                                  {.kind = Kind::failure}};
  CallbackPlan plan(requirement, bindings);

  plan.see(callback("1", "a"));

  EXPECT_EQ(all_due(plan), "1 heartbeat@1 1 heartbeat@3 1 success@6");
  EXPECT_TRUE(plan.waits_for_callback());
}

TEST_F(CallbackPlanTest, OrdersWhatIsDueByTime) {
  requirement.callback_actions = {{.callback_name = "slow", .delay = 5s},
                                  {.callback_name = "fast", .delay = 1s}};
  CallbackPlan plan(requirement, bindings);

  plan.see(callback("1", "slow"));
  plan.see(callback("2", "fast", start + 1s));

  EXPECT_EQ(all_due(plan), "2 success@2 1 success@5");
}

TEST_F(CallbackPlanTest, NamesACallbackWithoutNameAfterItsWaitForCallback) {
  requirement.callback_actions = {{.callback_name = "approve"}};
  CallbackPlan plan(requirement, bindings);

  plan.see(context("c1", "approve", "RunInChildContext"));
  plan.see(callback("1", std::nullopt, start, "c1"));
  EXPECT_EQ(all_due(plan), "");
  plan.see(context("c2", "approve", "WaitForCallback"));
  plan.see(callback("2", "own", start, "c2"));
  EXPECT_EQ(all_due(plan), "");
  plan.see(callback("3", std::nullopt, start, "c2"));

  EXPECT_EQ(all_due(plan), "3 success@0");
}

TEST_F(CallbackPlanTest, TakesACallbackThatHasNoNameByAStar) {
  requirement.callback_actions = {{.callback_name = "*"}};
  CallbackPlan plan(requirement, bindings);

  plan.see(context("c1", "", "WaitForCallback"));
  plan.see(callback("1", std::nullopt, start, "c1"));

  EXPECT_EQ(all_due(plan), "1 success@0");
}

TEST_F(CallbackPlanTest, IgnoresEventsThatItHasSeen) {
  requirement.callback_actions = {{.callback_name = "*"}, {.callback_name = "*"}};
  CallbackPlan plan(requirement, bindings);
  const wire::Event event = callback("1", "a");

  plan.see(event);
  plan.see(event);

  EXPECT_EQ(plan.callbacks(), 1U);
  EXPECT_EQ(all_due(plan), "1 success@0");
}

TEST_F(CallbackPlanTest, SendsPayloadsAsPythonWritesThem) {
  bindings = {{"P", "x"}};
  requirement.callback_actions = {
      {.payload = json::Value(json::Value::Object{{"a", "${P}"}, {"b", 1.0}})},
      {.kind = Kind::failure,
       .payload = json::Value(json::Value::Object{{"ErrorType", "Rejected"},
                                                  {"ErrorMessage", "by ${P}"},
                                                  {"StackTrace", json::Value::Array{"line"}}})},
      {.kind = Kind::failure, .payload = json::Value("no reason")},
      {.kind = Kind::success}};
  CallbackPlan plan(requirement, bindings);
  for (const char* id : {"1", "2", "3", "4"}) plan.see(callback(id, "a"));

  EXPECT_EQ(plan.take().payload, R"({"a": "x", "b": 1.0})");
  const DueAction failure = plan.take();
  EXPECT_EQ(failure.payload, std::nullopt);
  EXPECT_EQ(failure.error.error_type, "Rejected");
  EXPECT_EQ(failure.error.error_message, "by x");
  EXPECT_EQ(failure.error.stack_trace, std::vector<std::string>{"line"});
  EXPECT_EQ(plan.take().error.error_message, "no reason");
  EXPECT_EQ(plan.take().payload, std::nullopt);
}

}  // namespace
}  // namespace durable::conformance
