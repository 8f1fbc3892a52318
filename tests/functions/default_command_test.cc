// SPDX-License-Identifier: Apache-2.0
#include "functions/template.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

namespace durable::functions {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class DefaultCommandTest : public ::testing::Test {
 protected:
  DefaultCommandTest() {
    EXPECT_NE(::mkdtemp(folder_.data()), nullptr);
    function_.name = "orders";
    function_.handler = "app.handler";
    function_.code_folder = folder_;
  }
  ~DefaultCommandTest() override { std::filesystem::remove_all(folder_); }

  /// A shell script that can be executed.
  std::string program(const std::string& path, const std::string& text = "exit 0") {
    const std::filesystem::path full = std::filesystem::path(folder_) / path;
    std::filesystem::create_directories(full.parent_path());
    std::ofstream(full) << "#!/bin/sh\n" << text << "\n";
    std::filesystem::permissions(full, std::filesystem::perms::owner_all);
    return full.string();
  }
  std::string error_of(const std::string& runtime) {
    function_.runtime = runtime;
    const auto command = default_command(function_, folder_ + "/bin");
    return command ? "no error" : command.error().message;
  }
  std::vector<std::string> command_of(const std::string& runtime) {
    function_.runtime = runtime;
    auto command = default_command(function_, folder_ + "/bin");
    EXPECT_TRUE(command) << command.error().message;
    return command ? std::move(*command) : std::vector<std::string>();
  }

  std::string folder_ = (std::filesystem::temp_directory_path() / "durable-XXXXXX").string();
  FunctionTemplate function_;
};

TEST_F(DefaultCommandTest, RunsTheBootstrapOfACustomRuntime) {
  EXPECT_THAT(error_of("provided.al2023"),
              AllOf(HasSubstr("function 'orders': there is no file"), HasSubstr("/bootstrap'"),
                    HasSubstr("--function NAME=COMMAND")));
  program("bootstrap");
  EXPECT_THAT(command_of("provided.al2023"), ElementsAre(HasSubstr("/bootstrap")));
}

TEST_F(DefaultCommandTest, RunsNodeWithTheRuntimeInside) {
  EXPECT_THAT(error_of("nodejs22.x"),
              AllOf(HasSubstr("no program 'node'"), HasSubstr("install node, or say")));
  const std::string node = program("bin/node");
  EXPECT_THAT(command_of("nodejs22.x"),
              ElementsAre(node, "--input-type=module", "--eval", HasSubstr("invocation/next")));
}

TEST_F(DefaultCommandTest, RunsPythonWithTheRuntimeInside) {
  EXPECT_THAT(error_of("python3.13"), HasSubstr("no program 'python3'"));
  const std::string global = program("bin/python3");
  EXPECT_THAT(command_of("python3.13"), ElementsAre(global, "-c", HasSubstr("invocation/next")));
}

TEST_F(DefaultCommandTest, PrefersTheVirtualEnvironmentOfTheFunctionOrAboveIt) {
  program("bin/python3");
  program(".venv/bin/python");
  function_.code_folder = folder_ + "/src/orders";
  std::filesystem::create_directories(function_.code_folder);

  EXPECT_THAT(command_of("python3.13"),
              ElementsAre(HasSubstr("/.venv/bin/python"), "-c", HasSubstr("invocation/next")));
}

TEST_F(DefaultCommandTest, FindsTheVirtualEnvironmentAboveTheFolderWhereItWasStarted) {
  program("bin/python3");
  program(".venv/bin/python");
  const std::filesystem::path before = std::filesystem::current_path();
  std::filesystem::create_directories(folder_ + "/src");
  std::filesystem::current_path(folder_ + "/src");
  function_.code_folder = ".";

  const std::vector<std::string> command = command_of("python3.13");

  std::filesystem::current_path(before);
  EXPECT_THAT(command, ElementsAre(HasSubstr("/.venv/bin/python"), "-c", ::testing::_));
}

TEST_F(DefaultCommandTest, SaysWhatItCannotRun) {
  EXPECT_THAT(error_of("java21"), HasSubstr("'java21' is not known"));
  function_.handler.clear();
  EXPECT_THAT(error_of("python3.13"), HasSubstr("it has no Handler"));
  function_.is_image = true;
  EXPECT_THAT(error_of(""), HasSubstr("its PackageType is Image"));
  function_.is_image = false;
  function_.code_folder.clear();
  EXPECT_THAT(error_of("provided"), HasSubstr("not a folder on this machine"));
}

}  // namespace
}  // namespace durable::functions
