// SPDX-License-Identifier: Apache-2.0
//
// Plays the service for one invocation over a record, and says where the code does otherwise. Pure.
#pragma once

#include "cli/replay/record.h"

#include <durable/base/result.h>
#include <durable/testing/replay.h>
#include <durable/wire/api.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace durable::cli {

/// A divergence with its place in the record.
struct ReplayDifference {
  ReplayDivergence divergence;
  std::int64_t event_id = 0;  ///< The recorded event that it is about, or the last one before it.
};

/// Not thread-safe. `record` outlives it.
class ReplayJudge {
 public:
  ReplayJudge(const ReplayRecord& record, ReplayPass pass);

  /// The event that the function is invoked with; its operations are a first page.
  [[nodiscard]] wire::InvocationInput input(std::string execution_arn) const;
  /// Error: `invalid_parameter` for a marker that is none.
  [[nodiscard]] Result<wire::GetDurableExecutionStateResponse> state(
      const wire::GetDurableExecutionStateRequest& request) const;

  /// The service's answer. Absent: nothing is to be learned any more, and the code would go on into
  /// what is not recorded. It must get no answer, and be stopped.
  [[nodiscard]] std::optional<wire::CheckpointDurableExecutionResponse> checkpoint(
      const wire::CheckpointDurableExecutionRequest& request);
  /// The handler has ended, or waits.
  void answered(wire::InvocationOutput output);
  /// The invocation failed with an error that the function itself reported.
  void failed(const std::string& error);

  [[nodiscard]] const std::optional<ReplayDifference>& difference() const noexcept {
    return difference_;
  }
  /// Recorded contexts that the code did not go into, in words; only after the handler's end.
  [[nodiscard]] const std::vector<std::string>& left_over() const noexcept { return left_over_; }
  /// The handler came to its end, as recorded.
  [[nodiscard]] bool has_ended() const noexcept { return ended_; }

  static constexpr std::size_t page_operations_max = 1'000;
  static constexpr std::size_t page_bytes_max = 1024 * 1024;  ///< Payloads; one may be larger.

 private:
  [[nodiscard]] std::size_t page_end(std::size_t begin, std::size_t operations_max) const;
  [[nodiscard]] wire::Operation* find_shown(std::string_view id);
  [[nodiscard]] bool take(const wire::OperationUpdate& update,
                          std::vector<wire::Operation>& changed);
  [[nodiscard]] bool take_end_of_context(const wire::OperationUpdate& update,
                                         wire::Operation& shown,
                                         std::vector<wire::Operation>& changed);
  void take_new(const wire::OperationUpdate& update);
  void differ(ReplayDivergence divergence, std::int64_t event_id);
  void differ_at_end(ReplayDivergence divergence, const wire::InvocationOutput& output);
  [[nodiscard]] std::string where(const wire::OperationUpdate& update) const;
  [[nodiscard]] std::string what_is_open() const;

  const ReplayRecord& record_;
  ReplayPass pass_;
  std::map<std::string, std::size_t, std::less<>> shown_;  // in `pass_.operations`, by id
  // Contexts that are shown as open and did not end yet.
  std::set<std::string, std::less<>> unended_;
  /// What an update of the execution itself said: the answer holds no large result.
  std::optional<wire::InvocationOutput> early_end_;
  std::optional<ReplayDifference> difference_;
  std::vector<std::string> left_over_;
  bool ended_ = false;
};

}  // namespace durable::cli
