// SPDX-License-Identifier: Apache-2.0
#include "engine/host.h"

namespace durable::engine {
namespace {

TEST(Obligations, OnlyTheEarliestTimerIsAskedFor) {
  Host host;
  host.checkpoint({wait_start("late", 60)});
  EXPECT_EQ(host.decision.effects,
            (std::vector<Effect>{WakeUp{host.now + 60s, *host.execution.execution_deadline()}}));
  host.checkpoint({wait_start("later", 90)});
  EXPECT_TRUE(host.decision.effects.empty());
  host.checkpoint({wait_start("soon", 5)});
  EXPECT_EQ(std::get<WakeUp>(host.decision.effects.at(0)).at(), host.now + 5s);
  host.checkpoint({wait_cancel("soon")});
  EXPECT_EQ(std::get<WakeUp>(host.decision.effects.at(0)).timer, host.now + 60s);
  host.checkpoint({wait_cancel("late"), wait_cancel("later")});
  EXPECT_EQ(std::get<WakeUp>(host.decision.effects.at(0)).timer, std::nullopt);
}

TEST(Obligations, TheExecutionsOwnTimeoutCanBeToldFromTheRest) {
  StartExecution start = Host::start_command();
  start.execution_timeout = 30s;
  Host host(start);
  host.start_invocation();
  host.checkpoint({wait_start("w", 60)});
  EXPECT_EQ(host.execution.next_timer(), host.now + 60s);
  EXPECT_EQ(host.execution.execution_deadline(), host.now + 30s);
  EXPECT_EQ(host.execution.next_deadline(), host.now + 30s);
}

TEST(Obligations, ASecondCompletionWantsNoSecondInvocation) {
  Host host;
  host.checkpoint({callback_start("a"), callback_start("b")});
  host.end(pending());
  host.must(CompleteCallback{host.callback_id("a"), CallbackSuccess{}});
  EXPECT_EQ(host.decision.effects, std::vector<Effect>{Invoke{host.now}});
  host.must(CompleteCallback{host.callback_id("b"), CallbackSuccess{}});
  EXPECT_TRUE(host.decision.effects.empty());
}

TEST(Obligations, AfterARestartTheyAreWhatTheLogSays) {
  Host host;
  host.checkpoint({wait_start("w", 60), invoke_start("i"), invoke_start("j")});
  host.must(ChainedInvokeStarted{"j", {}, {}});
  host.must(CompleteChainedInvoke{"j", {}, {}, {}});
  host.end(pending());
  Execution folded;
  for (const Event& event : host.log) evolve(folded, event);

  const auto effects = obligations(folded);

  ASSERT_EQ(effects.size(), 3U);
  EXPECT_EQ(std::get<WakeUp>(effects[0]).timer, host.now + 60s);
  EXPECT_EQ(std::get<Invoke>(effects[1]).not_before, host.now);
  EXPECT_EQ(std::get<StartChainedInvoke>(effects[2]).info->id(), "i");
}

}  // namespace
}  // namespace durable::engine
