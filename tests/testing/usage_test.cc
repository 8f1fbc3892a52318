// SPDX-License-Identifier: Apache-2.0
#include <durable/durable.h>
#include <durable/testing/gtest.h>

#include <numeric>
#include <sstream>
#include <string>

namespace durable {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

DurableFunctionTestRunner* step_runner = nullptr;

/// A step of 100 bytes in a child context, one that needs three attempts and 2 seconds each, a
/// wait.
Task<int> mixed(DurableContext& ctx) {
  auto outer = [](DurableContext& inner) -> Task<int> {
    co_await inner.step("large", [] { return std::string(98, 'x'); });
    co_return 1;
  };
  co_await ctx.run_in_child_context("outer", outer);
  co_await ctx.step("flaky",
                    [](StepContext& step) {
                      step_runner->advance_time(2s);
                      if (step.attempt() < 3) throw std::runtime_error("no");
                      return 1;
                    },
                    {.retry = retry::fixed({.max_attempts = 5, .delay = 10s})});
  co_await ctx.wait("pause", 1h);
  co_return 42;
}

DurableFunctionTestResult run_mixed(LocalRunnerOptions options = {}) {
  DurableFunctionTestRunner runner(mixed, options);
  step_runner = &runner;
  return runner.run();
}

const OperationUsage& row(const Usage& usage, const std::string& path) {
  for (const OperationUsage& each : usage.by_operation) {
    if (each.path == path) return each;
  }
  throw std::out_of_range("no row for " + path);
}

TEST(Usage, StaysFarBelowTheQuotas) {
  const Usage usage = run_mixed().usage();
  EXPECT_LT(usage.operations.percent(), 1);
  EXPECT_LT(usage.largest_payload.bytes.used, 1'000U);
  EXPECT_LE(usage.checkpoints, 6U);
}

TEST(Usage, CountsOperationsAsTheServiceDoes) {
  const Usage usage = run_mixed().usage();
  // The start, a context with a step, a step with two retries, a wait.
  EXPECT_EQ(usage.operations, (UsageFigure{1 + 2 + 3 + 1, 3'000}));
  EXPECT_EQ(row(usage, "flaky").operations, 3U);
  EXPECT_EQ(row(usage, "outer/large").operations, 1U);
  EXPECT_EQ(row(usage, "").type, OperationType::execution);
}

TEST(Usage, CountsTheBytesOfEachPayloadAndError) {
  const auto result = run_mixed();
  const Usage& usage = result.usage();
  EXPECT_EQ(row(usage, "outer/large").stored_bytes, 100U);
  EXPECT_EQ(row(usage, "outer").stored_bytes, 1U);
  // Two errors of type and message, and the result.
  EXPECT_EQ(row(usage, "flaky").stored_bytes,
            2 * (std::string("std::runtime_error").size() + 2) + 1);
  EXPECT_EQ(row(usage, "").stored_bytes, 2U);
  EXPECT_EQ(usage.result_bytes.used, 2U);
  EXPECT_EQ(usage.largest_payload.bytes, (UsageFigure{100, 1024UL * 1024}));
  EXPECT_EQ(usage.largest_payload.path, "outer/large");
  EXPECT_EQ(usage.largest_error.path, "flaky");
}

TEST(Usage, CountsCheckpointsInvocationsAndTheirTime) {
  const Usage usage = run_mixed().usage();
  // large, outer, three attempts, the wait.
  EXPECT_EQ(usage.checkpoints, 6U);
  EXPECT_EQ(usage.invocations, 4U);
  EXPECT_EQ(usage.billed, Duration(6s));
}

TEST(Usage, CountsARepeatedInvocationAndItsError) {
  LocalRunnerOptions options;
  options.faults = Schedule::parse("kill-before-send@2");
  const Usage crashed = run_mixed(options).usage();
  const Usage undisturbed = run_mixed().usage();
  EXPECT_EQ(crashed.operations.used, undisturbed.operations.used + 1);
  EXPECT_EQ(crashed.invocations, undisturbed.invocations + 1);
  EXPECT_GT(row(crashed, "").stored_bytes, row(undisturbed, "").stored_bytes);
  EXPECT_NE(crashed.largest_error.path, "flaky");
}

TEST(Usage, AddsUpToTheFiguresThatQuotasAreCheckedWith) {
  const Usage usage = run_mixed().usage();
  const auto sum = [&usage](auto member) {
    return std::accumulate(
        usage.by_operation.begin(), usage.by_operation.end(), std::uint64_t{0},
        [member](std::uint64_t all, const auto& each) { return all + each.*member; });
  };
  EXPECT_EQ(sum(&OperationUsage::operations), usage.operations.used);
  EXPECT_EQ(sum(&OperationUsage::stored_bytes), usage.stored_bytes.used);
  // One operation or one byte less than was used, and the run fails.
  LocalRunnerOptions fits;
  fits.quotas.operations_max = usage.operations.used;
  fits.quotas.stored_bytes_max = usage.stored_bytes.used;
  EXPECT_THAT(run_mixed(fits), Succeeded());
  LocalRunnerOptions few = fits;
  few.quotas.operations_max = usage.operations.used - 1;
  EXPECT_THAT(run_mixed(few), Not(Succeeded()));
  LocalRunnerOptions small = fits;
  small.quotas.stored_bytes_max = usage.stored_bytes.used - 1;
  EXPECT_THAT(run_mixed(small), Not(Succeeded()));
}

TEST(Usage, HasNoLimitsWhereNoneAreEnforced) {
  LocalRunnerOptions options;
  options.quotas.enforced = false;
  const Usage usage = run_mixed(options).usage();
  EXPECT_EQ(usage.operations, (UsageFigure{7, 0}));
  EXPECT_EQ(usage.operations.percent(), 0);
  EXPECT_EQ(usage.largest_payload.bytes.limit, 0U);
}

TEST(Usage, IsThereForARunThatGoesOn) {
  DurableFunctionTestRunner runner(mixed);
  step_runner = &runner;
  const std::string arn = runner.run_async();
  EXPECT_EQ(runner.snapshot(arn).usage().checkpoints, 3U);
  runner.wait_for_result(arn);
  EXPECT_EQ(runner.snapshot(arn).usage().checkpoints, 6U);
}

TEST(Usage, IsPrintedWhenItIsHighOrAskedFor) {
  const auto print = [](const DurableFunctionTestResult& result, PrintOptions options) {
    std::ostringstream out;
    result.print(out, options);
    return out.str();
  };
  LocalRunnerOptions tight;
  tight.quotas.operations_max = 10;
  EXPECT_THAT(run_mixed().to_string(), Not(HasSubstr("usage")));
  EXPECT_THAT(run_mixed(tight).to_string(), HasSubstr("usage: operations 7 of 10 (70.0 %)\n"));
  EXPECT_THAT(print(run_mixed(tight), {.usage = UsagePrint::never}), Not(HasSubstr("usage")));
  EXPECT_THAT(print(run_mixed(), {.usage = UsagePrint::always}),
              AllOf(HasSubstr("usage:\n  operations 7 of 3000 (0.2 %)\n"),
                    HasSubstr("  largest payload 100 B of 1 MiB (0.0 %): \"outer/large\"\n"),
                    HasSubstr("  checkpoints 6, invocations 4, billed 6s\n"),
                    HasSubstr("  STEP \"outer/large\" stored 100 B\n")));
}

}  // namespace
}  // namespace durable
