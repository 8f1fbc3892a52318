// SPDX-License-Identifier: Apache-2.0
//
// The cloud runner against the local server, whose functions are processes: the same handlers give
// the same trees as in local mode.
#include "cloud_runner/served_functions.h"
#include "server/server.h"

#include <durable/testing/cloud_runner.h>
#include <durable/testing/gtest.h>
#include <durable/wire/names.h>

#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

namespace durable {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::ElementsAreArray;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

server::FunctionDefinition definition(const std::string& name) {
  server::FunctionDefinition function;
  function.name = name;
  function.command = {DURABLE_SERVED_FUNCTIONS, name == "impatient" ? "ask" : name};
  if (name != "plain") function.durable.emplace();
  if (name == "impatient") function.durable->execution_timeout = 1s;
  return function;
}

/// What the two modes have in common: all but times and ids of callbacks.
std::vector<std::string> tree_of(const DurableFunctionTestResult& result) {
  std::vector<std::string> lines;
  for (const TestOperation& operation : result.get_all_operations()) {
    std::string line = operation.id() + " " + operation.path();
    line.append(" ").append(wire::to_string(operation.type()));
    line.append(" ").append(operation.sub_type());
    line.append(" ").append(wire::to_string(operation.status()));
    line += " attempts " + std::to_string(operation.attempts());
    if (const auto payload = operation.raw_result()) line += " result " + payload->str();
    if (operation.error() != nullptr) {
      line += " error " + operation.error()->error_type.value_or("") + ": " +
              operation.error()->error_message.value_or("");
    }
    lines.push_back(std::move(line));
  }
  return lines;
}

class ServedFunctions : public ::testing::Test {
 protected:
  void SetUp() override {
    setenv("no_proxy", "127.0.0.1", 1);  // whoever runs the tests may have a proxy
    server::ServerOptions options;
    options.port = 0;
    options.store = server::StoreKind::memory;
    for (const char* name :
         {"tour", "inspect", "ask", "watch", "pile", "refuse", "plain", "impatient"}) {
      options.functions.push_back(definition(name));
    }
    auto opened = server::Server::open(std::move(options));
    ASSERT_TRUE(opened) << opened.error().message;
    server_ = *std::move(opened);
  }
  std::unique_ptr<DurableFunctionCloudTestRunner> make_runner(const std::string& name) {
    CloudRunnerOptions options;
    options.endpoint = server_->url();
    options.on_warning = [this](const std::string& text) { warnings_.push_back(text); };
    return std::make_unique<DurableFunctionCloudTestRunner>(name + ":$LATEST", std::move(options));
  }

  std::unique_ptr<server::Server> server_;
  std::vector<std::string> warnings_;
};

TEST_F(ServedFunctions, GiveTheTreeOfALocalRun) {
  const auto cloud = make_runner("tour")->run("World");
  const auto local = DurableFunctionTestRunner(test::tour).run("World");
  EXPECT_THAT(cloud, HasResult("Hello World, 2, 2"));
  EXPECT_THAT(tree_of(cloud), ElementsAreArray(tree_of(local)));
  EXPECT_EQ(cloud.invocations().size(), local.invocations().size());
  EXPECT_EQ(cloud.usage().operations.used, local.usage().operations.used);
  EXPECT_EQ(cloud.usage().stored_bytes.used, local.usage().stored_bytes.used);
  EXPECT_GE(cloud.get_wait("pause").duration(), Duration(1s));
  EXPECT_THAT(warnings_, IsEmpty());
}

TEST_F(ServedFunctions, LeaveTheSameItemsOfABatchUnfinished) {
  const auto cloud = make_runner("inspect")->run();
  const auto local = DurableFunctionTestRunner(test::inspect).run();
  EXPECT_EQ(cloud.raw_result(), local.raw_result());
  EXPECT_THAT(tree_of(cloud), ElementsAreArray(tree_of(local)));
}

TEST_F(ServedFunctions, AreCompletedThroughTheirCallbacks) {
  const auto runner = make_runner("ask");
  const std::string arn = runner->run_async();
  const std::string id = runner->wait_for_callback(arn, "approval");
  runner->send_callback_heartbeat(id);
  runner->send_callback_success(id, std::string("granted"));
  const auto cloud = runner->wait_for_result(arn);
  EXPECT_THAT(cloud, HasResult("granted"));
  EXPECT_THROW(runner->send_callback_success(id, std::string("again")), CallbackClosedError);
  EXPECT_THROW(runner->send_callback_heartbeat("nonsense"), std::invalid_argument);

  DurableFunctionTestRunner local(test::ask);
  local.on_callback("approval").succeed(std::string("granted"));
  EXPECT_THAT(tree_of(cloud), ElementsAreArray(tree_of(local.run())));
}

TEST_F(ServedFunctions, AreFailedThroughTheirCallbacks) {
  ErrorObject error;
  error.error_type = "Denied";
  error.error_message = "not this time";
  error.error_data = "{\"code\":7}";
  const auto runner = make_runner("ask");
  const std::string arn = runner->run_async();
  runner->send_callback_failure(runner->wait_for_callback(arn, "approval"), error);
  const auto cloud = runner->wait_for_result(arn);

  DurableFunctionTestRunner local(test::ask);
  local.on_callback("approval").fail(error);
  const auto expected = local.run();
  EXPECT_THAT(cloud, FailedWith("CallbackExternalError", "not this time"));
  EXPECT_EQ(*cloud.error(), *expected.error());
  EXPECT_THAT(tree_of(cloud), ElementsAreArray(tree_of(expected)));
}

TEST_F(ServedFunctions, MissTheHeartbeatsThatNobodySends) {
  const auto cloud = make_runner("watch")->run();
  DurableFunctionTestRunner local(test::watch);
  local.on_callback("watch").ignore();
  const auto expected = local.run();
  EXPECT_THAT(cloud, HasResult<std::string>(StartsWith("not seen: ")));
  EXPECT_EQ(cloud.raw_result(), expected.raw_result());
  EXPECT_THAT(cloud.get_callback("watch"), HasStatus(OperationStatus::timed_out));
  EXPECT_THAT(tree_of(cloud), ElementsAreArray(tree_of(expected)));
}

TEST_F(ServedFunctions, TimeOutAsTheyDoLocally) {
  const auto cloud = make_runner("impatient")->run();
  LocalRunnerOptions options;
  options.execution_timeout = 1s;
  DurableFunctionTestRunner local(test::ask, options);
  local.on_callback("approval").ignore();
  const auto expected = local.run();
  EXPECT_THAT(cloud, TimedOut());
  EXPECT_EQ(*cloud.error(), *expected.error());
  EXPECT_THAT(tree_of(cloud), ElementsAreArray(tree_of(expected)));
}

TEST_F(ServedFunctions, MayHaveAHistoryOfManyPagesAndMegabytes) {
  // Two events a step: more than the thousand of a page. More than 6 MB, which no answer may have.
  const test::Pile size{.steps = 600, .bytes = 12'000};
  const auto cloud = make_runner("pile")->run(size);
  const auto local = DurableFunctionTestRunner(test::pile).run(size);
  EXPECT_THAT(cloud, HasResult(600 * 12'000));
  EXPECT_EQ(cloud.history().size(), local.history().size());
  EXPECT_EQ(tree_of(cloud), tree_of(local));
  EXPECT_THAT(warnings_, IsEmpty());
}

TEST_F(ServedFunctions, WarnOnStandardErrorUnlessToldOtherwise) {
  CloudRunnerOptions options;
  options.endpoint = server_->url();
  DurableFunctionCloudTestRunner runner("refuse:$LATEST", std::move(options));
  ::testing::internal::CaptureStderr();
  runner.run("no stock");
  EXPECT_THAT(
      ::testing::internal::GetCapturedStderr(),
      AllOf(StartsWith("[durable] warning: Lambda function failed: {"), HasSubstr("no stock")));
}

TEST_F(ServedFunctions, FailAsTheyDoLocally) {
  const auto cloud = make_runner("refuse")->run("no stock");
  const auto local = DurableFunctionTestRunner(test::refuse).run("no stock");
  EXPECT_THAT(cloud, FailedWith("runtime_error", "no stock"));
  EXPECT_EQ(*cloud.error(), *local.error());
  EXPECT_THAT(tree_of(cloud), ElementsAreArray(tree_of(local)));
  EXPECT_THAT(warnings_,
              ElementsAre(AllOf(StartsWith("Lambda function failed: {"), HasSubstr("no stock"))));
}

TEST_F(ServedFunctions, ThatAreNotDurableOrNotThereSaySo) {
  EXPECT_THROW(
      {
        try {
          make_runner("plain")->run();
        } catch (const CloudCallError& error) {
          EXPECT_THAT(error.what(), StartsWith("No DurableExecutionArn in response for function "
                                               "plain:$LATEST"));
          throw;
        }
      },
      CloudCallError);
  EXPECT_THROW(
      {
        try {
          make_runner("nobody")->run();
        } catch (const CloudCallError& error) {
          EXPECT_THAT(error.what(), StartsWith("Failed to invoke Lambda function nobody:$LATEST: "
                                               "ResourceNotFoundException"));
          throw;
        }
      },
      CloudCallError);
}

TEST_F(ServedFunctions, ThatAreStuckAreReportedWithWhatTheyWaitFor) {
  EXPECT_THROW(
      {
        try {
          make_runner("ask")->run_payload(std::nullopt, {.timeout = 1s});
        } catch (const RunIncompleteError& error) {
          EXPECT_THAT(error.what(),
                      AllOf(StartsWith("Execution did not complete within 1s"),
                            HasSubstr("last status: RUNNING"), HasSubstr("CALLBACK \"approval/")));
          throw;
        }
      },
      RunIncompleteError);
}

}  // namespace
}  // namespace durable
