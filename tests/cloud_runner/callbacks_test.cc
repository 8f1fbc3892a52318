// SPDX-License-Identifier: Apache-2.0
#include "cloud_runner/recorded_service.h"

#include <durable/durable.h>
#include <durable/testing/gtest.h>

#include <algorithm>

namespace durable {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

/// A callback at the root, then one inside a wait_for_callback.
Task<std::string> two_callbacks(DurableContext& ctx) {
  auto first = co_await ctx.create_callback<std::string>("first");
  const std::string one = co_await first.result();
  const auto two = co_await ctx.wait_for_callback<std::string>("second", [](const std::string&) {});
  co_return one + two;
}

DurableFunctionTestResult run_to_the_end() {
  DurableFunctionTestRunner local(two_callbacks);
  local.on_callback("first").succeed(std::string("1"));
  local.on_callback("second").succeed(std::string("2"));
  return local.run();
}

/// How many events the history has up to the one that `is_last` finds, it included.
template <class F>
std::size_t events_up_to(const DurableFunctionTestResult& result, F is_last) {
  const auto& events = result.history();
  const auto found = std::find_if(events.begin(), events.end(), is_last);
  return static_cast<std::size_t>(found - events.begin()) + 1;
}

class CloudCallbacks : public ::testing::Test {
 protected:
  void show_up_to(wire::EventType type) {
    service->show(events_up_to(local, [&](const auto& event) { return event.event_type == type; }));
  }

  DurableFunctionTestResult local = run_to_the_end();
  std::shared_ptr<RecordedService> service = std::make_shared<RecordedService>(local);
  ScriptedRunner runner{service};
  std::string arn = runner->run_async();
};

TEST_F(CloudCallbacks, AreFoundByNameOnceTheirInvocationHasEnded) {
  show_up_to(wire::EventType::invocation_completed);
  const std::string id = runner->wait_for_callback(arn, "first");
  EXPECT_EQ(id, local.get_callback("first").callback_id());
  EXPECT_EQ(runner->wait_for_callback(arn, ""), id);
  EXPECT_THAT(runner.pauses, IsEmpty());
}

TEST_F(CloudCallbacks, AreHandedOutAfterAWhileThoughTheirInvocationGoesOn) {
  show_up_to(wire::EventType::callback_started);
  EXPECT_EQ(runner->wait_for_callback(arn, "first"), local.get_callback("first").callback_id());
  EXPECT_GE(runner.clock->now() - Timestamp{}, 5s);
  EXPECT_LE(runner.clock->now() - Timestamp{}, 8s);
}

TEST_F(CloudCallbacks, AreFoundByTheNameOfTheWaitThatTheyBelongTo) {
  const std::string id = local.get_context("second").callback_id();
  service->show(events_up_to(local, [&](const wire::Event& event) {
    const auto* started = std::get_if<wire::CallbackStartedDetails>(&event.details);
    return started != nullptr && started->callback_id == id;
  }));
  EXPECT_EQ(runner->wait_for_callback(arn, "second"), id);
}

TEST_F(CloudCallbacks, AreFoundByIndexWhateverBecameOfThem) {
  EXPECT_EQ(runner->wait_for_callback(arn, "second", {.index = 0}),
            local.get_context("second").callback_id());
  EXPECT_EQ(runner->wait_for_callback(arn, "", {.index = 1}),
            local.get_context("second").callback_id());
}

TEST_F(CloudCallbacks, ThatNeverComeAreALookupErrorWhenTheExecutionHasEnded) {
  EXPECT_THAT(thrown<ResultLookupError>([&] { (void)runner->wait_for_callback(arn, "first"); }),
              AllOf(StartsWith("Callback \"first\" did not appear: the execution ended SUCCEEDED "
                               "with 1 callbacks of that name, all of them closed."),
                    HasSubstr("second")));
}

TEST_F(CloudCallbacks, ThatDoNotComeInTimeAreATimeout) {
  service->show(1);
  EXPECT_THAT(thrown<RunIncompleteError>(
                  [&] { (void)runner->wait_for_callback(arn, "first", {.timeout = 3s}); }),
              StartsWith("Callback \"first\" did not appear within 3s (elapsed: 3.0s, last status: "
                         "RUNNING)"));
}

class CloudCallbackCalls : public ::testing::Test {
 protected:
  void refuse(int status, const std::string& type, const std::string& message) {
    transport->then(status, "{\"Type\":\"User\",\"Message\":\"" + message + "\"}",
                    {{"x-amzn-ErrorType", type}});
  }
  std::shared_ptr<cloud::FakeTransport> transport = std::make_shared<cloud::FakeTransport>();
  ScriptedRunner runner{transport};
};

TEST_F(CloudCallbackCalls, SendWhatTheyAreGiven) {
  for (int i = 0; i < 5; ++i) transport->then(200, "{}");
  runner->send_callback_success("id/1", std::string("yes"));
  runner->send_callback_success("id/1", 42);
  runner->send_callback_success("id/1");
  ErrorObject error;
  error.error_type = "Denied";
  runner->send_callback_failure("id/1", error);
  runner->send_callback_heartbeat("id/1");
  const auto& requests = transport->requests();
  ASSERT_EQ(requests.size(), 5U);
  EXPECT_THAT(requests[0].url, EndsWith("/durable-execution-callbacks/id%2F1/succeed"));
  EXPECT_EQ(requests[0].body, "yes");
  EXPECT_EQ(requests[1].body, "42");
  EXPECT_EQ(requests[2].body, "");
  EXPECT_THAT(requests[3].url, EndsWith("/id%2F1/fail"));
  EXPECT_EQ(requests[3].body, R"({"ErrorType":"Denied"})");
  EXPECT_THAT(requests[4].url, EndsWith("/id%2F1/heartbeat"));
}

TEST_F(CloudCallbackCalls, SayThatACallbackIsClosed) {
  refuse(400, "CallbackTimeoutException", "The callback is either timed out or already completed");
  EXPECT_EQ(thrown<CallbackClosedError>([&] { runner->send_callback_success("id", 1); }),
            "CallbackTimeoutException: The callback is either timed out or already completed");
  refuse(404, "ResourceNotFoundException", "no such callback");
  EXPECT_THAT(thrown<CallbackClosedError>([&] { runner->send_callback_heartbeat("id"); }),
              StartsWith("ResourceNotFoundException"));
}

TEST_F(CloudCallbackCalls, RefuseWhatIsNoCallbackId) {
  refuse(400, "InvalidParameterValueException", "Invalid callback id");
  EXPECT_EQ(thrown<std::invalid_argument>([&] { runner->send_callback_failure("?", {}); }),
            "InvalidParameterValueException: Invalid callback id");
}

TEST_F(CloudCallbackCalls, SayWhatToCheckWhenTheCallItselfFails) {
  refuse(403, "AccessDeniedException", "not authorized");
  EXPECT_THAT(thrown<CloudCallError>([&] { runner->send_callback_success("id"); }),
              AllOf(StartsWith("Failed to complete the callback: AccessDeniedException: not "
                               "authorized"),
                    HasSubstr("lambda:SendDurableExecutionCallbackSuccess")));
}

}  // namespace
}  // namespace durable
