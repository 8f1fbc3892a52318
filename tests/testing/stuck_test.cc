// SPDX-License-Identifier: Apache-2.0
//
// A run that waits for what nothing brings. The SDK's own operations always become due by
// themselves, so the test brings the one that does not: a callback that nobody completes.
#include "sdk/calls.h"
#include "testing/functions.h"

#include <durable/testing/gtest.h>
#include <gtest/gtest.h>

namespace durable::test {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr detail::CallKind callback_kind{wire::OperationType::callback, "Callback",
                                         "open_callback"};

class CallbackOperation final : public detail::Operation {
 public:
  using Operation::Operation;

  void begin(const detail::Place& place, std::int64_t timeout_s) {
    detail::Runtime& runtime = *context_->runtime;
    if (place.record != nullptr) {
      follow(runtime.journal().ask(*place.record).status);
      return;
    }
    wire::OperationUpdate& update =
        runtime.make_update(*this, callback_kind, wire::OperationAction::start);
    update.callback_options.emplace().timeout_seconds = timeout_s;
    runtime.queue_for(*this);
  }

 private:
  void follow(wire::OperationStatus status) {
    if (status == wire::OperationStatus::started) {
      context_->runtime->park(*this);
    } else {
      settle(Progress::succeeded);
    }
  }
  void merge(wire::Operation&& recorded) override { follow(recorded.status); }
  void acknowledged() override { follow(wire::OperationStatus::started); }
  [[nodiscard]] std::exception_ptr make_error() const override { return nullptr; }
};

/// Starts a callback and waits until it ends in any way. `timeout_s` 0: it has no time-out.
DurableFuture<void> open_callback(DurableContext& ctx, std::string_view name,
                                  std::int64_t timeout_s) {
  auto opened = detail::open_call<CallbackOperation>(ctx.core(), callback_kind, name);
  if (opened.admitted) opened.operation->begin(opened.place, timeout_s);
  return DurableFuture<void>(std::move(opened.operation));
}

Task<int> wait_for_approval(std::int64_t timeout_s, DurableContext& ctx) {
  co_await ctx.step("ask", [] {});
  co_await ctx.run_in_child_context("review", [&](DurableContext& review) -> Task<void> {
    co_await open_callback(review, "approval", timeout_s);
  });
  co_return 1;
}

TEST(StuckRun, EndsAtOnceAndNamesWhatItWaitsFor) {
  DurableFunctionTestRunner runner(wait_for_approval);

  try {
    runner.run(0);
    FAIL() << "expected RunIncompleteError";
  } catch (const RunIncompleteError& error) {
    EXPECT_THAT(error.what(), HasSubstr("Execution did not complete within 10s"));
    EXPECT_THAT(error.what(), HasSubstr("last status: RUNNING): it is stuck"));
    EXPECT_THAT(error.what(), HasSubstr("CALLBACK \"review/approval\" (id 2-1, STARTED): nobody "
                                        "completes it"));
    EXPECT_THAT(error.what(), Not(HasSubstr("\"ask\"")));
    EXPECT_EQ(error.result().status(), InvocationStatus::pending);
    EXPECT_EQ(error.result().duration(), Duration(0));
  }
}

TEST(StuckRun, IsNoneWhenATimeoutOfTheOperationMovesItOn) {
  DurableFunctionTestRunner runner(wait_for_approval);

  const auto result = runner.run(3600);

  EXPECT_THAT(result, HasResult(1));
  EXPECT_EQ(result.duration(), Duration(1h));
  EXPECT_THAT(result.get_callback("approval"), HasStatus(OperationStatus::timed_out));
}

TEST(StuckRun, IsNoneWhenTheTestGaveTheExecutionATimeout) {
  LocalRunnerOptions options;
  options.execution_timeout = 30s;
  DurableFunctionTestRunner runner(wait_for_approval, options);

  const auto result = runner.run(0);

  EXPECT_THAT(result, TimedOut());
  EXPECT_EQ(result.duration(), Duration(30s));
}

}  // namespace
}  // namespace durable::test
