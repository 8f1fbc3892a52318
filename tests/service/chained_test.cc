// SPDX-License-Identifier: Apache-2.0
//
// Functions that functions invoke.
#include "service/worlds.h"

namespace durable::service {
namespace {

template <class Kept>
class ChainedTest : public ::testing::Test {
 protected:
  void open(std::string target, std::map<std::string, Code> others,
            ServiceOptions options = test_options()) {
    others["caller"] = invoke_of(std::move(target));
    world.emplace(std::move(others), std::move(options));
  }
  CoreHost& host() { return world->host(); }
  std::string start() {
    const auto started = host().start("caller");
    EXPECT_TRUE(started.has_value());
    return started->arn;
  }
  /// Status, then result or error, of the caller's only invoke, as the caller passed it on.
  std::string outcome(const std::string& arn) {
    const ExecutionStatus status = host().finish(arn);
    const auto got = host().get(arn);
    if (status == ExecutionStatus::succeeded) {
      return got->result ? "result " + got->result->str() : "no result";
    }
    return got->error->error_type.value_or("?") + ": " + got->error->error_message.value_or("?");
  }
  std::string child_of(const std::string& arn) {
    wire::GetDurableExecutionHistoryRequest request;
    request.durable_execution_arn = arn;
    const auto history = host().history(request);
    for (const wire::Event& event : history->events) {
      if (event.event_type != wire::EventType::chained_invoke_started) continue;
      const auto& details = std::get<wire::ChainedInvokeStartedDetails>(event.details);
      return details.durable_execution_arn.value_or("");
    }
    return "";
  }

  std::optional<World<Kept>> world;
};
TYPED_TEST_SUITE(ChainedTest, Kinds);

TYPED_TEST(ChainedTest, ADurableTargetIsAnExecutionOfItsOwn) {
  this->open("child:$LATEST", {{"child", wait_an_hour}});
  const std::string arn = this->start();
  this->host().settle();
  const std::string child = this->child_of(arn);
  EXPECT_EQ(this->host().get(child)->input_payload, Payload("{}"));
  EXPECT_EQ(this->outcome(arn), "result \"rested\"");
  EXPECT_EQ(this->host().core.metrics().started, 2U);
  EXPECT_EQ(this->host().core.metrics().succeeded, 2U);
}

TYPED_TEST(ChainedTest, WhatIsInvokedInheritsTheTrace) {
  for (const bool plain : {false, true}) {
    std::optional<std::string> seen;
    this->open(plain ? "child" : "child:$LATEST", {{"child", [&seen](Call& call) {
                                                      seen = call.invocation().trace_header;
                                                      return answer(succeeded(Payload("1")));
                                                    }}});
    if (plain) this->world->functions.add_plain("child");
    StartCall call;
    call.target = FakeFunctions::target("caller");
    call.trace_header = "Root=1-2-3";
    EXPECT_EQ(this->host().finish(this->host().start(std::move(call))->arn),
              ExecutionStatus::succeeded);
    EXPECT_EQ(seen, "Root=1-2-3") << (plain ? "plain" : "durable");
  }
}

TYPED_TEST(ChainedTest, AChildsFailureTimeoutAndStopAreTold) {
  this->open("child:$LATEST",
             {{"child", [](Call&) { return answer(failed(error_object("Broken", "it broke"))); }}});
  EXPECT_EQ(this->outcome(this->start()), "Broken: it broke");

  this->open("child:$LATEST", {{"child", await_callback}});
  FunctionTarget hasty = FakeFunctions::target("child");
  hasty.durable->execution_timeout = 30s;
  this->world->functions.add(hasty);
  const std::string timed = this->start();
  EXPECT_EQ(this->outcome(timed),
            "ChainedInvoke.Timeout: CHAINED_INVOKE timed out after 30 seconds.");
  EXPECT_EQ(this->host().history_types(timed).at(3), wire::EventType::chained_invoke_timed_out);

  this->open("child:$LATEST", {{"child", await_callback}});
  const std::string stopped = this->start();
  this->host().settle();
  EXPECT_TRUE(
      this->host().stop(this->child_of(stopped), error_object("Human", "enough")).has_value());
  EXPECT_EQ(this->outcome(stopped), "Human: enough");
  EXPECT_EQ(this->host().history_types(stopped).at(3), wire::EventType::chained_invoke_stopped);
}

TYPED_TEST(ChainedTest, APlainTargetIsCalledWithTheInputAsItIs) {
  this->open("plain", {{"plain", [](Call& call) -> InvocationOutcome {
                          EXPECT_EQ(call.invocation().durable_execution_arn, "");
                          return InvocationAnswer{"[" + call.invocation().payload + "]"};
                        }}});
  this->world->functions.add_plain("plain");
  EXPECT_EQ(this->outcome(this->start()), "result [{}]");

  this->open("plain", {{"plain", [](Call& call) { return crash_of(call.invocation()); }}});
  this->world->functions.add_plain("plain");
  EXPECT_EQ(this->outcome(this->start()).find("Runtime.ExitError: "), 0U);
}

TYPED_TEST(ChainedTest, APlainTargetsAnswerThatIsNoTextFailsTheInvoke) {
  this->open(
      "plain",
      {{"plain", [](Call&) -> InvocationOutcome { return InvocationAnswer{"\"\xFF\xFE\""}; }}});
  this->world->functions.add_plain("plain");
  const std::string arn = this->start();
  EXPECT_EQ(this->outcome(arn).find("Runtime.MarshalError: "), 0U) << this->outcome(arn);
  wire::GetDurableExecutionHistoryRequest request;
  request.durable_execution_arn = arn;
  const auto history = this->host().history(request);
  ASSERT_TRUE(history.has_value());
  EXPECT_TRUE(wire::encode(*history).has_value()) << "it can be shown";
  EXPECT_EQ(this->host().core.metrics().invocation_errors, 1U);
}

TYPED_TEST(ChainedTest, AnUnknownOrUnqualifiedTargetFailsTheInvokeAtOnce) {
  this->open("nowhere", {});
  EXPECT_EQ(this->outcome(this->start()),
            "ResourceNotFoundException: Function not found: "
            "arn:aws:lambda:us-east-1:123456789012:function:nowhere:$LATEST");

  this->open("child", {{"child", one_step}});
  EXPECT_EQ(this->outcome(this->start()),
            "InvalidParameterValueException: You cannot invoke a durable function using an "
            "unqualified ARN.");
  ServiceOptions lenient = test_options();
  lenient.unqualified_invokes = true;
  this->open("child", {{"child", one_step}}, lenient);
  EXPECT_EQ(this->outcome(this->start()), "result \"done\"");
}

TYPED_TEST(ChainedTest, AChildOutlivesACallerThatWasStopped) {
  this->open("child:$LATEST", {{"child", wait_an_hour}});
  const std::string arn = this->start();
  this->host().settle();
  const std::string child = this->child_of(arn);
  EXPECT_TRUE(this->host().stop(arn).has_value());
  EXPECT_EQ(this->host().finish(child), ExecutionStatus::succeeded);
  EXPECT_EQ(this->host().get(arn)->status, ExecutionStatus::stopped);
  EXPECT_EQ(this->host().core.loaded_count(), 0U);
}

TYPED_TEST(ChainedTest, ACallerThatSleptOutOfMemoryIsTold) {
  ServiceOptions options = test_options();
  options.loaded_executions_max = 0;
  this->open("child:$LATEST", {{"child", wait_an_hour}}, options);
  std::vector<std::string> callers;
  for (int i = 0; i < 10; ++i) callers.push_back(this->start());
  this->host().settle();
  EXPECT_EQ(this->host().core.loaded_count(), 0U);
  for (const std::string& arn : callers) EXPECT_EQ(this->outcome(arn), "result \"rested\"");
}

TYPED_TEST(ChainedTest, TheRelationSurvivesARestart) {
  this->open("child:$LATEST", {{"child", wait_an_hour}});
  const std::string arn = this->start();
  this->host().settle();
  const std::string child = this->child_of(arn);
  this->world->restart();
  this->host().settle();
  this->world->restart();
  EXPECT_EQ(this->outcome(arn), "result \"rested\"");
  EXPECT_EQ(this->child_of(arn), child);

  // The child ends, and the process with it, before the caller is told.
  const std::string other = this->start();
  this->host().settle();
  const std::string other_child = this->child_of(other);
  this->world->store().dies_after = this->world->store().commits + 1;
  EXPECT_TRUE(this->host().stop(other_child, error_object("Human", "enough")).has_value());
  this->world->restart();
  EXPECT_EQ(this->host().get(other_child)->status, ExecutionStatus::stopped);
  EXPECT_EQ(this->outcome(other), "Human: enough");
}

TYPED_TEST(ChainedTest, APlainTargetIsCalledAgainAfterARestart) {
  this->open("plain",
             {{"plain", [](Call&) -> InvocationOutcome { return InvocationAnswer{"1"}; }}});
  this->world->functions.add_plain("plain");
  const std::string arn = this->start();
  this->host().tick();
  EXPECT_TRUE(this->host().run_one()) << "the caller";
  this->host().tick();
  auto running = this->world->functions.take();
  ASSERT_TRUE(running.has_value());
  EXPECT_EQ(running->invocation.target.name, "plain");

  this->world->restart();
  running->ended(InvocationAnswer{"too late"});
  EXPECT_EQ(this->outcome(arn), "result 1");
}

}  // namespace
}  // namespace durable::service
