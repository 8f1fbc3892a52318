// SPDX-License-Identifier: Apache-2.0
#include "testing/gtest/flags.h"
#include "testing/gtest/mode.h"

#include <durable/testing/gtest.h>

#include <cstdlib>
#include <iostream>
#include <vector>

namespace durable {
namespace {

constexpr int exit_usage = 2;

constexpr std::string_view help =
    R"(This program contains tests of durable functions.

  --runner-mode=local|cloud
      Where the functions of DURABLE_TESTs run: in this process, in memory, on
      virtual time (local, the default); or deployed to AWS Lambda, or on a
      server that speaks its API (cloud).
  -k TEXT
      Run only the tests whose name contains TEXT, whatever its case, with
      underscores or without; of those that --gtest_filter leaves.
  --explore-crashes
      Run each DURABLE_TEST as a crash test: its body runs undisturbed, then once
      for each checkpoint with the process killed before the send, after the send
      with the reply lost, and after the reply, and with each way in which the
      service can fail. DURABLE_CRASH_TESTs always run so. Local mode only.

Environment:
  DURABLE_RUNNER_MODE=cloud  The same as --runner-mode=cloud.
  DURABLE_EXPLORE_CRASHES=1  The same as --explore-crashes.
  DURABLE_SCHEDULE=TEXT      Make only this run of an exploration; a failing one
                             prints its TEXT. Use with --gtest_filter.
  DURABLE_SEED=NUMBER        The seed of the runs, instead of one made from the
                             test's name.
  DURABLE_RECORD_TREES=PATH  Write the tree of operations of each run to PATH, a file
                             a test, without times: the same in both modes.

Environment in cloud mode:
  QUALIFIED_FUNCTION_NAME    Required. The function's name with version or alias, or
                             its ARN: MyFunction:$LATEST
  LAMBDA_FUNCTION_TEST_NAME  Required. The lambda_function_name of the tests that
                             this function serves; the others are skipped. Case does
                             not matter.
  DURABLE_FUNCTION_NAME_MAP  Instead of these two: a JSON object, test name to
                             qualified function name, for many functions in one run.
                             PYTEST_FUNCTION_NAME_MAP is read as the same.
  AWS_REGION                 The function's region; us-west-2 where nothing says one.
  LAMBDA_ENDPOINT            Another endpoint, such as a local server's:
                             http://127.0.0.1:9014
  Credentials come from the usual AWS chain; an http:// endpoint needs none.

)";

/// Those that depend on values are known only after GoogleTest's own start.
std::vector<std::string> registered_tests() {
  std::vector<std::string> names;
  const ::testing::UnitTest& all = *::testing::UnitTest::GetInstance();
  for (int i = 0; i < all.total_test_suite_count(); ++i) {
    const ::testing::TestSuite& suite = *all.GetTestSuite(i);
    for (int j = 0; j < suite.total_test_count(); ++j) {
      names.push_back(std::string(suite.name()) + "." + suite.GetTestInfo(j)->name());
    }
  }
  return names;
}

}  // namespace

void init(int* argc, char** argv) {
  const Result<detail::Flags> flags = detail::take_flags(argc, argv);
  if (!flags) {
    std::cerr << flags.error().message << "\n";
    std::exit(exit_usage);
  }
  if (flags->help) std::cout << help;
  // The environment carries them to the tests, and to what they start.
  if (flags->explore_crashes) setenv(detail::explore_variable, "1", 1);
  if (flags->mode) {
    setenv(detail::runner_mode_variable, *flags->mode == RunnerMode::cloud ? "cloud" : "local", 1);
  }
  if (!flags->selection) return;
  // Twice is as once: the caller's own call does nothing more.
  ::testing::InitGoogleTest(argc, argv);
  const std::string filter = GTEST_FLAG_GET(filter);
  GTEST_FLAG_SET(filter, detail::narrow_filter(filter, registered_tests(), *flags->selection));
}

}  // namespace durable
