// SPDX-License-Identifier: Apache-2.0
#include "conformance/process_host.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

namespace durable::conformance {
namespace {

constexpr std::string_view arn =
    "arn:aws:lambda:us-east-1:123456789012:function:f:$LATEST/durable-execution/name/id-1";
constexpr std::string_view other_arn =
    "arn:aws:lambda:us-east-1:123456789012:function:f:$LATEST/durable-execution/name/id-2";

class ProcessHostTest : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::path(::testing::TempDir()) /
              ::testing::UnitTest::GetInstance()->current_test_info()->name();
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::filesystem::path folder_;
};

TEST_F(ProcessHostTest, RemembersAMarkOfAnExecutionInAnotherProcessToo) {
  ProcessHost host(folder_);
  EXPECT_TRUE(host.first_time(arn, "inner"));
  EXPECT_FALSE(host.first_time(arn, "inner"));
  EXPECT_TRUE(host.first_time(arn, "outer"));
  EXPECT_TRUE(host.first_time(other_arn, "inner"));
  ProcessHost next(folder_);
  EXPECT_FALSE(next.first_time(arn, "inner"));
}

TEST_F(ProcessHostTest, NamesAFileThatFoldersTake) {
  const std::string name = mark_file_name(arn, "a/b c");
  EXPECT_EQ(name, "durable-conformance-name_id-1-a_b_c");
  EXPECT_EQ(std::filesystem::path(name).filename(), name);
}

TEST_F(ProcessHostTest, DiesWhereItCannotRemember) {
  ProcessHost host(folder_ / "missing");
  EXPECT_EXIT(static_cast<void>(host.first_time(arn, "inner")), ::testing::ExitedWithCode(1),
              "cannot be made: No such file");
}

TEST_F(ProcessHostTest, CrashesAsAProcessThatExits) {
  ProcessHost host(folder_);
  EXPECT_EXIT(host.crash(), ::testing::ExitedWithCode(1), "");
}

TEST_F(ProcessHostTest, PrintsALine) {
  ProcessHost host(folder_);
  ::testing::internal::CaptureStdout();
  host.print(R"({"plugin":"P"})");
  EXPECT_EQ(::testing::internal::GetCapturedStdout(), "{\"plugin\":\"P\"}\n");
}

}  // namespace
}  // namespace durable::conformance
