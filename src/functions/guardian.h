// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "functions/file_descriptor.h"

#include <sys/types.h>

#include <string>

namespace durable::functions {

/// Sees to it that nothing of a function outlives this process, even when it is killed: a shell
/// that waits for the end of its input, and then kills the process groups that it was told of.
/// The kernel's own way (a signal when the parent ends) reaches a process but not what it started.
class Guardian {
 public:
  Guardian() = default;
  Guardian(const Guardian&) = delete;
  Guardian& operator=(const Guardian&) = delete;
  /// Ends the shell. Groups that were not removed are killed.
  ~Guardian();

  /// Starts the shell with the first group. Where there is none, only the kernel's way is left.
  void add(pid_t group);
  /// Must be called before the group's number may be used again.
  void remove(pid_t group);

 private:
  void start();
  void tell(const std::string& line);

  bool started_ = false;
  pid_t shell_ = -1;
  FileDescriptor input_;
};

}  // namespace durable::functions
