// SPDX-License-Identifier: Apache-2.0
//
// wait_for_condition on the wire: what each recorded state makes of the call.
#include "calls/update_spy.h"

#include <gmock/gmock.h>

namespace durable {
namespace {

using namespace std::chrono_literals;
using fake::error_text;
using fake::error_type;
using fake::output_of;
using fake::Service;
using fake::UpdateSpy;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Action = wire::OperationAction;
using Status = wire::InvocationOutputStatus;

constexpr auto every_2s = PollSchedule::every(2s);

Handler count_to(int limit, int* runs = nullptr) {
  return [limit, runs](DurableContext& ctx) -> Task<int> {
    co_return co_await ctx.wait_for_condition(
        "count", 0,
        [runs](const int& n) {
          if (runs != nullptr) ++*runs;
          return n + 1;
        },
        {.until = [limit](const int& n) { return n >= limit; }, .poll = every_2s});
  };
}

wire::Operation recorded(wire::OperationStatus status, std::int64_t attempt,
                         std::optional<Payload> state) {
  wire::Operation operation;
  operation.id = "1";
  operation.type = wire::OperationType::step;
  operation.sub_type = "WaitForCondition";
  operation.name = "count";
  operation.status = status;
  operation.step_details.emplace();
  operation.step_details->attempt = attempt;
  operation.step_details->result = std::move(state);
  return operation;
}

TEST(Condition, PollsOnceInAnInvocationAndRecordsTheState) {
  Service service;
  UpdateSpy spy(service);

  EXPECT_EQ(output_of(spy.invoke(count_to(2))).status, Status::pending);

  ASSERT_EQ(spy.updates.size(), 2U);
  EXPECT_EQ(spy.updates[0].action, Action::start);
  const wire::OperationUpdate& poll = spy.updates[1];
  EXPECT_EQ(poll.action, Action::retry);
  EXPECT_EQ(poll.type, wire::OperationType::step);
  EXPECT_EQ(poll.sub_type, "WaitForCondition");
  EXPECT_EQ(poll.name, "count");
  EXPECT_EQ(poll.payload, Payload("1"));
  EXPECT_EQ(poll.step_options->next_attempt_delay_seconds, 2);
}

TEST(Condition, RetryOfAPollHasThePayloadAndNoError) {
  Service service;
  UpdateSpy spy(service);

  static_cast<void>(spy.invoke(count_to(2)));

  EXPECT_TRUE(spy.updates.at(1).payload.has_value());
  EXPECT_FALSE(spy.updates.at(1).error);
}

TEST(Condition, RetryOfAStepHasTheErrorAndNoPayload) {
  Service service;
  UpdateSpy spy(service);

  static_cast<void>(spy.invoke([](DurableContext& ctx) -> Task<int> {
    co_return co_await ctx.step("s", []() -> int { throw std::runtime_error("no"); });
  }));

  EXPECT_EQ(spy.updates.at(1).action, Action::retry);
  EXPECT_TRUE(spy.updates.at(1).error);
  EXPECT_FALSE(spy.updates.at(1).payload.has_value());
}

TEST(Condition, SatisfiedAtTheFirstPollSucceedsAtOnce) {
  Service service;

  const auto output = service.run(count_to(1));

  EXPECT_EQ(output.result, Payload("1"));
  EXPECT_THAT(service.calls, ElementsAre("1 STEP START \"count\", 1 STEP SUCCEED \"count\""));
}

TEST(Condition, GoesOnFromTheRecordedStateInTheNextInvocation) {
  Service service;
  int runs = 0;

  const auto output = service.run(count_to(3, &runs));

  EXPECT_EQ(output.result, Payload("3"));
  EXPECT_EQ(runs, 3);
  EXPECT_THAT(service.calls, ElementsAre("1 STEP START \"count\", 1 STEP RETRY \"count\"",
                                         "1 STEP START \"count\", 1 STEP RETRY \"count\"",
                                         "1 STEP START \"count\", 1 STEP SUCCEED \"count\""));
}

TEST(Condition, FoundReadyIsStartedAgain) {
  Service service;
  service.add(recorded(wire::OperationStatus::ready, 1, Payload("7")));

  const auto output = output_of(service.invoke(count_to(8)));

  EXPECT_EQ(output.result, Payload("8"));
  EXPECT_THAT(service.calls, ElementsAre("1 STEP START \"count\", 1 STEP SUCCEED \"count\""));
}

TEST(Condition, FoundStartedPollsWithoutASecondStart) {
  Service service;
  service.add(recorded(wire::OperationStatus::started, 1, Payload("7")));

  const auto output = output_of(service.invoke(count_to(8)));

  EXPECT_EQ(output.result, Payload("8"));
  EXPECT_THAT(service.calls, ElementsAre("1 STEP SUCCEED \"count\""));
}

TEST(Condition, FoundPendingWaitsWithoutPolling) {
  Service service;
  service.add(recorded(wire::OperationStatus::pending, 1, Payload("7")));
  int runs = 0;

  EXPECT_EQ(output_of(service.invoke(count_to(8, &runs))).status, Status::pending);

  EXPECT_EQ(runs, 0);
  EXPECT_TRUE(service.calls.empty());
}

TEST(Condition, FoundSucceededGivesTheRecordedState) {
  Service service;
  service.add(recorded(wire::OperationStatus::succeeded, 3, Payload("41")));
  int runs = 0;

  EXPECT_EQ(output_of(service.invoke(count_to(8, &runs))).result, Payload("41"));

  EXPECT_EQ(runs, 0);
}

TEST(Condition, FoundFailedThrowsTheRecordedError) {
  Service service;
  wire::Operation operation = recorded(wire::OperationStatus::failed, 1, std::nullopt);
  operation.step_details->error = wire::ErrorObject{};
  operation.step_details->error->error_type = "bank::Gone";
  operation.step_details->error->error_message = "gone";
  service.add(operation);

  const auto output = output_of(service.invoke([](DurableContext& ctx) -> Task<std::string> {
    auto future = ctx.wait_for_condition("count", 0, [](const int& n) { return n; },
                                         {.until = [](const int&) { return true; }});
    const auto outcome = co_await settle(future);
    std::string text;
    outcome.with_error<WaitForConditionError>([&](const WaitForConditionError& error) {
      text = std::string(error.error_type()) + " " + error.what() + " " + error.operation_name();
    });
    co_return text;
  }));

  EXPECT_EQ(output.result, Payload("\"bank::Gone gone count\""));
}

TEST(Condition, ThatCannotBeInItsRecordedStatusFailsTheExecution) {
  Service service;
  service.add(recorded(wire::OperationStatus::timed_out, 1, std::nullopt));

  const auto output = output_of(service.invoke(count_to(8)));

  EXPECT_EQ(error_type(output), "InvalidStateError");
  EXPECT_THAT(error_text(output), HasSubstr("TIMED_OUT, which a wait_for_condition cannot be"));
}

TEST(Condition, AttemptIsTheStoredOnePlusOneInCheckStrategyAndLog) {
  Service service;
  service.add(recorded(wire::OperationStatus::ready, 6, Payload("0")));
  fake::MemoryLogger logger;
  service.environment.logger = &logger;
  std::vector<std::uint32_t> seen;

  static_cast<void>(service.invoke([&](DurableContext& ctx) -> Task<int> {
    co_return co_await ctx.wait_for_condition(
        "count", 0,
        [&](const int& n, StepContext& step) {
          seen.push_back(step.attempt());
          step.logger().info("polling");
          return n;
        },
        {.strategy = [&](const int&, const PollContext& asked) {
          seen.push_back(asked.attempt);
          return PollDecision::again_after(1s);
        }});
  }));

  EXPECT_THAT(seen, ElementsAre(7U, 7U));
  EXPECT_EQ(logger.last_fields["attempt"], "7");
}

TEST(Condition, CheckThatThrowsFailsAtOnceAndIsNotRetried) {
  Service service;
  int runs = 0;
  const Handler handler = [&](DurableContext& ctx) -> Task<std::string> {
    auto future = ctx.wait_for_condition("job", 0,
                                         [&](const int&) -> int {
                                           ++runs;
                                           throw std::out_of_range("no such job");
                                         },
                                         {.until = [](const int& n) { return n > 0; }});
    const auto outcome = co_await settle(future);
    co_await ctx.wait(1s);
    std::string text;
    outcome.with_error<WaitForConditionError>([&](const WaitForConditionError& error) {
      text = std::string(error.error_type()) + ": " + error.what();
    });
    co_return text;
  };

  const auto output = service.run(handler);

  EXPECT_EQ(output.result, Payload("\"std::out_of_range: no such job\"")) << "as in the replay";
  EXPECT_EQ(runs, 1);
  EXPECT_EQ(service.calls.at(0), "1 STEP START \"job\", 1 STEP FAIL \"job\"");
}

TEST(Condition, ExecutionErrorInACheckEndsTheExecutionAndRecordsNoEnd) {
  Service service;
  const auto output = service.run([](DurableContext& ctx) -> Task<int> {
    auto future = ctx.wait_for_condition(
        "job", 0, [](const int&) -> int { throw ExecutionError("hopeless"); },
        {.until = [](const int& n) { return n > 0; }});
    static_cast<void>(co_await settle(future));
    co_return 1;
  });

  EXPECT_EQ(error_text(output), "hopeless");
  EXPECT_THAT(service.calls, ElementsAre("1 STEP START \"job\""));
}

TEST(Condition, InvocationErrorInACheckEndsTheInvocationOnly) {
  Service service;
  int runs = 0;
  const Handler handler = [&](DurableContext& ctx) -> Task<int> {
    co_return co_await ctx.wait_for_condition("job", 0,
                                              [&](const int&) {
                                                if (++runs == 1) throw InvocationError("later");
                                                return 1;
                                              },
                                              {.until = [](const int& n) { return n > 0; }});
  };

  EXPECT_EQ(fake::failure_of(service.invoke(handler)).error_message, "later");
  EXPECT_EQ(output_of(service.invoke(handler)).result, Payload("1"));
}

TEST(Condition, NullStateSurvivesThePolls) {
  Service service;
  std::vector<std::string> seen;
  const auto output = service.run([&](DurableContext& ctx) -> Task<std::string> {
    const std::optional<int> last = co_await ctx.wait_for_condition(
        "job", std::optional<int>(5),
        [&](const std::optional<int>& n) {
          seen.push_back(n ? std::to_string(*n) : "null");
          return std::optional<int>();
        },
        {.strategy = [](const std::optional<int>&, const PollContext& asked) {
          return asked.attempt == 2 ? PollDecision::satisfied() : PollDecision::again_after(1s);
        }});
    co_return last ? "a value" : "null";
  });

  EXPECT_EQ(output.result, Payload("\"null\""));
  EXPECT_THAT(seen, ElementsAre("5", "null"));
}

TEST(Condition, AbsentRecordedStateIsTheFirstOneAndANullIsNot) {
  const Handler handler = [](DurableContext& ctx) -> Task<std::string> {
    std::string seen;
    auto future = ctx.wait_for_condition("count", std::optional<int>(5),
                                         [&seen](const std::optional<int>& n) {
                                           seen = n ? std::to_string(*n) : "null";
                                           return n;
                                         },
                                         {.until = [](const std::optional<int>&) { return true; }});
    static_cast<void>(co_await future);
    co_return seen;
  };
  Service absent;
  absent.add(recorded(wire::OperationStatus::ready, 1, std::nullopt));
  Service null;
  null.add(recorded(wire::OperationStatus::ready, 1, Payload("null")));
  Service empty;
  empty.add(recorded(wire::OperationStatus::ready, 1, Payload("")));

  EXPECT_EQ(output_of(absent.invoke(handler)).result, Payload("\"5\""));
  EXPECT_EQ(output_of(null.invoke(handler)).result, Payload("\"null\""));
  EXPECT_EQ(error_type(output_of(empty.invoke(handler))), "SerDesError");
}

TEST(Condition, StateThatCannotBeReadFailsTheExecution) {
  Service service;
  service.add(recorded(wire::OperationStatus::ready, 1, Payload("\"text\"")));

  const auto output = output_of(service.invoke(count_to(8)));

  EXPECT_EQ(error_type(output), "SerDesError");
  EXPECT_THAT(service.calls, ElementsAre("1 STEP START \"count\""));
}

TEST(Condition, CheckMayBeACoroutine) {
  Service service;
  struct Helpers {
    static Task<int> next(int n) { co_return n + 1; }
  };
  const auto output = service.run([](DurableContext& ctx) -> Task<int> {
    co_return co_await ctx.wait_for_condition(
        "count", 0,
        [](const int& n, StepContext&) -> Task<int> {
          int made = co_await Helpers::next(n);
          co_return made;
        },
        {.until = [](const int& n) { return n == 2; }, .poll = every_2s});
  });

  EXPECT_EQ(output.result, Payload("2"));
  EXPECT_THAT(service.calls, ElementsAre("1 STEP START \"count\", 1 STEP RETRY \"count\"",
                                         "1 STEP START \"count\", 1 STEP SUCCEED \"count\""));
}

TEST(Condition, CoroutineCheckThatThrowsFailsAtOnce) {
  Service service;
  const auto output = service.run([](DurableContext& ctx) -> Task<int> {
    co_return co_await ctx.wait_for_condition("count", 0,
                                              [](const int&) -> Task<int> {
                                                throw std::runtime_error("broken");
                                                co_return 0;
                                              },
                                              {.until = [](const int& n) { return n == 2; }});
  });

  EXPECT_EQ(error_text(output), "broken");
  EXPECT_THAT(service.calls, ElementsAre("1 STEP START \"count\", 1 STEP FAIL \"count\""));
}

/// Writes text backwards.
class Backwards final : public PayloadSerdes {
 public:
  Payload serialize(const Payload& plain, const SerdesContext&) const override {
    return turned(plain);
  }
  Payload deserialize(const Payload& stored, const SerdesContext&) const override {
    return turned(stored);
  }

 private:
  static Payload turned(const Payload& payload) {
    std::string text = payload.str();
    return std::string(text.rbegin(), text.rend());
  }
};

TEST(Condition, StateGoesThroughTheSerdesOfItsOptions) {
  Service service;
  const Backwards backwards;
  const Handler handler = [&](DurableContext& ctx) -> Task<int> {
    co_return co_await ctx.wait_for_condition(
        "count", 11, [](const int& n) { return n + 1; },
        {.until = [](const int& n) { return n == 13; }, .poll = every_2s, .serdes = &backwards});
  };

  EXPECT_EQ(output_of(service.invoke(handler)).status, Status::pending);
  EXPECT_EQ(service.operation("1").step_details->result, Payload("21"));
  service.pass_time();
  EXPECT_EQ(output_of(service.invoke(handler)).result, Payload("13"));
  EXPECT_EQ(service.operation("1").step_details->result, Payload("31"));
}

TEST(Condition, IsDecidedOnTheStateAsItIsReadBack) {
  class Capitals final : public PayloadSerdes {
   public:
    Payload serialize(const Payload& plain, const SerdesContext&) const override {
      std::string text = plain.str();
      for (char& c : text) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
      return text;
    }
    Payload deserialize(const Payload& stored, const SerdesContext&) const override {
      return stored;
    }
  };
  Service service;
  const Capitals capitals;
  const auto output = service.run([&](DurableContext& ctx) -> Task<std::string> {
    co_return co_await ctx.wait_for_condition(
        "job", std::string(), [](const std::string&) { return std::string("done"); },
        {.until = [](const std::string& text) { return text == "DONE"; }, .serdes = &capitals});
  });

  EXPECT_EQ(output.result, Payload("\"DONE\""));
}

TEST(Condition, FirstStateMayBeTextInQuotes) {
  Service service;
  const auto output = service.run([](DurableContext& ctx) -> Task<std::string> {
    co_return co_await ctx.wait_for_condition(
        "a", [](const std::string& text) { return text + "b"; },
        {.until = [](const std::string& text) { return text.size() == 2; }});
  });

  EXPECT_EQ(output.result, Payload("\"ab\""));
  EXPECT_THAT(service.calls, ElementsAre("1 STEP START, 1 STEP SUCCEED")) << "and it has no name";
}

}  // namespace
}  // namespace durable
