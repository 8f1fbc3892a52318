// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <durable/sdk/detail/scheduler.h>

#include <concepts>
#include <optional>
#include <type_traits>
#include <utility>

namespace durable {

template <class T = void>
class Task;

namespace detail {

template <class>
inline constexpr bool always_false = false;

/// What durable code may await says so by this member.
template <class A>
concept DurableAwaitable = requires {
  typename std::remove_cvref_t<A>::durable_awaitable;
};

/// Owns a Task's frame.
class TaskHandle {
 public:
  explicit TaskHandle(PromiseBase* promise) noexcept : promise_(promise) {}
  TaskHandle(TaskHandle&& other) noexcept : promise_(std::exchange(other.promise_, nullptr)) {}
  TaskHandle& operator=(TaskHandle&& other) noexcept {
    if (this != &other) {
      reset();
      promise_ = std::exchange(other.promise_, nullptr);
    }
    return *this;
  }
  ~TaskHandle() { reset(); }

  [[nodiscard]] PromiseBase* promise() const noexcept { return promise_; }
  void reset() noexcept {
    if (promise_ != nullptr) destroy(std::exchange(promise_, nullptr));
  }

 private:
  /// Destroys the frame, after all that it awaits, without recursion.
  static void destroy(PromiseBase* top) noexcept;

  PromiseBase* promise_;
};

/// Throws the UsageError for the await of a Task that was moved from.
[[noreturn]] void raise_empty_task();

/// Hands control back when a Task has ended.
struct FinalAwaiter {
  [[nodiscard]] bool await_ready() const noexcept { return false; }
  template <class P>
  void await_suspend(std::coroutine_handle<P> handle) const noexcept {
    PromiseBase& promise = handle.promise();
    if (promise.parent != nullptr) {
      promise.parent->child = nullptr;
      promise.scope->scheduler->transfer(*promise.parent);
    } else if (promise.owner != nullptr) {
      promise.scope->scheduler->finish(*promise.owner);
    }
  }
  void await_resume() const noexcept {}
};

struct TaskPromise : PromiseBase {
  [[nodiscard]] std::suspend_always initial_suspend() const noexcept { return {}; }
  [[nodiscard]] FinalAwaiter final_suspend() const noexcept { return {}; }
  void unhandled_exception() noexcept { exception = std::current_exception(); }

  template <class A>
  A&& await_transform(A&& awaitable) const noexcept {
    static_assert(DurableAwaitable<A>,
                  "durable: a durable::Task can await only durable operations and other "
                  "durable::Tasks. Do other asynchronous work inside a step.");
    return static_cast<A&&>(awaitable);
  }
};

template <class T>
struct TypedPromise : TaskPromise {
  template <class U = T>
  requires std::convertible_to<U&&, T>
  void return_value(U&& result) { value.emplace(std::forward<U>(result)); }
  [[nodiscard]] T take() {
    if (exception) std::rethrow_exception(exception);
    return std::move(*value);
  }

  std::optional<T> value;
};
template <>
struct TypedPromise<void> : TaskPromise {
  void return_void() const noexcept {}
  void take() const {
    if (exception) std::rethrow_exception(exception);
  }
};

}  // namespace detail

/// A coroutine of durable code: a handler, the body of a child context, a helper that takes the
/// context by reference, or a step body that awaits other Tasks. The only coroutine type that may
/// await durable operations.
///
/// Lazy: nothing runs before it is awaited, so the operations of a helper take their ids in the
/// order of the awaits. Awaited once, as a temporary or through `std::move`. Destroying it destroys
/// the coroutine's frame and all that it owns.
///
/// On GCC before 12.3, name an argument that is a lambda with owning captures or an aggregate built
/// in place: `auto task = helper(ctx, Order{...}); co_await std::move(task);`.
///
/// Thread-safety: none; lives on the workflow's thread.
template <class T>
class [[nodiscard]] Task {
  static_assert(!std::is_reference_v<T>,
                "durable: a Task cannot return a reference; return a value.");

 public:
  using durable_awaitable = void;
  using value_type = T;

  struct promise_type : detail::TypedPromise<T> {
    Task get_return_object() noexcept {
      this->self = std::coroutine_handle<promise_type>::from_promise(*this);
      return Task(*this);
    }
  };

  class Awaiter {
   public:
    explicit Awaiter(Task& task) noexcept : task_(task) {}
    Awaiter(const Awaiter&) = delete;
    Awaiter& operator=(const Awaiter&) = delete;
    [[nodiscard]] bool await_ready() const noexcept { return task_.empty(); }
    template <class P>
    void await_suspend(std::coroutine_handle<P> handle) noexcept {
      static_assert(std::is_base_of_v<detail::PromiseBase, P>,
                    "durable: a durable::Task can be awaited only in another durable::Task.");
      detail::PromiseBase& parent = handle.promise();
      detail::PromiseBase& child = *task_.handle_.promise();
      child.scope = parent.scope;
      child.parent = &parent;
      child.holder = &task_.handle_;
      parent.child = &child;
      parent.scope->scheduler->transfer(child);
    }
    T await_resume() {
      if (task_.empty()) detail::raise_empty_task();
      return task_.promise().take();
    }

   private:
    Task& task_;
  };

  Awaiter operator co_await() && noexcept { return Awaiter(*this); }
  /// A Task is awaited once, so its await takes it over: write `co_await std::move(task)`.
  Awaiter operator co_await() & = delete;

  /// The parts below are the library's own.
  [[nodiscard]] promise_type& promise() const noexcept {
    return static_cast<promise_type&>(*handle_.promise());
  }
  [[nodiscard]] bool empty() const noexcept { return handle_.promise() == nullptr; }
  void reset() noexcept { handle_.reset(); }
  [[nodiscard]] detail::TaskHandle release() noexcept { return std::move(handle_); }

 private:
  explicit Task(promise_type& promise) noexcept : handle_(&promise) {}

  detail::TaskHandle handle_;
};

namespace detail {
template <class>
struct TaskTraits {
  static constexpr bool is_task = false;
};
template <class T>
struct TaskTraits<Task<T>> {
  static constexpr bool is_task = true;
  using Value = T;
};
template <class T>
inline constexpr bool is_task = TaskTraits<std::remove_cvref_t<T>>::is_task;
}  // namespace detail

}  // namespace durable
