// SPDX-License-Identifier: Apache-2.0
//
// One process that was started: its start, its end, and nothing of what it is for.
#pragma once

#include "functions/file_descriptor.h"
#include "functions/pool.h"

#include <durable/base/result.h>

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace durable::functions {

struct ChildOptions {
  std::string program;                   ///< A path.
  std::vector<std::string> arguments;    ///< The program's name first.
  std::vector<std::string> environment;  ///< NAME=VALUE; all that there is.
  std::string folder;                    ///< Empty: the present one.
  int standard_out = -1;                 ///< An open file above 2; negative: none.
  int standard_error = -1;               ///< As above.
  /// Its soft limit of open files; absent: this process's.
  std::optional<std::uint64_t> open_files_max = {};
  /// Told of its process group before the program runs; may be empty.
  std::function<void(pid_t)> announce = {};
  /// Told of the same, when the program cannot be run, before the number may be used again.
  std::function<void(pid_t)> withdraw = {};
};

struct Pipe {
  FileDescriptor read;  ///< Non-blocking.
  FileDescriptor write;
};

/// A pipe that no other process gets, with numbers above 2. Errors: `unavailable`.
[[nodiscard]] Result<Pipe> make_pipe();

/// A process at the head of its own process group. It is killed when the thread that started it
/// ends, so that one must live as long as the process may.
struct Child {
  pid_t pid = -1;
  FileDescriptor ended;  ///< Readable from when the process has ended.
};

/// Starts a process with no open files but its standard input (empty), output and error. Returns
/// when the program runs. Errors: `unavailable` with the reason.
[[nodiscard]] Result<Child> start_child(const ChildOptions& options);

/// Sends `signal` to the process and to what it started. Only before `reap`.
void signal_group(const Child& child, int signal);

/// Takes the status of a process that has ended; its number may then be used again.
[[nodiscard]] ExitStatus reap(const Child& child);

}  // namespace durable::functions
