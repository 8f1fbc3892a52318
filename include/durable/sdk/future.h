// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <durable/sdk/detail/compiler.h>
#include <durable/sdk/detail/operation.h>
#include <durable/sdk/outcome.h>
#include <durable/sdk/task.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace durable {

template <class T>
class DurableFuture;

namespace detail {

/// Reads a value from an operation that has succeeded. Specialised for results that are more than
/// a payload.
template <class T>
struct ResultReader {
  static T read(const Operation& operation) {
    if constexpr (std::is_same_v<T, std::string>) {
      if (operation.reads_raw_text()) return operation.require_raw_text();
    } else if constexpr (std::is_same_v<T, std::optional<std::string>>) {
      if (operation.reads_raw_text()) return operation.raw_text();
    }
    if constexpr (DefaultSerdes<T>) {
      return Serdes<T>::deserialize(operation.payload_or_null(), operation.serdes_context());
    } else {
      const Payload plain = operation.payload_or_null();
      const ForeignCode guard(operation.scheduler(), Scope::Kind::serdes);
      return Serdes<T>::deserialize(plain, operation.serdes_context());
    }
  }
};

/// Reads an operation's result. Throws its error.
template <class T>
T read_result(const Operation& operation) {
  operation.received();
  operation.raise_error();
  if constexpr (!std::is_void_v<T>) return ResultReader<T>::read(operation);
}
template <class T>
Outcome<T> read_outcome(const Operation& operation) {
  operation.received();
  if (auto error = operation.error()) return Outcome<T>(std::move(error));
  if constexpr (std::is_void_v<T>) {
    return Outcome<T>(std::monostate{});
  } else {
    try {
      return Outcome<T>(read_result<T>(operation));
    } catch (...) {
      return Outcome<T>(std::current_exception());
    }
  }
}

/// Waits for one operation.
class OperationAwaiter {
 public:
  explicit OperationAwaiter(Operation* operation) noexcept : operation_(operation) {}
  OperationAwaiter(const OperationAwaiter&) = delete;
  OperationAwaiter& operator=(const OperationAwaiter&) = delete;

  [[nodiscard]] bool await_ready() const noexcept {
    return operation_ == nullptr || operation_->settled();
  }
  template <class P>
  void await_suspend(std::coroutine_handle<P> handle) noexcept {
    static_assert(std::is_base_of_v<PromiseBase, P>,
                  "durable: durable operations can be awaited only in a durable::Task.");
    waiter_.promise = &handle.promise();
    operation_->wait(waiter_);
  }

 protected:
  ~OperationAwaiter() = default;
  [[nodiscard]] const Operation& operation() const {
    if (operation_ == nullptr) raise_empty_future();
    return *operation_;
  }

 private:
  Operation* operation_;
  Waiter waiter_;
};

template <class T>
class ResultAwaiter : public OperationAwaiter {
 public:
  using OperationAwaiter::OperationAwaiter;
  T await_resume() const { return read_result<T>(operation()); }
};
template <class T>
class OutcomeAwaiter : public OperationAwaiter {
 public:
  using OperationAwaiter::OperationAwaiter;
  Outcome<T> await_resume() const { return read_outcome<T>(operation()); }
};

}  // namespace detail

/// The handle of a durable operation that has been started. Awaiting it gives the operation's
/// result, or throws its error (errors.h).
///
/// `co_await future` may be repeated and gives a fresh value each time. The future owns the work:
/// destroying one that is not settled drops the operation's body and its place in line, and leaves
/// the operation as it is recorded. Move-only; the size of a pointer.
///
/// Errors at the await: `UsageError` if it was moved from, or if its context has ended.
/// Thread-safety: none; lives on the workflow's thread.
template <class T>
class [[nodiscard]] DurableFuture {
 public:
  using durable_awaitable = void;
  using value_type = T;

  DurableFuture(DurableFuture&&) noexcept = default;
  DurableFuture& operator=(DurableFuture&&) noexcept = default;

  detail::ResultAwaiter<T> operator co_await() & noexcept {
    return detail::ResultAwaiter<T>(operation_.get());
  }
  detail::ResultAwaiter<T> operator co_await() && noexcept {
    return detail::ResultAwaiter<T>(operation_.get());
  }

  /// The parts below are the library's own.
  explicit DurableFuture(detail::OperationPtr operation) noexcept
      : operation_(std::move(operation)) {}
  [[nodiscard]] detail::Operation* operation() const noexcept { return operation_.get(); }
  [[nodiscard]] detail::OperationPtr take_operation() noexcept { return std::move(operation_); }

 private:
  detail::OperationPtr operation_;
};

/// The future of a wait: one that can be called off.
class [[nodiscard]] WaitFuture : public DurableFuture<void> {
 public:
  using DurableFuture<void>::DurableFuture;

  /// Ends the wait before its time, in the service too: it is recorded as cancelled and will not
  /// wake the function. Awaiting it then throws `WaitCancelledError`. A wait that is over already
  /// is left alone, also one that ends while the cancellation is on its way. Not awaited: the
  /// cancellation travels with the next call to the service.
  ///
  /// Throws `UsageError` if the future was moved from, and outside the context that started it.
  void cancel();
};

/// What a call returns instead of `DurableFuture<T>` if awaiting it in place would make GCC before
/// 12.3 destroy one of its arguments twice. Name it, then await it; or store it as a
/// `DurableFuture<T>`.
template <class T>
class [[nodiscard]] NameThisFutureFirst : public DurableFuture<T> {
 public:
  using DurableFuture<T>::DurableFuture;

  detail::ResultAwaiter<T> operator co_await() & noexcept {
    return detail::ResultAwaiter<T>(this->operation());
  }
  template <class U = T>
  detail::ResultAwaiter<T> operator co_await() && noexcept {
    static_assert(
        detail::always_false<U>,
        "durable: GCC before 12.3 destroys this argument twice (a lambda with captures that need a "
        "destructor, or an aggregate built in place). Write \"auto future = ctx.step(...); "
        "co_await future;\", or capture by reference, or name the argument first.");
    return detail::ResultAwaiter<T>(this->operation());
  }
};

namespace detail {

/// The future of a call that was given arguments `A...` (as deduced for `A&&...`).
template <class T, class... A>
using FutureFor =
    std::conditional_t<name_the_future_first<A...>, NameThisFutureFirst<T>, DurableFuture<T>>;

template <class>
struct FutureTraits {
  static constexpr bool is_future = false;
  static constexpr bool name_first = false;
};
template <class T>
struct FutureTraits<DurableFuture<T>> {
  static constexpr bool is_future = true;
  static constexpr bool name_first = false;
  using Value = T;
};
template <>
struct FutureTraits<WaitFuture> : FutureTraits<DurableFuture<void>> {};
template <class T>
struct FutureTraits<NameThisFutureFirst<T>> : FutureTraits<DurableFuture<T>> {
  static constexpr bool name_first = true;
};

/// Refuses what `all`, its siblings and `settle` cannot take, with the reason.
template <class F>
consteval bool check_future() {
  using Traits = FutureTraits<std::remove_cvref_t<F>>;
  static_assert(
      !is_task<F>,
      "durable: all() and its siblings take DurableFutures. A Task has no ids of its own, "
      "so two of them would take ids in an order that replay changes: use "
      "ctx.run_in_child_context.");
  static_assert(is_task<F> || Traits::is_future, "durable: this takes DurableFutures.");
  static_assert(
      std::is_lvalue_reference_v<F> || !Traits::name_first,
      "durable: GCC before 12.3 destroys an argument of this call twice (a lambda with captures "
      "that need a destructor, or an aggregate built in place). Name the future first: \"auto "
      "future = ctx.step(...);\", then pass \"future\".");
  return true;
}

/// A future that is referred to, or taken over from a temporary.
template <class F>
struct FutureHolder {
  using Value = typename FutureTraits<std::remove_cvref_t<F>>::Value;
  using Stored = std::conditional_t<std::is_lvalue_reference_v<F>, DurableFuture<Value>*,
                                    DurableFuture<Value>>;

  explicit FutureHolder(std::remove_reference_t<F>& future) noexcept
      : stored([&]() -> Stored {
          if constexpr (std::is_lvalue_reference_v<F>) {
            return &future;
          } else {
            return std::move(future);
          }
        }()) {}
  [[nodiscard]] Operation* operation() const noexcept {
    if constexpr (std::is_lvalue_reference_v<F>) {
      return stored->operation();
    } else {
      return stored.operation();
    }
  }
  Stored stored;
};

template <class T>
using NonVoid = std::conditional_t<std::is_void_v<T>, std::monostate, T>;

/// What awaiting several futures gives: their values, or what became of each.
enum class Gives : std::uint8_t { values, outcomes };

/// One of them. For the value: throws its error.
template <Gives gives, class T>
auto read_as(const Operation& operation) {
  if constexpr (gives == Gives::outcomes) {
    return read_outcome<T>(operation);
  } else if constexpr (std::is_void_v<T>) {
    return std::monostate{};
  } else {
    return read_result<T>(operation);
  }
}

/// Waits for several operations: stands in the line of the first that is not settled.
class ManyAwaiter {
 public:
  ManyAwaiter(const ManyAwaiter&) = delete;
  ManyAwaiter& operator=(const ManyAwaiter&) = delete;

  [[nodiscard]] bool await_ready() noexcept { return next_open() == nullptr; }
  template <class P>
  void await_suspend(std::coroutine_handle<P> handle) noexcept {
    static_assert(std::is_base_of_v<PromiseBase, P>,
                  "durable: durable operations can be awaited only in a durable::Task.");
    waiter_.promise = &handle.promise();
    waiter_.many = this;
    waiter_.advance = [](Waiter& waiter) noexcept {
      return static_cast<ManyWaiter&>(waiter).many->next_open();
    };
    next_open()->wait(waiter_);
  }

 protected:
  ManyAwaiter() = default;
  ~ManyAwaiter() = default;

  /// What to wait for; from the constructor, when the operations stand where they stay.
  void wait_for(Operation* const* operations, std::size_t count) noexcept {
    operations_ = operations;
    count_ = count;
  }
  /// Takes notice of all outcomes. Throws the UsageError if a future was moved from, and then,
  /// where values are wanted, the first error in the order of the arguments.
  void take_notice(Gives gives) const {
    for (std::size_t i = 0; i < count_; ++i) {
      if (operations_[i] == nullptr) raise_empty_future();
      operations_[i]->received();
    }
    if (gives == Gives::outcomes) return;
    for (std::size_t i = 0; i < count_; ++i) operations_[i]->raise_error();
  }

 private:
  struct ManyWaiter : Waiter {
    ManyAwaiter* many = nullptr;
  };
  [[nodiscard]] Operation* next_open() noexcept {
    while (done_ < count_ && (operations_[done_] == nullptr || operations_[done_]->settled())) {
      ++done_;
    }
    return done_ < count_ ? operations_[done_] : nullptr;
  }

  Operation* const* operations_ = nullptr;
  std::size_t count_ = 0;
  std::size_t done_ = 0;
  ManyWaiter waiter_;
};

/// Several futures that are awaited together.
template <Gives gives, class... F>
class [[nodiscard]] All {
  static constexpr bool gives_nothing =
      gives == Gives::values && (std::is_void_v<typename FutureHolder<F>::Value> && ...);

 public:
  using durable_awaitable = void;

  explicit All(F&&... futures) noexcept : futures_(FutureHolder<F>(futures)...) {}

  class Awaiter : public ManyAwaiter {
   public:
    explicit Awaiter(All& all) noexcept
        : operations_(std::apply(
              [](auto&... f) { return std::array<Operation*, sizeof...(F)>{f.operation()...}; },
              all.futures_)) {
      this->wait_for(operations_.data(), operations_.size());
    }
    auto await_resume() const {
      this->take_notice(gives);
      if constexpr (!gives_nothing) return read(std::index_sequence_for<F...>());
    }

   private:
    template <std::size_t... I>
    auto read(std::index_sequence<I...>) const {
      return std::tuple<decltype(read_as<gives, typename FutureHolder<F>::Value>(
          *operations_[I]))...>{
          read_as<gives, typename FutureHolder<F>::Value>(*operations_[I])...};
    }
    std::array<Operation*, sizeof...(F)> operations_;
  };

  Awaiter operator co_await() & noexcept { return Awaiter(*this); }
  Awaiter operator co_await() && noexcept { return Awaiter(*this); }

 private:
  std::tuple<FutureHolder<F>...> futures_;
};

/// A vector of them.
template <Gives gives, class T>
class [[nodiscard]] AllOf {
 public:
  using durable_awaitable = void;

  explicit AllOf(const std::vector<DurableFuture<T>>& futures) { refer_to(futures); }
  explicit AllOf(std::vector<DurableFuture<T>>&& futures) : owned_(std::move(futures)) {
    refer_to(owned_);
  }

  class Awaiter : public ManyAwaiter {
   public:
    explicit Awaiter(const std::vector<Operation*>& operations) noexcept : operations_(operations) {
      this->wait_for(operations_.data(), operations_.size());
    }
    auto await_resume() const {
      this->take_notice(gives);
      if constexpr (gives == Gives::outcomes || !std::is_void_v<T>) {
        std::vector<decltype(read_as<gives, T>(*operations_.front()))> read;
        read.reserve(operations_.size());
        for (const Operation* operation : operations_)
          read.push_back(read_as<gives, T>(*operation));
        return read;
      }
    }

   private:
    const std::vector<Operation*>& operations_;
  };

  Awaiter operator co_await() & noexcept { return Awaiter(operations_); }
  Awaiter operator co_await() && noexcept { return Awaiter(operations_); }

 private:
  void refer_to(const std::vector<DurableFuture<T>>& futures) {
    operations_.reserve(futures.size());
    for (const DurableFuture<T>& future : futures) operations_.push_back(future.operation());
  }

  std::vector<DurableFuture<T>> owned_;
  std::vector<Operation*> operations_;
};

template <class F>
class [[nodiscard]] SettledFuture {
  using Value = typename FutureHolder<F>::Value;

 public:
  using durable_awaitable = void;

  explicit SettledFuture(F&& future) noexcept : future_(future) {}
  OutcomeAwaiter<Value> operator co_await() & noexcept {
    return OutcomeAwaiter<Value>(future_.operation());
  }
  OutcomeAwaiter<Value> operator co_await() && noexcept {
    return OutcomeAwaiter<Value>(future_.operation());
  }

 private:
  FutureHolder<F> future_;
};

template <class T>
Task<Outcome<T>> settle_task(Task<T> task) {
  std::exception_ptr error;
  try {
    if constexpr (std::is_void_v<T>) {
      co_await std::move(task);
      co_return Outcome<T>(std::monostate{});
    } else {
      T value = co_await std::move(task);
      co_return Outcome<T>(std::move(value));
    }
  } catch (...) {
    error = std::current_exception();
  }
  co_return Outcome<T>(std::move(error));
}

}  // namespace detail

/// Waits for all of the futures and gives a tuple of their values, `std::monostate` for one without
/// a value, or nothing if none has one. Named futures are referred to and stay usable; temporaries
/// and moved ones are taken over. Throws the first error in the order of the arguments, after all
/// have settled.
///
/// The language leaves open in which order calls written inside the argument list are made, and so
/// which id each takes: name the futures first.
template <class... F>
requires(sizeof...(F) > 0) [[nodiscard]] auto all(F&&... futures) {
  constexpr bool valid = (detail::check_future<F>() && ...);
  if constexpr (valid && (detail::FutureTraits<std::remove_cvref_t<F>>::is_future && ...)) {
    return detail::All<detail::Gives::values, F...>(std::forward<F>(futures)...);
  }
}
/// The same for a vector; gives a vector of the values, or nothing for futures without a value.
template <class T>
[[nodiscard]] auto all(std::vector<DurableFuture<T>>& futures) {
  return detail::AllOf<detail::Gives::values, T>(futures);
}
template <class T>
[[nodiscard]] auto all(std::vector<DurableFuture<T>>&& futures) {
  return detail::AllOf<detail::Gives::values, T>(std::move(futures));
}

/// Waits for a future and gives what became of it as an `Outcome<T>`, without throwing. A helper
/// Task may be given instead.
template <class F>
[[nodiscard]] auto settle(F&& future) {
  if constexpr (detail::is_task<F>) {
    static_assert(!std::is_lvalue_reference_v<F>,
                  "durable: a Task is awaited once: write settle(std::move(task)).");
    return detail::settle_task(std::move(future));
  } else {
    constexpr bool valid = detail::check_future<F>();
    if constexpr (valid && detail::FutureTraits<std::remove_cvref_t<F>>::is_future) {
      return detail::SettledFuture<F>(std::forward<F>(future));
    }
  }
}

}  // namespace durable
