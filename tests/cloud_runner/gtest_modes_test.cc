// SPDX-License-Identifier: Apache-2.0
//
// A whole test program in both modes: what runs, what is skipped, what fails and what it says.
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace durable {
namespace {

using ::testing::AllOf;
using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::Not;

struct Output {
  std::string text;
  int exit_code = -1;
};

Output run(const std::string& environment, const std::string& arguments,
           const std::string& program = DURABLE_MODES_SAMPLE) {
  const std::string command =
      "env -u DURABLE_RUNNER_MODE -u DURABLE_EXPLORE_CRASHES -u DURABLE_SCHEDULE "
      "-u QUALIFIED_FUNCTION_NAME -u LAMBDA_FUNCTION_TEST_NAME -u DURABLE_FUNCTION_NAME_MAP "
      "-u PYTEST_FUNCTION_NAME_MAP -u GTEST_FILTER " +
      environment + " " + program + " " + arguments + " 2>&1";
  Output output;
  std::FILE* pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) return output;
  std::array<char, 4096> buffer{};
  while (const std::size_t read = std::fread(buffer.data(), 1, buffer.size(), pipe)) {
    output.text.append(buffer.data(), read);
  }
  const int status = pclose(pipe);
  output.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return output;
}

constexpr const char* served =
    "QUALIFIED_FUNCTION_NAME='MyFunction:$LATEST' LAMBDA_FUNCTION_TEST_NAME='Hello World'";
/// Port 9 is nobody's: what is sent there is refused at once.
constexpr const char* nowhere = "LAMBDA_ENDPOINT=http://127.0.0.1:9 no_proxy=127.0.0.1 ";

TEST(Modes, LocalIsTheDefault) {
  for (const char* arguments : {"-k hello_world", "-k hello_world --runner-mode=local"}) {
    const Output output = run("", arguments);
    EXPECT_EQ(output.exit_code, 0) << output.text;
    EXPECT_THAT(output.text, HasSubstr("body runs in mode local"));
  }
}

TEST(Modes, CloudInvokesTheFunctionThatIsNamed) {
  for (const char* way : {"--runner-mode=cloud", "--runner-mode cloud"}) {
    const Output output = run(std::string(nowhere) + served, std::string(way) + " -k hello_world");
    EXPECT_EQ(output.exit_code, 1);
    EXPECT_THAT(output.text,
                AllOf(HasSubstr("body runs in mode cloud"),
                      HasSubstr("Failed to invoke Lambda function MyFunction:$LATEST: "),
                      HasSubstr("does the local server run?")));
  }
}

TEST(Modes, CloudTakesTheFunctionFromEitherMap) {
  for (const char* name : {"DURABLE_FUNCTION_NAME_MAP", "PYTEST_FUNCTION_NAME_MAP"}) {
    const Output output = run(std::string(nowhere) + name + "='{\"HELLO world\": \"Mapped:live\"}'",
                              "--runner-mode=cloud --gtest_filter=HelloWorld.*");
    EXPECT_THAT(output.text, HasSubstr("Failed to invoke Lambda function Mapped:live: ")) << name;
    const Output other = run(std::string(name) + "='{\"order\": \"Order:1\"}'",
                             "--runner-mode=cloud --gtest_filter=HelloWorld.*");
    EXPECT_EQ(other.exit_code, 0) << name;
    EXPECT_THAT(other.text,
                AllOf(HasSubstr("[  SKIPPED ]"),
                      HasSubstr("\"hello world\" doesn't match LAMBDA_FUNCTION_TEST_NAME"),
                      HasSubstr("(\"order\")")))
        << name;
  }
}

TEST(Modes, CloudAsksTheRegionOfTheEnvironmentOrOregon) {
  // A proxy that is not there: nothing leaves this machine, and the message says what was asked.
  const std::string alone =
      "-u AWS_DEFAULT_REGION -u AWS_PROFILE -u LAMBDA_ENDPOINT -u AWS_ENDPOINT_URL "
      "-u AWS_ENDPOINT_URL_LAMBDA -u no_proxy -u NO_PROXY -u AWS_CA_BUNDLE AWS_ACCESS_KEY_ID=a "
      "AWS_SECRET_ACCESS_KEY=b AWS_CONFIG_FILE=/dev/null AWS_SHARED_CREDENTIALS_FILE=/dev/null "
      "https_proxy=http://127.0.0.1:9 " +
      std::string(served);
  const std::string arguments = "--runner-mode=cloud --gtest_filter=HelloWorld.*";
  EXPECT_THAT(run("-u AWS_REGION " + alone, arguments).text,
              HasSubstr("no answer from https://lambda.us-west-2.amazonaws.com"));
  EXPECT_THAT(run(alone + " AWS_REGION=eu-west-1", arguments).text,
              HasSubstr("no answer from https://lambda.eu-west-1.amazonaws.com"));
}

TEST(Modes, CloudByTheEnvironmentAloneServesAnyMain) {
  const Output output = run(std::string(nowhere) + served + " DURABLE_RUNNER_MODE=cloud",
                            "--gtest_filter=HelloWorld.*");
  EXPECT_THAT(output.text, HasSubstr("body runs in mode cloud"));
  const Output unlinked = run(std::string(served) + " DURABLE_RUNNER_MODE=cloud",
                              "--gtest_filter=HelloWorld.*", DURABLE_MODES_LOCAL_SAMPLE);
  EXPECT_EQ(unlinked.exit_code, 1);
  EXPECT_THAT(unlinked.text, HasSubstr("link durable::testing_cloud to it"));
  const Output local = run("", "--gtest_filter=HelloWorld.*", DURABLE_MODES_LOCAL_SAMPLE);
  EXPECT_EQ(local.exit_code, 0) << local.text;
}

TEST(Modes, AnyOtherModeIsAnError) {
  const Output output = run("", "--runner-mode=both");
  EXPECT_EQ(output.exit_code, 2);
  EXPECT_EQ(output.text, "--runner-mode: expected \"local\" or \"cloud\", found \"both\"\n");
  const Output variable = run("DURABLE_RUNNER_MODE=both", "-k hello_world");
  EXPECT_EQ(variable.exit_code, 1);
  EXPECT_THAT(variable.text,
              HasSubstr("DURABLE_RUNNER_MODE: expected \"local\" or \"cloud\", found \"both\""));
}

TEST(Modes, CloudFailsWithoutItsVariables) {
  const Output output = run("", "--runner-mode=cloud -k hello_world");
  EXPECT_EQ(output.exit_code, 1);
  EXPECT_THAT(output.text, HasSubstr("Cloud mode requires both QUALIFIED_FUNCTION_NAME and "
                                     "LAMBDA_FUNCTION_TEST_NAME environment variables"));
}

TEST(Modes, CloudSkipsTheTestsOfOtherFunctions) {
  const Output output = run("QUALIFIED_FUNCTION_NAME=Order:1 LAMBDA_FUNCTION_TEST_NAME=order",
                            "--runner-mode=cloud -k hello_world");
  EXPECT_EQ(output.exit_code, 0);
  EXPECT_THAT(output.text,
              AllOf(HasSubstr("[  SKIPPED ] HelloWorld.Greets"),
                    HasSubstr("\"hello world\" doesn't match LAMBDA_FUNCTION_TEST_NAME \"order\""),
                    Not(HasSubstr("body runs"))));
}

TEST(Modes, EachRequiresWhatItRuns) {
  const Output cloud = run(served, "--runner-mode=cloud --gtest_filter=Local.*");
  EXPECT_EQ(cloud.exit_code, 1);
  EXPECT_THAT(cloud.text, HasSubstr("lambda_function_name is required for cloud mode tests"));
  const Output local = run("", "--gtest_filter=Cloud.*");
  EXPECT_EQ(local.exit_code, 1);
  EXPECT_THAT(local.text, HasSubstr("handler is required for local mode tests"));
}

TEST(Modes, FailuresBeforeTheBodyAreThoseOfTheTest) {
  const std::string map = "DURABLE_FUNCTION_NAME_MAP='[]'";
  for (const Output& output : {run("", "--gtest_filter=Cloud.*"),
                               run(served, "--runner-mode=cloud --gtest_filter=Local.*"),
                               run("", "--runner-mode=cloud -k hello_world"),
                               run(map, "--runner-mode=cloud -k hello_world"),
                               run("DURABLE_RUNNER_MODE=both", "-k hello_world"),
                               run(std::string(served) + " DURABLE_RUNNER_MODE=cloud",
                                   "--gtest_filter=HelloWorld.*", DURABLE_MODES_LOCAL_SAMPLE)}) {
    EXPECT_EQ(output.exit_code, 1);
    EXPECT_THAT(output.text, AllOf(ContainsRegex("modes_sample\\.cc:[0-9]+: Failure"),
                                   Not(HasSubstr("durable_test.cc"))));
  }
}

TEST(Modes, CrashExplorationIsLocalOnly) {
  const Output always = run(served, "--runner-mode=cloud --gtest_filter=Hello.Survives");
  const Output asked =
      run(served, "--runner-mode=cloud --explore-crashes --gtest_filter=HelloWorld.*");
  for (const Output& output : {always, asked}) {
    EXPECT_EQ(output.exit_code, 0);
    EXPECT_THAT(output.text, AllOf(HasSubstr("crash exploration needs the local runner"),
                                   HasSubstr("[  SKIPPED ] 1 test")));
  }
}

TEST(Selection, TakesWhatUsersOfTheFrameworkType) {
  for (const char* text :
       {"hello_world", "test_hello_world", "HelloWorld", "HELLOWORLD", "hello"}) {
    const Output listed = run("", std::string("--gtest_list_tests -k ") + text);
    EXPECT_EQ(listed.exit_code, 0) << text;
    EXPECT_THAT(listed.text, AllOf(HasSubstr("HelloWorld.\n  Greets"), Not(HasSubstr("AreSmall"))))
        << text;
  }
  const Output none = run("", "-k");
  EXPECT_EQ(none.exit_code, 2);
  EXPECT_EQ(none.text, "-k: expected a value behind it, found the end of the line\n");
}

TEST(Trees, AreRecordedForEachDurableTest) {
  const std::string folder =
      ::testing::TempDir() + "/durable-modes-trees-" + std::to_string(getpid());
  std::filesystem::remove_all(folder);
  const Output output = run("DURABLE_RECORD_TREES=" + folder, "-k hello");
  EXPECT_EQ(output.exit_code, 0) << output.text;
  std::ifstream file(folder + "/HelloWorld.Greets.txt");
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(file), {}),
            "execution SUCCEEDED -> \"Hello World!\"\n"
            "  STEP Step \"greet\" SUCCEEDED attempts 1 -> \"Hello World!\"\n");
  EXPECT_FALSE(std::filesystem::exists(folder + "/Hello.Survives.txt")) << "of its many runs";
  std::filesystem::remove_all(folder);
}

TEST(Selection, CombinesWithGoogleTestsFilter) {
  const Output listed = run("", "--gtest_list_tests -k numbers");
  EXPECT_THAT(listed.text, AllOf(HasSubstr("AreSmall/0"), HasSubstr("AreSmall/1"),
                                 Not(HasSubstr("Greets")), Not(HasSubstr("Survives"))));
  const Output both = run("", "--gtest_list_tests -k hello --gtest_filter=*.Survives");
  EXPECT_THAT(both.text, AllOf(HasSubstr("Survives"), Not(HasSubstr("Greets"))));
  const Output variable = run("GTEST_FILTER='-*.Survives'", "--gtest_list_tests -k hello");
  EXPECT_THAT(variable.text, AllOf(HasSubstr("Greets"), Not(HasSubstr("Survives"))));
}

TEST(Help, ExplainsModesAndEnvironment) {
  const Output help = run("", "--help");
  EXPECT_EQ(help.exit_code, 0);
  for (const char* text : {"--runner-mode=local|cloud", "-k TEXT", "QUALIFIED_FUNCTION_NAME",
                           "LAMBDA_FUNCTION_TEST_NAME", "DURABLE_FUNCTION_NAME_MAP", "AWS_REGION",
                           "us-west-2", "LAMBDA_ENDPOINT", "DURABLE_RUNNER_MODE",
                           "PYTEST_FUNCTION_NAME_MAP", "DURABLE_RECORD_TREES", "--gtest_filter="}) {
    EXPECT_THAT(help.text, HasSubstr(text));
  }
}

}  // namespace
}  // namespace durable
