// SPDX-License-Identifier: Apache-2.0
//
// Replays recorded histories against the code of today: would it go on where executions stand that
// were started by the code of yesterday?
#pragma once

#include <durable/sdk/handler.h>
#include <durable/sdk/replay_check.h>

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace durable {

/// What came of replaying one history.
struct ReplayReport {
  std::string source;   ///< The file; empty where the history was given as text.
  std::string problem;  ///< Why the history could not be replayed; empty if it could.
  std::optional<ReplayDivergence> divergence;  ///< The first place where the code does otherwise.
  /// Recorded operations that the code no longer asks for, e.g. `STEP "ship/label" (id 3-1)`.
  std::vector<std::string> left_over;
  std::size_t operations = 0;  ///< In the history.
  bool ended = false;          ///< The handler ran to its end.

  /// Whether the code does all that is recorded, and nothing else.
  [[nodiscard]] bool ok() const noexcept {
    return problem.empty() && !divergence && left_over.empty();
  }
  /// The findings in words, for people; a clean replay is one line.
  [[nodiscard]] std::string to_string() const;
};

/// What came of replaying the histories of a folder, in the order of their names.
struct ReplayReports {
  std::vector<ReplayReport> reports;

  /// Whether there are any, and all are clean.
  [[nodiscard]] bool ok() const noexcept;
  /// The reports that are not clean, and how many there are in all.
  [[nodiscard]] std::string to_string() const;
};

/// How a history is replayed.
struct ReplayOptions {
  /// What `execution_arn()` gives; a history as AWS prints it does not hold it. Empty: that of a
  /// saved run, or one that is made up.
  std::string execution_arn = {};
};

/// Replays `history` against `handler`, without any side effect: no step body runs, nothing is sent
/// or logged. `history` is what `aws lambda get-durable-execution-history --include-execution-data`
/// prints, or a run saved by `DurableFunctionTestResult::save_history`.
///
/// Compared are each call with what is recorded in its place, the results of child contexts, and
/// the end of the handler with that of the execution. The history of an execution that has not
/// ended, or that was timed out or stopped, is replayed as far as it goes.
///
/// Throws nothing but `std::bad_alloc`: a history that cannot be read is a report with a `problem`.
/// Thread-safety: several replays may run at the same time, as far as the handler allows it.
[[nodiscard]] ReplayReport replay_history(const Handler& handler, std::string_view history,
                                          const ReplayOptions& options = ReplayOptions());

/// The same for a file.
[[nodiscard]] ReplayReport replay_history_file(const Handler& handler,
                                               const std::filesystem::path& file,
                                               const ReplayOptions& options = ReplayOptions());

/// The same for each file `*.json` of a folder; not of the folders in it. A folder without any is a
/// problem, since a test of it would test nothing.
[[nodiscard]] ReplayReports replay_histories(const Handler& handler,
                                             const std::filesystem::path& folder,
                                             const ReplayOptions& options = ReplayOptions());

}  // namespace durable
