// SPDX-License-Identifier: Apache-2.0
//
// The process is killed after each commit in turn, and disks fail at each.
#include "service/worlds.h"

#include <algorithm>
#include <set>

namespace durable::service {
namespace {

/// What callers were told; it must be true for ever.
struct Acknowledged {
  std::set<std::string> steps;  // "<arn> <id>": completed
  int runs_after = 0;           // of bodies of such steps
};

/// A step, a wait, an invoke of `child`, a step; gives up when a checkpoint fails.
Code mixed(Acknowledged& acknowledged, bool invokes) {
  return [&acknowledged, invokes](Call& call) -> InvocationOutcome {
    const auto crash = [&call] { return crash_of(call.invocation()); };
    const auto run_step = [&](const std::string& id) {
      if (call.is(id, OperationStatus::succeeded)) return true;
      const std::string name = call.arn() + " " + id;
      if (acknowledged.steps.contains(name)) ++acknowledged.runs_after;
      std::vector<wire::OperationUpdate> updates;
      if (call.find(id) == nullptr) updates.push_back(step_start(id));
      updates.push_back(step(id, OperationAction::succeed, Payload("1")));
      if (!call.checkpoint(std::move(updates))) return false;
      acknowledged.steps.insert(name);
      return true;
    };
    if (!run_step("a")) return crash();
    if (call.find("w") == nullptr && !call.checkpoint({wait_start("w", 60)})) return crash();
    if (!call.is("w", OperationStatus::succeeded)) return answer(pending());
    if (invokes) {
      if (call.find("i") == nullptr && !call.checkpoint({invoke_start("i", "child:$LATEST")})) {
        return crash();
      }
      if (!call.is("i", OperationStatus::succeeded)) return answer(pending());
    }
    if (!run_step("b")) return crash();
    return answer(succeeded(Payload("\"done\"")));
  };
}

/// One execution's life in a world of its own.
template <class Kept>
class Life {
 public:
  Life() : world({{"caller", mixed(acknowledged, true)}, {"child", mixed(acknowledged, false)}}) {}
  CoreHost& host() { return world.host(); }
  FaultyStore& store() { return world.store(); }

  /// Until the execution has ended or the store is dead.
  void run(const std::string& arn) {
    for (int i = 0; i < 1000 && !store().dead(); ++i) {
      host().settle();
      if (host().get(arn)->status != ExecutionStatus::running) return;
      host().now = std::max(host().now, host().core.next_due().value_or(host().now));
    }
  }
  void expect_all_kept(const std::string& arn) {
    const auto got = host().get(arn);
    ASSERT_TRUE(got.has_value());
    EXPECT_EQ(got->status, ExecutionStatus::succeeded);
    EXPECT_EQ(got->result, Payload("\"done\""));
    EXPECT_EQ(acknowledged.runs_after, 0) << "a completed step ran again";
    const auto types = host().history_types(arn);
    const auto count = [&types](wire::EventType type) {
      return std::count(types.begin(), types.end(), type);
    };
    EXPECT_EQ(count(wire::EventType::execution_succeeded), 1);
    EXPECT_EQ(count(wire::EventType::step_succeeded), 2);
    EXPECT_EQ(count(wire::EventType::chained_invoke_succeeded), 1);
    wire::ListDurableExecutionsByFunctionRequest children;
    children.function_name = "child";
    EXPECT_EQ(host().list(children)->durable_executions.size(), 1U) << "one child for one invoke";
    EXPECT_EQ(host().core.metrics().running, 0U);
  }
  /// One life with a kill after `first` commits, and another `second` commits after that. Returns
  /// whether it lived to be killed so often.
  bool live(int first, int second) {
    store().dies_after = first;
    std::string arn;
    if (const auto started = host().start("caller", "n")) arn = started->arn;
    if (!arn.empty()) run(arn);
    bool killed = store().dead();
    world.restart();
    if (second > 0) store().dies_after = second;
    const auto again = host().start("caller", "n");
    if (again) {
      EXPECT_TRUE(arn.empty() || again->arn == arn) << "an acknowledged start is there";
      run(again->arn);
    }
    killed = killed && (second == 0 || store().dead());
    world.restart();
    const auto last = host().start("caller", "n");
    EXPECT_TRUE(last.has_value());
    if (last) {
      EXPECT_EQ(host().finish(last->arn), ExecutionStatus::succeeded);
      expect_all_kept(last->arn);
    }
    return killed;
  }

  Acknowledged acknowledged;
  World<Kept> world;
};

template <class Kept>
class RestartTest : public ::testing::Test {};
TYPED_TEST_SUITE(RestartTest, Kinds);

TYPED_TEST(RestartTest, NothingAnsweredIsLostWhereverTheProcessIsKilled) {
  int first = 1;
  while (first < 100 && !this->HasFailure()) {
    SCOPED_TRACE("killed after commit " + std::to_string(first));
    if (!Life<TypeParam>().live(first, 0)) break;
    ++first;
  }
  EXPECT_GT(first, 12) << "a life has more commits than that";
  EXPECT_LT(first, 40);
}

TEST(RestartTwiceTest, NothingAnsweredIsLostWhereverTheProcessIsKilledAgain) {
  int lives = 0;
  for (int first = 1; first < 20; ++first) {
    for (int second = 1; second < 20 && !::testing::Test::HasFailure(); ++second) {
      SCOPED_TRACE("killed after commit " + std::to_string(first) + ", and after " +
                   std::to_string(second) + " more");
      if (!Life<InMemory>().live(first, second)) break;
      ++lives;
    }
  }
  EXPECT_GT(lives, 50);
}

TYPED_TEST(RestartTest, ADiskThatFailsOnceDelaysAndLosesNothing) {
  for (int failing = 1; failing < 30 && !this->HasFailure(); ++failing) {
    SCOPED_TRACE("commit " + std::to_string(failing) + " fails");
    Life<TypeParam> life;
    int commits = 0;
    life.store().fault = [&](auto) {
      return ++commits == failing ? std::optional(FaultyStore::gone()) : std::nullopt;
    };
    auto started = life.host().start("caller", "n");
    if (!started) {
      EXPECT_EQ(started.error().code, ErrorCode::service_failure);
      started = life.host().start("caller", "n");
    }
    ASSERT_TRUE(started.has_value());
    EXPECT_EQ(life.host().finish(started->arn), ExecutionStatus::succeeded);
    life.expect_all_kept(started->arn);
  }
}

TYPED_TEST(RestartTest, AnInvocationThatIsCutOffByManyKillsIsNoFailureOfTheFunction) {
  World<TypeParam> world({{"orders", one_step}});
  const auto started = world.host().start("orders");
  ASSERT_TRUE(started.has_value());
  for (int i = 0; i < 20; ++i) {
    world.host().tick();
    world.restart();
  }
  EXPECT_EQ(world.host().finish(started->arn), ExecutionStatus::succeeded);
  EXPECT_EQ(world.host().now, first_moment) << "and costs no delay";
}

TYPED_TEST(RestartTest, AnExecutionKeepsTenantTraceAndRetention) {
  std::vector<Invocation> seen;
  World<TypeParam> world({{"orders", [&seen](Call& call) {
                             seen.push_back(call.invocation());
                             return wait_an_hour(call);
                           }}});
  StartCall call;
  call.target = FakeFunctions::target("orders");
  call.target.durable->retention_days = 2;
  call.tenant_id = "tenant-1";
  call.trace_header = "Root=1-2-3";
  const std::string arn = world.host().start(std::move(call))->arn;
  world.host().settle();
  world.restart();
  EXPECT_EQ(world.host().get(arn)->trace_header->x_amzn_trace_id, "Root=1-2-3") << "while asleep";
  EXPECT_EQ(world.host().get(arn)->durable_config->retention_period_in_days, 2);

  EXPECT_EQ(world.host().finish(arn), ExecutionStatus::succeeded);

  ASSERT_EQ(seen.size(), 2U);
  EXPECT_EQ(seen[1].tenant_id, "tenant-1");
  EXPECT_EQ(seen[1].trace_header, "Root=1-2-3");
  world.host().pass(47h);
  ASSERT_TRUE(world.host().get(arn).has_value());
  EXPECT_EQ(world.host().get(arn)->trace_header->x_amzn_trace_id, "Root=1-2-3");
  world.host().pass(1h);
  EXPECT_FALSE(world.host().get(arn).has_value()) << "the function itself says 14 days";
}

TYPED_TEST(RestartTest, SleepersStayOutOfMemoryUntilTheirTime) {
  World<TypeParam> world({{"orders", wait_an_hour}});
  std::vector<std::string> arns;
  for (int i = 0; i < 20; ++i) arns.push_back(world.host().start("orders")->arn);
  world.host().settle();
  world.restart();
  world.host().settle();
  EXPECT_EQ(world.host().core.loaded_count(), 0U);
  EXPECT_EQ(world.host().core.metrics().running, 20U);
  EXPECT_EQ(world.host().invocations, 0);

  world.host().pass(1h);
  for (const std::string& arn : arns) {
    EXPECT_EQ(world.host().get(arn)->status, ExecutionStatus::succeeded);
  }
}

}  // namespace
}  // namespace durable::service
