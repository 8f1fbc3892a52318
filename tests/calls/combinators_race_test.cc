// SPDX-License-Identifier: Apache-2.0
#include "calls/history_lines.h"
#include "calls/update_spy.h"
#include "sdk/machine/contest.h"

#include <durable/testing/gtest.h>
#include <gmock/gmock.h>

#include <optional>

namespace durable {

/// A value that is bound to the operation that gave it.
struct Sealed {
  int value = 0;
};
template <>
struct Serdes<Sealed> {
  static Payload serialize(const Sealed& sealed, const SerdesContext& context) {
    return context.operation_id() + "=" + std::to_string(sealed.value);
  }
  static Sealed deserialize(const Payload& payload, const SerdesContext& context) {
    const std::string seal = context.operation_id() + "=";
    if (payload.view().substr(0, seal.size()) != seal) throw SerDesError("the seal is another's");
    return {std::stoi(payload.str().substr(seal.size()))};
  }
};

namespace {

using namespace std::chrono_literals;
using fake::error_text;
using fake::error_type;
using fake::output_of;
using fake::Service;
using fake::UpdateSpy;
using test::history_lines;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;
using Status = wire::InvocationOutputStatus;

/// A child context that takes `time` and gives `value`.
DurableFuture<int> slow(DurableContext& ctx, std::string_view name, Duration time, int value) {
  return ctx.run_in_child_context(name, [time, value](DurableContext& child) -> Task<int> {
    co_await child.wait("working", time);
    co_return value;
  });
}

TEST(Race, GivesTheFirstToSettleAndRecordsItsIndex) {
  Service service;
  UpdateSpy spy(service);
  const Handler handler = [](DurableContext& ctx) -> Task<int> {
    auto a = ctx.wait("a", 1h);
    auto b = slow(ctx, "b", 1min, 7);
    auto c = slow(ctx, "c", 1h, 8);
    co_return co_await race(b, c);
  };

  EXPECT_EQ(output_of(spy.invoke(handler)).status, Status::pending);
  service.complete("2-1");
  EXPECT_EQ(output_of(spy.invoke(handler)).result, Payload("7"));

  const wire::OperationUpdate& end = spy.updates.back();
  EXPECT_EQ(end.id, "4");
  EXPECT_EQ(end.type, wire::OperationType::step);
  EXPECT_EQ(end.sub_type, "Step");
  EXPECT_EQ(end.name, "race");
  EXPECT_EQ(end.action, wire::OperationAction::succeed);
  EXPECT_EQ(end.payload, Payload("0"));
}

TEST(Race, WithATimeoutCanBeWrittenInOneLine) {
  DurableFunctionTestRunner runner([](DurableContext& ctx) -> Task<std::string> {
    auto answer = slow(ctx, "answer", 24h, 1);
    auto first = co_await race(answer, ctx.wait("timeout", 1h));
    co_return first.index() == 1 ? "timed out" : "answered " + std::to_string(std::get<0>(first));
  });

  const auto result = runner.run();

  EXPECT_THAT(result, HasResult("timed out"));
  EXPECT_EQ(result.duration(), Duration(1h));
}

TEST(Race, CancelsAWaitOfItsOwnThatLost) {
  DurableFunctionTestRunner runner([](DurableContext& ctx) -> Task<int> {
    auto answer = slow(ctx, "answer", 1min, 5);
    auto first = co_await race(answer, ctx.wait("timeout", 1h));
    co_await ctx.wait("nap", 2h);
    co_return std::get<0>(first);
  });

  const auto result = runner.run();

  EXPECT_THAT(result, HasResult(5));
  EXPECT_THAT(result.get_wait("timeout"), HasStatus(OperationStatus::cancelled));
  EXPECT_THAT(history_lines(result),
              ElementsAre("ExecutionStarted", "ContextStarted answer", "WaitStarted working",
                          "WaitStarted timeout", "StepStarted race", "InvocationCompleted",
                          "WaitSucceeded working", "ContextSucceeded answer", "StepSucceeded race",
                          "WaitCancelled timeout", "WaitStarted nap", "InvocationCompleted",
                          "WaitSucceeded nap", "InvocationCompleted", "ExecutionSucceeded"));
}

TEST(Race, LeavesANamedWaitThatLostAsItIs) {
  DurableFunctionTestRunner runner([](DurableContext& ctx) -> Task<int> {
    auto timeout = ctx.wait("timeout", 1h);
    auto answer = slow(ctx, "answer", 1min, 5);
    auto first = co_await race(answer, timeout);
    co_await timeout;
    co_return std::get<0>(first);
  });

  const auto result = runner.run();

  EXPECT_THAT(result, HasResult(5));
  EXPECT_THAT(result.get_wait("timeout"), HasStatus(OperationStatus::succeeded));
}

TEST(Race, ThrowsWhatTheFirstToSettleThrows) {
  Service service;
  const auto output = service.run([](DurableContext& ctx) -> Task<std::string> {
    auto bad =
        ctx.step("bad", []() -> int { throw std::runtime_error("no"); }, {.retry = retry::none()});
    auto other = slow(ctx, "other", 1h, 1);
    auto first = race(bad, other);
    const auto outcome = co_await settle(first);
    co_return outcome.failed_with<StepError>() ? outcome.error_message() : "?";
  });

  EXPECT_EQ(output.result, Payload("\"no\""));
}

TEST(Race, ReplayHasTheRecordedWinnerWhateverTheOrderOfCompletions) {
  std::vector<int> winners;
  DurableFunctionTestRunner runner([&](DurableContext& ctx) -> Task<int> {
    auto a = slow(ctx, "a", 1h, 0);
    auto b = slow(ctx, "b", 1min, 1);
    winners.push_back(co_await race(a, b));
    co_await all(a, b);
    co_await ctx.wait("nap", 1s);
    co_return winners.back();
  });

  EXPECT_THAT(runner.run(), HasResult(1));
  EXPECT_THAT(winners, ElementsAre(1, 1, 1)) << "also when both are over in the replay";
}

TEST(Race, ThatIsOpenTakesThoseThatAreOverInTheOrderOfTheServicesTimes) {
  for (const bool second_first : {true, false}) {
    Service service;
    const Handler handler = [](DurableContext& ctx) -> Task<std::size_t> {
      auto a = ctx.wait("a", 1h);
      auto b = ctx.wait("b", 1h);
      auto first = co_await race_indexed(a, b);
      co_return first.index;
    };
    EXPECT_EQ(output_of(service.invoke(handler)).status, Status::pending);
    service.pass_time();
    service.operation("1").end_timestamp = Timestamp(5ms);
    service.operation("2").end_timestamp = Timestamp(second_first ? 4ms : 5ms);

    EXPECT_EQ(output_of(service.invoke(handler)).result, Payload(second_first ? "1" : "0"));
  }
}

TEST(Race, ThoseToldOfTogetherComeInTheOrderOfTheArguments) {
  Service service;
  service.on_call = [&](int call) {
    if (call != 3) return;
    service.complete("2");
    service.complete("1");
  };
  const auto output = output_of(service.invoke([](DurableContext& ctx) -> Task<std::size_t> {
    auto a = ctx.wait("a", 1h);
    auto b = ctx.wait("b", 1h);
    auto first = race_indexed(a, b);
    co_await ctx.step("work", [] {});
    co_await ctx.step("more work", [] {});
    co_return (co_await first).index;
  }));

  EXPECT_EQ(output.result, Payload("0"));
}

TEST(Race, TakesItsIdAtTheCall) {
  Service service;
  const auto output = service.run([](DurableContext& ctx) -> Task<int> {
    auto a = ctx.wait("a", 1h);
    auto first = race(a);
    int value = co_await ctx.step("after", [] { return 3; });
    co_await first;
    co_return value;
  });

  EXPECT_EQ(output.result, Payload("3"));
  EXPECT_EQ(service.operation("2").name, "race");
  EXPECT_EQ(service.operation("3").name, "after");
}

TEST(Race, CanHaveANameOfItsOwn) {
  Service service;
  const auto output = service.run([](DurableContext& ctx) -> Task<int> {
    auto a = ctx.step("a", [] { return 1; });
    co_return co_await race("first quote", a);
  });

  EXPECT_EQ(output.result, Payload("1"));
  EXPECT_EQ(service.calls.back(), "2 STEP START \"first quote\", 2 STEP SUCCEED \"first quote\"");
}

TEST(Race, OfAVectorGivesTheCommonType) {
  Service service;
  const auto output = service.run([](DurableContext& ctx) -> Task<int> {
    std::vector<DurableFuture<int>> named;
    named.push_back(slow(ctx, "a", 1h, 1));
    named.push_back(ctx.step("b", [] { return 2; }));
    int sum = co_await race(named);
    std::vector<WaitFuture> waits;
    waits.push_back(ctx.wait("c", 1h));
    waits.push_back(ctx.wait("d", 1h));
    sum += static_cast<int>((co_await race_indexed("waits", std::move(waits))).index);
    co_return sum;
  });

  EXPECT_EQ(output.result, Payload("2"));
}

TEST(Race, InARaceGivesBothWinners) {
  DurableFunctionTestRunner runner([](DurableContext& ctx) -> Task<std::string> {
    auto a = slow(ctx, "a", 2h, 5);
    auto b = slow(ctx, "b", 1h, 6);
    auto inner = race(a, ctx.wait("inner timeout", 10min));
    auto inner_ints = race_indexed(a, b);
    auto outer = co_await race(inner_ints, ctx.wait("outer timeout", 3h), inner);
    std::string text = std::to_string(outer.index());
    text += std::to_string(std::get<2>(outer).index());
    auto second = co_await race(inner_ints, ctx.wait("second timeout", 3h));
    auto third = co_await race_indexed(inner_ints);
    text += std::to_string(std::get<0>(second).index) + std::to_string(std::get<0>(second).value);
    co_return text + std::to_string(third.index) + std::to_string(third.value.index);
  });

  EXPECT_THAT(runner.run(), HasResult("211601"));
}

TEST(Race, ValueIsReadWithTheSerdesAndTheIdOfTheWinner) {
  class Stamp final : public PayloadSerdes {
   public:
    Payload serialize(const Payload& plain, const SerdesContext& context) const override {
      return context.operation_id() + "|" + plain.str();
    }
    Payload deserialize(const Payload& stored, const SerdesContext& context) const override {
      const std::string prefix = context.operation_id() + "|";
      if (stored.view().substr(0, prefix.size()) != prefix) throw SerDesError("not mine");
      return stored.view().substr(prefix.size());
    }
  };
  Service service;
  const Stamp stamp;
  const auto output = service.run([&](DurableContext& ctx) -> Task<int> {
    auto a = ctx.step("a", [] { return 12; }, {.serdes = &stamp});
    auto first = race(a);
    co_return co_await race(first);
  });

  EXPECT_EQ(output.result, Payload("12"));
}

TEST(Race, ValueOfATypeWithItsOwnFormIsReadWithTheIdOfTheWinner) {
  Service service;
  const auto output = service.run([](DurableContext& ctx) -> Task<int> {
    auto a = ctx.step("a", [] { return Sealed{12}; });
    auto first = race(a);
    const Sealed sealed = co_await race(first);
    co_return sealed.value;
  });

  EXPECT_EQ(output.result, Payload("12"));
}

Task<std::string> first_answer(DurableContext& ctx) {
  auto mail = co_await ctx.create_callback("mail");
  auto phone = co_await ctx.create_callback("phone");
  co_return "<" + co_await race(mail.result(), phone.result()) + ">";
}

TEST(Race, OfCallbacksGivesTheCompletersTextAsItIs) {
  // None of these is JSON, or is the JSON of itself.
  for (const char* text : {"it's me", "", "\"quoted\"", "null", "7"}) {
    DurableFunctionTestRunner runner(first_answer);
    runner.on_callback("mail").ignore();
    runner.on_callback("phone").after(1min).succeed(text);

    const auto result = runner.run();

    EXPECT_THAT(result, HasResult("<" + std::string(text) + ">"));
  }
}

TEST(Race, OfCallbacksGivesTheSameTextInAReplay) {
  DurableFunctionTestRunner runner([](DurableContext& ctx) -> Task<std::string> {
    std::string answer = co_await first_answer(ctx);
    co_await ctx.wait("later", 1h);
    co_return answer;
  });
  runner.on_callback("mail").ignore();
  runner.on_callback("phone").succeed("{not json");

  EXPECT_THAT(runner.run(), HasResult("<{not json>"));
}

TEST(Race, OfCallbackAndValueReadsEachInItsForm) {
  for (const bool by_callback : {true, false}) {
    DurableFunctionTestRunner runner([](DurableContext& ctx) -> Task<std::string> {
      auto mail = co_await ctx.create_callback<std::string>("mail");
      auto machine =
          ctx.run_in_child_context("machine", [](DurableContext& child) -> Task<std::string> {
            co_await child.wait("thinking", 1h);
            co_return "a \"made\" answer";
          });
      std::string answer = co_await race(mail.result(), machine);
      co_await ctx.wait("later", 1h);
      co_return answer;
    });
    if (by_callback) {
      runner.on_callback("mail").succeed("plain text");
    } else {
      runner.on_callback("mail").ignore();
    }

    EXPECT_THAT(runner.run(), HasResult(by_callback ? "plain text" : "a \"made\" answer"));
  }
}

TEST(Race, OfCallbacksKeepsAnAbsentTextApartFromAnEmptyOne) {
  for (const bool absent : {true, false}) {
    DurableFunctionTestRunner runner([](DurableContext& ctx) -> Task<std::string> {
      using Text = std::optional<std::string>;
      auto mail = co_await ctx.create_callback<Text>("mail");
      auto phone = co_await ctx.create_callback<Text>("phone");
      const Text text = co_await race(mail.result(), phone.result());
      co_return text ? "<" + *text + ">" : "absent";
    });
    runner.on_callback("mail").ignore();
    if (absent) {
      runner.on_callback("phone").succeed();
    } else {
      runner.on_callback("phone").succeed("");
    }

    EXPECT_THAT(runner.run(), HasResult(absent ? "absent" : "<>"));
  }
}

TEST(Race, FuturesMayBeGoneBeforeItIsAwaited) {
  Service service;
  const auto output = service.run([](DurableContext& ctx) -> Task<int> {
    auto loser = std::make_optional(slow(ctx, "loser", 1h, 2));
    auto winner = std::make_optional(ctx.step("winner", [] { return 1; }));
    static_cast<void>(co_await *winner);  // so that the race is decided at the call
    auto first = race(*loser, *winner);
    loser.reset();
    winner.reset();
    co_return co_await first;
  });

  EXPECT_EQ(output.result, Payload("1"));
}

TEST(Race, DropsWhatItTookOverOnceThereIsAWinner) {
  Service service;
  bool dropped = false;
  bool dropped_before_end = false;
  const auto output = service.run([&](DurableContext& ctx) -> Task<int> {
    struct Guard {
      bool& flag;
      ~Guard() { flag = true; }
    };
    auto loser = ctx.run_in_child_context("loser", [&](DurableContext& child) -> Task<int> {
      const Guard guard{dropped};
      co_await child.wait("long", 1h);
      co_return 1;
    });
    auto winner = ctx.step("winner", [] { return 2; });
    static_cast<void>(co_await winner);
    auto first = race(std::move(loser), winner);
    dropped_before_end = dropped;
    co_return co_await first;
  });

  EXPECT_EQ(output.result, Payload("2"));
  EXPECT_TRUE(dropped_before_end);
}

TEST(Race, KilledAfterTheWinnerIsRecordedCancelsInTheNextInvocation) {
  // The winner and the cancellation in calls of their own, as when a batch is full.
  Service service;
  service.environment.batch.updates_max = 1;
  KillSwitch kill;
  service.environment.kill_switch = &kill;
  service.on_call = [&](int call) {
    if (call == 5) kill.kill({});  // the race's end is recorded, but its reply is not seen
  };
  const Handler handler = [](DurableContext& ctx) -> Task<int> {
    auto a = ctx.step("a", [] { return 1; });
    auto first = co_await race(a, ctx.wait("timeout", 1h));
    co_return std::get<0>(first);
  };
  static_cast<void>(fake::failure_of(service.invoke(handler)));
  ASSERT_EQ(service.calls.back(), "3 STEP SUCCEED \"race\"");
  ASSERT_EQ(service.operation("2").status, wire::OperationStatus::started);
  service.on_call = nullptr;
  service.environment.kill_switch = nullptr;

  EXPECT_EQ(output_of(service.invoke(handler)).result, Payload("1"));

  EXPECT_EQ(service.calls.back(), "2 WAIT CANCEL \"timeout\"");
  const std::size_t calls = service.calls.size();
  EXPECT_EQ(output_of(service.invoke(handler)).result, Payload("1"));
  EXPECT_EQ(service.calls.size(), calls) << "and only once";
}

TEST(Race, WhoseCancellationComesTooLateKeepsItsWinner) {
  Service service;
  service.on_call = [&](int call) {
    if (call == 3) service.complete("2");
  };
  const auto output = output_of(service.invoke([](DurableContext& ctx) -> Task<int> {
    auto a = ctx.step("a", [] { return 1; });
    auto first = co_await race(a, ctx.wait("timeout", 1h));
    co_return std::get<0>(first);
  }));

  EXPECT_EQ(output.result, Payload("1"));
  EXPECT_EQ(service.operation("3").status, wire::OperationStatus::succeeded);
  EXPECT_EQ(service.operation("2").status, wire::OperationStatus::succeeded);
}

TEST(Race, RecordedWithAnIndexThatItDoesNotHaveIsNonDeterministic) {
  Service service;
  wire::Operation race_step;
  race_step.id = "2";
  race_step.type = wire::OperationType::step;
  race_step.name = "race";
  race_step.status = wire::OperationStatus::succeeded;
  race_step.step_details.emplace().result = Payload("3");
  service.add(race_step);

  const auto output = output_of(service.invoke([](DurableContext& ctx) -> Task<int> {
    auto a = ctx.step("a", [] { return 1; });
    co_return co_await race(a);
  }));

  EXPECT_EQ(error_type(output), "NonDeterministicExecutionError");
  EXPECT_THAT(error_text(output), HasSubstr("is recorded as won by future \"3\", but the code now "
                                            "gives it 1 futures"));
}

TEST(Race, WithARecordedWinnerThatIsStillOpenWaitsForIt) {
  Service service;
  for (const char* id : {"1", "2"}) {
    wire::Operation wait;
    wait.id = id;
    wait.type = wire::OperationType::wait;
    wait.status = id[0] == '1' ? wire::OperationStatus::started : wire::OperationStatus::succeeded;
    service.add(wait);
  }
  wire::Operation race_step;
  race_step.id = "3";
  race_step.type = wire::OperationType::step;
  race_step.name = "race";
  race_step.status = wire::OperationStatus::succeeded;
  race_step.step_details.emplace().result = Payload("0");
  service.add(race_step);
  const Handler handler = [](DurableContext& ctx) -> Task<std::size_t> {
    auto a = ctx.wait(1h);
    auto b = ctx.wait(1h);
    auto first = race_indexed(a, b);
    co_await ctx.step("work", [] {});
    co_return (co_await first).index;
  };

  service.on_call = [&](int call) {
    if (call == 2) service.complete("1");
  };
  EXPECT_EQ(output_of(service.invoke(handler)).status, Status::pending);
  EXPECT_EQ(output_of(service.invoke([&](DurableContext& ctx) -> Task<std::size_t> {
              auto a = ctx.wait(1h);
              auto b = ctx.wait(1h);
              auto first = race_indexed(a, b);
              co_await ctx.step("work", [] {});
              co_await ctx.step("more", [] {});
              co_return (co_await first).index;
            })).result,
            Payload("0"));
}

TEST(Race, OfFuturesOfDifferentContextsIsMisuse) {
  Service service;
  const auto output = service.run([](DurableContext& ctx) -> Task<int> {
    auto outside = ctx.step("outside", [] { return 1; });
    co_return co_await ctx.run_in_child_context("child", [&](DurableContext& child) -> Task<int> {
      auto inside = child.step("inside", [] { return 1; });
      co_return co_await race(inside, outside);
    });
  });

  EXPECT_EQ(error_type(output), "UsageError");
  EXPECT_THAT(error_text(output), HasSubstr("future 1 was started in handler, but future 0 in "
                                            "handler > \"child\" (2)"));
}

TEST(Race, OfNothingIsRefusedAndUsesNoId) {
  Service service;
  std::string message;
  const auto output = service.run([&](DurableContext& ctx) -> Task<int> {
    std::vector<DurableFuture<int>> none;
    try {
      auto first = race(none);
    } catch (const ValidationError& error) {
      message = error.what();
    }
    co_return co_await ctx.step("after", [] { return 1; });
  });

  EXPECT_EQ(message, "race \"race\": there must be at least one future");
  EXPECT_THAT(service.calls, ElementsAre("1 STEP START \"after\", 1 STEP SUCCEED \"after\""));
}

TEST(Race, OfAFutureThatWasMovedFromIsMisuse) {
  Service service;
  const auto output = service.run([](DurableContext& ctx) -> Task<int> {
    auto a = ctx.step("a", [] { return 1; });
    auto b = std::move(a);
    co_return co_await race(b, a);  // NOLINT: the use after the move is the point
  });

  EXPECT_EQ(error_type(output), "UsageError");
}

TEST(Race, InAContextThatIsReplayedForItsResultKeepsItsWinner) {
  int bodies = 0;
  DurableFunctionTestRunner runner([&](DurableContext& ctx) -> Task<std::size_t> {
    const std::string text =
        co_await ctx.run_in_child_context("large", [&](DurableContext& child) -> Task<std::string> {
          ++bodies;
          auto a = slow(child, "a", 1h, 'a');
          auto first = co_await race(a, child.wait("timeout", 1min));
          co_return std::string(300 * 1024, first.index() == 1 ? 't' : 'a');
        });
    co_await ctx.wait("nap", 1s);
    co_return text.find('a') == std::string::npos ? text.size() : 0;
  });

  EXPECT_THAT(runner.run(), HasResult(std::size_t{300 * 1024}));
  EXPECT_EQ(bodies, 3);
}

TEST(Contest, PutsTimesBeforeNoTimesAndThenTheIndex) {
  using machine::Contest;
  Contest contest(Contest::Rule::first_settled, 4);
  EXPECT_TRUE(contest.settle(2, Contest::Result::succeeded, std::nullopt));
  EXPECT_TRUE(contest.settle(1, Contest::Result::failed, std::nullopt));
  EXPECT_TRUE(contest.settle(3, Contest::Result::succeeded, Timestamp(9ms)));
  EXPECT_FALSE(contest.settle(0, Contest::Result::succeeded, std::nullopt));
  EXPECT_EQ(contest.leader(), 3U);
}

}  // namespace
}  // namespace durable
