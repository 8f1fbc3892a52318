// SPDX-License-Identifier: Apache-2.0
#include "bench/workloads.h"

#include <durable/base/random.h>
#include <durable/durable.h>
#include <durable/testing/test_runner.h>

#include <stdexcept>
#include <string>

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

std::uint64_t run_hello() {
  constexpr std::uint64_t executions = 20'000;
  DurableFunctionTestRunner runner(hello, without_quotas());
  for (std::uint64_t i = 0; i < executions; ++i) require(runner.run("World"));
  return executions;
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
  };
}

}  // namespace durable::bench
