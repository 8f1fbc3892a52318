// SPDX-License-Identifier: Apache-2.0
//
// What functions under test need of their process, where they have one of their own.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "conformance/function.h"

namespace durable::conformance {

/// Thread-safety: all members may be called from any thread.
class ProcessHost final : public Host {
 public:
  /// `marks`: where `first_time` remembers; empty: the folder for temporary files (`TMPDIR`, or
  /// /tmp). In Lambda it lasts as long as the sandbox does, which a crash of the process does not
  /// end.
  explicit ProcessHost(std::filesystem::path marks = {});

  /// Gives the checkpoints that are on their way their time, as somebody who pulls the plug would,
  /// and ends the process with code 1, without cleaning up.
  [[noreturn]] void crash() override;
  /// Writes a message to standard error and crashes if nothing can be remembered.
  [[nodiscard]] bool first_time(std::string_view execution_arn, std::string_view mark) override;
  void print(std::string_view line) override;

 private:
  std::filesystem::path marks_;
};

/// The file of a mark: its name tells the execution and the mark apart from all others.
[[nodiscard]] std::string mark_file_name(std::string_view execution_arn, std::string_view mark);

}  // namespace durable::conformance
