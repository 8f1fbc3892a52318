// SPDX-License-Identifier: Apache-2.0
//
// A run in the cloud leaves behind what a local one does.
#include "cloud_runner/recorded_service.h"
#include "testing/functions.h"

#include <durable/durable.h>
#include <durable/testing/gtest.h>

namespace durable {
namespace {

using namespace std::chrono_literals;
using ::testing::IsEmpty;

/// Reads a local result as the cloud runner would.
DurableFunctionTestResult through_the_service(const DurableFunctionTestResult& local,
                                              std::size_t page_items_max = 1'000) {
  ScriptedRunner scripted(std::make_shared<RecordedService>(local, page_items_max));
  return scripted->run();
}

void expect_same(const DurableFunctionTestResult& cloud, const DurableFunctionTestResult& local) {
  EXPECT_EQ(cloud.status(), local.status());
  EXPECT_EQ(cloud.execution_arn(), local.execution_arn());
  EXPECT_EQ(cloud.raw_result(), local.raw_result());
  ASSERT_EQ(cloud.error() == nullptr, local.error() == nullptr);
  if (local.error() != nullptr) {
    EXPECT_EQ(*cloud.error(), *local.error());
  }
  EXPECT_EQ(cloud.duration(), local.duration());
  EXPECT_EQ(cloud.to_string(), local.to_string());

  const auto found = cloud.get_all_operations();
  const auto expected = local.get_all_operations();
  ASSERT_EQ(found.size(), expected.size());
  for (std::size_t i = 0; i < found.size(); ++i) {
    EXPECT_EQ(found[i].path(), expected[i].path());
    EXPECT_EQ(found[i].recorded(), expected[i].recorded()) << expected[i].path();
  }
  EXPECT_EQ(cloud.history(), local.history());
  EXPECT_EQ(cloud.invocations().size(), local.invocations().size());

  Usage usage = local.usage();
  usage.checkpoints = 0;  // no event tells of them
  // The local runner's executions are started by a call that waits.
  usage.input_bytes.limit = cloud.usage().input_bytes.limit;
  usage.result_bytes.limit = cloud.usage().result_bytes.limit;
  EXPECT_EQ(cloud.usage(), usage);
}

DurableFunctionTestResult run_local(Handler handler) {
  return DurableFunctionTestRunner(std::move(handler)).run();
}
template <class Input>
DurableFunctionTestResult run_local(Handler handler, const Input& input) {
  return DurableFunctionTestRunner(std::move(handler)).run(input);
}

TEST(CloudTree, EqualsTheLocalOneOfASimpleRun) {
  const auto local = run_local(test::greet, "World");
  const auto cloud = through_the_service(local);
  expect_same(cloud, local);
  EXPECT_THAT(cloud, HasResult(local.result<std::string>()));
}

TEST(CloudTree, EqualsTheLocalOneOfNestedContexts) {
  const auto local = run_local(test::nested);
  expect_same(through_the_service(local), local);
}

TEST(CloudTree, EqualsTheLocalOneOfRetriedSteps) {
  const auto succeeds = run_local(test::flaky, 3U);
  expect_same(through_the_service(succeeds), succeeds);
  const auto fails = run_local(test::flaky, 9U);
  EXPECT_EQ(fails.status(), InvocationStatus::failed);
  expect_same(through_the_service(fails), fails);
}

TEST(CloudTree, EqualsTheLocalOneOfAHandlerThatThrows) {
  const auto local = run_local(test::broken);
  expect_same(through_the_service(local), local);
}

Task<std::string> nobody_answers(bool heartbeat, DurableContext& ctx) {
  CallbackOptions options;
  (heartbeat ? options.heartbeat_timeout : options.timeout) = 60s;
  auto callback = co_await ctx.create_callback<std::string>("approval", options);
  const auto answer = co_await settle(callback.result());
  co_return answer ? *answer : answer.error_message();
}

/// One of each other kind.
Task<std::string> mixed(DurableContext& ctx) {
  const auto answer =
      co_await ctx.wait_for_callback<std::string>("approval", [](const std::string&) {});
  const auto price = co_await ctx.invoke<int>("price", "prices:live", answer);
  const std::vector<std::string> texts(2, "bb");
  auto measure = [](DurableContext& item, const std::string& text) -> Task<int> {
    co_return co_await item.step("size", [&] { return static_cast<int>(text.size()); });
  };
  const auto sizes = co_await ctx.map("sizes", texts, measure);
  co_await ctx.wait("pause", 1h);
  co_return answer + std::to_string(price) + std::to_string(sizes.results().size());
}

DurableFunctionTestResult run_mixed() {
  DurableFunctionTestRunner runner(mixed);
  runner.register_plain_function("prices", [](const std::string&) { return 7; });
  runner.on_callback("approval").succeed(std::string("yes"));
  return runner.run();
}

TEST(CloudTree, EqualsTheLocalOneOfCallbacksInvokesAndMaps) {
  const auto local = run_mixed();
  ASSERT_THAT(local, HasResult("yes72"));
  const auto cloud = through_the_service(local);
  expect_same(cloud, local);
  EXPECT_EQ(cloud.get_invoke("price").invoked_function(), "prices:live");
  EXPECT_EQ(cloud.get_context("approval").callback_id(),
            local.get_context("approval").callback_id());
}

TEST(CloudTree, EqualsTheLocalOneOfCallbacksThatTimeOut) {
  for (const bool heartbeat : {false, true}) {
    DurableFunctionTestRunner runner(
        [heartbeat](DurableContext& ctx) { return nobody_answers(heartbeat, ctx); });
    runner.on_callback("approval").ignore();
    const auto local = runner.run();
    ASSERT_THAT(local.get_callback("approval"), HasStatus(OperationStatus::timed_out));
    expect_same(through_the_service(local), local);
  }
}

TEST(CloudTree, EqualsTheLocalOneWhenItComesInSmallPages) {
  const auto local = run_mixed();
  const auto service = std::make_shared<RecordedService>(local, 3);
  ScriptedRunner scripted(service);
  expect_same(scripted->run(), local);
  EXPECT_EQ(service->history_pages(), (local.history().size() + 2) / 3);
}

TEST(CloudTree, KeepsWhatAnExecutionThatTimedOutWasDoing) {
  LocalRunnerOptions options;
  options.execution_timeout = 10s;
  DurableFunctionTestRunner runner(test::wait_seconds, options);
  const auto local = runner.run(60);
  ASSERT_THAT(local, TimedOut());
  expect_same(through_the_service(local), local);
}

TEST(CloudTree, SavesAHistoryThatReplays) {
  const auto local = run_local(test::nested);
  const auto cloud = through_the_service(local);
  EXPECT_EQ(cloud.history_json(), local.history_json());
  EXPECT_THAT(replay_history(Handler(test::nested), cloud.history_json()),
              ReplaysWithoutDivergence());
}

TEST(CloudHistory, IsAskedForInSmallerPagesWhenOneIsTooLarge) {
  const auto local = run_mixed();
  const auto service = std::make_shared<RecordedService>(local);
  std::size_t refused = 0;
  const auto transport = std::make_shared<cloud::FakeTransport>();
  for (int i = 0; i < 100; ++i) {
    transport->then([&, service](const http::OutboundRequest& request) -> Result<http::Response> {
      const bool is_large = request.url.find("MaxItems=1000") != std::string::npos ||
                            request.url.find("MaxItems=250") != std::string::npos;
      if (!is_large) return service->send(request);
      ++refused;
      return Error{ErrorCode::request_too_large, "the response is larger than 16 MiB"};
    });
  }
  ScriptedRunner scripted(transport);
  expect_same(scripted->run(), local);
  EXPECT_EQ(refused, 2U);
  EXPECT_THAT(scripted.warnings, IsEmpty());
}

TEST(CloudHistory, IsReadAgainWhileItsEndIsMissing) {
  const auto local = run_local(test::greet, "World");
  const auto service = std::make_shared<RecordedService>(local);
  service->show(1);
  const auto transport = std::make_shared<cloud::FakeTransport>();
  for (int i = 0; i < 100; ++i) {
    transport->then([&, service](const http::OutboundRequest& request) {
      if (service->history_pages() == 2) service->show(local.history().size());
      return service->send(request);
    });
  }
  ScriptedRunner scripted(transport);
  expect_same(scripted->run(), local);
  EXPECT_EQ(service->history_pages(), 3U);
  EXPECT_EQ(scripted.pauses.size(), 2U);
}

}  // namespace
}  // namespace durable
