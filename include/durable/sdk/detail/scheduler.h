// SPDX-License-Identifier: Apache-2.0
//
// How coroutines of one invocation take turns. One thread, no symmetric transfer: a coroutine that
// calls or returns to another names it, and the loop in `Scheduler::resume` resumes that one next.
// A coroutine that waits for an operation is resumed from the FIFO queue of ready waiters.
#pragma once

#include <durable/base/assert.h>

#include <coroutine>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <utility>

namespace durable::detail {

class Operation;
class Runtime;
class Scheduler;
class TaskHandle;
struct ContextCore;
struct PromiseBase;

/// Which code runs: that of a context, or code in which no operation may start.
struct Scope {
  enum class Kind : std::uint8_t { workflow, step_body, retry_policy, item_namer, serdes, plugin };

  Kind kind = Kind::workflow;
  Scheduler* scheduler = nullptr;
  const Operation* operation = nullptr;  // the step or the child context; null: the handler itself
  ContextCore* context = nullptr;        // the context, for its own code
};

/// Told by the scheduler when the coroutine that it owns has run to its end.
class BodyOwner {
 public:
  BodyOwner() = default;
  BodyOwner(const BodyOwner&) = delete;
  BodyOwner& operator=(const BodyOwner&) = delete;
  virtual void body_finished() = 0;

 protected:
  ~BodyOwner() = default;
};

/// What every Task's promise has, whatever its type.
struct PromiseBase {
  std::coroutine_handle<> self;
  Scope* scope = nullptr;         // inherited from the coroutine that awaits
  PromiseBase* parent = nullptr;  // the coroutine that awaits this one
  PromiseBase* child = nullptr;   // the coroutine that this one awaits
  TaskHandle* holder = nullptr;   // while awaited: the Task object that owns this frame
  BodyOwner* owner = nullptr;     // of a body's outermost coroutine
  std::exception_ptr exception;
};

/// A place in a ring.
struct WaiterLink {
  WaiterLink* next = nullptr;
  WaiterLink* previous = nullptr;
};

/// A coroutine's place in the line behind an operation, or in the queue of the ready. Lives in the
/// awaiter; leaves the line when that is destroyed.
class Waiter : private WaiterLink {
 public:
  Waiter() = default;
  Waiter(const Waiter&) = delete;
  Waiter& operator=(const Waiter&) = delete;
  ~Waiter() {
    if (linked()) unlink();
  }

  [[nodiscard]] bool linked() const noexcept { return next != nullptr; }

  PromiseBase* promise = nullptr;
  /// For one that waits for several operations: the next one to wait for, or null when all are
  /// settled.
  Operation* (*advance)(Waiter&) noexcept = nullptr;
  /// For one that is no coroutine's: called from the queue of the ready instead of a resume.
  void (*notify)(Waiter&) = nullptr;

 private:
  friend class WaiterLine;
  void unlink() noexcept {
    previous->next = next;
    next->previous = previous;
    next = previous = nullptr;
  }
};

/// A place in the queue of the ready for work of the library's own, which is done when its turn
/// comes, with no coroutine on the stack.
class Turn : public Waiter {
 public:
  Turn() noexcept {
    notify = [](Waiter& waiter) { static_cast<Turn&>(waiter).take(); };
  }
  virtual void take() = 0;

 protected:
  ~Turn() = default;
};

/// A FIFO line of waiters; a ring through a sentinel.
class WaiterLine {
 public:
  WaiterLine() noexcept { head_.next = head_.previous = &head_; }
  ~WaiterLine() {
    while (pop() != nullptr) {
    }
  }
  WaiterLine(const WaiterLine&) = delete;
  WaiterLine& operator=(const WaiterLine&) = delete;

  [[nodiscard]] bool empty() const noexcept { return head_.next == &head_; }
  void push(Waiter& waiter) noexcept {
    DURABLE_ASSERT(!waiter.linked());
    waiter.previous = head_.previous;
    waiter.next = &head_;
    head_.previous->next = &waiter;
    head_.previous = &waiter;
  }
  Waiter* pop() noexcept {
    if (empty()) return nullptr;
    auto* first = static_cast<Waiter*>(head_.next);
    first->unlink();
    return first;
  }

  /// How many wait, counted up to `max`.
  [[nodiscard]] std::size_t count(std::size_t max) const noexcept {
    std::size_t found = 0;
    for (const WaiterLink* at = head_.next; at != &head_ && found < max; at = at->next) ++found;
    return found;
  }
  /// As `pop`, out of turn. Pre: more than `index` wait.
  Waiter* pop_at(std::size_t index) noexcept {
    WaiterLink* at = head_.next;
    for (; index > 0 && at != &head_; --index) at = at->next;
    DURABLE_ASSERT(at != &head_);
    auto* chosen = static_cast<Waiter*>(at);
    chosen->unlink();
    return chosen;
  }

 private:
  WaiterLink head_;
};

/// Resumes coroutines of one invocation, one at a time.
class Scheduler {
 public:
  Scheduler() = default;
  Scheduler(const Scheduler&) = delete;
  Scheduler& operator=(const Scheduler&) = delete;

  /// Once set, no coroutine is resumed any more.
  [[nodiscard]] bool stopped() const noexcept { return stopped_; }
  [[nodiscard]] Scope* current() const noexcept { return current_; }
  /// Makes `scope` the current one. Returns the one that was.
  Scope* enter(Scope* scope) noexcept { return std::exchange(current_, scope); }

  /// To be resumed as soon as the coroutine that runs now has given up control.
  void transfer(PromiseBase& next) noexcept { next_ = &next; }
  /// To be told as soon as the coroutine that runs now has given up control.
  void finish(BodyOwner& owner) noexcept { finished_ = &owner; }
  void make_ready(Waiter& waiter) noexcept { ready_.push(waiter); }

  /// Resumes `promise`'s coroutine and all that it hands over to, until none of them can go on.
  /// May be called while another coroutine runs, which stays where it is.
  void resume(PromiseBase& promise);

 protected:
  ~Scheduler() = default;

  WaiterLine ready_;
  Scope* current_ = nullptr;
  PromiseBase* next_ = nullptr;
  BodyOwner* finished_ = nullptr;
  bool stopped_ = false;
};

/// Marks that code runs which makes no durable calls, while it lives: one that it makes is refused.
/// Only on the workflow's thread.
class ForeignCode {
 public:
  ForeignCode(Scheduler& scheduler, Scope::Kind kind) noexcept
      : scope_{kind, &scheduler, nullptr, nullptr}, saved_(scheduler.enter(&scope_)) {}
  ForeignCode(const ForeignCode&) = delete;
  ForeignCode& operator=(const ForeignCode&) = delete;
  ~ForeignCode() { scope_.scheduler->enter(saved_); }

 private:
  Scope scope_;
  Scope* saved_;
};

}  // namespace durable::detail
