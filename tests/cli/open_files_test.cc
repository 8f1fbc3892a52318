// SPDX-License-Identifier: Apache-2.0
#include "cli/open_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/resource.h>

namespace durable::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// Puts the limits back that a test changes.
class OpenFilesTest : public ::testing::Test {
 protected:
  OpenFilesTest() { EXPECT_EQ(::getrlimit(RLIMIT_NOFILE, &before_), 0); }
  ~OpenFilesTest() override { EXPECT_EQ(::setrlimit(RLIMIT_NOFILE, &before_), 0); }

  void set_soft(rlim_t soft) const {
    rlimit limit = before_;
    limit.rlim_cur = soft;
    ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &limit), 0);
  }
  static rlim_t soft() {
    rlimit limit{};
    EXPECT_EQ(::getrlimit(RLIMIT_NOFILE, &limit), 0);
    return limit.rlim_cur;
  }
  rlimit before_{};
};

TEST_F(OpenFilesTest, TheSoftLimitRisesToTheHardOneAtMost) {
  set_soft(100);
  const OpenFiles files = raise_open_files(before_.rlim_max + 1);
  EXPECT_EQ(files.before, 100U);
  EXPECT_EQ(files.now, before_.rlim_max);
  EXPECT_EQ(soft(), before_.rlim_max);
}

TEST_F(OpenFilesTest, TheSoftLimitRisesNoFurtherThanNeededAndNeverFalls) {
  set_soft(100);
  EXPECT_EQ(raise_open_files(200).now, 200U);
  EXPECT_EQ(soft(), 200U);
  EXPECT_EQ(raise_open_files(150).now, 200U);
  EXPECT_EQ(soft(), 200U);
}

TEST_F(OpenFilesTest, AServerThatMayNeedMoreIsWarnedOf) {
  server::ServerOptions options;
  options.connections_max = 1'000;
  options.functions.resize(2);
  options.functions[0].concurrency_max = 10;
  options.functions[1].concurrency_max = 90;
  const std::uint64_t needed = open_files_needed(options);
  EXPECT_EQ(needed, 256U + 1'000 + 2 + 600);
  EXPECT_THAT(open_files_warning(needed, options), IsEmpty());
  EXPECT_THAT(open_files_warning(needed - 1, options), HasSubstr("may need 1858"));
  EXPECT_THAT(open_files_warning(0, options), IsEmpty()) << "where nothing is known";
}

}  // namespace
}  // namespace durable::cli
