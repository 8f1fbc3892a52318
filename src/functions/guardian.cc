// SPDX-License-Identifier: Apache-2.0
#include "functions/guardian.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include <array>
#include <cerrno>
#include <utility>

namespace durable::functions {
namespace {

constexpr const char* script = R"(trap '' INT TERM HUP
groups=
while read -r action group; do
  if [ "$action" = add ]; then
    groups="$groups $group"
  else
    kept=
    for one in $groups; do [ "$one" = "$group" ] || kept="$kept $one"; done
    groups=$kept
  fi
done
for one in $groups; do kill -s KILL -- "-$one"; done 2>/dev/null
)";

}  // namespace

Guardian::~Guardian() {
  if (shell_ < 0) return;
  input_.reset();
  while (::waitpid(shell_, nullptr, 0) < 0 && errno == EINTR) {
  }
}

void Guardian::add(pid_t group) {
  if (!started_) start();
  tell("add " + std::to_string(group) + "\n");
}

void Guardian::remove(pid_t group) { tell("remove " + std::to_string(group) + "\n"); }

void Guardian::start() {
  started_ = true;
  std::array<int, 2> ends{};
  // A socket: writing to it when the shell has been killed is an error, and no signal.
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) return;
  FileDescriptor ours(ends[0]);
  const FileDescriptor theirs(ends[1]);

  posix_spawn_file_actions_t files;
  ::posix_spawn_file_actions_init(&files);
  ::posix_spawn_file_actions_adddup2(&files, theirs.get(), STDIN_FILENO);
  ::posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  ::posix_spawn_file_actions_addopen(&files, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  ::posix_spawn_file_actions_addclosefrom_np(&files, STDERR_FILENO + 1);
  ::posix_spawn_file_actions_addchdir_np(&files, "/");
  posix_spawnattr_t attributes;
  ::posix_spawnattr_init(&attributes);
  sigset_t none;
  ::sigemptyset(&none);
  ::posix_spawnattr_setsigmask(&attributes, &none);
  ::posix_spawnattr_setpgroup(&attributes, 0);  // a terminal's Ctrl-C does not reach it
  ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK);

  std::array<char*, 4> arguments{const_cast<char*>("sh"), const_cast<char*>("-c"),
                                 const_cast<char*>(script), nullptr};
  std::array<char*, 1> environment{nullptr};
  pid_t shell = -1;
  const int failure =
      ::posix_spawn(&shell, "/bin/sh", &files, &attributes, arguments.data(), environment.data());
  ::posix_spawnattr_destroy(&attributes);
  ::posix_spawn_file_actions_destroy(&files);
  if (failure != 0) return;
  shell_ = shell;
  input_ = std::move(ours);
}

void Guardian::tell(const std::string& line) {
  if (!input_) return;
  if (::send(input_.get(), line.data(), line.size(), MSG_NOSIGNAL) < 0) input_.reset();
}

}  // namespace durable::functions
