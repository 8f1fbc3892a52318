// SPDX-License-Identifier: Apache-2.0
#include "functions/host.h"

#include "functions/host_fixture.h"

#include <fcntl.h>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>
#include <set>
#include <string>
#include <vector>

namespace durable::functions {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST_F(HostTest, AnswersThroughAProcessAndKeepsItWarm) {
  add(one_process());
  EXPECT_EQ(state().processes, 0U);
  EXPECT_EQ(answer("hello"), "hello");
  const std::string pid = answer("pid");
  for (int i = 0; i < 20; ++i) EXPECT_EQ(answer("pid"), pid);
  EXPECT_EQ(answer("count"), "23");
  EXPECT_EQ(state().processes, 1U);
}

TEST_F(HostTest, GivesTheEventWithItsHeaders) {
  add(fake());
  auto promise = std::make_shared<std::promise<Outcome>>();
  std::future<Outcome> future = promise->get_future();
  host_->invoke("f", {"request-1", "headers", "tenant", "Root=1-2-3", "{\"custom\":1}"},
                [promise](Outcome outcome) { promise->set_value(std::move(outcome)); });
  const Outcome outcome = wait(std::move(future));
  ASSERT_TRUE(std::holds_alternative<Answer>(outcome));
  const std::string head = std::get<Answer>(outcome).payload;
  for (const char* line :
       {"Lambda-Runtime-Aws-Request-Id: request-1\r\n",
        "Lambda-Runtime-Invoked-Function-Arn: "
        "arn:aws:lambda:us-east-1:123456789012:function:f:7\r\n",
        "Lambda-Runtime-Aws-Tenant-Id: tenant\r\n", "Lambda-Runtime-Trace-Id: Root=1-2-3\r\n",
        "Lambda-Runtime-Client-Context: {\"custom\":1}\r\n", "Lambda-Runtime-Invocation-Id: ",
        "Lambda-Runtime-Deadline-Ms: ", "Content-Type: application/json\r\n"}) {
    EXPECT_THAT(head, HasSubstr(line));
  }
}

TEST_F(HostTest, RunsUpToTheAllowedNumberOfProcessesAtTheSameTime) {
  FunctionSpec spec = fake();
  spec.concurrency_max = 3;
  add(std::move(spec));
  std::string folder = (std::filesystem::temp_directory_path() / "durable-XXXXXX").string();
  ASSERT_NE(::mkdtemp(folder.data()), nullptr);

  std::vector<std::future<Outcome>> outcomes;
  for (int i = 0; i < 6; ++i) outcomes.push_back(start("meet " + folder));
  std::set<std::string> pids;
  for (auto& outcome : outcomes) {
    const Outcome ended = wait(std::move(outcome));
    ASSERT_TRUE(std::holds_alternative<Answer>(ended));
    pids.insert(std::get<Answer>(ended).payload);
  }
  EXPECT_EQ(pids.size(), 3U);
  EXPECT_EQ(state().processes, 3U);
  std::filesystem::remove_all(folder);
}

TEST_F(HostTest, GivesAProcessLambdasEnvironmentAndNothingOfItsOwn) {
  ASSERT_EQ(::setenv("DURABLE_TEST_SECRET", "secret", 1), 0);
  FunctionSpec spec = fake();
  spec.folder = "/tmp/.";
  spec.handler = "app.handler";
  spec.memory_mb = 512;
  spec.environment = {{"TABLE", "orders"}, {"AWS_REGION", "eu-west-1"}};
  add(std::move(spec));
  EXPECT_EQ(answer("env AWS_LAMBDA_FUNCTION_NAME"), "f");
  EXPECT_EQ(answer("env AWS_LAMBDA_FUNCTION_VERSION"), "7");
  EXPECT_EQ(answer("env AWS_LAMBDA_FUNCTION_MEMORY_SIZE"), "512");
  EXPECT_EQ(answer("env AWS_LAMBDA_LOG_GROUP_NAME"), "/aws/lambda/f");
  EXPECT_THAT(answer("env AWS_LAMBDA_LOG_STREAM_NAME"), HasSubstr("/[7]"));
  EXPECT_EQ(answer("env AWS_ENDPOINT_URL_LAMBDA"), "http://127.0.0.1:1");
  EXPECT_EQ(answer("env _HANDLER"), "app.handler");
  EXPECT_EQ(answer("env LAMBDA_TASK_ROOT"), "/tmp/");
  EXPECT_EQ(answer("env AWS_REGION"), "eu-west-1");
  EXPECT_EQ(answer("env AWS_DEFAULT_REGION"), "us-east-1");
  EXPECT_EQ(answer("env TABLE"), "orders");
  EXPECT_EQ(answer("env AWS_ACCESS_KEY_ID"), "local");
  EXPECT_EQ(answer("env DURABLE_TEST_SECRET"), "(unset)");
  EXPECT_EQ(answer("folder"), "/tmp");
  ::unsetenv("DURABLE_TEST_SECRET");
}

TEST_F(HostTest, GivesAProcessNoOpenFiles) {
  const FileDescriptor careless(::open("/dev/null", O_RDONLY));
  add(fake());
  EXPECT_EQ(answer("files"), "");
}

TEST_F(HostTest, FailsTheInvocationOfAProcessThatExits) {
  add(fake());
  const Failure exited = failure("exit 3", "request-1");
  EXPECT_EQ(exited.error_type, "Runtime.ExitError");
  EXPECT_EQ(exited.error_message,
            "RequestId: request-1 Error: Runtime exited with error: exit status 3");
  EXPECT_EQ(failure("raise 9").error_message,
            "RequestId: r Error: Runtime exited with error: signal: killed");
  EXPECT_EQ(failure("exit 0").error_message,
            "RequestId: r Error: Runtime exited without providing a reason");
  EXPECT_EQ(answer("again"), "again");
}

TEST_F(HostTest, StartsAProcessInPlaceOfOneThatExitedBetweenInvocations) {
  add(fake());
  EXPECT_EQ(answer("answer-and-exit 1"), "1");
  EXPECT_TRUE(eventually([&] { return state().processes == 0; }));
  EXPECT_EQ(answer("count"), "1");
}

TEST_F(HostTest, PassesOnTheFunctionsOwnError) {
  add(fake());
  const Failure own = failure(
      R"(error {"errorMessage":"no stock","errorType":"StockError","stackTrace":["at a","at b"]})");
  EXPECT_EQ(own.error_type, "StockError");
  EXPECT_EQ(own.error_message, "no stock");
  EXPECT_THAT(own.stack_trace, ::testing::ElementsAre("at a", "at b"));
  const Failure text = failure("error what happened");
  EXPECT_EQ(text.error_type, "Mine.Header");
  EXPECT_EQ(text.error_message, "what happened");
}

TEST_F(HostTest, ReportsAProcessThatCannotInitialise) {
  options_.stop_grace = 50ms;
  host_ = std::make_unique<Host>(server_, options_);
  add(fake("init-error"));
  const Failure init = failure("a");
  EXPECT_EQ(init.error_type, "Mine.Broken");
  EXPECT_EQ(init.error_message, "no table");
}

TEST_F(HostTest, ReportsAProcessThatEndsBeforeItAsks) {
  add(fake("init-exit"));
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(failure("a").error_message,
              "RequestId: r Error: Runtime exited with error: exit status 7");
  }
}

TEST_F(HostTest, ReportsAProcessThatNeverAsks) {
  FunctionSpec spec = fake("init-hang");
  spec.init_timeout = 100ms;
  add(std::move(spec));
  const Failure late = failure("a");
  EXPECT_TRUE(late.timed_out);
  EXPECT_EQ(late.error_type, "Sandbox.Timedout");
  EXPECT_TRUE(eventually([&] { return state().processes == 0; }));
}

TEST_F(HostTest, KillsAllThatAnInvocationStartedWhenItsTimeIsOver) {
  FunctionSpec spec = fake();
  spec.timeout = 500ms;
  spec.init_timeout = patience;
  add(std::move(spec));
  std::future<Outcome> outcome = start("spawn-and-hang", "request-1");
  ASSERT_TRUE(eventually([&] { return !host_->log("f", 0, 1).empty(); }));
  int leader = 0;
  int follower = 0;
  ASSERT_EQ(std::sscanf(host_->log("f", 0, 1)[0].text.c_str(), "%d %d", &leader, &follower), 2);
  Watched first(leader);
  Watched second(follower);

  const Outcome ended = wait(std::move(outcome));
  const auto* late = std::get_if<Failure>(&ended);
  ASSERT_NE(late, nullptr);
  EXPECT_EQ(late->error_type, "Sandbox.Timedout");
  EXPECT_EQ(late->error_message, "RequestId: request-1 Error: Task timed out after 0.50 seconds");
  EXPECT_TRUE(late->timed_out);
  EXPECT_TRUE(first.ends());
  EXPECT_TRUE(second.ends());
}

TEST_F(HostTest, StopsAnIdleProcess) {
  FunctionSpec spec = fake();
  spec.idle_timeout = 20ms;
  add(std::move(spec));
  EXPECT_EQ(answer("hello"), "hello");
  EXPECT_TRUE(eventually([&] { return state().processes == 0; }));
  EXPECT_EQ(answer("count"), "1");
}

TEST_F(HostTest, FailsAnInvocationWhoseAnswerIsTooLarge) {
  add(one_process());
  const Failure large = failure("large 7000000");
  EXPECT_EQ(large.error_type, "Function.ResponseSizeTooLarge");
  EXPECT_EQ(answer("status"), "413");
  EXPECT_EQ(answer("large 6000000").size(), 6'000'000U);
}

TEST_F(HostTest, RefusesASecondAnswer) {
  add(one_process());
  EXPECT_EQ(answer("twice 1"), "1");
  EXPECT_EQ(answer("status"), "400");
}

TEST_F(HostTest, KeepsWhatAProcessPrintsWithItsInvocation) {
  add(fake());
  wait(start("print one", "request-1"));
  wait(start("print two", "request-2"));
  const std::vector<LogLine> log = host_->log("f", 0, 100);
  ASSERT_EQ(log.size(), 6U);
  std::vector<std::string> out;
  std::vector<std::string> error;
  for (const LogLine& line : log) {
    EXPECT_EQ(line.number, static_cast<std::uint64_t>(&line - log.data() + 1));
    (line.from_stderr ? error : out).push_back(line.request_id + ": " + line.text);
  }
  EXPECT_THAT(out, ::testing::ElementsAre("request-1: one", "request-1: without end",
                                          "request-2: two", "request-2: without end"));
  EXPECT_THAT(error,
              ::testing::ElementsAre("request-1: to stderr: one", "request-2: to stderr: two"));
  EXPECT_EQ(host_->log("f", 4, 1).at(0).number, 5U);
  EXPECT_THAT(host_->log("f", 6, 100), IsEmpty());
  EXPECT_EQ(host_->last_log_number("f"), 6U);
  EXPECT_EQ(host_->last_log_number("none"), 0U);
}

TEST_F(HostTest, KeepsTheLastWordsOfAProcess) {
  add(fake());
  failure("print-and-exit good bye", "request-1");
  const std::vector<LogLine> log = host_->log("f", 0, 100);
  ASSERT_EQ(log.size(), 1U);
  EXPECT_EQ(log[0].text, "good bye");
  EXPECT_EQ(log[0].request_id, "request-1");
}

TEST_F(HostTest, EndsWithAllProcessesAndInvocations) {
  options_.stop_grace = 50ms;
  host_ = std::make_unique<Host>(server_, options_);
  FunctionSpec spec = fake("ignore-term");
  spec.concurrency_max = 2;
  add(std::move(spec));
  Watched leader(std::stoi(answer("pid")));
  Watched follower(std::stoi(answer("spawn")));
  std::future<Outcome> running = start("hang");
  ASSERT_TRUE(eventually([&] { return state().running == 1; }));

  host_.reset();
  EXPECT_TRUE(leader.has_ended());
  EXPECT_TRUE(follower.ends());
  const Outcome ended = wait(std::move(running));
  ASSERT_TRUE(std::holds_alternative<Failure>(ended));
  EXPECT_EQ(std::get<Failure>(ended).error_type, "Runtime.HostStopped");
}

TEST_F(HostTest, RefusesWhatCannotBeRun) {
  FunctionSpec spec = fake();
  spec.command = {"no-such-program"};
  EXPECT_THAT(host_->add(spec).error().message,
              AllOf(HasSubstr("function 'f': there is no program 'no-such-program' in PATH"),
                    HasSubstr("./no-such-program")));
  spec.command = {"./missing"};
  spec.folder = "/tmp";
  EXPECT_THAT(host_->add(spec).error().message, HasSubstr("there is no file '/tmp/./missing'"));
  spec.folder = "/no/such/folder";
  EXPECT_THAT(host_->add(spec).error().message, HasSubstr("no folder '/no/such/folder'"));
  add(fake());
  EXPECT_THAT(host_->add(fake()).error().message, HasSubstr("has been added already"));
}

TEST_F(HostTest, FailsAnInvocationOfAnUnknownFunction) {
  EXPECT_EQ(failure("a").error_type, "ResourceNotFoundException");
  EXPECT_FALSE(host_->state("f"));
}

}  // namespace
}  // namespace durable::functions
