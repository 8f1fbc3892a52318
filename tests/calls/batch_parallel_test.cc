// SPDX-License-Identifier: Apache-2.0
#include "sdk/fake_service.h"

#include <gmock/gmock.h>

#include <stdexcept>

namespace durable {
namespace {

using namespace std::chrono_literals;
using fake::error_text;
using fake::error_type;
using fake::Service;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

struct Entry {
  std::string k;
};

TEST(Parallel, GivesATupleOfTheValuesOfBranchesOfSeveralTypes) {
  Service service;
  using Values = std::tuple<std::string, int, Entry, std::monostate>;
  const auto output = service.run([](DurableContext& ctx) -> Task<Values> {
    auto result = co_await ctx.parallel(
        "mixed", {.max_concurrency = 1},
        [](DurableContext&) -> Task<std::string> { co_return "hello"; },
        branch("number", [](DurableContext&) -> Task<int> { co_return 42; }),
        [](DurableContext&) -> Task<Entry> { co_return Entry{"v"}; },
        branch("nothing", [](DurableContext&) -> Task<void> { co_return; }));
    auto [text, number, entry, nothing] = result.values();
    EXPECT_EQ(result.total_count(), 4U);
    EXPECT_EQ(result.item<1>()->name, "number");
    EXPECT_EQ(result.item<2>()->name, "parallel-branch-2");
    co_return Values{text, number, entry, nothing};
  });

  EXPECT_EQ(output.result, Payload(R"(["hello",42,{"k":"v"},null])"));
  EXPECT_EQ(service.operation("1").sub_type, "Parallel");
  EXPECT_EQ(service.operation("1-2").sub_type, "ParallelBranch");
  EXPECT_EQ(service.operation("1-2").name, "number");
  EXPECT_EQ(service.operation("1-3").name, "parallel-branch-2");
  EXPECT_EQ(service.operation("1").context_details->result,
            Payload(R"({"all":[{"index":0,"status":"SUCCEEDED","result":"hello"},)"
                    R"({"index":1,"status":"SUCCEEDED","result":42},)"
                    R"({"index":2,"status":"SUCCEEDED","result":{"k":"v"}},)"
                    R"({"index":3,"status":"SUCCEEDED"}],"completionReason":"ALL_COMPLETED"})"));
}

TEST(Parallel, GivesTheSameValuesInAReplay) {
  Service service;
  const auto output = service.run([](DurableContext& ctx) -> Task<std::string> {
    auto result =
        co_await ctx.parallel("p",
                              branch("a",
                                     [](DurableContext& c) -> Task<std::string> {
                                       co_return co_await c.step("s", [] { return "one"; });
                                     }),
                              branch("b", [](DurableContext& c) -> Task<int> {
                                co_await c.wait("w", 1s);
                                co_return 2;
                              }));
    co_await ctx.wait("after", 1s);
    const auto [text, number] = result.values();
    co_return text + std::to_string(number);
  });
  EXPECT_EQ(output.result, Payload("\"one2\""));
  EXPECT_EQ(service.invocations, 3);
}

TEST(Parallel, NeedsNoName) {
  Service service;
  const auto output = service.run([](DurableContext& ctx) -> Task<int> {
    auto first = co_await ctx.parallel([](DurableContext&) -> Task<int> { co_return 1; },
                                       [](DurableContext&) -> Task<int> { co_return 2; });
    const ParallelOptions options{.max_concurrency = 1};
    auto second = co_await ctx.parallel(options, [](DurableContext&) -> Task<int> { co_return 3; });
    ParallelOptions changeable = options;
    auto third = co_await ctx.parallel("named", changeable,
                                       [](DurableContext&) -> Task<int> { co_return 4; });
    const auto [a, b] = first.values();
    co_return a + b + std::get<0>(second.values()) + std::get<0>(third.values());
  });
  EXPECT_EQ(output.result, Payload("10"));
  EXPECT_EQ(service.operation("1").name, std::nullopt);
}

TEST(Parallel, GivesABatchForAVectorOfBranches) {
  Service service;
  const auto output = service.run([](DurableContext& ctx) -> Task<std::vector<int>> {
    std::vector<Branch<int>> branches;
    branches.push_back(branch("first", [](DurableContext& c) -> Task<int> {
      co_return co_await c.step("s", [] { return 1; });
    }));
    for (int i = 2; i < 4; ++i) {
      branches.push_back(branch("number-" + std::to_string(i),
                                [i](DurableContext&) -> Task<int> { co_return i; }));
    }
    branches.push_back([](DurableContext&) -> Task<int> { co_return 4; });
    const BatchResult<int> result = co_await ctx.parallel("p", branches);
    co_return result.results();
  });

  EXPECT_EQ(output.result, Payload("[1,2,3,4]"));
  EXPECT_EQ(service.operation("1-1").name, "first");
  EXPECT_EQ(service.operation("1-3").name, "number-3");
  EXPECT_EQ(service.operation("1-4").name, "parallel-branch-3");
}

TEST(Parallel, TakesAVectorOfOneFunctionTypeAndAnEmptyOne) {
  Service service;
  const auto output = service.run([](DurableContext& ctx) -> Task<std::vector<int>> {
    const auto make = [](int i) { return [i](DurableContext&) -> Task<int> { co_return i; }; };
    std::vector<decltype(make(0))> functions{make(1), make(2)};
    auto result = co_await ctx.parallel({.max_concurrency = 1}, functions);
    auto none = co_await ctx.parallel("none", std::vector<Branch<int>>());
    EXPECT_EQ(none.completion_reason(), CompletionReason::all_completed);
    EXPECT_EQ(none.total_count(), 0U);
    co_return result.results();
  });
  EXPECT_EQ(output.result, Payload("[1,2]"));
}

TEST(Parallel, NestsInABranch) {
  Service service;
  const auto output = service.run([](DurableContext& ctx) -> Task<std::vector<std::vector<int>>> {
    std::vector<Branch<std::vector<int>>> outer;
    outer.push_back([](DurableContext& c) -> Task<std::vector<int>> {
      std::vector<Branch<int>> inner;
      for (int i = 1; i < 3; ++i) {
        inner.push_back([i](DurableContext& d) -> Task<int> {
          co_return co_await d.step("s", [&] { return i; });
        });
      }
      auto result = co_await c.parallel("inner", {.max_concurrency = 1}, inner);
      co_return result.results();
    });
    auto result = co_await ctx.parallel("outer", {.max_concurrency = 1}, outer);
    co_return result.results();
  });

  EXPECT_EQ(output.result, Payload("[[1,2]]"));
  EXPECT_EQ(service.operation("1-1-1-2-1").parent_id, "1-1-1-2");
}

TEST(Parallel, KeepsCapturesOfABranchUntilItsEnd) {
  Service service;
  const auto output = service.run([](DurableContext& ctx) -> Task<std::string> {
    const std::string word = "a word that is too long for the place inside a string";
    // Named first: GCC before 12.3 would destroy the lambda twice.
    auto pending = ctx.parallel("p", branch("copy", [word](DurableContext& c) -> Task<std::string> {
                                  co_await c.wait("w", 1s);
                                  co_return word;
                                }));
    auto result = co_await pending;
    co_return std::get<0>(result.values());
  });
  EXPECT_THAT(output.result->view(), HasSubstr("too long"));
}

TEST(Parallel, TellsWhichBranchFailedAndThrowsItsErrorOnRequest) {
  Service service;
  const auto output = service.run([](DurableContext& ctx) -> Task<std::string> {
    auto result =
        co_await ctx.parallel("p", {.completion = Completion::all_completed()},
                              branch("good", [](DurableContext&) -> Task<int> { co_return 1; }),
                              branch("bad", [](DurableContext&) -> Task<int> {
                                throw std::runtime_error("no luck");
                                co_return 2;
                              }));
    EXPECT_TRUE(result.has_failure());
    EXPECT_EQ(result.item<0>()->result, 1);
    EXPECT_EQ(result.item<1>()->status, BatchItemStatus::failed);
    EXPECT_THAT(result.errors(), SizeIs(1));
    std::string seen;
    try {
      static_cast<void>(result.values());
    } catch (const ChildContextError& error) {
      seen = error.operation_name() + " " + error.operation_id() + " " +
             std::string(error.error_type()) + ": " + error.what();
    }
    result.throw_if_error();
    co_return seen;
  });

  EXPECT_EQ(error_type(output), "ChildContextError");
  EXPECT_EQ(error_text(output), "no luck");
}

TEST(Parallel, NamesTheBranchInItsError) {
  Service service;
  const auto output = service.run([](DurableContext& ctx) -> Task<std::string> {
    auto result = co_await ctx.parallel("p", branch("bad", [](DurableContext&) -> Task<int> {
                                          throw std::runtime_error("no luck");
                                          co_return 2;
                                        }));
    const auto error = result.errors().at(0);
    co_return error.operation_name() + " " + error.operation_id() + " " +
        std::string(error.error_type()) + ": " + error.what();
  });
  EXPECT_EQ(output.result, Payload("\"bad 1-1 std::runtime_error: no luck\""));
}

TEST(Parallel, HasNoValuesOfBranchesThatDidNotEnd) {
  Service service;
  const auto output = service.run([](DurableContext& ctx) -> Task<int> {
    auto result = co_await ctx.parallel(
        "race", {.max_concurrency = 2, .completion = Completion::first_successful()},
        branch("slow",
               [](DurableContext& c) -> Task<int> {
                 co_await c.wait("w", 1h);
                 co_return 1;
               }),
        branch("fast", [](DurableContext&) -> Task<int> { co_return 2; }),
        branch("never", [](DurableContext&) -> Task<int> { co_return 3; }));
    EXPECT_EQ(result.item<0>()->status, BatchItemStatus::started);
    EXPECT_EQ(result.item<1>()->result, 2);
    EXPECT_EQ(result.item<2>(), nullptr) << "it has not begun";
    EXPECT_EQ(result.total_count(), 2U);
    const auto [slow, fast, never] = result.values();
    co_return slow + fast + never;
  });

  EXPECT_EQ(error_type(output), "UsageError");
  EXPECT_THAT(error_text(output), HasSubstr("branch 0 had none"));
  EXPECT_THAT(error_text(output), HasSubstr("MIN_SUCCESSFUL_REACHED"));
}

}  // namespace
}  // namespace durable
