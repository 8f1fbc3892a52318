// SPDX-License-Identifier: Apache-2.0
#include "cloud/command.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <optional>

namespace durable::cloud {
namespace {

using SteadyTime = std::chrono::steady_clock::time_point;

constexpr int exit_poll_ms =
    5;  // how often a command that closed its output is asked whether it ended

Error failed(std::string why) { return {ErrorCode::unavailable, "the command " + std::move(why)}; }

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() { close_now(); }
  [[nodiscard]] int number() const { return number_; }
  void close_now() {
    if (number_ >= 0) close(number_);
    number_ = -1;
  }

 private:
  int number_;
};

/// A process and its group. Killed with the group unless it was waited for.
class Child {
 public:
  explicit Child(pid_t id) : id_(id) {}
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child() {
    if (ended_) return;
    kill(-id_, SIGKILL);
    while (waitpid(id_, nullptr, 0) < 0 && errno == EINTR) {
    }
  }

  /// Its status, once it has ended; nothing if it still runs at `until`.
  std::optional<int> wait_until(SteadyTime until) {
    for (;;) {
      int status = 0;
      const pid_t id = waitpid(id_, &status, WNOHANG);
      if (id == id_) {
        ended_ = true;
        return status;
      }
      if (std::chrono::steady_clock::now() >= until) return std::nullopt;
      poll(nullptr, 0, exit_poll_ms);
    }
  }

 private:
  pid_t id_;
  bool ended_ = false;
};

/// posix_spawn with its two structures, which must be destroyed. The error number, or 0.
int spawn_shell(const std::string& line, int output, pid_t& id) {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  if (const int error = posix_spawn_file_actions_init(&actions); error != 0) return error;
  if (const int error = posix_spawnattr_init(&attributes); error != 0) {
    posix_spawn_file_actions_destroy(&actions);
    return error;
  }
  std::string shell = "/bin/sh";
  std::string flag = "-c";
  std::string text = line;
  std::array<char*, 4> arguments{shell.data(), flag.data(), text.data(), nullptr};
  int error = posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  if (error == 0) error = posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
  if (error == 0) error = posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
  if (error == 0) {
    error = posix_spawn(&id, shell.c_str(), &actions, &attributes, arguments.data(), environ);
  }
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  return error;
}

/// Reads until the end of the output. Nothing: it took too long.
Result<std::optional<std::string>> read_output(int from, SteadyTime until, std::size_t bytes_max) {
  std::string output;
  std::array<char, 4096> buffer{};
  for (;;) {
    const auto left = std::chrono::ceil<Duration>(until - std::chrono::steady_clock::now());
    if (left <= Duration::zero()) return std::optional<std::string>();
    pollfd ready{from, POLLIN, 0};
    const int count =
        poll(&ready, 1, static_cast<int>(std::min<std::int64_t>(left.count(), 60'000)));
    if (count < 0 && errno != EINTR)
      return failed(std::string("cannot be read: ") + std::strerror(errno));
    if (count <= 0) continue;
    const ssize_t size = read(from, buffer.data(), buffer.size());
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return failed(std::string("cannot be read: ") + std::strerror(errno));
    if (size == 0) return std::optional<std::string>(std::move(output));
    output.append(buffer.data(), static_cast<std::size_t>(size));
    if (output.size() > bytes_max) {
      return failed("wrote more than " + std::to_string(bytes_max) + " bytes and was ended");
    }
  }
}

}  // namespace

Result<std::string> run_command(const std::string& line, CommandLimits limits) {
  const SteadyTime until = std::chrono::steady_clock::now() + limits.time;
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) {
    return failed(std::string("cannot be started: ") + std::strerror(errno));
  }
  const Descriptor from(ends[0]);
  Descriptor to(ends[1]);
  pid_t id = 0;
  if (const int error = spawn_shell(line, to.number(), id); error != 0) {
    return failed(std::string("cannot be started: ") + std::strerror(error));
  }
  Child child(id);
  to.close_now();

  Result<std::optional<std::string>> output =
      read_output(from.number(), until, limits.output_bytes);
  if (!output) return std::move(output).error();
  const std::optional<int> status = *output ? child.wait_until(until) : std::nullopt;
  if (!status) {
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(limits.time).count();
    return failed("did not end within " + std::to_string(seconds) + " s and was ended");
  }
  if (WIFSIGNALED(*status))
    return failed("was ended by signal " + std::to_string(WTERMSIG(*status)));
  if (WEXITSTATUS(*status) != 0) {
    return failed("ended with status " + std::to_string(WEXITSTATUS(*status)));
  }
  return std::move(**output);
}

}  // namespace durable::cloud
