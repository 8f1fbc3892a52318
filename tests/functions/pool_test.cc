// SPDX-License-Identifier: Apache-2.0
#include "functions/pool.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

namespace durable::functions {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// A pool, a clock that the test sets, and what the pool asked for as short texts.
class PoolTest : public ::testing::Test {
 protected:
  explicit PoolTest(PoolOptions options = {.starts_processes = true,
                                           .concurrency_max = 2,
                                           .timeout = 3s,
                                           .init_timeout = 10s,
                                           .idle_timeout = 60s,
                                           .stop_grace = 2s,
                                           .waiting_max = 3})
      : pool_(options) {}

  void invoke(const std::string& request_id) {
    Event event;
    event.request_id = request_id;
    event.payload = "\"" + request_id + "\"";
    Effects effects;
    pool_.invoke({"invocation-" + request_id, std::move(event),
                  [this, request_id](Outcome outcome) {
                    ended_.push_back(request_id + ": " + text(outcome));
                  }},
                 now_, effects);
    note(effects);
  }
  void next(Caller caller) {
    Effects effects;
    pool_.next(caller, NextId{++last_next_}, now_, effects);
    note(effects);
  }
  int respond(Caller caller, const std::string& request_id, std::string body = "1",
              std::optional<std::string> invocation_id = std::nullopt) {
    Effects effects;
    InvocationIds ids{request_id, {}};
    if (invocation_id) ids.invocation_id = *invocation_id;
    const Reply reply = pool_.response(caller, ids, std::move(body), now_, effects);
    note(effects);
    return reply.status;
  }
  int init_error(Caller caller) {
    Effects effects;
    const Reply reply =
        pool_.init_error(caller, {"Mine.Broken", "no table", {}, false}, now_, effects);
    note(effects);
    return reply.status;
  }
  void exited(std::uint64_t worker, ExitStatus status) {
    Effects effects;
    pool_.exited(WorkerId{worker}, status, now_, effects);
    note(effects);
  }
  void pass(Duration duration) {
    now_ += duration;
    Effects effects;
    pool_.on_time(now_, effects);
    note(effects);
  }
  void note(Effects& effects) {
    for (const ProcessOrder& order : effects.orders) {
      const char* const what[] = {"start", "stop", "kill"};
      add(what[static_cast<std::size_t>(order.kind)], order.worker);
    }
    for (const Deliver& give : effects.deliveries) {
      done_.push_back("deliver " + give.event.payload + " to call " +
                      std::to_string(static_cast<std::uint64_t>(give.next)));
    }
    for (const RefuseNext& refusal : effects.refusals) add("refuse call", refusal.next);
    for (End& end : effects.ends) end.ended(std::move(end.outcome));
  }
  template <class Id>
  void add(const std::string& what, Id id) {
    done_.push_back(what + " " + std::to_string(static_cast<std::uint64_t>(id)));
  }
  std::vector<std::string> done() { return std::exchange(done_, {}); }
  std::vector<std::string> ended() { return std::exchange(ended_, {}); }

  static std::string text(const Outcome& outcome) {
    if (const auto* answer = std::get_if<Answer>(&outcome)) return answer->payload;
    const auto& failure = std::get<Failure>(outcome);
    return failure.error_type + " " + failure.error_message + (failure.timed_out ? " (late)" : "");
  }

  Pool pool_;
  Instant now_{1h};
  std::uint64_t last_next_ = 0;
  std::vector<std::string> done_;
  std::vector<std::string> ended_;
};

const Caller first{WorkerId{1}};
const Caller second{WorkerId{2}};

TEST_F(PoolTest, StartsAProcessForAnInvocationAndGivesItTheEvent) {
  invoke("a");
  EXPECT_THAT(done(), ElementsAre("start 1"));

  next(first);
  EXPECT_THAT(done(), ElementsAre("deliver \"a\" to call 1"));

  EXPECT_EQ(respond(first, "a", "42"), 202);
  EXPECT_THAT(ended(), ElementsAre("a: 42"));
  EXPECT_THAT(done(), IsEmpty());
}

TEST_F(PoolTest, UsesAWarmProcessAgain) {
  invoke("a");
  next(first);
  respond(first, "a");
  next(first);
  done();

  invoke("b");
  EXPECT_THAT(done(), ElementsAre("deliver \"b\" to call 2"));
}

TEST_F(PoolTest, WaitsAMomentForAProcessThatHasJustAnswered) {
  invoke("a");
  next(first);
  respond(first, "a");
  done();

  invoke("b");
  EXPECT_THAT(done(), IsEmpty());
  ASSERT_EQ(pool_.next_due(now_), now_ + between_calls_max);

  pass(between_calls_max);
  EXPECT_THAT(done(), ElementsAre("start 2"));
}

TEST_F(PoolTest, StartsNoMoreProcessesThanAllowedAndServesInOrder) {
  invoke("a");
  invoke("b");
  invoke("c");
  EXPECT_THAT(done(), ElementsAre("start 1", "start 2"));
  next(first);
  next(second);
  respond(second, "b");
  next(second);
  EXPECT_THAT(done(), ElementsAre("deliver \"a\" to call 1", "deliver \"b\" to call 2",
                                  "deliver \"c\" to call 3"));
}

TEST_F(PoolTest, RefusesAnInvocationBeyondTheQueue) {
  for (const char* id : {"a", "b", "c"}) invoke(id);
  EXPECT_THAT(ended(), IsEmpty());

  invoke("d");
  EXPECT_THAT(ended(),
              ElementsAre(HasSubstr("d: TooManyRequestsException RequestId: d Error: Rate")));
  EXPECT_EQ(pool_.waiting(), 3U);
}

TEST_F(PoolTest, FailsAnInvocationWhoseProcessExits) {
  invoke("a");
  next(first);
  exited(1, {.code = 3, .signal = {}});
  EXPECT_THAT(ended(), ElementsAre("a: Runtime.ExitError RequestId: a Error: Runtime exited with "
                                   "error: exit status 3"));
  EXPECT_EQ(pool_.processes(), 0U);
}

TEST_F(PoolTest, NamesTheSignalThatEndedAProcess) {
  invoke("a");
  next(first);
  exited(1, {.code = {}, .signal = 9});
  EXPECT_THAT(ended(), ElementsAre("a: Runtime.ExitError RequestId: a Error: Runtime exited with "
                                   "error: signal: killed"));
}

TEST_F(PoolTest, StartsAnotherProcessForTheInvocationsThatWaitWhenOneEnds) {
  for (const char* id : {"a", "b", "c"}) invoke(id);
  next(first);
  next(second);
  done();

  exited(1, {.code = 1, .signal = {}});
  EXPECT_THAT(done(), ElementsAre("start 3"));
}

TEST_F(PoolTest, FailsOneInvocationForEachFailedStart) {
  for (const char* id : {"a", "b", "c"}) invoke(id);
  done();
  exited(1, {.code = 1, .signal = {}});
  EXPECT_THAT(ended(), ElementsAre(HasSubstr("a: Runtime.ExitError")));
  EXPECT_THAT(done(), ElementsAre("start 3"));

  exited(2, {.code = 1, .signal = {}});
  EXPECT_THAT(ended(), ElementsAre(HasSubstr("b: Runtime.ExitError")));
  EXPECT_THAT(done(), IsEmpty()) << "c has process 3";
}

TEST_F(PoolTest, DelaysStartsThatFailAgainAndAgainUpToABound) {
  Duration longest{};
  std::uint64_t worker = 0;
  for (int i = 0; i < 20; ++i) {
    invoke("a");
    if (done().empty()) {
      const auto due = pool_.next_due(now_);
      ASSERT_TRUE(due);
      longest = std::max(longest, std::chrono::ceil<Duration>(*due - now_));
      pass(std::chrono::ceil<Duration>(*due - now_));
      EXPECT_EQ(done().size(), 1U);
    }
    exited(++worker, {.code = 1, .signal = {}});
  }
  EXPECT_EQ(longest, start_delay_max);
  EXPECT_EQ(ended().size(), 20U);

  invoke("b");
  pass(start_delay_max);
  next(Caller{WorkerId{worker + 1}});
  exited(worker + 1, {.code = 1, .signal = {}});
  done();
  invoke("c");
  EXPECT_EQ(done().size(), 1U) << "a start that succeeded ends the delays";
}

TEST_F(PoolTest, GivesTheInvocationTheInitErrorAndStopsTheProcess) {
  invoke("a");
  EXPECT_EQ(init_error(first), 202);
  EXPECT_THAT(ended(), ElementsAre("a: Mine.Broken no table"));
  EXPECT_THAT(done(), ElementsAre("start 1", "stop 1"));
  pass(2s);
  EXPECT_THAT(done(), ElementsAre("kill 1"));
}

TEST_F(PoolTest, RefusesAnInitErrorAfterTheFirstNext) {
  invoke("a");
  next(first);
  EXPECT_EQ(init_error(first), 403);
  EXPECT_THAT(ended(), IsEmpty());
}

TEST_F(PoolTest, KillsAProcessThatNeverAsks) {
  invoke("a");
  pass(10s);
  EXPECT_THAT(done(), ElementsAre("start 1", "kill 1"));
  EXPECT_THAT(ended(), ElementsAre(HasSubstr("within 10.00 seconds of its start (late)")));
  EXPECT_FALSE(pool_.next_due(now_)) << "nothing is due until the process has ended";
}

TEST_F(PoolTest, EndsAnInvocationInTimeAndKillsItsProcess) {
  invoke("a");
  next(first);
  done();
  ASSERT_EQ(pool_.next_due(now_), now_ + 3s);

  pass(3s);
  EXPECT_THAT(ended(), ElementsAre("a: Sandbox.Timedout RequestId: a Error: Task timed out after "
                                   "3.00 seconds (late)"));
  EXPECT_THAT(done(), ElementsAre("kill 1"));
  EXPECT_EQ(respond(first, "a"), 410);
}

TEST_F(PoolTest, StopsAnIdleProcessPolitelyThenByForce) {
  invoke("a");
  next(first);
  respond(first, "a");
  next(first);
  done();

  pass(60s);
  EXPECT_THAT(done(), ElementsAre("stop 1"));
  pass(2s);
  EXPECT_THAT(done(), ElementsAre("kill 1"));
  invoke("b");
  EXPECT_THAT(done(), ElementsAre("start 2"));
}

TEST_F(PoolTest, RefusesAnswersThatBelongToNoInvocation) {
  invoke("a");
  EXPECT_EQ(respond(first, "a"), 403) << "before its first next";
  next(first);
  EXPECT_EQ(respond(first, "z"), 400);
  EXPECT_EQ(respond(second, "a"), 400) << "another process's";
  EXPECT_EQ(respond(first, "a"), 202);
  EXPECT_EQ(respond(first, "a"), 400) << "a second time";
  EXPECT_EQ(ended().size(), 1U);
}

TEST_F(PoolTest, TellsARetryApartByItsInvocationId) {
  invoke("a");
  next(first);
  EXPECT_EQ(respond(first, "a", "1", "of an earlier one"), 410);
  EXPECT_EQ(respond(first, "a", "1", "invocation-a"), 202);
}

TEST_F(PoolTest, FailsAnInvocationWhoseAnswerIsTooLarge) {
  invoke("a");
  next(first);
  EXPECT_EQ(respond(first, "a", std::string(answer_bytes_max + 1, 'x')), 413);
  EXPECT_THAT(ended(), ElementsAre(HasSubstr("a: Function.ResponseSizeTooLarge")));
}

TEST_F(PoolTest, FailsTheInvocationOfAProcessThatAsksWithoutAnswering) {
  invoke("a");
  next(first);
  next(first);
  EXPECT_THAT(ended(), ElementsAre(HasSubstr("a: Runtime.ExitError")));
  EXPECT_EQ(respond(first, "a"), 410);
}

TEST_F(PoolTest, ForgetsACallWhoseClientHasGone) {
  invoke("a");
  next(first);
  respond(first, "a");
  next(first);
  pool_.abandoned(NextId{2});
  done();

  invoke("b");
  EXPECT_THAT(done(), IsEmpty()) << "the process may ask again soon";
  next(first);
  EXPECT_THAT(done(), ElementsAre("deliver \"b\" to call 3"));
}

TEST_F(PoolTest, EndsEverythingWhenItIsClosed) {
  for (const char* id : {"a", "b", "c"}) invoke(id);
  next(first);
  done();
  Effects effects;
  pool_.close(now_, effects);
  note(effects);
  EXPECT_EQ(ended().size(), 3U);
  EXPECT_THAT(done(), ElementsAre("stop 1", "stop 2"));

  invoke("d");
  EXPECT_THAT(ended(), ElementsAre(HasSubstr("d: Runtime.HostStopped")));
}

class AttachedPoolTest : public PoolTest {
 protected:
  AttachedPoolTest()
      : PoolTest({.starts_processes = false,
                  .concurrency_max = 1,
                  .timeout = {},
                  .init_timeout = 10s,
                  .idle_timeout = 60s,
                  .stop_grace = 2s,
                  .waiting_max = 3}) {}
};

TEST_F(AttachedPoolTest, WaitsForAProcessAndHasNoTimeOut) {
  invoke("a");
  EXPECT_THAT(done(), IsEmpty());
  EXPECT_FALSE(pool_.next_due(now_));

  next(std::nullopt);
  EXPECT_THAT(done(), ElementsAre("deliver \"a\" to call 1"));
  pass(24h);
  EXPECT_EQ(respond(std::nullopt, "a"), 202);
  EXPECT_THAT(ended(), ElementsAre("a: 1"));
}

TEST_F(AttachedPoolTest, GivesNothingToACallWhoseClientHasGone) {
  next(std::nullopt);
  pool_.abandoned(NextId{1});
  invoke("a");
  EXPECT_THAT(done(), IsEmpty());
  EXPECT_EQ(pool_.waiting(), 1U);
}

TEST_F(AttachedPoolTest, FailsTheInvocationThatARestartedProcessLeftBehind) {
  invoke("a");
  next(std::nullopt);
  next(std::nullopt);
  EXPECT_THAT(ended(), ElementsAre(HasSubstr("a: Runtime.ExitError")));
  invoke("b");
  EXPECT_THAT(done(), ElementsAre("deliver \"a\" to call 1", "deliver \"b\" to call 2"));
}

TEST_F(AttachedPoolTest, TakesAnInitErrorForTheInvocationThatWaits) {
  invoke("a");
  EXPECT_EQ(init_error(std::nullopt), 202);
  EXPECT_THAT(ended(), ElementsAre("a: Mine.Broken no table"));
}

}  // namespace
}  // namespace durable::functions
