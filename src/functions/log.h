// SPDX-License-Identifier: Apache-2.0
//
// What functions print: bytes become lines, and the last lines are kept.
#pragma once

#include "functions/host.h"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace durable::functions {

/// A longer line is cut into several; Lambda's limit of one log event.
inline constexpr std::size_t line_bytes_max = 256 * 1024;
/// All kept lines of a function together.
inline constexpr std::size_t log_bytes_max = 16 * 1024 * 1024;

/// Cuts a stream of bytes into lines.
class LineSplitter {
 public:
  using Sink = std::function<void(std::string line)>;

  void append(std::string_view bytes, const Sink& sink);
  /// Gives what is left without a line end, if anything.
  void flush(const Sink& sink);

 private:
  std::string rest_;  // shorter than line_bytes_max
};

/// The last lines of one function, numbered from 1 without gaps. Not thread-safe.
class Log {
 public:
  explicit Log(std::size_t lines_max) : lines_max_(lines_max) {}

  void append(LogLine line);
  [[nodiscard]] std::vector<LogLine> after(std::uint64_t number, std::size_t count_max) const;
  /// 0 before there is one.
  [[nodiscard]] std::uint64_t last_number() const noexcept { return last_number_; }

 private:
  std::size_t lines_max_;
  std::deque<LogLine> lines_;
  std::size_t bytes_ = 0;
  std::uint64_t last_number_ = 0;
};

/// `text` with U+FFFD for each byte that is not part of well-formed UTF-8.
[[nodiscard]] std::string to_utf8(std::string text);

}  // namespace durable::functions
