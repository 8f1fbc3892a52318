// SPDX-License-Identifier: Apache-2.0
#include <durable/testing/gtest.h>

#include "testing/gtest/mode.h"
#include "testing/gtest/trees.h"

#include <charconv>
#include <cstdlib>
#include <string_view>

// Null in a program that does not link durable::testing_cloud.
extern "C" [[gnu::weak]] durable::DurableTestRunner* durable_make_cloud_runner(
    const std::string* function_name, const durable::CloudRunnerOptions* options);

namespace durable {
namespace {

/// FNV-1a: the same seed for a test on every machine and in every build.
std::uint64_t hash_name(std::string_view name) {
  std::uint64_t hash = 0xCBF29CE484222325ULL;
  for (const char c : name) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3ULL;
  }
  return hash;
}

/// Fails the test that runs where its author finds it: at its own line, not at one of this file's.
void fail_here(const std::string& text) {
  const ::testing::TestInfo* info = ::testing::UnitTest::GetInstance()->current_test_info();
  ADD_FAILURE_AT(info->file(), info->line()) << text;
}

}  // namespace

std::uint64_t detail::test_seed(const std::string& full_name) {
  const char* given = std::getenv("DURABLE_SEED");
  if (given == nullptr || *given == '\0') return hash_name(full_name);
  const std::string_view text(given);
  std::uint64_t seed = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seed);
  if (error != std::errc() || end != text.data() + text.size()) {
    throw std::invalid_argument("DURABLE_SEED: expected an unsigned integer, found \"" +
                                std::string(text) + "\"");
  }
  return seed;
}

std::string detail::missing_option(RunnerMode mode, const DurableTestOptions& options) {
  if (mode == RunnerMode::local && !options.handler) {
    return "handler is required for local mode tests: write DURABLE_TEST(Suite, Name, .handler = "
           "your_function, ...)";
  }
  if (mode == RunnerMode::cloud && options.lambda_function_name.empty()) {
    return "lambda_function_name is required for cloud mode tests: write DURABLE_TEST(Suite, Name, "
           ".handler = your_function, .lambda_function_name = \"your function\")";
  }
  return "";
}

void detail::expect_scripts_used(const DurableFunctionTestRunner& runner) {
  try {
    runner.verify_scripts();
  } catch (const UnusedScriptError& error) {
    ADD_FAILURE() << error.what();
  }
}

void DurableTest::TestBody() {
  const Result<RunnerMode> mode = detail::runner_mode(detail::process_variables());
  if (!mode) return fail_here(mode.error().message);
  if (*mode == RunnerMode::cloud) return run_in_cloud();
  run_locally();
}

void DurableTest::run_locally() {
  const std::string missing = detail::missing_option(RunnerMode::local, options_);
  if (!missing.empty()) return fail_here(missing);
  const ::testing::TestInfo* info = ::testing::UnitTest::GetInstance()->current_test_info();
  LocalRunnerOptions local = options_.local;
  if (local.seed == 0) {
    local.seed = detail::test_seed(std::string(info->test_suite_name()) + "." + info->name());
  }
  const ::testing::ScopedTrace seed_note(
      info->file(), info->line(),
      "seed " + std::to_string(local.seed) + " (DURABLE_SEED repeats it)");
  if (explore_ == Explore::always || detail::exploration_asked_for()) {
    detail::explore_in_test(*options_.handler, local, options_.explore,
                            [this](DurableTestRunner& runner) { run_to_end(runner); });
    return;
  }
  DurableFunctionTestRunner runner(*options_.handler, std::move(local));
  run_recorded(runner);
}

void DurableTest::run_recorded(DurableTestRunner& runner) {
  const ::testing::TestInfo* info = ::testing::UnitTest::GetInstance()->current_test_info();
  const auto recording =
      detail::record_trees(detail::process_variables(),
                           std::string(info->test_suite_name()) + "." + info->name(), runner);
  run_to_end(recording ? *recording : runner);
}

void DurableTest::run_to_end(DurableTestRunner& runner) {
  run_durable_body(runner);
  if (runner.mode() == RunnerMode::cloud) return;
  // After a failure that ended the body, scripts that it did not come to are no news.
  if (!HasFatalFailure()) detail::expect_scripts_used(runner.local());
}

void DurableTest::run_in_cloud() {
  if (explore_ == Explore::always || detail::exploration_asked_for()) {
    GTEST_SKIP() << "crash exploration needs the local runner, which can end a process at any "
                    "checkpoint: run this test with --runner-mode=local";
  }
  const std::string missing = detail::missing_option(RunnerMode::cloud, options_);
  if (!missing.empty()) return fail_here(missing);
  const detail::CloudTarget target =
      detail::find_cloud_target(detail::process_variables(), options_.lambda_function_name);
  switch (target.verdict) {
    case detail::CloudTarget::Verdict::skip:
      GTEST_SKIP() << target.text;
    case detail::CloudTarget::Verdict::fail:
      return fail_here(target.text);
    case detail::CloudTarget::Verdict::run:
      break;
  }
  if (durable_make_cloud_runner == nullptr) {
    return fail_here(
        "this program has local mode only; to have cloud mode too, link "
        "durable::testing_cloud to it (CMake: DURABLE_BUILD_CLOUD_TESTING=ON)");
  }
  const ::testing::TestInfo* info = ::testing::UnitTest::GetInstance()->current_test_info();
  const ::testing::ScopedTrace function_note(info->file(), info->line(),
                                             "cloud mode, function " + target.text);
  const std::unique_ptr<DurableTestRunner> runner(
      durable_make_cloud_runner(&target.text, &options_.cloud));
  run_recorded(*runner);
}

}  // namespace durable
