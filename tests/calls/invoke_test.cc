// SPDX-License-Identifier: Apache-2.0
#include "calls/call_host.h"
#include "sdk/fake_service.h"

#include <gmock/gmock.h>

#include <durable/json/value.h>

namespace durable {
namespace {

using namespace std::chrono_literals;
using fake::error_text;
using fake::error_type;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using End = engine::CompleteChainedInvoke::Status;
using Status = wire::OperationStatus;

struct Order {
  std::string id;
  int total_cents = 0;
};

// ---- The example of the documentation ----

struct Invoice {
  std::string number;
};

Task<std::string> bill(Order order, DurableContext& ctx) {
  auto invoice = co_await settle(ctx.invoke<Invoice>("invoice", "billing:live", order));
  if (invoice.failed_with<InvokeError>()) co_return "not billed: " + invoice.error_message();
  co_return invoice->number;
}

TEST(Invoke, SendsItsPayloadAndReadsTheResult) {
  CallHost host(R"({"id":"7","total_cents":1999})");
  host.run_now(bill);
  EXPECT_EQ(host.complete_invoke("1", R"({"number":"I-7"})"), "");
  host.run(bill);

  EXPECT_EQ(host.outcome(), "\"I-7\"");
  ASSERT_EQ(host.updates.size(), 1U);
  const wire::OperationUpdate& start = host.updates[0];
  EXPECT_EQ(start.name, "invoice");
  EXPECT_EQ(start.sub_type, "ChainedInvoke");
  EXPECT_EQ(start.payload, Payload(R"({"id":"7","total_cents":1999})"));
  EXPECT_EQ(start.chained_invoke_options->function_name, "billing:live");
  EXPECT_FALSE(start.chained_invoke_options->tenant_id.has_value());
  EXPECT_THAT(host.history(),
              ElementsAre("ChainedInvokeStarted 1 \"invoice\"", "InvocationCompleted",
                          "ChainedInvokeSucceeded 1 \"invoice\"", "InvocationCompleted",
                          "ExecutionSucceeded"));
}

TEST(Invoke, OfAFunctionThatFailsCanBeHandled) {
  CallHost host(R"({"id":"7","total_cents":1999})");
  host.run_now(bill);
  EXPECT_EQ(host.fail_invoke("1", End::failed, failure("Declined", "no funds")), "");
  host.run(bill);

  EXPECT_EQ(host.outcome(), "\"not billed: no funds\"");
}

// ---- What is sent ----

TEST(Invoke, WritesEachKindOfPayload) {
  CallHost host;
  host.run_now([](DurableContext& ctx) -> Task<void> {
    const Order order{"7", 5};
    const char* text = "text";
    std::vector<DurableFuture<void>> futures;
    futures.push_back(ctx.invoke("", "f", nullptr));
    futures.push_back(ctx.invoke("", "f", std::nullopt));
    futures.push_back(ctx.invoke("", "f", std::optional<int>()));
    futures.push_back(ctx.invoke("", "f", "literal"));
    futures.push_back(ctx.invoke("", "f", text));
    futures.push_back(ctx.invoke("", "f", std::string_view("view")));
    futures.push_back(ctx.invoke("", "f", order));
    futures.push_back(ctx.invoke("", "f", Order{"8", 6}));
    futures.push_back(ctx.invoke("", "f", std::vector<int>(2, 1)));
    futures.push_back(ctx.invoke("", "f", 42));
    co_await all(futures);
  });

  std::vector<std::string> sent;
  for (const auto& update : host.updates) sent.push_back(update.payload->str());
  EXPECT_THAT(sent, ElementsAre("null", "null", "null", "\"literal\"", "\"text\"", "\"view\"",
                                R"({"id":"7","total_cents":5})", R"({"id":"8","total_cents":6})",
                                "[1,1]", "42"));
}

TEST(Invoke, SendsTheTenant) {
  CallHost host;
  host.run_now([](DurableContext& ctx) -> Task<void> {
    co_await ctx.invoke("i", "f", 1, {.tenant_id = "tenant-7"});
  });

  ASSERT_EQ(host.updates.size(), 1U);
  EXPECT_EQ(host.updates[0].chained_invoke_options->tenant_id, "tenant-7");
}

/// Wraps what it is given, and notes for which operation.
class Wrapped final : public PayloadSerdes {
 public:
  [[nodiscard]] Payload serialize(const Payload& plain,
                                  const SerdesContext& context) const override {
    if (plain.view().find("poison") != std::string_view::npos) throw SerDesError("poison");
    ids.push_back(context.operation_id());
    return Payload("<" + plain.str() + ">");
  }
  [[nodiscard]] Payload deserialize(const Payload& stored, const SerdesContext&) const override {
    return Payload(stored.str().substr(1, stored.size() - 2));
  }
  mutable std::vector<std::string> ids;
};

TEST(Invoke, AppliesBothSerdes) {
  CallHost host;
  const Wrapped payload;
  const Wrapped result;
  const Handler handler = [&](DurableContext& ctx) -> Task<std::string> {
    co_return co_await ctx.invoke<std::string>(
        "i", "f", "hello", {.payload_serdes = &payload, .result_serdes = &result});
  };
  host.run_now(handler);
  EXPECT_EQ(host.complete_invoke("1", "(\"echo\")"), "");
  host.run(handler);

  EXPECT_EQ(host.updates[0].payload, Payload("<\"hello\">"));
  EXPECT_EQ(host.outcome(), "\"echo\"");
  EXPECT_THAT(payload.ids, ElementsAre("1", "1")) << "the id that the call takes, in replays, too";
}

TEST(Invoke, ArgumentsThatCannotBeSentAreRefusedAndLeaveNoOperationAndUseNoId) {
  CallHost host;
  const Wrapped serdes;
  std::vector<std::string> messages;
  const Handler handler = [&](DurableContext& ctx) -> Task<int> {
    messages.clear();
    const auto attempt = [&](std::string_view function, const std::string& payload,
                             const InvokeOptions& options) {
      try {
        static_cast<void>(ctx.invoke("i", function, payload, options));
      } catch (const ValidationError& error) {
        messages.emplace_back(error.what());
      } catch (const SerDesError& error) {
        messages.emplace_back(std::string("SerDesError ") + error.what());
      }
    };
    attempt("", "x", {});
    attempt("my function", "x", {});
    attempt(std::string(257, 'f'), "x", {});
    attempt("f", "x", {.tenant_id = "a#b"});
    attempt("f", std::string(1'048'575, 'x'), {});  // two quotes are added
    attempt("f", "poison", {.payload_serdes = &serdes});
    attempt("f", "\xFF", {});
    co_await ctx.invoke("i", "f", 1);
    co_await ctx.wait(1s);
    co_return 1;
  };
  host.run_now(handler);
  EXPECT_EQ(host.complete_invoke("1", "1"), "");
  host.run(handler);

  EXPECT_EQ(host.outcome(), "1");
  EXPECT_THAT(host.calls, ElementsAre("1 CHAINED_INVOKE START \"i\"", "2 WAIT START"));
  EXPECT_THAT(
      messages,
      ElementsAre(
          "invoke \"i\": the function's name is empty; expected a name or an ARN, with "
          "version or alias where it is a durable function",
          "invoke \"i\": the function's name has only letters, digits and \"-_.:$\", but "
          "byte 2 of this one is 32: \"my function\"",
          HasSubstr("invoke \"i\": the function's name has at most 256 characters, but this "
                    "one has 257"),
          HasSubstr("invoke \"i\": the tenant id has only letters"),
          "invoke \"i\": the payload for \"f\" has at most 1048576 bytes, but this one has "
          "1048577. Keep large data elsewhere and send where it is.",
          "SerDesError poison", HasSubstr("SerDesError a value cannot be written as JSON")));
}

TEST(Invoke, SendsAPayloadOfExactlyTheLimit) {
  CallHost host;
  host.run_now([](DurableContext& ctx) -> Task<void> {
    const std::string text(1'048'574, 'x');
    co_await ctx.invoke("i", "f", text);
  });

  EXPECT_EQ(host.operation("1").status, Status::started);
}

// ---- What comes back ----

TEST(Invoke, ReadsTheReplyToItsStartBeforeItSuspends) {
  for (const auto replies : {CallHost::Replies::at_once, CallHost::Replies::from_a_thread}) {
    for (const Status status : {Status::succeeded, Status::failed}) {
      CallHost host("{}", replies);
      host.on_reply = [&](wire::CheckpointDurableExecutionResponse& reply) {
        for (wire::Operation& operation : reply.new_execution_state.operations) {
          operation.status = status;
          auto& details = operation.chained_invoke_details.emplace();
          if (status == Status::succeeded) details.result = Payload("7");
          if (status == Status::failed) details.error = failure("Unknown", "Function not found: f");
        }
      };
      host.run_now([](DurableContext& ctx) -> Task<int> {
        co_return co_await ctx.invoke<int>("i", "f", nullptr);
      });

      EXPECT_EQ(host.outcome(),
                status == Status::succeeded ? "7" : "InvokeError: Function not found: f");
      EXPECT_EQ(host.invocations, 1);
    }
  }
}

TEST(Invoke, AbsentEmptyAndNullResultsAreThreeCases) {
  struct Case {
    std::optional<Payload> result;
    std::string outcome;
  };
  const std::vector<Case> cases{{std::nullopt, "\"null\""},
                                {Payload("null"), "\"null\""},
                                {Payload("\"\""), "\"\\\"\\\"\""},
                                {Payload(""), "SerDesError"}};
  for (const Case& c : cases) {
    fake::Service service;
    wire::Operation operation;
    operation.id = "1";
    operation.type = wire::OperationType::chained_invoke;
    operation.status = Status::succeeded;
    operation.chained_invoke_details.emplace().result = c.result;
    service.add(operation);
    const auto output =
        fake::output_of(service.invoke([](DurableContext& ctx) -> Task<std::string> {
          const auto text = co_await ctx.invoke<std::optional<std::string>>("", "f", nullptr);
          co_return text ? "\"" + *text + "\"" : "null";
        }));

    if (output.result) {
      EXPECT_EQ(output.result->str(), c.outcome);
    } else {
      EXPECT_EQ(error_type(output), c.outcome);
    }
  }
}

TEST(Invoke, OfVoidIgnoresTheResult) {
  CallHost host;
  const Handler handler = [](DurableContext& ctx) -> Task<int> {
    co_await ctx.invoke("i", "f", nullptr);
    co_return 1;
  };
  host.run_now(handler);
  EXPECT_EQ(host.complete_invoke("1", "{not JSON"), "");
  host.run(handler);

  EXPECT_EQ(host.outcome(), "1");
}

TEST(Invoke, EchoesAnythingAsAJsonValue) {
  const std::string input = R"({"nested":{"key":"value","items":[1,2,3]},"source":"test"})";
  CallHost host(input);
  const Handler handler = [](json::Value value, DurableContext& ctx) -> Task<json::Value> {
    co_return co_await ctx.invoke<json::Value>("i", "echo:1", value);
  };
  host.run_now(handler);
  EXPECT_EQ(host.complete_invoke("1", *host.updates.at(0).payload), "");
  host.run(handler);

  EXPECT_EQ(host.outcome(), input);
}

TEST(Invoke, ThatFailsThrowsTheSameInEveryReplay) {
  wire::ErrorObject given = failure("Declined", "no funds");
  given.error_data = "7";
  given.stack_trace = {{"at bank"}};
  for (const End end : {End::failed, End::timed_out, End::stopped}) {
    CallHost host;
    std::vector<wire::ErrorObject> seen;
    const Handler handler = [&](DurableContext& ctx) -> Task<void> {
      auto future = ctx.invoke("i", "f", nullptr);
      try {
        co_await future;
      } catch (const InvokeError& error) {
        seen.push_back(error.error());
        EXPECT_EQ(error.operation_id(), "1");
      }
      co_await ctx.wait(1s);
      co_await future;
    };
    host.run_now(handler);
    EXPECT_EQ(host.fail_invoke("1", end, given), "");
    host.run(handler);

    EXPECT_THAT(seen, ElementsAre(given, given));
    EXPECT_EQ(host.outcome(), "InvokeError: no funds");
    EXPECT_EQ(host.invocations, 3);
  }
}

TEST(Invoke, AnswersFromEachStateWithoutACall) {
  struct Case {
    Status status;
    std::string type;
    std::string text;
  };
  const std::vector<Case> cases{
      {Status::failed, "InvokeError", "the invoked function failed"},
      {Status::timed_out, "InvokeError", "the invoked function timed out"},
      {Status::stopped, "InvokeError", "the invoked function was stopped"},
      {Status::cancelled, "InvokeError", "the invoke was cancelled"},
      {Status::ready, "InvalidStateError", "READY, which a chained invoke cannot be"},
      {Status::started, "(no error)", "(no error)"},
  };
  for (const Case& c : cases) {
    fake::Service service;
    wire::Operation operation;
    operation.id = "1";
    operation.type = wire::OperationType::chained_invoke;
    operation.status = c.status;
    service.add(operation);
    const auto output = fake::output_of(service.invoke(
        [](DurableContext& ctx) -> Task<void> { co_await ctx.invoke("", "f", nullptr); }));

    EXPECT_EQ(error_type(output), c.type);
    EXPECT_THAT(error_text(output), HasSubstr(c.text));
    EXPECT_EQ(output.status == wire::InvocationOutputStatus::pending, c.status == Status::started);
    EXPECT_TRUE(service.calls.empty());
  }
}

// ---- Together with other operations; crashes ----

TEST(Invoke, FollowsAStepAndAnotherInvoke) {
  CallHost host;
  const Handler handler = [](DurableContext& ctx) -> Task<int> {
    const int value = co_await ctx.step([] { return 1; });
    const int first = co_await ctx.invoke<int>("", "f:1", value);
    co_return co_await ctx.invoke<int>("", "g:1", first);
  };
  host.run_now(handler);
  EXPECT_EQ(host.complete_invoke("2", "10"), "");
  host.run_now(handler);
  EXPECT_EQ(host.complete_invoke("3", "20"), "");
  host.run_now(handler);

  EXPECT_EQ(host.outcome(), "20");
  EXPECT_EQ(host.invocations, 3);
  EXPECT_EQ(host.updates.at(3).payload, Payload("10"));
}

TEST(Invoke, SeveralAndCallbacksWaitTogether) {
  CallHost host;
  const Handler handler = [](DurableContext& ctx) -> Task<std::string> {
    auto a = ctx.invoke<std::string>("a", "f", 1);
    auto b = ctx.invoke<std::string>("b", "f", 2);
    auto callback = co_await ctx.create_callback("c");
    auto [x, y, z] = co_await all(a, b, callback.result());
    co_return x + y + z;
  };
  host.run_now(handler);
  EXPECT_EQ(host.complete_invoke("2", "\"B\""), "");
  EXPECT_EQ(host.succeed("3", "C"), "");
  EXPECT_EQ(host.complete_invoke("1", "\"A\""), "");
  host.run_now(handler);

  EXPECT_EQ(host.outcome(), "\"ABC\"");
}

TEST(Invoke, InvokesOnceWhereverTheProcessDies) {
  const Handler handler = [](DurableContext& ctx) -> Task<int> {
    const int value = co_await ctx.invoke<int>("i", "f", 1);
    co_return co_await ctx.step("after", [&] { return value + 1; });
  };
  for (int call = 1; call <= 2; ++call) {
    for (const auto death : {CallHost::Death::before_the_send, CallHost::Death::before_the_reply,
                             CallHost::Death::after_the_reply}) {
      CallHost host;
      host.crash = {call, death};
      host.run(handler);
      EXPECT_EQ(host.complete_invoke("1", "6"), "");
      host.run(handler);

      EXPECT_EQ(host.outcome(), "7") << "call " << call;
      EXPECT_FALSE(host.has("3"));
    }
  }
}

TEST(Invoke, SuspensionCannotBeCaught) {
  CallHost host;
  int caught = 0;
  host.run_now([&](DurableContext& ctx) -> Task<int> {
    try {
      co_return co_await ctx.invoke<int>("i", "f", nullptr);
    } catch (...) {
      ++caught;
    }
    co_return 0;
  });

  EXPECT_EQ(host.outcome(), "RUNNING");
  EXPECT_EQ(caught, 0);
}

}  // namespace
}  // namespace durable
