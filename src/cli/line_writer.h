// SPDX-License-Identifier: Apache-2.0
//
// Output that waits for nobody: a reader who stops reading must not stop a server.
#pragma once

#include <durable/base/time.h>

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

namespace durable::cli {

struct LineWriterOptions {
  std::size_t bytes_max = 1024 * 1024;  ///< That wait to be written; further lines are dropped.
  /// How long the end waits for a reader who does not read.
  Duration farewell = std::chrono::milliseconds{500};
};

/// Writes to a file from a thread of its own. Lines that find no room are dropped and counted; when
/// there is room again, a line in their place says how many they were. A reader who has gone is
/// written to no more.
///
/// Thread-safety: `write` may be called from any thread. It never blocks.
class LineWriter {
 public:
  using Options = LineWriterOptions;

  /// `file` outlives this. It keeps its mode: the programs that share it expect it to block.
  explicit LineWriter(int file, Options options = {});
  /// Writes what is left, as long as somebody reads.
  ~LineWriter();
  LineWriter(const LineWriter&) = delete;
  LineWriter& operator=(const LineWriter&) = delete;

  /// Whole lines, with their ends.
  void write(std::string_view lines);

 private:
  enum class Progress : std::uint8_t { some, none, broken };

  void run();
  /// Writes all of `text`, unless the end comes and nobody reads.
  void write_all(std::string_view text);
  [[nodiscard]] Progress write_some(std::string_view& text);
  [[nodiscard]] bool is_ending();

  const int file_;
  const Options options_;
  int own_ = -1;            // the file opened again, so that it alone does not block; -1: as given
  bool is_socket_ = false;  // all four are set before the thread begins
  bool is_broken_ = false;  // the thread's
  std::mutex mutex_;        // guards all below
  std::condition_variable wake_;
  std::string waiting_;
  std::uint64_t dropped_ = 0;  // lines, since it was last said
  bool ends_ = false;
  std::thread thread_;
};

}  // namespace durable::cli
