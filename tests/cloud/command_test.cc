// SPDX-License-Identifier: Apache-2.0
#include "cloud/command.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace durable::cloud {
namespace {

using ::testing::HasSubstr;

void expect_failure(const Result<std::string>& output, const std::string& text) {
  ASSERT_FALSE(output);
  EXPECT_EQ(output.error().code, ErrorCode::unavailable);
  EXPECT_THAT(output.error().message, HasSubstr(text));
}

TEST(Command, GivesItsOutput) {
  const auto output = run_command("printf '%s-%s' \"a b\" c; printf d");
  ASSERT_TRUE(output) << output.error().message;
  EXPECT_EQ(*output, "a b-cd");
}

TEST(Command, HasNoInput) {
  const auto output = run_command("cat; printf end");
  ASSERT_TRUE(output) << output.error().message;
  EXPECT_EQ(*output, "end");
}

TEST(Command, GivesOutputOfSeveralPieces) {
  const auto output =
      run_command("i=0; while [ $i -lt 3000 ]; do echo 0123456789; i=$((i+1)); done");
  ASSERT_TRUE(output) << output.error().message;
  EXPECT_EQ(output->size(), 33'000U);
}

TEST(Command, FailsWithItsStatus) {
  expect_failure(run_command("printf secret; exit 7"), "ended with status 7");
  expect_failure(run_command("/no/such/program 2>&-"), "ended with status 127");
  expect_failure(run_command("kill -KILL $$"), "was ended by signal 9");
}

TEST(Command, IsEndedWhenItWritesTooMuch) {
  expect_failure(run_command("while :; do echo 0123456789; done", {.output_bytes = 1'000}),
                 "wrote more than 1000 bytes and was ended");
}

TEST(Command, IsEndedWithItsChildrenWhenItTakesTooLong) {
  // The child keeps the output open; if it were not ended, reading would not end.
  expect_failure(run_command("sleep 1000 & wait", {.time = Duration{50}}),
                 "did not end within 0 s and was ended");
}

TEST(Command, IsEndedWhenItClosesItsOutputAndGoesOn) {
  expect_failure(run_command("exec >&-; sleep 1000", {.time = Duration{50}}), "did not end within");
}

}  // namespace
}  // namespace durable::cloud
