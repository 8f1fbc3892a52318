// SPDX-License-Identifier: Apache-2.0
//
// A recorded history as the invocations that it is replayed with. Pure.
#pragma once

#include "testing/history_fold.h"

#include <durable/base/result.h>
#include <durable/base/time.h>
#include <durable/wire/model.h>

#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace durable::cli {

/// What one invocation of today's code is shown, and what must come of it.
struct ReplayPass {
  std::vector<wire::Operation> operations;  ///< As the service would tell them; EXECUTION first.
  /// The recorded invocation at whose end this is, from 1; 0: the record as a whole.
  std::size_t invocation = 0;
  std::int64_t event_id = 0;  ///< Of the last event that is shown.
  /// Recorded is that the code waits here: it must do nothing else.
  bool waits = false;
  /// Contexts that are recorded as finished and shown as open, so that the code inside runs.
  std::set<std::string, std::less<>> reopened = {};
  /// Shown as open so that the code stops in front of what is not recorded.
  std::set<std::string, std::less<>> held = {};
};

/// A history with what has to be known of it as a whole.
///
/// No step is ever shown as to be run: one that is not recorded as finished is shown with its next
/// attempt a day away. Only one that was open while an invocation waited is shown as it is: it has
/// no body, since an invocation waits for those; a race is recorded so.
class ReplayRecord {
 public:
  /// Error: `invalid_parameter` if the events are not a history from its begin.
  [[nodiscard]] static Result<ReplayRecord> from(std::vector<wire::Event> events);

  [[nodiscard]] const FoldedHistory& whole() const noexcept { return whole_; }
  /// Null: not recorded.
  [[nodiscard]] const wire::Operation* find(std::string_view id) const;
  /// Of the operation's first event; 0: not recorded.
  [[nodiscard]] std::int64_t first_event_of(std::string_view id) const;

  /// How many passes there are: one for each invocation that ended in waiting, then the whole. None
  /// where nothing is recorded but a start.
  [[nodiscard]] std::size_t pass_count() const noexcept {
    const bool is_bare = whole_.operations.size() == 1 && !wire::is_terminal(whole_.status);
    return is_bare ? 0 : waits_.size() + 1;
  }
  /// Open waits and attempts are due a day after `now`, whatever is recorded, since the code would
  /// not wait for what is long over.
  [[nodiscard]] ReplayPass pass(std::size_t index, Timestamp now) const;

 private:
  struct Span {
    std::size_t first = 0;  // indexes of events
    std::size_t last = 0;
  };
  /// The end of an invocation that waited.
  struct Wait {
    std::size_t events = 0;  // so many from the begin
    std::size_t invocation = 0;
  };

  void find_spans();
  void find_waits();
  void find_reopened();
  void find_held();
  [[nodiscard]] bool is_reopened(const wire::Operation& context, bool is_branch) const;
  [[nodiscard]] bool overlaps_sibling(const wire::Operation& context) const;
  [[nodiscard]] bool holds_open_work(std::string_view context) const;
  [[nodiscard]] std::vector<const wire::Operation*> children_of(std::string_view context) const;
  [[nodiscard]] const wire::Operation* overlapped_by(const wire::Operation& step) const;
  [[nodiscard]] bool has_no_body(const wire::Operation& step, const ReplayPass& pass) const;
  void show(wire::Operation& operation, const ReplayPass& pass, Timestamp now) const;

  std::vector<wire::Event> events_;  // in the order of their numbers
  FoldedHistory whole_;
  std::map<std::string, std::size_t, std::less<>> index_;  // into the whole's operations, by id
  std::map<std::string, Span, std::less<>> spans_;         // by id
  // Ids of operations by that of their parent; of the handler's own by the empty text.
  std::map<std::string, std::vector<std::string>, std::less<>> children_;
  std::vector<Wait> waits_;
  bool ends_waiting_ = false;  // the last event is the end of an invocation that waited
  std::size_t last_wait_ = 0;  // index of the end of the last invocation that waited
  std::set<std::string, std::less<>> reopened_;
  std::set<std::string, std::less<>> held_;
};

}  // namespace durable::cli
