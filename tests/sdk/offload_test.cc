// SPDX-License-Identifier: Apache-2.0
#include "sdk/fake_service.h"

#include <gmock/gmock.h>

#include <atomic>
#include <barrier>
#include <cmath>
#include <memory>
#include <semaphore>
#include <thread>

namespace durable {
namespace {

using namespace std::chrono_literals;
using fake::error_text;
using fake::error_type;
using fake::output_of;
using fake::Service;
using ::testing::AnyOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Status = wire::InvocationOutputStatus;

// Offloaded bodies refer to nothing, so what a test shares with them is handed over by value.
using Meeting = std::shared_ptr<std::barrier<>>;
using Gate = std::shared_ptr<std::binary_semaphore>;

int meet(const Meeting& meeting, int value) {
  meeting->arrive_and_wait();
  return value;
}

struct Receipt {
  std::string order;
  int cents = 0;
};

TEST(Offload, RunsBodiesAtTheSameTimeWhileTheWorkflowGoesOn) {
  Service service;
  const auto meeting = std::make_shared<std::barrier<>>(3);
  const Handler handler = [meeting](DurableContext& ctx) -> Task<int> {
    auto a = ctx.step("a", offload(meet, meeting, 1));
    auto b = ctx.step("b", offload(meet, meeting, 2));
    meeting->arrive_and_wait();  // all three are here at once, or never
    const auto [first, second] = co_await all(a, b);
    co_return first * 10 + second;
  };

  const auto output = service.run(handler);

  EXPECT_EQ(output.result, Payload("12"));
  EXPECT_EQ(service.invocations, 1);
}

TEST(Offload, RunsBodiesOnOtherThreadsThanTheWorkflows) {
  Service service;
  const auto output = service.run([](DurableContext& ctx) -> Task<bool> {
    co_return co_await ctx.step(
        "where",
        offload([](std::thread::id workflow) { return std::this_thread::get_id() != workflow; },
                std::this_thread::get_id()));
  });

  EXPECT_EQ(output.result, Payload("true"));
}

TEST(Offload, RecordsStartBeforeTheBodyEndsAndItsResultAfterIt) {
  Service service;
  const auto gate = std::make_shared<std::binary_semaphore>(0);
  service.on_call = [gate](int) { gate->release(); };
  const auto charge = [](const Gate& started, Receipt receipt) {
    started->acquire();
    receipt.cents = 250;
    return receipt;
  };
  const auto output = service.run([&](DurableContext& ctx) -> Task<Receipt> {
    const Receipt blank{"7", 0};
    co_return co_await ctx.step("charge", offload(charge, gate, blank));
  });

  EXPECT_EQ(output.result, Payload(R"({"order":"7","cents":250})"));
  EXPECT_THAT(service.calls, ElementsAre("1 STEP START \"charge\"", "1 STEP SUCCEED \"charge\""));
  EXPECT_EQ(service.operation("1").sub_type, "Step");
}

TEST(Offload, TakesEveryFormOfFunctionAndMovesItsArgumentsIn) {
  Service service;
  const auto output = service.run([](DurableContext& ctx) -> Task<std::string> {
    std::string all;
    all += co_await ctx.step("text", offload([](std::string text) { return text; }, "a"));
    all += co_await ctx.step("view", offload([](std::string_view text) { return text.size(); },
                                             std::string_view("four"))) == 4
               ? "b"
               : "-";
    all +=
        co_await ctx.step("moved", offload([](std::unique_ptr<std::string> text) { return *text; },
                                           std::make_unique<std::string>("c")));
    co_await ctx.step("void", offload([] {}));
    all += std::to_string(co_await ctx.step(
        "context",
        offload([](StepContext& step, int more) { return static_cast<int>(step.attempt()) + more; },
                3)));
    const auto work = offload([](int number) { return number; }, 5);
    all += std::to_string(co_await ctx.step(work));
    all += std::to_string(co_await ctx.step("again", work));
    co_return all;
  });

  EXPECT_EQ(output.result, Payload("\"abc455\""));
}

TEST(Offload, IsReplayedWithoutRunningItsBody) {
  Service service;
  const auto runs = std::make_shared<std::atomic<int>>(0);
  const Handler handler = [runs](DurableContext& ctx) -> Task<int> {
    const int value = co_await ctx.step(
        "count", offload([](const std::shared_ptr<std::atomic<int>>& n) { return ++*n; }, runs));
    co_await ctx.wait(1s);
    co_return value;
  };

  const auto output = service.run(handler);

  EXPECT_EQ(output.result, Payload("1"));
  EXPECT_EQ(*runs, 1);
  EXPECT_EQ(service.invocations, 2);
}

TEST(Offload, GivesItsFailureAsAnInlineBodyDoes) {
  Service service;
  const Handler handler = [](DurableContext& ctx) -> Task<std::string> {
    std::string seen;
    try {
      co_await ctx.step("pay", offload([] { throw std::out_of_range("too much"); }),
                        {.retry = retry::none()});
    } catch (const StepError& error) {
      seen = std::string(error.error_type()) + "|" + error.what() + "|" + error.operation_id();
    }
    co_await ctx.wait(1s);
    co_return seen;
  };

  const auto output = service.run(handler);

  EXPECT_EQ(output.result, Payload("\"std::out_of_range|too much|1\""));
  EXPECT_EQ(service.invocations, 2) << "the replay gives the same error";
}

TEST(Offload, IsRetriedInALaterInvocationWithTheNextAttempt) {
  Service service;
  const auto output = service.run([](DurableContext& ctx) -> Task<std::uint32_t> {
    co_return co_await ctx.step("flaky", offload([](StepContext& step) {
                                  if (step.attempt() < 3) throw std::runtime_error("busy");
                                  return step.attempt();
                                }),
                                {.retry = retry::fixed({.max_attempts = 5, .delay = 1s})});
  });

  EXPECT_EQ(output.result, Payload("3"));
  EXPECT_EQ(service.invocations, 3);
}

TEST(Offload, RecordsTheStartOfAnAtMostOnceBodyBeforeItRunsAndNeverRunsACutOffOne) {
  Service service;
  const auto runs = std::make_shared<std::atomic<int>>(0);
  wire::Operation cut_off;
  cut_off.id = "1";
  cut_off.type = wire::OperationType::step;
  cut_off.name = "charge";
  cut_off.status = wire::OperationStatus::started;
  service.add(cut_off);
  const auto output = service.run([runs](DurableContext& ctx) -> Task<std::string> {
    const StepOptions options{.semantics = StepSemantics::at_most_once_per_retry,
                              .retry = retry::none()};
    const auto count = [](const std::shared_ptr<std::atomic<int>>& n) { return ++*n; };
    std::string seen;
    try {
      co_await ctx.step("charge", offload(count, runs), options);
    } catch (const StepInterruptedError&) {
      seen = "interrupted";
    }
    seen += std::to_string(co_await ctx.step("other", offload(count, runs), options));
    co_return seen;
  });

  EXPECT_EQ(output.result, Payload("\"interrupted1\""));
  EXPECT_THAT(service.calls, ElementsAre("1 STEP FAIL \"charge\"", "2 STEP START \"other\"",
                                         "2 STEP SUCCEED \"other\""));
}

class Reverse final : public PayloadSerdes {
 public:
  Payload serialize(const Payload& plain, const SerdesContext& context) const override {
    return Payload(context.operation_id() +
                   std::string(plain.view().rbegin(), plain.view().rend()));
  }
  Payload deserialize(const Payload& stored, const SerdesContext& context) const override {
    const std::string_view text = stored.view().substr(context.operation_id().size());
    return Payload(std::string(text.rbegin(), text.rend()));
  }
};

TEST(Offload, WritesItsResultThroughTheSerdesOfTheStep) {
  Service service;
  const Reverse reverse;
  const auto output = service.run([&reverse](DurableContext& ctx) -> Task<std::string> {
    co_return co_await ctx.run_in_child_context(
        "c", [&reverse](DurableContext& child) -> Task<std::string> {
          co_return co_await child.step("s", offload([] { return "ab"; }), {.serdes = &reverse});
        });
  });

  EXPECT_EQ(output.result, Payload("\"ab\""));
  EXPECT_EQ(service.operation("1-1").step_details->result, Payload("1-1\"ba\""));
}

struct Unwritable {
  double number = 0;
};

TEST(Offload, EndsTheExecutionWhenItsResultCannotBeWritten) {
  Service service;
  const auto output = service.run([](DurableContext& ctx) -> Task<int> {
    co_await ctx.step("nan", offload([] { return Unwritable{std::nan("")}; }));
    co_return 1;
  });

  EXPECT_EQ(output.status, Status::failed);
  EXPECT_EQ(error_type(output), "SerDesError");
}

TEST(Offload, EndsTheExecutionOrTheInvocationByTheErrorsThatDo) {
  Service service;
  const auto failed = service.run([](DurableContext& ctx) -> Task<int> {
    co_await ctx.step("x", offload([] { throw ExecutionError("no use"); }));
    co_return 1;
  });
  EXPECT_EQ(failed.status, Status::failed);
  EXPECT_EQ(error_text(failed), "no use");

  Service other;
  const auto outcome = other.invoke([](DurableContext& ctx) -> Task<int> {
    co_await ctx.step("x", offload([] { throw InvocationError("no network"); }));
    co_return 1;
  });
  EXPECT_EQ(fake::failure_of(outcome).error_message, "no network");
}

// The body has a context that it must not use: passed on by a type that hides the pointer.
struct HiddenContext {
  DurableContext* context;
};

TEST(Offload, DurableCallInTheBodyEndsTheExecutionEvenIfItIsCaught) {
  Service service;
  const auto output = service.run([](DurableContext& ctx) -> Task<int> {
    co_await ctx.step("outer",
                      offload(
                          [](HiddenContext hidden) {
                            try {
                              static_cast<void>(hidden.context->step("inner", [] { return 1; }));
                            } catch (const UsageError&) {
                            }
                          },
                          HiddenContext{&ctx}));
    co_return 1;
  });

  EXPECT_EQ(output.status, Status::failed);
  EXPECT_EQ(error_type(output), "UsageError");
  EXPECT_THAT(error_text(output),
              HasSubstr("step \"inner\" was called on a thread that is not the workflow's"));
  EXPECT_FALSE(service.has("2"));
}

TEST(Offload, KeepsTheInvocationFromRestingWhileABodyRuns) {
  Service service;
  const auto gate = std::make_shared<std::binary_semaphore>(0);
  service.on_call = [gate](int call) {
    if (call == 1) gate->release();  // the wait and the step's start are written by now
  };
  const auto output = output_of(service.invoke([gate](DurableContext& ctx) -> Task<int> {
    auto wait = ctx.wait("w", 1h);
    auto step = ctx.step("s", offload([](const Gate& open) { open->acquire(); }, gate));
    co_await wait;
    co_await step;
    co_return 1;
  }));

  EXPECT_EQ(output.status, Status::pending);
  EXPECT_EQ(service.operation("2").status, wire::OperationStatus::succeeded)
      << "the body has ended, and its result is recorded, before the answer";
}

TEST(Offload, DroppedFutureAsksItsBodyToStopAndSendsNothingOfIt) {
  Service service;
  const auto began = std::make_shared<std::binary_semaphore>(0);
  const auto stopped = std::make_shared<std::atomic<bool>>(false);
  const auto output = service.run([=](DurableContext& ctx) -> Task<int> {
    {
      auto dropped = ctx.step("dropped", offload(
                                             [](StepContext& step, const Gate& running,
                                                const std::shared_ptr<std::atomic<bool>>& seen) {
                                               std::binary_semaphore stop(0);
                                               const std::stop_callback asked(
                                                   step.stop_token(), [&] { stop.release(); });
                                               running->release();
                                               stop.acquire();
                                               *seen = true;
                                               return 1;
                                             },
                                             began, stopped));
      began->acquire();
    }
    co_return co_await ctx.step("next", [] { return 2; });
  });

  EXPECT_EQ(output.result, Payload("2"));
  EXPECT_TRUE(*stopped) << "the thread is joined before the answer";
  EXPECT_THAT(service.calls, ElementsAre("1 STEP START \"dropped\"",
                                         "2 STEP START \"next\", 2 STEP SUCCEED \"next\""));
}

TEST(Offload, BodyMayOutliveTheContextThatStartedIt) {
  Service service;
  fake::MemoryLogger logger;
  service.environment.logger = &logger;
  const Reverse reverse;
  const auto began = std::make_shared<std::binary_semaphore>(0);
  const auto dropped = std::make_shared<std::binary_semaphore>(0);
  const auto body = [](StepContext& step, const Gate& running, const Gate& alone) {
    running->release();
    alone->acquire();
    step.logger().info("still here");
    return step.attempt();
  };
  const auto output = service.run([&](DurableContext& ctx) -> Task<int> {
    {
      auto child = ctx.run_in_child_context("child", [&](DurableContext& inner) -> Task<int> {
        auto step = inner.step("long", offload(body, began, dropped), {.serdes = &reverse});
        co_await step;
        co_return 1;
      });
      began->acquire();
    }
    dropped->release();
    co_return co_await ctx.step("next", [] { return 2; });
  });

  EXPECT_EQ(output.result, Payload("2"));
  EXPECT_THAT(logger.lines, ::testing::Contains("still here"));
  EXPECT_EQ(logger.last_fields["operationId"], "1-1");
  EXPECT_EQ(logger.last_fields["operationName"], "long");
}

TEST(Offload, EndOfTheHandlerStopsAndJoinsBodiesThatNobodyAwaited) {
  Service service;
  const auto ended = std::make_shared<std::atomic<int>>(0);
  const auto output = service.run([ended](DurableContext& ctx) -> Task<int> {
    const auto until_stopped = [](StepContext& step, const std::shared_ptr<std::atomic<int>>& n) {
      std::binary_semaphore stop(0);
      const std::stop_callback asked(step.stop_token(), [&] { stop.release(); });
      stop.acquire();
      ++*n;
    };
    auto a = ctx.step("a", offload(until_stopped, ended));
    auto b = ctx.step("b", offload(until_stopped, ended));
    co_return 1;
  });

  EXPECT_EQ(output.result, Payload("1"));
  // One that no thread had taken yet does not begin.
  EXPECT_THAT(ended->load(), AnyOf(0, 1, 2));
  EXPECT_EQ(ended.use_count(), 1) << "bodies and their arguments are gone with the invocation";
  EXPECT_EQ(service.operation("1").status, wire::OperationStatus::started);
}

TEST(Offload, FailureOfTheHandlerStopsBodiesThatRun) {
  Service service;
  const auto began = std::make_shared<std::binary_semaphore>(0);
  const auto output = service.run([began](DurableContext& ctx) -> Task<int> {
    auto running = ctx.step("r", offload(
                                     [](StepContext& step, const Gate& open) {
                                       std::binary_semaphore stop(0);
                                       const std::stop_callback asked(step.stop_token(),
                                                                      [&] { stop.release(); });
                                       open->release();
                                       stop.acquire();
                                     },
                                     began));
    began->acquire();
    throw std::runtime_error("the handler");
    co_return 1;
  });

  EXPECT_EQ(output.status, Status::failed);
  EXPECT_EQ(error_text(output), "the handler");
}

TEST(Offload, StopOfTheHostReachesBodies) {
  Service service;
  std::stop_source host;
  service.environment.stop = host.get_token();
  service.on_call = [&](int) { host.request_stop(); };
  const auto output = service.run([](DurableContext& ctx) -> Task<std::string> {
    co_return co_await ctx.step("s", offload([](StepContext& step) {
                                  std::binary_semaphore stop(0);
                                  const std::stop_callback asked(step.stop_token(),
                                                                 [&] { stop.release(); });
                                  stop.acquire();
                                  return "stopped";
                                }));
  });

  EXPECT_EQ(output.result, Payload("\"stopped\""));
}

TEST(Offload, KillFromABodyEndsTheInvocationWithoutItsResults) {
  Service service;
  KillSwitch kill_switch;
  service.environment.kill_switch = &kill_switch;
  const auto outcome = service.invoke([&](DurableContext& ctx) -> Task<int> {
    struct Host {
      KillSwitch* kill_switch;
    };
    auto killer = ctx.step("k", offload(
                                    [](Host host) {
                                      wire::ErrorObject error;
                                      error.error_type = "Runtime.ExitError";
                                      host.kill_switch->kill_here(error);
                                    },
                                    Host{&kill_switch}));
    co_await killer;
    co_return 1;
  });

  EXPECT_EQ(fake::failure_of(outcome).error_type, "Runtime.ExitError");
  EXPECT_NE(service.operation("1").status, wire::OperationStatus::succeeded);
}

TEST(Offload, LogLinesOfABodyAreWrittenOnTheWorkflowsThreadWithItsFields) {
  class ThreadLogger final : public Logger {
   public:
    [[nodiscard]] bool enabled(LogLevel level) const noexcept override {
      elsewhere += std::this_thread::get_id() != home ? 1 : 0;
      return level != LogLevel::debug;
    }
    void write(const LogRecord& record) noexcept override {
      elsewhere += std::this_thread::get_id() != home ? 1 : 0;
      std::string line(record.message);
      for (const LogField& field : record.fields) {
        if (field.key == "executionArn" || field.key == "requestId") continue;
        line += " " + std::string(field.key) + "=" + field.value.to_text();
      }
      lines.push_back(line);
    }
    const std::thread::id home = std::this_thread::get_id();
    mutable int elsewhere = 0;
    std::vector<std::string> lines;
  } logger;
  Service service;
  service.environment.logger = &logger;
  const auto output = service.run([](DurableContext& ctx) -> Task<int> {
    co_return co_await ctx.step("s", offload([](StepContext& step) {
                                  step.logger().debug("not wanted");
                                  step.logger().info("hello", {{"order", "7"}});
                                  return 1;
                                }));
  });

  EXPECT_EQ(output.status, Status::succeeded);
  EXPECT_THAT(logger.lines, ElementsAre("hello operationId=1 operationName=s attempt=1 order=7"));
  EXPECT_EQ(logger.elsewhere, 0);
}

TEST(Offload, MakesNoMoreThreadsThanAllowed) {
  Service service;
  service.environment.workers.threads_max = 2;
  struct Counts {
    std::atomic<int> now = 0;
    std::atomic<int> most = 0;
    std::barrier<> two{2};  // 20 bodies pass it pair by pair: two threads run at the same time
  };
  const auto counts = std::make_shared<Counts>();
  const auto output = service.run([counts](DurableContext& ctx) -> Task<int> {
    std::vector<DurableFuture<int>> steps;
    for (int i = 0; i < 20; ++i) {
      steps.push_back(ctx.step("s", offload(
                                        [](const std::shared_ptr<Counts>& seen, int value) {
                                          const int running = ++seen->now;
                                          int most = seen->most;
                                          while (most < running &&
                                                 !seen->most.compare_exchange_weak(most, running)) {
                                          }
                                          seen->two.arrive_and_wait();
                                          --seen->now;
                                          return value;
                                        },
                                        counts, i)));
    }
    int sum = 0;
    for (const int value : co_await all(steps)) sum += value;
    co_return sum;
  });

  EXPECT_EQ(output.result, Payload("190"));
  EXPECT_EQ(counts->most, 2);
}

TEST(Offload, TakesManyMoreBodiesThanMayWait) {
  Service service;
  service.keep_log = false;
  service.environment.workers.threads_max = 2;
  const auto output = service.run([](DurableContext& ctx) -> Task<int> {
    std::vector<DurableFuture<int>> steps;
    for (int i = 0; i < 3'000; ++i) {
      steps.push_back(ctx.step(offload([](int value) { return value; }, i % 2)));
    }
    int sum = 0;
    for (const int value : co_await all(steps)) sum += value;
    co_return sum;
  });

  EXPECT_EQ(output.result, Payload("1500"));
}

TEST(Offload, WorksWithRepliesThatComeFromAThread) {
  Service service("{}", Service::Replies::from_a_thread);
  const auto meeting = std::make_shared<std::barrier<>>(2);
  const auto output = service.run([meeting](DurableContext& ctx) -> Task<int> {
    auto a = ctx.step("a", offload(meet, meeting, 1));
    auto b = ctx.step("b", offload(meet, meeting, 2));
    const auto [first, second] = co_await all(a, b);
    const int third = co_await ctx.step("c", offload([](int value) { return value; }, 3));
    co_return first + second + third;
  });

  EXPECT_EQ(output.result, Payload("6"));
}

}  // namespace
}  // namespace durable
