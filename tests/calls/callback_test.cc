// SPDX-License-Identifier: Apache-2.0
//
// What a handler sees of a callback, and what it leaves behind.
#include "calls/call_host.h"

#include <gmock/gmock.h>

#include <durable/json/value.h>

namespace durable {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

struct Approval {
  std::string by;
  bool granted = false;
};

/// Waits for one callback and says what came of it.
Task<std::string> describe(Callback<std::string>& callback) {
  auto outcome = co_await settle(callback.result());
  if (outcome) co_return "got " + *outcome;
  std::string text;
  outcome.with_error<CallbackTimeoutError>(
      [&](const auto& e) { text = "timeout " + std::string(e.error_type()) + ": " + e.what(); });
  outcome.with_error<CallbackExternalError>(
      [&](const auto& e) { text = "failure " + std::string(e.error_type()) + ": " + e.what(); });
  co_return text;
}

// ---- The example of the documentation ----

Task<std::string> order_with_approval(DurableContext& ctx) {
  auto callback = co_await ctx.create_callback<Approval>("approval", {.timeout = 72h});
  co_await ctx.step("ask", [&] { /* send callback.id() to whoever decides */ });
  auto approval = co_await settle(callback.result());
  if (approval.failed_with<CallbackTimeoutError>()) co_return "nobody has answered";
  co_return approval->granted ? "granted by " + approval->by : "refused";
}

TEST(Callback, IsCompletedFromOutsideWithJson) {
  CallHost host;
  host.run_now(order_with_approval);
  EXPECT_EQ(host.succeed("1", R"({"by":"Ada","granted":true})"), "");
  host.run(order_with_approval);

  EXPECT_EQ(host.outcome(), "\"granted by Ada\"");
  EXPECT_THAT(host.history(), ElementsAre("CallbackStarted 1 \"approval\"", "StepStarted 2 \"ask\"",
                                          "StepSucceeded 2 \"ask\"", "InvocationCompleted",
                                          "CallbackSucceeded 1 \"approval\"", "InvocationCompleted",
                                          "ExecutionSucceeded"));
}

TEST(Callback, CanTimeOutWithoutEndingItsExecution) {
  CallHost host;
  host.run(order_with_approval);

  EXPECT_EQ(host.outcome(), "\"nobody has answered\"");
}

// ---- Making one ----

TEST(Callback, SendsItsTimesInWholeSecondsRoundedUpAndOnlyThoseThatAreSet) {
  CallHost host;
  host.run_now([](DurableContext& ctx) -> Task<void> {
    auto a = ctx.create_callback("a");
    auto b = ctx.create_callback("b", {.timeout = 1500ms});
    auto c = ctx.create_callback("c", {.timeout = 72h, .heartbeat_timeout = 1ms});
    auto d = ctx.create_callback("", {.heartbeat_timeout = 31'622'400s});
    const auto callback = co_await std::move(a);
    co_await ctx.wait(1h);
  });

  ASSERT_EQ(host.updates.size(), 5U);
  EXPECT_FALSE(host.updates[0].callback_options.has_value());
  EXPECT_EQ(host.updates[0].sub_type, "Callback");
  EXPECT_FALSE(host.updates[0].payload.has_value());
  EXPECT_EQ(host.updates[1].callback_options, (wire::CallbackOptions{2, std::nullopt}));
  EXPECT_EQ(host.updates[2].callback_options, (wire::CallbackOptions{259'200, 1}));
  EXPECT_EQ(host.updates[3].callback_options, (wire::CallbackOptions{std::nullopt, 31'622'400}));
  EXPECT_FALSE(host.updates[3].name.has_value());
}

TEST(Callback, HasTheIdThatTheServiceMadeInEveryReplay) {
  CallHost host;
  std::vector<std::string> ids;
  const Handler handler = [&](DurableContext& ctx) -> Task<void> {
    auto callback = co_await ctx.create_callback("c");
    ids.push_back(callback.id());
    co_await callback.result();
    co_await ctx.wait(1s);
  };
  host.run_now(handler);
  EXPECT_EQ(host.succeed("1", "x"), "");
  host.run(handler);

  EXPECT_EQ(ids, std::vector<std::string>(3, host.callback_id("1")));
  EXPECT_EQ(host.outcome(), "null");
}

TEST(Callback, MayGoWithoutAName) {
  CallHost host;
  host.run_now([](DurableContext& ctx) -> Task<void> {
    const auto a = co_await ctx.create_callback();
    const auto b = co_await ctx.create_callback<int>({.timeout = 2s});
    co_await ctx.wait(1h);
  });

  ASSERT_EQ(host.updates.size(), 3U);
  EXPECT_FALSE(host.updates[0].name.has_value());
  EXPECT_FALSE(host.updates[0].callback_options.has_value());
  EXPECT_FALSE(host.updates[1].name.has_value());
  ASSERT_TRUE(host.updates[1].callback_options.has_value());
  EXPECT_EQ(host.updates[1].callback_options->timeout_seconds, 2);
}

TEST(Callback, ArgumentsOutOfRangeAreRefusedAndLeaveNoOperationAndUseNoId) {
  CallHost host;
  std::vector<std::string> messages;
  host.run([&](DurableContext& ctx) -> Task<int> {
    for (const CallbackOptions& options :
         {CallbackOptions{.timeout = -1ms}, CallbackOptions{.timeout = 31'622'400s + 1ms},
          CallbackOptions{.heartbeat_timeout = -5s}}) {
      try {
        const auto callback = co_await ctx.create_callback("c", options);
      } catch (const ValidationError& error) {
        messages.emplace_back(error.what());
      }
    }
    try {
      const auto callback = co_await ctx.create_callback("caf\xC3\xA9");
    } catch (const ValidationError& error) {
      messages.emplace_back(error.what());
    }
    co_return co_await ctx.step("after", [] { return 1; });
  });

  EXPECT_EQ(host.outcome(), "1");
  EXPECT_THAT(host.calls, ElementsAre("1 STEP START \"after\", 1 STEP SUCCEED \"after\""));
  EXPECT_THAT(
      messages,
      ElementsAre(
          "create_callback \"c\": the timeout must be from 0 (none) to 31622400 s (366 "
          "days), but is -1 ms",
          "create_callback \"c\": the timeout must be from 0 (none) to 31622400 s (366 "
          "days), but is 31622400001 ms",
          "create_callback \"c\": the heartbeat timeout must be from 0 (none) to 31622400 s "
          "(366 days), but is -5000 ms",
          HasSubstr("byte 3 of this one is 195")));
}

TEST(Callback, SeveralStartTogetherWhileACallIsOut) {
  CallHost host("{}", CallHost::Replies::from_a_thread);
  const Handler handler = [](DurableContext& ctx) -> Task<std::string> {
    auto first = ctx.create_callback("a");
    auto second = ctx.create_callback("b");
    auto third = ctx.create_callback("c");
    auto c = co_await std::move(third);
    auto a = co_await std::move(first);
    auto b = co_await std::move(second);
    auto [x, y, z] = co_await all(a.result(), b.result(), c.result());
    co_return x + y + z;
  };
  host.run_now(handler);
  EXPECT_THAT(host.calls, ElementsAre("1 CALLBACK START \"a\"",
                                      "2 CALLBACK START \"b\", 3 CALLBACK START \"c\""));
  EXPECT_EQ(host.succeed("3", "3"), "");
  EXPECT_EQ(host.succeed("1", "1"), "");
  EXPECT_EQ(host.succeed("2", "2"), "");
  host.run(handler);

  EXPECT_EQ(host.outcome(), "\"123\"");
}

TEST(Callback, WhoseStartNobodyAwaitsAnyMoreStaysStarted) {
  CallHost host("{}", CallHost::Replies::from_a_thread);
  host.run([](DurableContext& ctx) -> Task<int> {
    static_cast<void>(ctx.create_callback("dropped"));
    { const auto callback = co_await ctx.create_callback("held"); }
    co_return co_await ctx.step("s", [] { return 1; });
  });

  EXPECT_EQ(host.outcome(), "1");
  EXPECT_EQ(host.operation("1").status, wire::OperationStatus::started);
  EXPECT_EQ(host.operation("2").status, wire::OperationStatus::started);
}

// ---- Its result ----

TEST(Callback, CreateNeverThrowsForAFailedCallbackAndTheResultIsRawTextByDefault) {
  CallHost host;
  const Handler handler = [](DurableContext& ctx) -> Task<std::vector<std::string>> {
    auto good = co_await ctx.create_callback("good");
    auto bad = co_await ctx.create_callback("bad");
    auto late = co_await ctx.create_callback("late", {.timeout = 10s});
    std::vector<std::string> seen;
    co_await ctx.wait(1h);
    for (auto* callback : {&good, &bad, &late}) seen.push_back(co_await describe(*callback));
    co_return seen;
  };
  host.run_now(handler);
  EXPECT_EQ(host.succeed("1", "{not JSON"), "");
  EXPECT_EQ(host.fail("2", failure("RejectedError", "not approved")), "");
  host.run(handler);

  EXPECT_EQ(host.outcome(), R"(["got {not JSON","failure RejectedError: not approved",)"
                            R"("timeout Callback.Timeout: Callback timed out"])");
  EXPECT_EQ(host.operation("1").callback_details->result, Payload("{not JSON"));
}

TEST(Callback, AbsentEmptyAndNullPayloadsAreThreeCases) {
  CallHost host;
  const Handler handler = [](DurableContext& ctx) -> Task<std::vector<std::string>> {
    std::vector<std::string> seen;
    for (int i = 0; i < 3; ++i) {
      auto callback = co_await ctx.create_callback<std::optional<std::string>>("text");
      const std::optional<std::string> text = co_await callback.result();
      seen.push_back(text ? "\"" + *text + "\"" : "absent");
    }
    co_return seen;
  };
  const std::vector<std::optional<Payload>> payloads{std::nullopt, Payload(""), Payload("null")};
  for (std::size_t i = 0; i < payloads.size(); ++i) {
    host.run_now(handler);
    EXPECT_EQ(host.succeed(std::to_string(i + 1), payloads[i]), "");
  }
  host.run(handler);

  EXPECT_EQ(host.outcome(), R"(["absent","\"\"","\"null\""])");
}

TEST(Callback, WithoutAPayloadIsNoStdString) {
  CallHost host;
  const Handler handler = [](DurableContext& ctx) -> Task<std::string> {
    auto callback = co_await ctx.create_callback("approval");
    co_return co_await callback.result();
  };
  host.run_now(handler);
  EXPECT_EQ(host.succeed("1"), "");
  host.run(handler);

  EXPECT_EQ(host.outcome(),
            "SerDesError: callback \"approval\" was completed without a result, which a "
            "std::string could not tell from an empty one. Ask for a std::optional<std::string>, "
            "or for void if the result does not matter.");
}

TEST(Callback, WithoutAPayloadReadsAsJsonNull) {
  CallHost host;
  const Handler handler = [](DurableContext& ctx) -> Task<bool> {
    auto callback = co_await ctx.create_callback<std::optional<Approval>>("c");
    co_return (co_await callback.result()).has_value();
  };
  host.run_now(handler);
  EXPECT_EQ(host.succeed("1"), "");
  host.run(handler);

  EXPECT_EQ(host.outcome(), "false");
}

TEST(Callback, OfVoidIgnoresThePayload) {
  CallHost host;
  const Handler handler = [](DurableContext& ctx) -> Task<int> {
    auto callback = co_await ctx.create_callback<void>("c");
    co_await callback.result();
    co_return 1;
  };
  host.run_now(handler);
  EXPECT_EQ(host.succeed("1", "{not JSON"), "");
  host.run(handler);

  EXPECT_EQ(host.outcome(), "1");
}

TEST(Callback, ThatIsNoJsonForItsTypeThrowsEachTimeItIsAwaited) {
  CallHost host;
  const Handler handler = [](DurableContext& ctx) -> Task<int> {
    auto callback = co_await ctx.create_callback<Approval>("c");
    int errors = 0;
    for (int i = 0; i < 2; ++i) {
      try {
        static_cast<void>(co_await callback.result());
      } catch (const SerDesError&) {
        ++errors;
      }
    }
    co_return errors;
  };
  host.run_now(handler);
  EXPECT_EQ(host.succeed("1", "approved"), "");
  host.run(handler);

  EXPECT_EQ(host.outcome(), "2");
}

class Doubled final : public PayloadSerdes {
 public:
  [[nodiscard]] Payload serialize(const Payload& plain, const SerdesContext&) const override {
    return plain;
  }
  [[nodiscard]] Payload deserialize(const Payload& stored,
                                    const SerdesContext& context) const override {
    id = context.operation_id();
    return Payload(std::to_string(2 * std::stoi(stored.str())));
  }
  mutable std::string id;
};

TEST(Callback, ReadsThroughASerdesAndThenAsItsType) {
  CallHost host;
  const Doubled doubled;
  const Handler handler = [&](DurableContext& ctx) -> Task<json::Value> {
    auto number = co_await ctx.create_callback<int>("n", {.serdes = &doubled});
    auto text = co_await ctx.create_callback<std::string>("t", {.serdes = &doubled});
    const int count = co_await number.result();
    const std::string raw = co_await text.result();
    co_return json::Value(std::to_string(count) + raw);
  };
  host.run_now(handler);
  EXPECT_EQ(host.succeed("1", "21"), "");
  EXPECT_EQ(host.succeed("2", "4"), "");
  host.run(handler);

  EXPECT_EQ(host.outcome(), "\"428\"");
  EXPECT_EQ(doubled.id, "2");
}

TEST(Callback, GivesItsResultToEveryAwait) {
  CallHost host;
  const Handler handler = [](DurableContext& ctx) -> Task<std::string> {
    auto callback = co_await ctx.create_callback("c");
    const std::string first = co_await callback.result();
    const std::string second = co_await callback.result();
    auto taken = std::move(callback).result();
    co_return first + second + co_await taken;
  };
  host.run_now(handler);
  EXPECT_EQ(host.succeed("1", "x"), "");
  host.run(handler);

  EXPECT_EQ(host.outcome(), "\"xxx\"");
}

TEST(Callback, WaitsTogetherWithOtherOperations) {
  CallHost host;
  const Handler handler = [](DurableContext& ctx) -> Task<std::string> {
    auto callback = co_await ctx.create_callback("c");
    auto timer = ctx.wait("t", 1h);
    auto results = co_await all(callback.result(), timer);
    co_return std::get<0>(results);
  };
  host.run_now(handler);
  EXPECT_EQ(host.succeed("1", "x"), "");
  host.run(handler);

  EXPECT_EQ(host.outcome(), "\"x\"");
}

TEST(Callback, FailureKeepsTypeMessageDataAndStackInEveryReplay) {
  CallHost host;
  wire::ErrorObject given = failure("RejectedError", "not approved");
  given.error_data = "{\"code\":7}";
  given.stack_trace = {{"at desk", "at door"}};
  std::vector<wire::ErrorObject> seen;
  const Handler handler = [&](DurableContext& ctx) -> Task<void> {
    auto callback = co_await ctx.create_callback("c");
    try {
      co_await callback.result();
    } catch (const CallbackExternalError& error) {
      seen.push_back(error.error());
      EXPECT_EQ(error.operation_name(), "c");
      EXPECT_EQ(error.operation_id(), "1");
    }
    co_await ctx.wait(1s);
    co_await callback.result();
  };
  host.run_now(handler);
  EXPECT_EQ(host.fail("1", given), "");
  host.run(handler);

  EXPECT_THAT(seen, ElementsAre(given, given));
  EXPECT_EQ(host.outcome(), "CallbackExternalError: not approved");
}

TEST(Callback, SuspensionCannotBeCaught) {
  CallHost host;
  int caught = 0;
  int destroyed = 0;
  struct Guard {
    int& count;
    ~Guard() { ++count; }
  };
  host.run_now([&](DurableContext& ctx) -> Task<std::string> {
    const Guard guard{destroyed};
    try {
      auto callback = co_await ctx.create_callback("c");
      co_return co_await callback.result();
    } catch (...) {
      ++caught;
    }
    co_return "swallowed";
  });

  EXPECT_EQ(host.outcome(), "RUNNING");
  EXPECT_EQ(caught, 0);
  EXPECT_EQ(destroyed, 1);
}

}  // namespace
}  // namespace durable
