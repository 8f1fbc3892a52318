// SPDX-License-Identifier: Apache-2.0
#include <map>
#include <stdexcept>
#include <string>
#include <tuple>
#include <vector>

#include "conformance/suites/batch.h"

namespace durable::conformance {
namespace {

using Branches = std::vector<Branch<std::string>>;

Branch<std::string> constant(std::string value) {
  return [value](DurableContext&) -> Task<std::string> { co_return value; };
}
Branch<std::string> constant_step(std::string value) {
  return [value](DurableContext& ctx) -> Task<std::string> {
    co_return co_await ctx.step([&] { return value; });
  };
}
Branch<std::string> failing() {
  return [](DurableContext&) -> Task<std::string> {
    throw std::runtime_error("this branch fails");
    co_return "";
  };
}

/// One branch after the other.
ParallelOptions sequential(Completion completion = {}) {
  return {.max_concurrency = 1, .completion = completion};
}

Task<std::vector<std::string>> results_of(Branches branches, ParallelOptions options,
                                          DurableContext& ctx) {
  auto batch = co_await ctx.parallel("parallel", options, std::move(branches));
  co_return std::move(batch).results();
}
Task<BatchReport> report_of(Branches branches, Completion completion, DurableContext& ctx) {
  const auto batch = co_await ctx.parallel("parallel", sequential(completion), std::move(branches));
  co_return report(batch);
}

Task<std::vector<std::string>> two_steps(DurableContext& ctx) {
  Branches branches{constant_step("task-1"), constant_step("task-2")};
  co_return co_await results_of(std::move(branches), sequential(), ctx);
}

Task<std::vector<std::string>> unnamed(DurableContext& ctx) {
  Branches branches{constant("alpha"), constant("beta")};
  auto batch = co_await ctx.parallel("", sequential(), std::move(branches));
  co_return std::move(batch).results();
}

using Object = std::map<std::string, std::string>;

Task<std::tuple<std::string, int, Object>> several_types(DurableContext& ctx) {
  const auto batch = co_await ctx.parallel(
      "parallel", sequential(), [](DurableContext&) -> Task<std::string> { co_return "hello"; },
      [](DurableContext&) -> Task<int> { co_return 42; },
      [](DurableContext&) -> Task<Object> {
        co_return Object{{"k", "v"}};
      });
  co_return batch.values();
}

Task<std::vector<std::string>> no_branches(DurableContext& ctx) {
  co_return co_await results_of({}, sequential(), ctx);
}

Task<BatchReport> fail_fast(DurableContext& ctx) {
  Branches branches{constant("ok"), failing(), constant("never")};
  co_return co_await report_of(std::move(branches), Completion::all_successful(), ctx);
}

Task<void> rethrown(DurableContext& ctx) {
  Branches branches{failing(), constant("never")};
  const auto batch = co_await ctx.parallel("parallel", sequential(Completion::all_successful()),
                                           std::move(branches));
  batch.throw_if_error();
}

Task<BatchReport> more_failures_than_tolerated(DurableContext& ctx) {
  Branches branches{failing(), failing(), constant("never")};
  co_return co_await report_of(std::move(branches), {.tolerated_failure_count = 1}, ctx);
}

Task<std::vector<std::string>> two_at_a_time(DurableContext& ctx) {
  Branches branches{constant("r0"), constant("r1"), constant("r2")};
  co_return co_await results_of(std::move(branches), {.max_concurrency = 2}, ctx);
}

Task<std::vector<std::string>> flat(DurableContext& ctx) {
  Branches branches{constant_step("fa"), constant_step("fb")};
  co_return co_await results_of(std::move(branches),
                                {.max_concurrency = 1, .nesting = Nesting::flat}, ctx);
}

Task<BatchReport> more_percent_than_tolerated(DurableContext& ctx) {
  Branches branches{failing(), failing(), constant("never"), constant("never")};
  co_return co_await report_of(std::move(branches), {.tolerated_failure_percentage = 25}, ctx);
}

Task<BatchReport> all_fail_as_tolerated(DurableContext& ctx) {
  Branches branches{failing(), failing(), failing()};
  co_return co_await report_of(std::move(branches), {.tolerated_failure_count = 3}, ctx);
}

Task<BatchReport> too_few_successes(DurableContext& ctx) {
  Branches branches{constant("a"), failing(), constant("c")};
  co_return co_await report_of(std::move(branches), {.min_successful = 3}, ctx);
}

Task<std::vector<std::string>> no_concurrency(DurableContext& ctx) {
  Branches branches{constant("a"), constant("b")};
  co_return co_await results_of(std::move(branches), {.max_concurrency = 0}, ctx);
}

// NOLINTBEGIN(readability-identifier-naming): members of the expected result's JSON
struct Accessors {
  bool hasFailure = false;
  std::size_t successCount = 0;
  std::size_t failureCount = 0;
  std::size_t errorCount = 0;
};
// NOLINTEND(readability-identifier-naming)

Task<Accessors> accessors(DurableContext& ctx) {
  Branches branches{constant("a"), failing(), constant("c")};
  const auto batch = co_await ctx.parallel("parallel", sequential({.tolerated_failure_count = 1}),
                                           std::move(branches));
  co_return Accessors{batch.has_failure(), batch.succeeded().size(), batch.failed().size(),
                      batch.errors().size()};
}

Task<std::vector<std::vector<std::string>>> nested(DurableContext& ctx) {
  auto batch = co_await ctx.parallel(
      "outer", sequential(),
      std::vector<Branch<std::vector<std::string>>>(
          1, [](DurableContext& outer) -> Task<std::vector<std::string>> {
            Branches branches{constant_step("i1"), constant_step("i2")};
            co_return co_await results_of(std::move(branches), sequential(), outer);
          }));
  co_return std::move(batch).results();
}

}  // namespace

std::vector<Function> parallel_functions() {
  return {{"8-1", plain(two_steps)},
          {"8-2", plain(unnamed)},
          {"8-4", plain(several_types)},
          {"8-5", plain(no_branches)},
          {"8-6", plain(fail_fast)},
          {"8-7", plain(rethrown)},
          {"8-10", plain(more_failures_than_tolerated)},
          {"8-11", plain(two_at_a_time)},
          {"8-12", plain(flat)},
          {"8-13", plain(more_percent_than_tolerated)},
          {"8-16", plain(all_fail_as_tolerated)},
          {"8-17", plain(too_few_successes)},
          {"8-19", plain(no_concurrency)},
          {"8-20", plain(accessors)},
          {"8-21", plain(nested)}};
}

}  // namespace durable::conformance
