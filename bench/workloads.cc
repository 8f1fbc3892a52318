// SPDX-License-Identifier: Apache-2.0
#include "bench/workloads.h"

#include <durable/base/random.h>
#include <durable/durable.h>
#include <durable/testing/explore.h>
#include <durable/testing/test_runner.h>

#include <numeric>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace durable::bench {
namespace {

using namespace std::chrono_literals;

constexpr int payload_bytes = 64 * 1024;

// A chain of integer operations, each on the result of the one before: no memory, and nothing of
// this library that is worth improving.
std::uint64_t calibrate() {
  constexpr std::uint64_t links = 10'000'000;
  std::uint64_t value = 1;
  for (std::uint64_t i = 0; i < links; ++i) value = Random(value).next();
  // The value decides something, so that the compiler cannot leave the loop out.
  return value == 0 ? 0 : links;
}

Task<int> sequential_steps(int count, DurableContext& ctx) {
  int done = 0;
  for (int i = 0; i < count; ++i) {
    std::string text = co_await ctx.step("step", [] { return std::string("short result"); });
    done += text.empty() ? 0 : 1;
  }
  co_return done;
}

Task<std::string> hello(std::string name, DurableContext& ctx) {
  std::string greeting = co_await ctx.step("greet", [&] { return "Hello " + name + "!"; });
  co_return greeting;
}

Task<int> waits(int count, DurableContext& ctx) {
  for (int i = 0; i < count; ++i) co_await ctx.wait("hour", 1h);
  co_return count;
}

Task<std::uint32_t> retries(std::uint32_t attempts, DurableContext& ctx) {
  std::uint32_t attempt =
      co_await ctx.step("flaky",
                        [&](StepContext& step) {
                          if (step.attempt() < attempts) throw std::runtime_error("not yet");
                          return step.attempt();
                        },
                        {.retry = retry::fixed({.max_attempts = 1'000, .delay = 1s})});
  co_return attempt;
}

Task<int> payloads(int count, DurableContext& ctx) {
  std::size_t bytes = 0;
  for (int i = 0; i < count; ++i) {
    std::string text = co_await ctx.step("payload", [] { return std::string(payload_bytes, 'x'); });
    bytes += text.size();
  }
  co_return static_cast<int>(bytes);
}

Task<int> one_step_items(int count, DurableContext& ctx) {
  std::vector<int> items(static_cast<std::size_t>(count));
  std::iota(items.begin(), items.end(), 0);
  auto result = co_await ctx.map("items", std::move(items),
                                 [](DurableContext& item, int number) -> Task<int> {
                                   co_return co_await item.step("step", [&] { return number; });
                                 });
  co_return static_cast<int>(result.success_count());
}

Task<int> waiting_branches(int count, DurableContext& ctx) {
  const auto one = [](DurableContext& context) -> Task<int> {
    const int value = co_await context.step("step", [] { return 1; });
    co_await context.wait("hour", 1h);
    co_return value;
  };
  auto result = co_await ctx.parallel(
      "branches", std::vector<Branch<int>>(static_cast<std::size_t>(count), one));
  co_return static_cast<int>(result.success_count());
}

LocalRunnerOptions without_quotas() {
  LocalRunnerOptions options;
  options.quotas.enforced = false;
  options.timeout = 5min;
  return options;
}

/// A benchmark that measures failures would be worth nothing.
void require(const DurableFunctionTestResult& result) {
  if (result.status() != InvocationStatus::succeeded) {
    throw std::runtime_error("the workload's execution did not succeed:\n" + result.to_string());
  }
}

std::uint64_t run_once(Handler handler, int input, std::uint64_t units) {
  DurableFunctionTestRunner runner(std::move(handler), without_quotas());
  require(runner.run(input));
  return units;
}

Workload steps(std::string_view name, int count) {
  return {name, "steps/s",
          "How many sequential steps with a short result does one execution make in a second?",
          [count] { return run_once(sequential_steps, count, static_cast<std::uint64_t>(count)); }};
}

Workload map_items(std::string_view name, int count) {
  return {name, "items/s",
          "How many items, each with a step of its own, does one map get through in a second?",
          [count] { return run_once(one_step_items, count, static_cast<std::uint64_t>(count)); }};
}

std::uint64_t run_hello() {
  constexpr std::uint64_t executions = 20'000;
  DurableFunctionTestRunner runner(hello, without_quotas());
  for (std::uint64_t i = 0; i < executions; ++i) require(runner.run("World"));
  return executions;
}

/// Each of the 50 checkpoints meets each of the three deaths and each fault of the service.
std::uint64_t run_explore() {
  const ExploreReport report = explore_crashes(sequential_steps, 50);
  if (!report.passed() || report.checkpoints != 50 || report.runs != 1 + 50 * 6 + 3) {
    throw std::runtime_error("the exploration is not what it should be:\n" + report.to_string());
  }
  return 1;
}

}  // namespace

std::vector<Workload> all_workloads() {
  return {
      {"calibrate", "links/s",
       "How fast is this machine at plain integer work, to compare two machines?", calibrate},
      steps("steps_1k", 1'000),
      steps("steps_10k", 10'000),
      steps("steps_100k", 100'000),
      {"hello", "executions/s", "How many executions of a one-step function run in a second?",
       run_hello},
      {"waits_100", "waits/s", "How fast is a function with 100 waits, replayed at each of them?",
       [] { return run_once(waits, 100, 100); }},
      {"retry_50", "attempts/s", "How fast is a step that succeeds at its 50th attempt?",
       [] { return run_once(retries, 50, 50); }},
      {"payload_64k", "MiB/s", "How much payload flows through 100 steps of 64 KiB in a second?",
       [] { return run_once(payloads, 100, 100 * payload_bytes); }, 1024 * 1024},
      map_items("map_1k", 1'000),
      map_items("map_100k", 100'000),
      {"parallel_100", "branches/s",
       "How fast are 100 branches side by side, each with a step, a wait and a replay?",
       [] { return run_once(waiting_branches, 100, 100); }},
      {"explore_50", "explorations/s",
       "How often can all 304 runs of a function with 50 checkpoints be made in a second?",
       run_explore},
  };
}

}  // namespace durable::bench
