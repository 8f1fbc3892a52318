// SPDX-License-Identifier: Apache-2.0
#include "cli/conformance.h"

#include "cli/fake_world.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

namespace durable::cli {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

/// Gives its input as the result, and has no function for ids that begin with 9.
class EchoTarget final : public conformance::Target {
 public:
  explicit EchoTarget(std::string name) : name_(std::move(name)) {}
  [[nodiscard]] std::string name() const override { return name_; }
  [[nodiscard]] Result<bool> has(const conformance::Requirement& requirement) override {
    if (name_ == "http://nobody:1") return Error{ErrorCode::unavailable, "connection refused"};
    return !requirement.id.starts_with("9");
  }
  [[nodiscard]] Result<conformance::Observation> run(const conformance::Run& run) override {
    conformance::Observation seen;
    seen.status = "SUCCEEDED";
    seen.result = run.input.dump().value();
    return seen;
  }

 private:
  std::string name_;
};

class ConformanceCommandTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto* info = ::testing::UnitTest::GetInstance()->current_test_info();
    folder = std::filesystem::path(::testing::TempDir()) /
             (std::string("durable_conformance_") + info->name());
    std::filesystem::remove_all(folder);
    write("step/1-1.yaml", "Input: 1\nExpectedResult: {ExecutionStatus: SUCCEEDED, Result: 1}");
    world.conform = [this](const ConformanceCommand& command, Session& session) {
      return run_conformance(
          command, session,
          [this](const std::string& endpoint,
                 const std::string& region) -> Result<std::unique_ptr<conformance::Target>> {
            connected.push_back(endpoint + " " + region);
            return std::unique_ptr<conformance::Target>(std::make_unique<EchoTarget>(endpoint));
          });
    };
  }
  void TearDown() override { std::filesystem::remove_all(folder); }

  void write(const std::string& name, std::string_view text) const {
    std::filesystem::create_directories((folder / name).parent_path());
    std::ofstream(folder / name) << text;
  }
  [[nodiscard]] std::string read(const std::string& name) const {
    std::ifstream in(folder / name);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  /// Runs the command on the echoing target.
  int run(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(),
                     {"conformance", folder.string(), "--target", "http://echo:1"});
    return world.run(arguments);
  }

  std::filesystem::path folder;
  FakeWorld world;
  std::vector<std::string> connected;
};

TEST_F(ConformanceCommandTest, PrintsEveryRequirementAndTheTotals) {
  write("step/1-2.yaml", "Input: 1\nExpectedResult: {Result: 2}\noptional: true");
  write("wait/9-1.yaml", "Input: 1");

  EXPECT_EQ(run({"--region", "eu-west-1"}), 0);

  EXPECT_EQ(world.out.str(),
            "PASSED          step 1-1  0 ms\n"
            "OPTIONAL_FAILED step 1-2  0 ms\n"
            "    Result: expected 2, found 1\n"
            "NOT_IMPLEMENTED wait 9-1\n"
            "step  1 of 2 passed, 1 optional failed\n"
            "wait  0 of 1 passed, 1 not implemented\n"
            "1 of 3 requirements passed, 1 optional failed, 1 not implemented on http://echo:1 in "
            "0.000 s\n");
  EXPECT_THAT(connected, ElementsAre("http://echo:1 eu-west-1"));
}

TEST_F(ConformanceCommandTest, FailsWithARequirementThatIsNotOptional) {
  write("step/1-2.yaml", "Input: 1\nExpectedResult: {Result: 2}");
  EXPECT_EQ(run({}), 1);
  EXPECT_EQ(run({"--id", "1-1"}), 0);
}

TEST_F(ConformanceCommandTest, FailsWithAFileThatCannotBeRead) {
  write("step/1-2.yaml", "Input: [");
  EXPECT_EQ(run({}), 1);
  EXPECT_THAT(world.out.str(),
              AllOf(HasSubstr("ERROR           step 1-2"), HasSubstr("step/1-2.yaml: line ")));
}

TEST_F(ConformanceCommandTest, LeavesOutWhatHasNoFunctionUnlessAllAreRequired) {
  write("step/9-1.yaml", "Input: 1");
  EXPECT_EQ(run({}), 0);
  EXPECT_EQ(run({"--require-all"}), 1);
  EXPECT_EQ(run({"-k", "9-1"}), 1) << "nothing was judged";
}

TEST_F(ConformanceCommandTest, ChoosesSuitesAndIds) {
  write("step/1-2.yaml", "Input: 1");
  write("wait/2-1.yaml", "Input: 1");

  EXPECT_EQ(run({"--suite", "wait"}), 0);
  EXPECT_THAT(world.out.str(), AllOf(HasSubstr("wait 2-1"), Not(HasSubstr("step"))));
  EXPECT_EQ(run({"-k", "2-1", "-k", "1-2"}), 0);
  EXPECT_THAT(world.out.str(), AllOf(HasSubstr("2-1"), HasSubstr("1-2"), Not(HasSubstr("1-1"))));

  EXPECT_EQ(run({"--suite", "wat"}), 2);
  EXPECT_THAT(world.err.str(), HasSubstr("there is no suite \"wat\"; did you mean \"wait\"?"));
  EXPECT_EQ(run({"--id", "77-77"}), 2);
  EXPECT_THAT(world.err.str(), HasSubstr("there is no requirement \"77-77\"; there are 1-1, 1-2"));
  EXPECT_EQ(run({"--id", "1-1", "--suite", "wait"}), 2);
}

TEST_F(ConformanceCommandTest, SaysWhatAFolderMustHold) {
  EXPECT_EQ(world.run({"conformance", (folder / "missing").string()}), 2);
  EXPECT_THAT(world.err.str(), AllOf(HasSubstr("missing"), HasSubstr("FOLDER/step/1-1.yaml")));
  std::filesystem::create_directories(folder / "empty");
  EXPECT_EQ(world.run({"conformance", (folder / "empty").string()}), 2);
  EXPECT_THAT(world.err.str(), HasSubstr("found none"));
}

TEST_F(ConformanceCommandTest, PrintsAnyOtherReportAlone) {
  EXPECT_EQ(run({"--report", "json"}), 0);
  EXPECT_THAT(world.out.str(), StartsWith("{\"version\":1,"));
  EXPECT_THAT(world.err.str(), HasSubstr("1 of 1 requirements passed"));
  EXPECT_EQ(run({"--report", "markdown", "--target", "local"}), 1)
      << "there is no function for 1-1 here";
  EXPECT_THAT(world.out.str(), StartsWith("| suite | requirements | http://echo:1 | local |\n"
                                          "|---|---|---|---|\n"
                                          "| step | 1 | 1 | 0 (1 not implemented) |\n"));
}

TEST_F(ConformanceCommandTest, WritesAFileBesidesTheConsole) {
  const std::string file = (folder / "results.xml").string();
  EXPECT_EQ(run({"--report", "junit", "--output", file, "--color", "always"}), 0);
  EXPECT_THAT(read("results.xml"), StartsWith("<?xml"));
  EXPECT_THAT(world.out.str(), HasSubstr("\x1b[32mPASSED\x1b[0m"));
  EXPECT_EQ(run({"--output", file, "--color", "always"}), 0);
  EXPECT_THAT(read("results.xml"), StartsWith("PASSED  "));
  EXPECT_EQ(run({"--output", (folder / "no/where").string()}), 2);
  EXPECT_THAT(world.err.str(), HasSubstr("cannot write the file"));
}

TEST_F(ConformanceCommandTest, TellsOnceThatNobodyAnswers) {
  EXPECT_EQ(world.run({"conformance", folder.string(), "--target", "http://nobody:1"}), 3);
  EXPECT_THAT(world.err.str(),
              AllOf(HasSubstr("connection refused"), HasSubstr("http://nobody:1?")));
  EXPECT_EQ(world.run({"conformance", folder.string(), "--target", "somewhere"}), 2);
  EXPECT_THAT(world.err.str(), HasSubstr("expected local, server or a URL"));
}

TEST_F(ConformanceCommandTest, RefusesWordsThatItDoesNotKnow) {
  EXPECT_EQ(run({"--report", "html"}), 2);
  EXPECT_EQ(run({"--jobs", "0"}), 2);
  EXPECT_EQ(world.run({"conformance"}), 2);
}

}  // namespace
}  // namespace durable::cli
