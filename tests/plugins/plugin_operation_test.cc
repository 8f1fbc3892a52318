// SPDX-License-Identifier: Apache-2.0
#include "plugins/recording_plugin.h"
#include "sdk/fake_service.h"

#include <durable/testing/test_runner.h>
#include <durable/wire/json.h>

#include <gmock/gmock.h>
#include <optional>

namespace durable {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

std::vector<std::string> only(const std::vector<std::string>& lines, std::string_view word) {
  std::vector<std::string> found;
  for (const std::string& line : lines) {
    if (line.find(word) != std::string::npos) found.push_back(line);
  }
  return found;
}

/// Runs `function` to its end on the local runner, with one plugin.
struct Observed {
  explicit Observed(Handler function, LocalRunnerOptions options = {})
      : runner(std::move(function.use_plugin(plugin)), options) {}
  DurableFunctionTestResult run() { return runner.run(); }

  std::shared_ptr<test::RecordingPlugin> plugin = std::make_shared<test::RecordingPlugin>();
  DurableFunctionTestRunner runner;
};

TEST(PluginOperation, StartsBeforeItsBodyAndEndsWhenItIsRecorded) {
  std::vector<std::string> order;
  const auto plugin = std::make_shared<test::RecordingPlugin>();
  plugin->on_start = [&](const OperationInfo& info) {
    order.push_back("start " + std::string(info.id));
  };
  plugin->on_end = [&](const OperationInfo& info) {
    order.push_back("end " + std::string(info.id));
  };
  fake::Service service;
  service.on_call = [&](int call) { order.push_back("call " + std::to_string(call)); };

  service.run(Handler([&](DurableContext& ctx) -> Task<void> {
                co_await ctx.step("s", [&] { order.push_back("body"); });
                order.push_back("awaited");
              }).use_plugin(plugin));

  EXPECT_THAT(order, ElementsAre("start 1", "body", "call 1", "end 1", "awaited"));
}

TEST(PluginOperation, Checklist23StartIsToldForNewOnesAndForOpenOnesOfAReplay) {
  Observed observed([](DurableContext& ctx) -> Task<void> {
    co_await ctx.step("s", [] {});
    auto slow = ctx.wait("slow", 9s);
    co_await ctx.wait("quick", 2s);
    co_await slow;
  });

  observed.run();

  EXPECT_THAT(
      only(observed.plugin->lines, "operation-start"),
      ElementsAre("operation-start STEP 1 \"s\"", "operation-start WAIT 2 \"slow\"",
                  "operation-start WAIT 3 \"quick\"", "operation-start WAIT 2 \"slow\" replayed"));
}

TEST(PluginOperation, Checklist23EndIsToldOnceForEachOperationOfAnExecution) {
  Observed observed([](DurableContext& ctx) -> Task<void> {
    auto slow = ctx.wait("slow", 9s);
    co_await ctx.run_in_child_context("c", [](DurableContext& child) -> Task<void> {
      co_await child.step("s", [] {});
      co_await child.wait(1s);
      co_await child.step("t", [] {});
    });
    co_await slow;
    co_await ctx.step("u", [] {});
  });

  observed.run();

  EXPECT_THAT(observed.plugin->starts,
              UnorderedElementsAre(Pair("1", 1), Pair("2", 1), Pair("2-1", 1), Pair("2-2", 1),
                                   Pair("2-3", 1), Pair("3", 1)));
  EXPECT_EQ(observed.plugin->ends, observed.plugin->starts);
}

TEST(PluginOperation, OneThatEndedWhileNothingRanIsAChangeThatIsToldFirst) {
  Observed observed([](DurableContext& ctx) -> Task<void> { co_await ctx.wait("w", 2s); });

  observed.run();

  EXPECT_THAT(observed.plugin->lines,
              ElementsAre("invocation-start first", "function-start handler",
                          "operation-start WAIT 1 \"w\"", "function-end handler unfinished",
                          "invocation-end PENDING", "invocation-start", "change 1=SUCCEEDED",
                          "function-start handler", "operation-end WAIT 1 \"w\" SUCCEEDED",
                          "function-end handler succeeded", "invocation-end SUCCEEDED"));
}

TEST(PluginOperation, AChangeTellsHowManyOperationsThereAre) {
  struct Counts final : Plugin {
    void on_operation_change(const OperationChangeInfo& change) override {
      counts.emplace_back(change.operations.size(), change.operations_count);
    }
    std::vector<std::pair<std::size_t, std::size_t>> counts;
  };
  const auto plugin = std::make_shared<Counts>();
  DurableFunctionTestRunner runner(Handler([](DurableContext& ctx) -> Task<void> {
                                     co_await ctx.step("s", [] {});
                                     co_await ctx.wait(1s);
                                     co_await ctx.wait(1s);
                                   }).use_plugin(plugin));

  runner.run();

  EXPECT_THAT(plugin->counts, ElementsAre(Pair(1U, 2U), Pair(1U, 3U)));
}

TEST(PluginOperation, AChangeThatComesWithAReplyIsToldAndEndsItsOperationOnce) {
  fake::Service service;
  const auto plugin = std::make_shared<test::RecordingPlugin>();
  service.run(Handler([&](DurableContext& ctx) -> Task<void> {
                auto wait = ctx.wait("w", 2s);
                service.complete("1");
                co_await ctx.step("s", [] {});
                co_await wait;
                co_await ctx.wait(1s);
              }).use_plugin(plugin));

  EXPECT_THAT(plugin->lines, Contains("change 1=SUCCEEDED"));
  EXPECT_EQ(plugin->ends["1"], 1);
}

TEST(PluginOperation, TheEndOfADroppedFuturesOperationIsTold) {
  Observed observed([](DurableContext& ctx) -> Task<void> {
    static_cast<void>(ctx.step("dropped", [] { return 1; }));
    static_cast<void>(ctx.wait("also", 2s));
    co_await ctx.wait(5s);
    co_await ctx.wait(5s);
  });

  observed.run();

  EXPECT_THAT(observed.plugin->ends,
              UnorderedElementsAre(Pair("1", 1), Pair("2", 1), Pair("3", 1), Pair("4", 1)));
}

TEST(PluginOperation, EndHasStatusResultAndErrorAsRecorded) {
  std::vector<std::string> ends;
  Observed observed([](DurableContext& ctx) -> Task<void> {
    co_await ctx.step("good", [] { return 42; });
    co_await settle(ctx.step("bad", []() -> int { throw std::out_of_range("no such shelf"); },
                             {.retry = retry::none()}));
  });
  observed.plugin->on_end = [&](const OperationInfo& info) {
    ends.push_back(std::string(info.name) + " " +
                   (info.result != nullptr ? info.result->str() : "-") + " " +
                   (info.error != nullptr ? info.error->error_message.value_or("") : "-"));
  };

  observed.run();

  EXPECT_THAT(ends, ElementsAre("good 42 -", "bad - no such shelf"));
}

TEST(PluginOperation, AttemptsAreCountedOverInvocations) {
  int runs = 0;
  std::optional<std::uint32_t> ended_in;
  std::vector<std::uint32_t> started_in;
  Observed observed([&](DurableContext& ctx) -> Task<void> {
    co_await ctx.step("flaky",
                      [&] {
                        if (++runs < 3) throw std::runtime_error("not yet");
                      },
                      {.retry = retry::fixed({.max_attempts = 5, .delay = 1s})});
  });
  observed.plugin->on_start = [&](const OperationInfo& info) {
    started_in.push_back(info.attempt);
  };
  observed.plugin->on_end = [&](const OperationInfo& info) { ended_in = info.attempt; };

  observed.run();

  EXPECT_THAT(started_in, ElementsAre(1, 2, 3));
  EXPECT_EQ(ended_in, 3);
  EXPECT_EQ(observed.plugin->starts["1"], 1);
}

TEST(PluginOperation, HasItsParentTypeSubTypeAndTimes) {
  std::vector<std::string> ends;
  const auto text = [](const std::optional<Timestamp>& time) {
    return time ? std::to_string(time->time_since_epoch().count() / 1000 % 100) : "-";
  };
  LocalRunnerOptions options;
  options.start_time = Timestamp{std::chrono::seconds{1'000'000'000}};
  Observed observed(
      [](DurableContext& ctx) -> Task<void> {
        co_await ctx.run_in_child_context("c", [](DurableContext& child) -> Task<void> {
          co_await child.step("s", [] {});
          co_await child.wait("w", 7s);
        });
      },
      options);
  observed.plugin->on_end = [&](const OperationInfo& info) {
    ends.push_back(std::string(info.parent_id) + " " + std::string(info.sub_type) + " " +
                   text(info.started) + "-" + text(info.ended));
  };

  observed.run();

  EXPECT_THAT(ends, ElementsAre("1 Step 0-0", "1 Wait 0-7", " RunInChildContext 0-7"));
}

/// Answers each call with the same text, as it travels.
class CannedClient final : public ServiceClient {
 public:
  explicit CannedClient(std::string_view reply) : reply_(reply) {}
  void checkpoint(wire::CheckpointDurableExecutionRequest, CheckpointDone done) override {
    done(wire::decode<wire::CheckpointDurableExecutionResponse>(reply_));
  }
  Result<wire::GetDurableExecutionStateResponse> get_state(
      const wire::GetDurableExecutionStateRequest&) override {
    return Error{ErrorCode::service_failure, "not asked for"};
  }

 private:
  std::string_view reply_;
};

TEST(PluginOperation, Checklist20TimesAreMillisecondsInTheEventAndSecondsInReplies) {
  const auto event = wire::decode<wire::InvocationInput>(R"({
    "DurableExecutionArn": "arn", "CheckpointToken": "t0", "UpdatedOperationIds": ["1"],
    "InitialExecutionState": {"Operations": [
      {"Id": "e", "Type": "EXECUTION", "Status": "STARTED", "StartTimestamp": 1700000000000},
      {"Id": "1", "Type": "WAIT", "Status": "SUCCEEDED", "SubType": "Wait",
       "StartTimestamp": 1700000001000, "EndTimestamp": 1700000002250}]}})");
  ASSERT_TRUE(event) << event.error().message;
  CannedClient client(R"({"CheckpointToken": "t1", "NewExecutionState": {"Operations": [
    {"Id": "2", "Type": "WAIT", "Status": "SUCCEEDED", "SubType": "Wait",
     "StartTimestamp": 1700000001, "EndTimestamp": 1700000002.25}]}})");
  const auto plugin = std::make_shared<test::RecordingPlugin>();
  std::vector<std::int64_t> times;
  plugin->on_end = [&](const OperationInfo& info) {
    times.push_back(info.started->time_since_epoch().count());
    times.push_back(info.ended->time_since_epoch().count());
  };

  fake::output_of(run_invocation(Handler([](DurableContext& ctx) -> Task<void> {
                                   co_await ctx.wait(1s);
                                   co_await ctx.wait(1s);
                                 }).use_plugin(plugin),
                                 *event, client, {}));

  EXPECT_THAT(times, ElementsAre(1700000001000, 1700000002250, 1700000001000, 1700000002250));
}

TEST(PluginOperation, KilledAfterTheRecordItsEndIsLostAndNeverTwice) {
  for (int killed_call = 1; killed_call <= 3; ++killed_call) {
    SCOPED_TRACE(killed_call);
    fake::Service service;
    KillSwitch kill_switch;
    service.environment.kill_switch = &kill_switch;
    service.on_call = [&](int call) {
      if (call == killed_call) kill_switch.kill(wire::ErrorObject());
    };
    const auto plugin = std::make_shared<test::RecordingPlugin>();
    const Handler handler = Handler([](DurableContext& ctx) -> Task<void> {
                              co_await ctx.step("a", [] {});
                              co_await ctx.step("b", [] {});
                              co_await ctx.step("c", [] {});
                            }).use_plugin(plugin);

    fake::failure_of(service.invoke(handler));
    const std::vector<std::string> before = plugin->lines;
    service.environment.kill_switch = nullptr;
    service.on_call = nullptr;
    service.run(handler);

    EXPECT_THAT(only(before, "invocation-end"), IsEmpty()) << "a dead process says nothing";
    const std::string lost = std::to_string(killed_call);
    for (const std::string id : {"1", "2", "3"}) {
      EXPECT_EQ(plugin->ends[id], id == lost ? 0 : 1) << id;
    }
  }
}

TEST(PluginOperation, WithoutAListOfChangesTheEndOfAWaitIsToldWhenTheCodeGoesOn) {
  fake::Service service;  // which sends none
  const auto plugin = std::make_shared<test::RecordingPlugin>();
  service.run(Handler([](DurableContext& ctx) -> Task<void> {
                co_await ctx.wait("a", 1s);
                co_await ctx.step("s", [] {});
                co_await ctx.wait("b", 1s);
              }).use_plugin(plugin));

  EXPECT_THAT(plugin->ends, UnorderedElementsAre(Pair("1", 1), Pair("2", 1), Pair("3", 1)));
  EXPECT_THAT(plugin->lines, Not(Contains(HasSubstr("change"))));
}

TEST(PluginOperation, AnExecutionThatIsOnlyReplayedIsToldOfNoOperations) {
  fake::Service service;
  const Handler plain = [](DurableContext& ctx) -> Task<void> {
    co_await ctx.step("s", [] {});
    co_await ctx.run_in_child_context(
        "c", [](DurableContext& child) -> Task<void> { co_await child.step("t", [] {}); });
  };
  service.run(plain);
  const auto plugin = std::make_shared<test::RecordingPlugin>();

  fake::output_of(service.invoke(Handler(plain).use_plugin(plugin)));

  EXPECT_THAT(plugin->lines,
              ElementsAre("invocation-start", "function-start handler",
                          "function-end handler succeeded", "invocation-end SUCCEEDED"));
}

}  // namespace
}  // namespace durable
