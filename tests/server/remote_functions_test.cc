// SPDX-License-Identifier: Apache-2.0
#include "server/remote_functions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>

namespace durable::server {
namespace {

using service::InvocationAnswer;
using service::InvocationError;
using service::InvocationOutcome;
using ::testing::HasSubstr;

constexpr auto patience = std::chrono::seconds{30};

/// Answers as it is told to, and shows what it was asked.
class FakeTransport final : public http::Transport {
 public:
  Result<http::Response> send(const http::OutboundRequest& request) override {
    {
      const std::lock_guard lock(mutex_);
      requests_.push_back(request);
    }
    return answer(request);
  }
  std::vector<http::OutboundRequest> requests() {
    const std::lock_guard lock(mutex_);
    return requests_;
  }

  std::function<Result<http::Response>(const http::OutboundRequest&)> answer =
      [](const http::OutboundRequest&) {
        return http::Response{200, {}, "\"ok\""};
      };

 private:
  std::mutex mutex_;  // guards requests_
  std::vector<http::OutboundRequest> requests_;
};

service::Invocation invocation_of(std::string name) {
  service::Invocation invocation;
  invocation.target.name = std::move(name);
  invocation.target.timeout = std::chrono::seconds{3};
  invocation.request_id = "r1";
  invocation.payload = R"({"a":1})";
  return invocation;
}

InvocationOutcome invoke(RemoteFunctions& functions, service::Invocation invocation) {
  std::promise<InvocationOutcome> promise;
  auto ended = promise.get_future();
  EXPECT_TRUE(functions.invoke(
      "http://127.0.0.1:3001/", std::move(invocation),
      [&promise](InvocationOutcome outcome) { promise.set_value(std::move(outcome)); }));
  if (ended.wait_for(patience) != std::future_status::ready) {
    ADD_FAILURE() << "the invocation did not end";
    return InvocationAnswer{};
  }
  return ended.get();
}

TEST(RemoteFunctions, AnInvocationIsLambdasInvoke) {
  FakeTransport transport;
  RemoteFunctions functions(transport, {});
  service::Invocation invocation = invocation_of("my_f");
  invocation.tenant_id = "t";
  invocation.trace_header = "Root=1";
  const auto outcome = invoke(functions, std::move(invocation));
  ASSERT_TRUE(std::holds_alternative<InvocationAnswer>(outcome));
  EXPECT_EQ(std::get<InvocationAnswer>(outcome).payload, "\"ok\"");
  ASSERT_EQ(transport.requests().size(), 1U);
  const http::OutboundRequest request = transport.requests().front();
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.url, "http://127.0.0.1:3001/2015-03-31/functions/my_f/invocations");
  EXPECT_EQ(request.body, R"({"a":1})");
  EXPECT_EQ(http::find_header(request.headers, "x-amz-tenant-id"), "t");
  EXPECT_EQ(http::find_header(request.headers, "x-amzn-trace-id"), "Root=1");
  EXPECT_EQ(request.timeout, std::chrono::seconds{63}) << "the function's and a margin";
}

TEST(RemoteFunctions, AFunctionsErrorIsItsPayload) {
  const auto outcome = outcome_of(
      {200,
       {{"X-Amz-Function-Error", "Unhandled"}},
       R"({"errorMessage":"no","errorType":"Sandbox.Timedout","stackTrace":["a","b"]})"});
  ASSERT_TRUE(std::holds_alternative<InvocationError>(outcome));
  const auto& failed = std::get<InvocationError>(outcome);
  EXPECT_EQ(failed.error.error_message, "no");
  EXPECT_EQ(failed.error.error_type, "Sandbox.Timedout");
  EXPECT_EQ(failed.error.stack_trace, (std::vector<std::string>{"a", "b"}));
  EXPECT_TRUE(failed.timed_out);
}

TEST(RemoteFunctions, AnErrorWithoutAnObjectIsAnErrorToo) {
  const auto outcome = outcome_of({200, {{"X-Amz-Function-Error", "Unhandled"}}, "oops"});
  ASSERT_TRUE(std::holds_alternative<InvocationError>(outcome));
  EXPECT_EQ(std::get<InvocationError>(outcome).error.error_type, "Unhandled");
}

TEST(RemoteFunctions, ARefusalHasTheExceptionAsItsType) {
  const auto outcome =
      outcome_of({404, {{"x-amzn-ErrorType", "ResourceNotFoundException"}}, R"({"Message":"f"})"});
  ASSERT_TRUE(std::holds_alternative<InvocationError>(outcome));
  EXPECT_EQ(std::get<InvocationError>(outcome).error.error_type, "ResourceNotFoundException");
  EXPECT_EQ(std::get<InvocationError>(outcome).error.error_message, "f");
  const auto page = outcome_of({502, {}, "<html>"});
  EXPECT_THAT(*std::get<InvocationError>(page).error.error_message, HasSubstr("status 502"));
}

TEST(RemoteFunctions, AnErrorIsTextWhateverTheEndpointSends) {
  const auto outcome = outcome_of({500, {{"x-amzn-ErrorType", "Odd\xFF"}}, "\xFF"});
  ASSERT_TRUE(std::holds_alternative<InvocationError>(outcome));
  EXPECT_EQ(std::get<InvocationError>(outcome).error.error_type, "Odd\xEF\xBF\xBD");
}

TEST(RemoteFunctions, AnErrorIsTextWhateverTheEndpointIsCalled) {
  FakeTransport transport;
  transport.answer = [](const http::OutboundRequest&) -> Result<http::Response> {
    return Error{ErrorCode::unavailable, "cannot resolve host\xFF"};
  };
  RemoteFunctions functions(transport, {});
  const auto outcome = invoke(functions, invocation_of("f"));
  ASSERT_TRUE(std::holds_alternative<InvocationError>(outcome));
  EXPECT_EQ(std::get<InvocationError>(outcome).error.error_message,
            "cannot resolve host\xEF\xBF\xBD");
}

TEST(RemoteFunctions, AnEndpointThatDoesNotAnswerIsAnError) {
  FakeTransport transport;
  transport.answer = [](const http::OutboundRequest&) -> Result<http::Response> {
    return Error{ErrorCode::unavailable, "cannot connect to 127.0.0.1:3001"};
  };
  RemoteFunctions functions(transport, {});
  const auto outcome = invoke(functions, invocation_of("f"));
  ASSERT_TRUE(std::holds_alternative<InvocationError>(outcome));
  EXPECT_EQ(std::get<InvocationError>(outcome).error.error_message,
            "cannot connect to 127.0.0.1:3001");
}

TEST(RemoteFunctions, InvocationsBeyondThePoolWaitAndBeyondTheQueueAreRefused) {
  FakeTransport transport;
  std::promise<void> gate;
  const std::shared_future<void> opened = gate.get_future().share();
  std::promise<void> entered;
  transport.answer = [&entered, opened](const http::OutboundRequest& request) {
    if (request.url.find("/first/") != std::string::npos) {
      entered.set_value();
      opened.wait();
    }
    return http::Response{200, {}, "1"};
  };
  RemoteOptions options;
  options.threads_max = 1;
  options.waiting_max = 1;
  RemoteFunctions functions(transport, options);
  std::promise<void> second_ended;
  ASSERT_TRUE(functions.invoke("http://h", invocation_of("first"), [](const auto&) {}));
  ASSERT_EQ(entered.get_future().wait_for(patience), std::future_status::ready);
  EXPECT_TRUE(functions.invoke("http://h", invocation_of("second"),
                               [&second_ended](const auto&) { second_ended.set_value(); }));
  EXPECT_FALSE(functions.invoke("http://h", invocation_of("third"), [](const auto&) {
    ADD_FAILURE() << "a refused invocation is not ended";
  }));
  EXPECT_EQ(transport.requests().size(), 1U);
  gate.set_value();
  EXPECT_EQ(second_ended.get_future().wait_for(patience), std::future_status::ready);
}

TEST(RemoteFunctions, TheirEndCallsOffWhatRuns) {
  FakeTransport transport;
  std::promise<void> entered;
  transport.answer = [&entered](const http::OutboundRequest& request) -> Result<http::Response> {
    std::promise<void> stopped;
    const std::stop_callback callback(request.stop, [&stopped] { stopped.set_value(); });
    entered.set_value();
    const auto called_off = stopped.get_future().wait_for(patience);
    EXPECT_EQ(called_off, std::future_status::ready);
    return Error{ErrorCode::unavailable, "called off"};
  };
  std::promise<InvocationOutcome> ended;
  {
    RemoteFunctions functions(transport, {});
    ASSERT_TRUE(functions.invoke("http://h", invocation_of("f"),
                                 [&ended](auto outcome) { ended.set_value(std::move(outcome)); }));
    ASSERT_EQ(entered.get_future().wait_for(patience), std::future_status::ready);
  }
  EXPECT_TRUE(std::holds_alternative<InvocationError>(ended.get_future().get()));
}

}  // namespace
}  // namespace durable::server
