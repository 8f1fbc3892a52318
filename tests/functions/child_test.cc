// SPDX-License-Identifier: Apache-2.0
#include "functions/child.h"

#include "functions/host_fixture.h"

#include <poll.h>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <csignal>
#include <filesystem>
#include <string>
#include <vector>

namespace durable::functions {
namespace {

using ::testing::HasSubstr;

/// Starts a program whose standard output can be read here.
class ChildTest : public ::testing::Test {
 protected:
  ChildTest() : pipe_(make_pipe().value()) {}

  Result<Child> start(std::vector<std::string> command,
                      std::optional<std::uint64_t> open_files_max = std::nullopt) {
    ChildOptions options;
    options.program = command.front();
    options.arguments = std::move(command);
    options.standard_out = pipe_.write.get();
    options.open_files_max = open_files_max;
    Result<Child> child = start_child(options);
    pipe_.write.reset();
    return child;
  }
  std::string read_line() {
    std::string line;
    std::array<char, 1> byte;
    while (true) {
      struct pollfd ready {
        pipe_.read.get(), POLLIN, 0
      };
      if (::poll(&ready, 1, static_cast<int>(milliseconds)) != 1) return line + " (no more)";
      if (::read(pipe_.read.get(), byte.data(), 1) != 1 || byte[0] == '\n') return line;
      line += byte[0];
    }
  }
  static constexpr auto milliseconds = std::chrono::milliseconds(patience).count();

  Pipe pipe_;
};

TEST_F(ChildTest, SaysHowAProcessEnded) {
  const Result<Child> child = start({"/bin/sh", "-c", "exit 5"});
  ASSERT_TRUE(child);
  EXPECT_EQ(describe(reap(*child)), "exit status 5");

  const Result<Child> killed = start({"/bin/sh", "-c", "kill -s SEGV $$"});
  ASSERT_TRUE(killed);
  EXPECT_EQ(describe(reap(*killed)), "signal: segmentation fault");
}

TEST_F(ChildTest, SaysWhyAProgramCannotRun) {
  const Result<Child> missing = start({"/no/such/program"});
  ASSERT_FALSE(missing);
  EXPECT_THAT(missing.error().message, HasSubstr("'/no/such/program': No such file"));
  const Result<Child> folder = start({"/tmp"});
  ASSERT_FALSE(folder);
  EXPECT_THAT(folder.error().message, HasSubstr("Permission denied"));
}

TEST_F(ChildTest, AnnouncesAProcessBeforeItsProgramRuns) {
  namespace fs = std::filesystem;
  const auto program_of = [](pid_t pid) {
    return fs::read_symlink("/proc/" + std::to_string(pid) + "/exe");
  };
  std::vector<pid_t> announced;
  std::vector<pid_t> withdrawn;
  ChildOptions options;
  options.program = "/bin/sh";
  options.arguments = {"/bin/sh", "-c", "exit 0"};
  options.announce = [&](pid_t pid) {
    announced.push_back(pid);
    EXPECT_EQ(program_of(pid), program_of(::getpid())) << "still a copy of this program";
  };
  options.withdraw = [&](pid_t pid) { withdrawn.push_back(pid); };
  const Result<Child> child = start_child(options);
  ASSERT_TRUE(child);
  EXPECT_EQ(describe(reap(*child)), "exit status 0");
  EXPECT_EQ(announced, std::vector<pid_t>{child->pid});
  EXPECT_EQ(withdrawn, std::vector<pid_t>{});

  options.program = "/no/such/program";
  EXPECT_FALSE(start_child(options));
  ASSERT_EQ(announced.size(), 2U);
  EXPECT_EQ(withdrawn, std::vector<pid_t>{announced.back()});
}

TEST_F(ChildTest, GivesAProcessALimitOfOpenFiles) {
  const Result<Child> child = start({"/bin/sh", "-c", "ulimit -S -n"}, 123);
  ASSERT_TRUE(child);
  EXPECT_EQ(read_line(), "123");
}

TEST_F(ChildTest, GivesAProcessTheStandardSignals) {
  struct sigaction before {};
  struct sigaction ignore {};
  ignore.sa_handler = SIG_IGN;
  ASSERT_EQ(::sigaction(SIGPIPE, &ignore, &before), 0);
  const Result<Child> child = start({"/bin/sh", "-c", "grep SigIgn /proc/self/status"});
  ASSERT_EQ(::sigaction(SIGPIPE, &before, nullptr), 0);
  ASSERT_TRUE(child);
  EXPECT_EQ(read_line(), "SigIgn:\t0000000000000000");
  EXPECT_EQ(reap(*child).code, 0);
}

TEST_F(ChildTest, LeavesNothingBehindWhenTheHostIsKilled) {
  const Result<Child> host = start({DURABLE_ABANDONED_HOST, DURABLE_FAKE_FUNCTION, "ignore-term"});
  ASSERT_TRUE(host);
  Watched leader(std::stoi(read_line()));
  Watched follower(std::stoi(read_line()));
  EXPECT_FALSE(leader.has_ended());
  EXPECT_FALSE(follower.has_ended());

  ASSERT_EQ(::kill(host->pid, SIGKILL), 0);  // alone, not its group
  EXPECT_EQ(describe(reap(*host)), "signal: killed");
  EXPECT_TRUE(leader.ends());
  EXPECT_TRUE(follower.ends());
}

}  // namespace
}  // namespace durable::functions
