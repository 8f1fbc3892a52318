// SPDX-License-Identifier: Apache-2.0
#include "service/core.h"

#include "service/worlds.h"

namespace durable::service {
namespace {

template <class Kept>
class CoreTest : public ::testing::Test {
 protected:
  void open(Code code, ServiceOptions options = test_options()) {
    world.emplace(std::map<std::string, Code>{{"orders", std::move(code)}}, std::move(options));
  }
  CoreHost& host() { return world->host(); }
  std::string start(std::optional<std::string> name = {}) {
    const auto started = host().start("orders", std::move(name), Payload("{\"id\":7}"));
    EXPECT_TRUE(started.has_value()) << started.error().message;
    return started ? started->arn : "";
  }
  ExecutionStatus status(const std::string& arn) { return host().get(arn)->status; }

  std::optional<World<Kept>> world;
};
TYPED_TEST_SUITE(CoreTest, Kinds);

TYPED_TEST(CoreTest, RunsAnExecutionFromItsStartToItsEnd) {
  this->open(one_step);
  CoreHost& host = this->host();
  const std::string arn = this->start("order-1");
  EXPECT_EQ(arn.find("arn:aws:lambda:us-east-1:123456789012:function:orders:$LATEST/"
                     "durable-execution/order-1/"),
            0U)
      << arn;
  const auto ended = host.wait(arn);
  EXPECT_FALSE(ended->has_value());

  host.settle();

  ASSERT_TRUE(ended->has_value() && (**ended).has_value());
  EXPECT_EQ((***ended).arn, arn);
  EXPECT_EQ((***ended).status, ExecutionStatus::succeeded);
  EXPECT_EQ((***ended).result, Payload("\"done\""));
  using wire::EventType;
  EXPECT_EQ(
      host.history_types(arn),
      (std::vector{EventType::execution_started, EventType::step_started, EventType::step_succeeded,
                   EventType::invocation_completed, EventType::execution_succeeded}));
  const ServiceMetrics& metrics = host.core.metrics();
  EXPECT_EQ(metrics.started, 1U);
  EXPECT_EQ(metrics.succeeded, 1U);
  EXPECT_EQ(metrics.running, 0U);
  EXPECT_EQ(metrics.invocations, 1U);
  EXPECT_EQ(metrics.checkpoints, 1U);
  EXPECT_EQ(metrics.operations, 2U);
  EXPECT_EQ(metrics.stored_bytes, 8U + 8U + 6U);
  EXPECT_EQ(host.core.loaded_count(), 0U);
}

TYPED_TEST(CoreTest, SleepsThroughAWait) {
  this->open(wait_an_hour);
  const std::string arn = this->start();
  this->host().settle();
  EXPECT_EQ(this->host().invocations, 1);

  this->host().pass(1h - 1ms);
  EXPECT_EQ(this->host().invocations, 1);
  this->host().pass(1ms);
  EXPECT_EQ(this->host().invocations, 2);
  EXPECT_EQ(this->status(arn), ExecutionStatus::succeeded);
}

TYPED_TEST(CoreTest, AClockThatRunsBackwardsStopsNothing) {
  this->open(wait_an_hour);
  const std::string arn = this->start();
  this->host().settle();
  this->host().now -= 30min;
  this->host().settle();
  const std::string late = this->start();
  this->host().settle();
  this->host().now += 90min;
  this->host().settle();
  EXPECT_EQ(this->status(arn), ExecutionStatus::succeeded);
  EXPECT_EQ(this->status(late), ExecutionStatus::succeeded);

  // Another process whose clock is behind what the file has seen.
  const std::string third = this->start();
  this->world->set_now(first_moment);
  this->world->restart();
  EXPECT_EQ(this->host().stop(third)->stop_timestamp, first_moment + 60min);
}

TYPED_TEST(CoreTest, CallbacksAreCompletedFromOutside) {
  this->open(await_callback);
  const std::string arn = this->start();
  this->host().settle();
  wire::GetDurableExecutionHistoryRequest request;
  request.durable_execution_arn = arn;
  const auto history = this->host().history(request);
  const auto id = std::get<wire::CallbackStartedDetails>(history->events.at(1).details).callback_id;

  EXPECT_TRUE(this->host().heartbeat(id).has_value());
  EXPECT_TRUE(this->host().succeed_callback(id, "\"yes\"").has_value());
  const auto again = this->host().succeed_callback(id, "\"no\"");
  ASSERT_FALSE(again.has_value());
  EXPECT_EQ(again.error().code, ErrorCode::callback_closed);
  this->host().settle();

  EXPECT_EQ(this->host().get(arn)->result, Payload("\"yes\""));
  EXPECT_EQ(this->host().succeed_callback(id, "\"no\"").error().code, ErrorCode::callback_closed);
}

TYPED_TEST(CoreTest, CallbackIdsOfNothingAreClosedAndNoIdsAreRefused) {
  this->open(await_callback);
  engine::ExecutionInfo stranger;
  stranger.arn = "arn:aws:lambda:us-east-1:123456789012:function:f:1/durable-execution/x/y";
  const std::string id = engine::make_callback_id(stranger, "c");
  EXPECT_EQ(
      this->host().succeed_callback(id, "").error(),
      (Error{ErrorCode::callback_closed, "The callback is either timed out or already completed"}));
  EXPECT_EQ(this->host().heartbeat("?").error(),
            (Error{ErrorCode::invalid_parameter, "Invalid callback id"}));
}

TYPED_TEST(CoreTest, StopEndsAnExecutionAndLetsItsInvocationFindOut) {
  std::string after_stop;
  this->open([&](Call& call) -> InvocationOutcome {
    const auto stopped = this->host().stop(call.arn(), error_object("Human", "enough"));
    EXPECT_EQ(stopped->stop_timestamp, this->host().now);
    const auto refused = call.checkpoint({step_start("a")});
    if (!refused) after_stop = refused.error().message;
    return crash_of(call.invocation());
  });
  const std::string arn = this->start();
  const auto ended = this->host().wait(arn);
  this->host().settle();

  ASSERT_TRUE(ended->has_value());
  EXPECT_EQ((***ended).status, ExecutionStatus::stopped);
  EXPECT_EQ((***ended).error->error_type, "Human");
  EXPECT_EQ(after_stop.find("Invalid Checkpoint Token"), 0U) << after_stop;
  EXPECT_EQ(this->host().invocations, 1);
  EXPECT_EQ(this->host().core.metrics().stopped, 1U);
  this->host().pass(1h);
  EXPECT_EQ(this->host().stop(arn)->stop_timestamp, first_moment) << "it stays as it is";
  EXPECT_EQ(this->host().stop("arn:no").error(),
            (Error{ErrorCode::resource_not_found, "Durable Execution does not exist"}));
}

TYPED_TEST(CoreTest, ACrashIsRetriedUntilItSucceeds) {
  int crashes = 2;
  this->open([&](Call& call) {
    if (crashes-- > 0) return crash_of(call.invocation());
    return one_step(call);
  });
  const std::string arn = this->start();
  this->host().settle();
  EXPECT_EQ(this->host().invocations, 1);
  this->host().pass(5s);
  EXPECT_EQ(this->host().invocations, 2);
  this->host().pass(10s);
  EXPECT_EQ(this->host().invocations, 3);
  EXPECT_EQ(this->status(arn), ExecutionStatus::succeeded);
  EXPECT_EQ(this->host().core.metrics().invocation_errors, 2U);
}

TYPED_TEST(CoreTest, AnAnswerThatIsNoneFailsTheExecution) {
  for (const char* text : {"", "null", "\"hello\"", "{}", "{\"Status\":\"DONE\"}", "<html>"}) {
    this->open([&](Call&) -> InvocationOutcome { return InvocationAnswer{text}; });
    const std::string arn = this->start();
    this->host().settle();
    const auto got = this->host().get(arn);
    EXPECT_EQ(got->status, ExecutionStatus::failed) << text;
    EXPECT_EQ(got->error->error_message, "Invalid Status in invocation output.") << text;
  }
}

TYPED_TEST(CoreTest, AFunctionThatIsGoneIsRetriedLikeACrash) {
  this->open(wait_an_hour);
  const std::string arn = this->start();
  this->host().settle();
  this->world->functions.remove("orders");
  this->host().pass(1h);
  EXPECT_EQ(this->status(arn), ExecutionStatus::running);
  this->world->functions.add(FakeFunctions::target("orders"));
  this->host().pass(5s);
  EXPECT_EQ(this->status(arn), ExecutionStatus::succeeded);

  const std::string lost = this->start();
  this->host().settle();
  this->world->functions.remove("orders");
  EXPECT_EQ(this->host().finish(lost), ExecutionStatus::failed);
  EXPECT_EQ(this->host().get(lost)->error->error_type, "ResourceNotFoundException");
}

TYPED_TEST(CoreTest, TheExecutionTimesOut) {
  this->open(await_callback);
  StartCall call;
  call.target = FakeFunctions::target("orders");
  call.execution_timeout = 60s;
  const auto started = this->host().start(std::move(call));
  const auto ended = this->host().wait(started->arn);
  this->host().settle();
  this->host().pass(59s);
  EXPECT_FALSE(ended->has_value());
  this->host().pass(1s);
  ASSERT_TRUE(ended->has_value());
  EXPECT_EQ((***ended).status, ExecutionStatus::timed_out);
  EXPECT_EQ((***ended).error->error_message, "Execution timed out after 60 seconds.");
}

TYPED_TEST(CoreTest, StateIsReadWithTheLatestTokenAlone) {
  this->open([&](Call& call) {
    const auto read = [&](std::string token) {
      wire::GetDurableExecutionStateRequest request;
      request.durable_execution_arn = call.arn();
      request.checkpoint_token = std::move(token);
      return this->host().template call<wire::GetDurableExecutionStateResponse>(
          StateMessage{std::move(request), nullptr});
    };
    const std::string first = call.token();
    EXPECT_EQ(read(first)->operations.size(), 1U);
    EXPECT_TRUE(call.checkpoint({step_start("b")}).has_value());
    EXPECT_EQ(read(call.token())->operations.size(), 2U);
    EXPECT_EQ(read(first).error().code, ErrorCode::invalid_parameter);
    return one_step(call);
  });
  this->start();
  this->host().settle();
  wire::CheckpointDurableExecutionRequest unknown;
  unknown.durable_execution_arn = "arn:none";
  const auto refused = this->host().checkpoint(std::move(unknown));
  EXPECT_EQ(refused.error().code, ErrorCode::invalid_parameter);
  EXPECT_EQ(refused.error().message.find("Invalid Checkpoint Token"), 0U);
}

TYPED_TEST(CoreTest, TellsEveryWaiterOnceAndNobodyWhoLeft) {
  this->open(wait_an_hour);
  const std::string arn = this->start();
  this->host().settle();
  const auto first = this->host().wait(arn, 1);
  const auto gone = this->host().wait(arn, 2);
  const auto third = this->host().wait(arn, 3);
  this->host().core.take(Message(ForgetMessage{2}), this->host().now);
  this->host().core.take(Message(ForgetMessage{9}), this->host().now);
  this->host().pass(1h);
  EXPECT_TRUE(first->has_value());
  EXPECT_FALSE(gone->has_value());
  EXPECT_TRUE(third->has_value());
  const auto none = this->host().wait("arn:none", 4);
  ASSERT_TRUE(none->has_value());
  EXPECT_EQ((**none).error().code, ErrorCode::resource_not_found);
}

TYPED_TEST(CoreTest, ListsByFunctionVersionAndStatus) {
  this->open([](Call& call) { return call.input() == "1" ? one_step(call) : wait_an_hour(call); });
  CoreHost& host = this->host();
  const auto names = [&](auto change) {
    wire::ListDurableExecutionsByFunctionRequest request;
    request.function_name = "orders";
    change(request);
    const auto page = host.list(std::move(request));
    std::string text;
    if (!page) return page.error().message;
    for (const wire::Execution& row : page->durable_executions) {
      text += row.durable_execution_name + " ";
    }
    return text;
  };
  for (const auto& [name, input] :
       {std::pair("a", "1"), std::pair("b", "2"), std::pair("c", "1")}) {
    EXPECT_TRUE(host.start("orders", name, Payload(input)).has_value());
    host.pass(1s);
  }
  EXPECT_EQ(names([](auto&) {}), "c b a ");
  EXPECT_EQ(names([](auto& r) { r.reverse_order = true; }), "a b c ");
  EXPECT_EQ(names([](auto& r) { r.statuses = {ExecutionStatus::running}; }), "b ");
  EXPECT_EQ(names([](auto& r) { r.qualifier = "$LATEST"; }), "c b a ");
  EXPECT_EQ(names([](auto& r) { r.function_name = "orders:7"; }), "");
  EXPECT_EQ(names([](auto& r) { r.durable_execution_name = "b"; }), "b ");
  EXPECT_EQ(names([](auto& r) {
              r.function_name = "arn:aws:lambda:us-east-1:123456789012:function:orders";
            }),
            "c b a ");
  EXPECT_EQ(names([](auto& r) { r.function_name = "none"; }), "");
  EXPECT_NE(names([](auto& r) { r.max_items = 1001; }).find("maxItems"), std::string::npos);
  EXPECT_NE(names([](auto& r) { r.qualifier = "live"; }).find("Function not found"),
            std::string::npos);
}

TYPED_TEST(CoreTest, PagesThroughAHistory) {
  this->open([](Call& call) {
    for (int i = 0; i < 20; ++i) {
      const std::string id = "s" + std::to_string(i);
      EXPECT_TRUE(
          call.checkpoint({step_start(id), step(id, OperationAction::succeed, Payload("1"))})
              .has_value());
    }
    return answer(succeeded());
  });
  const std::string arn = this->start();
  this->host().settle();
  wire::GetDurableExecutionHistoryRequest request;
  request.durable_execution_arn = arn;
  request.max_items = 7;
  std::int64_t last = 0;
  for (;;) {
    const auto page = this->host().history(request);
    ASSERT_TRUE(page.has_value()) << page.error().message;
    for (const wire::Event& event : page->events) EXPECT_EQ(event.event_id, ++last);
    if (!page->next_marker) break;
    request.marker = page->next_marker;
  }
  EXPECT_EQ(last, 1 + 40 + 2);
  request.durable_execution_arn = "arn:none";
  EXPECT_EQ(this->host().history(request).error().code, ErrorCode::resource_not_found);
}

TYPED_TEST(CoreTest, KeepsFewSleepingExecutionsInMemory) {
  ServiceOptions options = test_options();
  options.loaded_executions_max = 4;
  this->open(wait_an_hour, options);
  std::vector<std::string> arns;
  for (int i = 0; i < 600; ++i) arns.push_back(this->start());
  this->host().settle();
  EXPECT_EQ(this->host().core.loaded_count(), 4U);
  EXPECT_EQ(this->host().core.metrics().running, 600U);

  this->host().pass(1h);
  EXPECT_EQ(this->host().core.loaded_count(), 0U);
  EXPECT_EQ(this->host().core.metrics().succeeded, 600U);
  for (const std::string& arn : arns) EXPECT_EQ(this->status(arn), ExecutionStatus::succeeded);
}

TYPED_TEST(CoreTest, OneExecutionsCallsWaitTheirTurn) {
  this->open([this](Call& call) {
    std::vector<std::string> answers;
    wire::CheckpointDurableExecutionRequest request;
    request.durable_execution_arn = call.arn();
    request.checkpoint_token = call.token();
    for (const char* id : {"a", "b", "c"}) {
      request.updates = {step_start(id)};
      this->host().core.take(
          Message(CheckpointMessage{
              request, [&](auto response) { answers.push_back(response ? "ok" : "refused"); }}),
          this->host().now);
    }
    for (int i = 0; i < 3; ++i) this->host().tick();
    // One token serves one checkpoint: had they met in one tick, all would have passed.
    EXPECT_EQ(answers, (std::vector<std::string>{"ok", "refused", "refused"}));
    EXPECT_FALSE(this->host().core.has_calls());
    return crash_of(call.invocation());
  });
  this->start();
  this->host().tick();
  EXPECT_TRUE(this->host().run_one());
}

TYPED_TEST(CoreTest, RefusesWhatIsTooMuch) {
  ServiceOptions options = test_options();
  options.mailbox_max = 2;
  this->open(await_callback, options);
  const std::string arn = this->start();
  this->host().settle();
  std::vector<bool> answers;
  for (int i = 0; i < 3; ++i) {
    this->host().core.take(
        Message(
            StopMessage{{arn, {}}, [&](auto stopped) { answers.push_back(stopped.has_value()); }}),
        this->host().now);
  }
  EXPECT_EQ(answers, std::vector{false});
  this->host().settle();
  EXPECT_EQ(answers, (std::vector{false, true, true}));
  EXPECT_EQ(this->host().core.metrics().refused_busy, 1U);
}

}  // namespace
}  // namespace durable::service
