// SPDX-License-Identifier: Apache-2.0
//
// Which connection is due next. As all waits of one kind are equally long, each kind is a queue,
// and setting a deadline costs the same however many there are.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <list>
#include <optional>

namespace durable::http {

class Deadlines {
 public:
  using Time = std::chrono::steady_clock::time_point;

  /// What is waited for. `none`: for ever.
  enum class Kind { none, headers, body, idle, write, linger };
  static constexpr std::size_t kind_count = 6;
  using Timeouts = std::array<std::chrono::milliseconds, kind_count>;

  /// What can be due. Stands in one queue from `add` to `remove`.
  class Timed {
   public:
    Timed() = default;
    Timed(const Timed&) = delete;
    Timed& operator=(const Timed&) = delete;
    virtual ~Timed() = default;

    [[nodiscard]] Kind kind() const { return kind_; }
    virtual void expired() = 0;
    virtual void close() = 0;

   private:
    friend Deadlines;
    Kind kind_ = Kind::none;
    Time due_;
    std::list<Timed*>::iterator place_;
  };

  explicit Deadlines(const Timeouts& timeouts) : timeouts_(timeouts) {}

  void add(Timed& timed);
  void remove(Timed& timed);
  /// Due when the time-out of `kind` has passed since `now`. Returns that time.
  Time set(Timed& timed, Kind kind, Time now);

  /// The earliest deadline; absent if there is none.
  [[nodiscard]] std::optional<Time> next() const;
  /// One that is due, now without a deadline; null if there is none.
  [[nodiscard]] Timed* take_due(Time now);
  /// Any; null if there is none.
  [[nodiscard]] Timed* any() const;
  /// For how long it has waited for what it waits for now; not for one without a deadline.
  [[nodiscard]] std::chrono::nanoseconds waited(const Timed& timed, Time now) const;
  /// All that wait for `kind`, those that began first in front.
  [[nodiscard]] const std::list<Timed*>& waiting(Kind kind) const { return queue(kind); }

 private:
  [[nodiscard]] std::list<Timed*>& queue(Kind kind) {
    return queues_[static_cast<std::size_t>(kind)];
  }
  [[nodiscard]] const std::list<Timed*>& queue(Kind kind) const {
    return queues_[static_cast<std::size_t>(kind)];
  }

  Timeouts timeouts_;
  std::array<std::list<Timed*>, kind_count> queues_;
};

}  // namespace durable::http
