// SPDX-License-Identifier: Apache-2.0
//
// Batches on the engine: the history that they leave, and the functions that the documents show.
#include "calls/batch_examples.h"

#include <durable/testing/gtest.h>
#include <durable/wire/names.h>

#include <string>
#include <vector>

namespace durable::test {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::SizeIs;

/// The history as `EventType name` lines.
std::vector<std::string> lines_of(const DurableFunctionTestResult& result) {
  std::vector<std::string> lines;
  for (const wire::Event& event : result.history()) {
    std::string line(wire::to_string(event.event_type));
    if (event.sub_type && event.event_type != wire::EventType::execution_started) {
      line += " " + *event.sub_type;
    }
    if (event.name) line += " " + *event.name;
    lines.push_back(line);
  }
  return lines;
}

DURABLE_TEST(BatchExamples, ChargesAllOrders, .handler = charge_all) {
  const std::vector<Order> orders{{"a", 100}, {"b", 0}, {"c", 250}};

  const auto result = durable_runner.run(orders);

  ASSERT_THAT(result, durable::Succeeded());
  const auto summary = result.result<Summary>();
  EXPECT_EQ(summary.total_cents, 350);
  EXPECT_THAT(summary.failed, ElementsAre("order-b: nothing to charge"));
  EXPECT_THAT(result.get_operation_by_name("charge orders").children(), SizeIs(3));
  EXPECT_EQ(result.duration(), Duration(24h));
}

DURABLE_TEST(BatchExamples, FindsTheBestQuote, .handler = best_quote) {
  const auto result = durable_runner.run("Oslo");
  EXPECT_THAT(result, durable::HasResult<Quote>(Field(&Quote::cents, 400)));
}

DURABLE_TEST(BatchExamples, TakesTheFirstAnswer, .handler = first_answer) {
  const auto result = durable_runner.run(std::vector<std::string>{"one", "two"});
  EXPECT_THAT(result, durable::HasResult("answer of one"));
}

TEST(BatchHistory, HasAllItemsBegunBeforeTheFirstHasEnded) {
  // As in Lambda, where the answer to a checkpoint takes its time.
  DurableFunctionTestRunner runner([](DurableContext& ctx) -> Task<int> {
    const std::vector<int> items{0, 1, 2};
    auto result = co_await ctx.map("m", items, [](DurableContext& item, int value) -> Task<int> {
      if (value == 0) throw std::runtime_error("no");
      co_return co_await item.step("s", [value] { return value; });
    });
    co_return static_cast<int>(result.started_count());
  });
  const auto result = runner.run();

  EXPECT_THAT(result, durable::HasResult(2));
  EXPECT_THAT(result.get_operation_by_name("m").children(), SizeIs(3));
}

TEST(BatchHistory, OfFlatBranchesHasNoContextOfThem) {
  DurableFunctionTestRunner runner([](DurableContext& ctx) -> Task<int> {
    const std::vector<int> items{1, 2};
    auto result = co_await ctx.map("flat", items,
                                   [](DurableContext& item, int value) -> Task<int> {
                                     co_return co_await item.step("s", [&] { return value; });
                                   },
                                   {.max_concurrency = 1, .nesting = Nesting::flat});
    co_return static_cast<int>(result.success_count());
  });

  const auto result = runner.run();

  EXPECT_THAT(
      lines_of(result),
      ElementsAre("ExecutionStarted", "ContextStarted Map flat", "StepStarted Step s",
                  "StepSucceeded Step s", "StepStarted Step s", "StepSucceeded Step s",
                  "ContextSucceeded Map flat", "InvocationCompleted", "ExecutionSucceeded"));
  EXPECT_EQ(result.history()[4].parent_id, result.history()[1].id);
}

TEST(BatchHistory, OfAnEarlyEndLeavesTheOthersStarted) {
  DurableFunctionTestRunner runner([](DurableContext& ctx) -> Task<int> {
    const std::vector<int> items{0, 1};
    auto result = co_await ctx.map("m", items,
                                   [](DurableContext& item, int value) -> Task<int> {
                                     if (value == 0) co_await item.wait("long", 1h);
                                     co_return value;
                                   },
                                   {.completion = Completion::first_successful()});
    co_return static_cast<int>(result.started_count());
  });

  const auto result = runner.run();

  EXPECT_THAT(result, HasResult(1));
  EXPECT_THAT(lines_of(result),
              ElementsAre("ExecutionStarted", "ContextStarted Map m",
                          "ContextStarted MapIteration map-item-0", "WaitStarted Wait long",
                          "ContextStarted MapIteration map-item-1",
                          "ContextSucceeded MapIteration map-item-1", "ContextSucceeded Map m",
                          "InvocationCompleted", "ExecutionSucceeded"));
}

TEST(BatchHistory, OfACrashedStepInABranchHasOneStart) {
  DurableFunctionTestRunner* reach = nullptr;
  int bodies = 0;
  DurableFunctionTestRunner runner([&](DurableContext& ctx) -> Task<int> {
    const std::vector<int> items{0, 1, 2};
    auto result = co_await ctx.map("m", items, [&](DurableContext& item, int value) -> Task<int> {
      co_return co_await item.step("s", [&] {
        if (++bodies == 2) reach->crash_invocation();
        return value;
      });
    });
    co_return static_cast<int>(result.success_count());
  });
  reach = &runner;

  const auto result = runner.run();

  EXPECT_THAT(result, HasResult(3));
  EXPECT_EQ(bodies, 4);
  EXPECT_EQ(result.get_operation_by_path("m/map-item-0/s").attempts(), 1);
}

}  // namespace
}  // namespace durable::test
