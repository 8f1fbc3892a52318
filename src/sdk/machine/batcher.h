// SPDX-License-Identifier: Apache-2.0
//
// Which updates go into the next checkpoint call, and when one is due. Knows no clock and no
// service.
#pragma once

#include <durable/base/time.h>
#include <durable/wire/model.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace durable::machine {

/// The line of unsent updates, first in, first out: nothing overtakes, also where a batch is full.
class Batcher {
 public:
  struct Limits {
    std::size_t updates_max = 250;
    std::size_t bytes_max = 750UL * 1024;
    std::optional<Duration> async_hold =
        {};  ///< Absent: an update that nothing waits for never is due.
  };
  enum class Urgency : std::uint8_t {
    waited_for,  ///< Due at once.
    may_wait,    ///< Rides with the next one that is waited for, or is due after `async_hold`.
  };

  explicit Batcher(const Limits& limits);

  /// Puts a new, empty update at the end of the line, to be filled in and then sealed before the
  /// next call to this object.
  [[nodiscard]] wire::OperationUpdate& append();
  /// Ends the filling of the last update. `now` counts only with `async_hold`.
  void seal(Urgency urgency, Timestamp now = {});

  [[nodiscard]] bool empty() const noexcept { return head_ == queue_.size(); }
  [[nodiscard]] std::size_t size() const noexcept { return queue_.size() - head_; }
  /// Whether a call should go out at `now`, given that none is out.
  [[nodiscard]] bool due(Timestamp now) const noexcept;
  /// Whether an update in the line is waited for.
  [[nodiscard]] bool waited_for() const noexcept { return waited_ > 0; }
  /// When the oldest update that nothing waits for becomes due; absent if there is none or if it
  /// never does by itself.
  [[nodiscard]] std::optional<Timestamp> due_at() const noexcept;

  /// Takes the next batch: the longest prefix of the line within the limits, and at least one
  /// update. Pre: not `empty()`.
  [[nodiscard]] std::vector<wire::OperationUpdate> take();

  /// What an update adds to a batch, in bytes of JSON before escaping.
  [[nodiscard]] static std::size_t size_of(const wire::OperationUpdate& update) noexcept;

 private:
  struct Note {
    std::size_t bytes;
    Timestamp since;  // when it was sealed; only for may_wait with async_hold
    Urgency urgency;
  };

  void reset() noexcept;

  Limits limits_;
  // queue_ and notes_ run in parallel; what stands before head_ has been taken.
  std::vector<wire::OperationUpdate> queue_;
  std::vector<Note> notes_;
  std::size_t expected_ = 2;  // updates in the next batch: as many as in the one before
  std::size_t head_ = 0;
  std::size_t bytes_ = 0;   // of the line
  std::size_t waited_ = 0;  // updates in the line that are waited for
};

}  // namespace durable::machine
