// SPDX-License-Identifier: Apache-2.0
//
// Early completion, failures, and what becomes of branches that are left running.
#include "sdk/fake_service.h"

#include <gmock/gmock.h>

#include <stdexcept>

namespace durable {
namespace {

using namespace std::chrono_literals;
using fake::error_text;
using fake::error_type;
using fake::Service;
using ::testing::Contains;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

struct Projection {
  std::string reason;
  std::string status;
  std::size_t succeeded = 0;
  std::size_t failed = 0;
  std::size_t started = 0;
  std::size_t total = 0;
};

template <class R>
Projection projection_of(const BatchResult<R>& result) {
  return {std::string(to_string(result.completion_reason())),
          std::string(to_string(result.status())),
          result.success_count(),
          result.failure_count(),
          result.started_count(),
          result.total_count()};
}

std::string text_of(const Projection& p) {
  return p.reason + " " + p.status + " " + std::to_string(p.succeeded) + "/" +
         std::to_string(p.failed) + "/" + std::to_string(p.started) + " of " +
         std::to_string(p.total);
}

Task<int> fail_if_negative(DurableContext&, int value) {
  if (value < 0) throw std::runtime_error("negative");
  co_return value;
}

/// Runs a map one item at a time; the items below zero fail.
std::string run_one_by_one(std::vector<int> items, Completion completion) {
  Service service;
  const auto output = service.run([&](DurableContext& ctx) -> Task<std::string> {
    auto result = co_await ctx.map("m", items, fail_if_negative,
                                   {.max_concurrency = 1, .completion = completion});
    const std::string first = text_of(projection_of(result));
    co_await ctx.wait("w", 1s);  // so that the result is also read from its record
    co_return first;
  });
  return output.result ? output.result->str() : "no result";
}

TEST(BatchCompletion, FollowsItsRules) {
  EXPECT_EQ(run_one_by_one({1, -1, 1}, {}), "\"FAILURE_TOLERANCE_EXCEEDED FAILED 1/1/0 of 2\"");
  EXPECT_EQ(run_one_by_one({1, -1, 1}, Completion::all_successful()),
            "\"FAILURE_TOLERANCE_EXCEEDED FAILED 1/1/0 of 2\"");
  EXPECT_EQ(run_one_by_one({1, 1, 1, 1}, {.min_successful = 2}),
            "\"MIN_SUCCESSFUL_REACHED SUCCEEDED 2/0/0 of 2\"");
  EXPECT_EQ(run_one_by_one({1, -1, 1}, {.tolerated_failure_count = 1}),
            "\"ALL_COMPLETED FAILED 2/1/0 of 3\"");
  EXPECT_EQ(run_one_by_one({-1, -1, 1}, {.tolerated_failure_count = 1}),
            "\"FAILURE_TOLERANCE_EXCEEDED FAILED 0/2/0 of 2\"");
  EXPECT_EQ(run_one_by_one({-1, -1, 1, 1}, {.tolerated_failure_percentage = 25}),
            "\"FAILURE_TOLERANCE_EXCEEDED FAILED 0/2/0 of 2\"");
  EXPECT_EQ(run_one_by_one({-1, 1, 1, 1}, {.tolerated_failure_percentage = 25}),
            "\"ALL_COMPLETED FAILED 3/1/0 of 4\"")
      << "as many as are tolerated do not end it";
  EXPECT_EQ(run_one_by_one({-1, -1, -1}, {.tolerated_failure_count = 3}),
            "\"ALL_COMPLETED FAILED 0/3/0 of 3\"");
  EXPECT_EQ(run_one_by_one({1, -1, 1}, {.min_successful = 3}),
            "\"ALL_COMPLETED FAILED 2/1/0 of 3\"");
  EXPECT_EQ(run_one_by_one({-1, -1}, Completion::all_completed()),
            "\"ALL_COMPLETED FAILED 0/2/0 of 2\"");
  EXPECT_EQ(run_one_by_one({-1}, {}), "\"FAILURE_TOLERANCE_EXCEEDED FAILED 0/1/0 of 1\"")
      << "the tolerance counts even when all are done";
  EXPECT_EQ(run_one_by_one({-1, 2, 3}, Completion::first_successful()),
            "\"MIN_SUCCESSFUL_REACHED FAILED 1/1/0 of 2\"");
}

// Checklist 17.
TEST(BatchCompletion, LeavesOutItemsThatHaveNotBegunAndReportsThoseThatHaveAsStarted) {
  Service service;
  const auto output = service.run([](DurableContext& ctx) -> Task<std::string> {
    const std::vector<int> items{0, 1, 2, 3};
    auto result = co_await ctx.map("m", items,
                                   [](DurableContext& item, int value) -> Task<int> {
                                     if (value == 0) co_await item.wait("long", 1h);
                                     co_return value;
                                   },
                                   {.max_concurrency = 2, .completion = {.min_successful = 2}});
    EXPECT_THAT(result.started(), SizeIs(1));
    EXPECT_EQ(result.started().at(0)->index, 0U);
    EXPECT_THAT(result.items(), SizeIs(3));
    EXPECT_EQ(result.items()[2].result, 2);
    co_return text_of(projection_of(result));
  });

  EXPECT_EQ(output.result, Payload("\"MIN_SUCCESSFUL_REACHED SUCCEEDED 2/0/1 of 3\""));
  EXPECT_FALSE(service.has("1-4"));
  EXPECT_EQ(service.operation("1-1").status, wire::OperationStatus::started);
  EXPECT_EQ(service.operation("1").context_details->result,
            Payload(R"({"all":[{"index":0,"status":"STARTED"},)"
                    R"({"index":1,"status":"SUCCEEDED","result":1},)"
                    R"({"index":2,"status":"SUCCEEDED","result":2}],)"
                    R"("completionReason":"MIN_SUCCESSFUL_REACHED"})"));
}

// Checklist 18, on one thread.
TEST(BatchOrphans, AreDestroyedAndSendNothingAfterTheEndOfTheBatch) {
  Service service;
  std::vector<std::string> destroyed;
  struct Guard {
    std::vector<std::string>& log;
    std::string name;
    ~Guard() { log.push_back(name); }
  };
  const auto output = service.run([&](DurableContext& ctx) -> Task<std::size_t> {
    const std::vector<int> items{0, 1, 2};
    auto result =
        co_await ctx.map("m", items,
                         [&](DurableContext& item, int value) -> Task<int> {
                           const Guard outer{destroyed, "branch " + std::to_string(value)};
                           if (value == 1) {
                             co_await item.wait("short", 1s);
                             co_return value;
                           }
                           auto child = item.run_in_child_context(
                               "child", [&, value](DurableContext& inner) -> Task<int> {
                                 const Guard guard{destroyed, "child " + std::to_string(value)};
                                 co_await inner.wait("short", 1s);
                                 co_await inner.wait("long", 1h);
                                 co_await inner.step("never", [] {});
                                 co_return value;
                               });
                           co_return co_await child;
                         },
                         {.completion = Completion::first_successful()});
    const std::vector<std::string> at_the_end = destroyed;
    EXPECT_THAT(at_the_end, Contains("child 0"));
    EXPECT_THAT(at_the_end, Contains("child 2"));
    co_await ctx.step("after", [] {});
    co_return result.started_count();
  });

  EXPECT_EQ(output.result, Payload("2"));
  const auto end = std::find_if(service.calls.begin(), service.calls.end(), [](const auto& call) {
    return call.find("1 CONTEXT SUCCEED \"m\"") != std::string::npos;
  });
  ASSERT_NE(end, service.calls.end());
  EXPECT_EQ(end->substr(end->size() - 21), "1 CONTEXT SUCCEED \"m\"") << "the last of its call";
  for (auto call = end + 1; call != service.calls.end(); ++call) {
    EXPECT_THAT(*call, Not(HasSubstr("1-"))) << *call;
  }
}

TEST(BatchOrphans, OfAnAsynchronousServiceAreForgottenWithTheirReplies) {
  Service service("{}", Service::Replies::from_a_thread);
  const auto output = service.run([](DurableContext& ctx) -> Task<std::size_t> {
    std::vector<int> items(20, 1);
    auto result = co_await ctx.map("m", items,
                                   [](DurableContext& item, int value) -> Task<int> {
                                     co_return co_await item.step("s", [&] { return value; });
                                   },
                                   {.completion = {.min_successful = 3}});
    co_await ctx.step("after", [] {});
    co_return result.total_count() > 2 && result.success_count() >= 3 ? 1 : 0;
  });
  EXPECT_EQ(output.result, Payload("1"));
}

TEST(BatchOrphans, MayNotStartAnythingFromTheirDestructors) {
  Service service;
  struct Bad {
    DurableContext* context;
    ~Bad() {
      static_cast<void>(context->step("undo", [] {}));
    }
  };
  const auto output = service.run([](DurableContext& ctx) -> Task<int> {
    const std::vector<int> items{0, 1};
    co_await ctx.map("m", items,
                     [](DurableContext& item, int value) -> Task<int> {
                       const Bad bad{&item};
                       if (value == 0) co_await item.wait("w", 1h);
                       co_return value;
                     },
                     {.completion = Completion::first_successful()});
    co_return 1;
  });
  EXPECT_EQ(error_type(output), "UsageError");
  EXPECT_THAT(error_text(output), HasSubstr("was called from a destructor"));
}

TEST(BatchErrors, AreRecordedByTheItemAndRebuiltTheSameInAReplay) {
  Service service;
  std::vector<std::string> seen;
  const auto output = service.run([&](DurableContext& ctx) -> Task<int> {
    const std::vector<int> items{1, 2};
    auto result = co_await ctx.map("m", items,
                                   [](DurableContext& item, int value) -> Task<int> {
                                     if (value == 1) throw std::invalid_argument("one");
                                     co_return co_await item.step(
                                         "s", []() -> int { throw std::logic_error("two"); },
                                         {.retry = retry::none()});
                                   },
                                   {.completion = Completion::all_completed()});
    std::string text;
    for (const ChildContextError& error : result.errors()) {
      text += error.operation_id() + " " + error.operation_name() + " " +
              std::string(error.error_type()) + ": " + error.what() + "; ";
    }
    seen.push_back(text);
    co_await ctx.wait("w", 1s);
    co_return static_cast<int>(result.failure_count());
  });

  EXPECT_EQ(output.result, Payload("2"));
  EXPECT_THAT(seen, ElementsAre("1-1 map-item-0 std::invalid_argument: one; 1-2 map-item-1 "
                                "StepError: two; ",
                                "1-1 map-item-0 std::invalid_argument: one; 1-2 map-item-1 "
                                "StepError: two; "));
  EXPECT_EQ(service.operation("1").status, wire::OperationStatus::succeeded);
  EXPECT_EQ(service.operation("1-1").status, wire::OperationStatus::failed);
}

TEST(BatchErrors, OfTheInvocationEndItAndRecordNothing) {
  for (const Nesting nesting : {Nesting::nested, Nesting::flat}) {
    Service service;
    const auto failure = fake::failure_of(service.invoke([&](DurableContext& ctx) -> Task<int> {
      const std::vector<int> items{1};
      co_await ctx.map("m", items,
                       [](DurableContext& item, int) -> Task<int> {
                         co_await item.step("s", [] {});
                         throw InvocationError("try again");
                       },
                       {.nesting = nesting});
      co_return 1;
    }));
    EXPECT_EQ(failure.error_type, "InvocationError");
    EXPECT_EQ(service.operation("1").status, wire::OperationStatus::started);
  }
}

TEST(BatchErrors, OfTheExecutionEndItEvenIfTheyAreTolerated) {
  Service service;
  const auto output = service.run([](DurableContext& ctx) -> Task<int> {
    const std::vector<int> items{1, 2};
    co_await ctx.map("m", items,
                     [](DurableContext&, int) -> Task<int> {
                       throw ExecutionError("for good");
                       co_return 1;
                     },
                     {.completion = Completion::all_completed()});
    co_return 1;
  });
  EXPECT_EQ(error_type(output), "ExecutionError");
  EXPECT_FALSE(service.has("1-2"));
}

TEST(BatchErrors, ThrownBeforeTheCoroutineBeginsAreTheItems) {
  struct Throws {
    Task<int> operator()(DurableContext&, int) const { throw std::runtime_error("at the call"); }
  };
  Service service;
  const auto output = service.run([](DurableContext& ctx) -> Task<std::string> {
    const std::vector<int> items{1};
    auto result = co_await ctx.map("m", items, Throws{});
    co_return result.errors().at(0).what();
  });
  EXPECT_EQ(output.result, Payload("\"at the call\""));
}

}  // namespace
}  // namespace durable
