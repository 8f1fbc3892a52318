// SPDX-License-Identifier: Apache-2.0
#include "cli/replay/process.h"

#include "cli/replay_functions.h"
#include "cloud/fakes.h"

#include <durable/testing/test_runner.h>
#include <durable/wire/json.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

namespace durable::cli {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const Note silent = [](std::string_view) {};

/// The history of a run on virtual time.
std::vector<wire::Event> history_of(const std::string& name) {
  DurableFunctionTestRunner runner(replay_function(name, silent));
  const auto result = name == "order" || name == "trial" ? runner.run("7") : runner.run();
  EXPECT_EQ(result.status(), InvocationStatus::succeeded);
  return wire::decode<wire::GetDurableExecutionHistoryResponse>(result.history_json())
      .value()
      .events;
}

class ReplayProcess : public ::testing::Test {
 protected:
  ReplayProcess()
      : effects_(::testing::TempDir() + "/replay_effects_" +
                 ::testing::UnitTest::GetInstance()->current_test_info()->name()) {
    std::filesystem::remove(effects_);
  }
  ~ReplayProcess() override { std::filesystem::remove(effects_); }

  Result<ProcessReplay> replay(std::vector<wire::Event> events, const std::string& function,
                               const ReplayCommand& options = {}) {
    ReplayCommand command = options;
    if (!command.function) {
      command.function = function + "=" DURABLE_REPLAY_PROGRAM " " + function + " " + effects_;
    }
    World world{in_,
                out_,
                err_,
                {},
                [](std::string_view) { return std::optional<std::string>(); },
                clock_,
                [](Duration) {},
                [](Timestamp) { return Duration{}; },
                nullptr,
                nullptr,
                {}};
    const auto record = ReplayRecord::from(std::move(events));
    if (!record) return record.error();
    return replay_in_process(command, *record, "", world);
  }

  /// What the step bodies of all processes did.
  [[nodiscard]] std::string effects() const {
    std::ifstream in(effects_);
    return {std::istreambuf_iterator<char>(in), {}};
  }

  const std::string effects_;
  std::istringstream in_;
  std::ostringstream out_;
  std::ostringstream err_;
  cloud::FakeClock clock_{Timestamp{std::chrono::seconds{1'800'000'000}}};
};

TEST_F(ReplayProcess, FindsThatTheCodeThatMadeAHistoryFitsItAndRunsNoStep) {
  for (const std::string name : {"order", "trial", "large", "leaves"}) {
    const auto replayed = replay(history_of(name), name);

    ASSERT_TRUE(replayed) << name << ": " << replayed.error().message;
    EXPECT_TRUE(replayed->report.ok()) << name << ": " << replayed->report.to_string();
    EXPECT_TRUE(replayed->report.ended) << name;
  }
  EXPECT_THAT(effects(), IsEmpty());
}

TEST_F(ReplayProcess, FindsThatTheCodeFitsEachBeginOfItsHistory) {
  const std::vector<wire::Event> events = history_of("order");
  for (std::size_t count = 1; count < events.size(); ++count) {
    const std::vector<wire::Event> begin(events.begin(),
                                         events.begin() + static_cast<std::ptrdiff_t>(count));
    const auto replayed = replay(begin, "order");

    ASSERT_TRUE(replayed) << replayed.error().message;
    EXPECT_TRUE(replayed->report.ok()) << count << ": " << replayed->report.to_string();
  }
  // In a context where nothing has begun, the first step is what is not recorded.
  EXPECT_EQ(effects(), "label\n");
}

TEST_F(ReplayProcess, FindsAStepThatWasRenamed) {
  const auto replayed = replay(history_of("order"), "renamed");

  ASSERT_TRUE(replayed);
  ASSERT_TRUE(replayed->report.divergence);
  EXPECT_THAT(replayed->report.divergence->now,
              AllOf(HasSubstr("FAILED with NonDeterministicExecutionError"), HasSubstr("\"tag\"")));
  EXPECT_THAT(replayed->report.divergence->where, HasSubstr("where invocation 2 ended"));
  EXPECT_THAT(replayed->report.divergence->recorded, HasSubstr("a wait for WAIT (Wait) \"truck\""));
  EXPECT_THAT(effects(), IsEmpty());
}

TEST_F(ReplayProcess, FindsACallThatWasAddedBehindTheEnd) {
  const auto replayed = replay(history_of("order"), "extra");

  ASSERT_TRUE(replayed);
  ASSERT_TRUE(replayed->report.divergence);
  EXPECT_EQ(replayed->report.divergence->now, "STEP (Step) \"extra\"");
  EXPECT_EQ(replayed->report.divergence->recorded,
            "no call: the execution is recorded as finished");
  EXPECT_THAT(replayed->report.divergence->where, HasSubstr("handler > \"extra\""));
  EXPECT_EQ(replayed->report.divergence->operation_id, "5");
}

TEST_F(ReplayProcess, FindsAWaitThatTheCodeNoLongerMakes) {
  const auto replayed = replay(history_of("order"), "hasty");

  ASSERT_TRUE(replayed);
  ASSERT_TRUE(replayed->report.divergence);
  EXPECT_THAT(replayed->report.divergence->where, HasSubstr("where invocation 1 ended"));
  EXPECT_THAT(replayed->report.divergence->now, HasSubstr("NonDeterministicExecutionError"));
}

TEST_F(ReplayProcess, FindsAnotherResultOfAChildThatIsRecordedAsFinished) {
  const auto replayed = replay(history_of("order"), "other");

  ASSERT_TRUE(replayed);
  ASSERT_TRUE(replayed->report.divergence);
  EXPECT_EQ(replayed->report.divergence->recorded, "the result \"7-3!\"");
  EXPECT_EQ(replayed->report.divergence->now, "the result \"7-3?\"");
  EXPECT_EQ(replayed->report.divergence->operation_id, "3");
  EXPECT_GT(replayed->event_id, 0);
}

TEST_F(ReplayProcess, FindsAnotherEndOfTheHandler) {
  // Without the recorded waits nothing is seen before the end.
  std::vector<wire::Event> events = history_of("order");
  std::erase_if(events, [](const wire::Event& event) {
    return event.event_type == wire::EventType::invocation_completed;
  });

  const auto replayed = replay(events, "failing");

  ASSERT_TRUE(replayed);
  ASSERT_TRUE(replayed->report.divergence);
  EXPECT_EQ(replayed->invocations, 1U);
  EXPECT_THAT(replayed->report.divergence->where, HasSubstr("the end of the handler"));
  EXPECT_EQ(replayed->report.divergence->recorded, "SUCCEEDED with \"7-3!3\"");
  EXPECT_THAT(replayed->report.divergence->now, HasSubstr("no paper"));
}

TEST_F(ReplayProcess, TellsOfAProcessThatGivesNoAnswer) {
  const auto crashed = replay(history_of("order"), "crashing");
  const auto slow = replay(history_of("order"), "slow", {.timeout = 100ms});

  ASSERT_TRUE(crashed);
  EXPECT_THAT(crashed->report.problem,
              AllOf(HasSubstr("Runtime.ExitError"), HasSubstr("exit status 3")));
  ASSERT_TRUE(slow);
  EXPECT_THAT(slow->report.problem,
              AllOf(HasSubstr("timed out after 0.10 seconds"), HasSubstr("--timeout")));
}

TEST_F(ReplayProcess, TellsApartAProcessThatDoesNotComeUpFromCodeThatDiffers) {
  const auto replayed = replay(history_of("order"), "nobody");

  ASSERT_TRUE(replayed);
  EXPECT_FALSE(replayed->report.divergence) << replayed->report.to_string();
  EXPECT_THAT(replayed->report.problem,
              AllOf(HasSubstr("the process gave no answer"), HasSubstr("nobody")));
}

TEST_F(ReplayProcess, TellsOfAFunctionThatIsNotDurable) {
  const auto replayed = replay(history_of("order"), "plain");

  ASSERT_TRUE(replayed);
  EXPECT_FALSE(replayed->report.ok()) << replayed->report.to_string();
}

TEST_F(ReplayProcess, ShowsWhatTheProcessPrintsWhereThatIsWanted) {
  static_cast<void>(replay(history_of("trial"), "trial"));
  EXPECT_THAT(err_.str(), IsEmpty());

  static_cast<void>(replay(history_of("trial"), "trial", {.logs = true}));
  EXPECT_THAT(err_.str(), HasSubstr("trial: the process of trial\n"));
}

TEST_F(ReplayProcess, RefusesWhatCannotBeRun) {
  const auto refusal = [this](const ReplayCommand& command) {
    const auto made = replay(history_of("trial"), "", command);
    if (made) return std::string("(taken)");
    EXPECT_EQ(made.error().code, ErrorCode::invalid_usage);
    return made.error().message;
  };
  EXPECT_THAT(refusal({.function = "order"}), HasSubstr("expected NAME=COMMAND"));
  EXPECT_THAT(refusal({.function = "order=/there/is/none"}), HasSubstr("/there/is/none"));
  EXPECT_THAT(refusal({.template_file = "/there/is/none"}), HasSubstr("/there/is/none"));
}

TEST_F(ReplayProcess, TakesTheFunctionFromATemplate) {
  const std::filesystem::path folder = ::testing::TempDir() + "/replay_template";
  std::filesystem::create_directories(folder);
  std::ofstream(folder / "bootstrap")
      << "#!/bin/sh\nexec " << DURABLE_REPLAY_PROGRAM << " \"$_HANDLER\" " << effects_ << "\n";
  std::filesystem::permissions(folder / "bootstrap", std::filesystem::perms::owner_all);
  std::ofstream file(folder / "template.yaml");
  file << "Transform: AWS::Serverless-2016-10-31\nResources:\n";
  for (const std::string name : {"trial", "large"}) {
    file << "  " << name << ":\n    Type: AWS::Serverless::Function\n    Properties:\n"
         << "      FunctionName: " << name << "\n      Handler: " << name
         << "\n      Runtime: provided.al2023\n      CodeUri: .\n"
         << "      DurableConfig: {ExecutionTimeout: 900, RetentionPeriodInDays: 1}\n";
  }
  file.close();
  ReplayCommand command;
  command.template_file = folder / "template.yaml";

  const auto unsaid = replay(history_of("large"), "", [&] {
    ReplayCommand both = command;
    both.function = "none";
    return both;
  }());
  command.function = "large";
  const auto said = replay(history_of("large"), "", command);
  std::filesystem::remove_all(folder);

  ASSERT_FALSE(unsaid);
  EXPECT_THAT(unsaid.error().message,
              AllOf(HasSubstr("no function none"), HasSubstr("trial, large")));
  ASSERT_TRUE(said) << said.error().message;
  EXPECT_TRUE(said->report.ok()) << said->report.to_string();
}

}  // namespace
}  // namespace durable::cli
