// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <durable/sdk/batch.h>
#include <durable/sdk/context.h>
#include <durable/sdk/detail/batch.h>
#include <durable/sdk/options.h>

#include <array>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

namespace durable {

/// How a parallel runs and is recorded.
struct ParallelOptions {
  /// How many branches are begun and not at their end at a time, at least 1; absent: all. One that
  /// waits counts.
  std::optional<std::size_t> max_concurrency = {};
  Completion completion = {};  ///< With nothing set, the first failure completes it.
  Nesting nesting = Nesting::nested;
  /// Of the whole result. Null: the function's own, or none.
  const PayloadSerdes* serdes = nullptr;
  /// Of each branch's result. Null: the function's own, or none.
  const PayloadSerdes* item_serdes = nullptr;
  Bodies bodies = Bodies::inline_;
};
static_assert(std::is_trivially_destructible_v<ParallelOptions>);

namespace detail {

template <class F>
consteval auto parallel_branch_value() {
  if constexpr (std::is_invocable_v<F&, DurableContext&>) {
    using Result = std::invoke_result_t<F&, DurableContext&>;
    static_assert(is_task<Result>,
                  "durable: a parallel branch must return durable::Task<R>: write \"-> "
                  "durable::Task<R>\" after its parameters.");
    if constexpr (is_task<Result>) {
      return std::type_identity<typename TaskTraits<Result>::Value>{};
    } else {
      return std::type_identity<void>{};
    }
  } else {
    static_assert(always_false<F>,
                  "durable: a parallel branch is called as (durable::DurableContext&) and returns "
                  "durable::Task<R>; give it a name with durable::branch(\"name\", f).");
    return std::type_identity<void>{};
  }
}
/// What a branch that is called as an `F` gives.
template <class F>
using ParallelValue = typename decltype(parallel_branch_value<F>())::type;

/// A function with the name of its branch. `must_be_named`: GCC before 12.3 would destroy the
/// function twice if the future of its parallel were awaited in place.
template <class F, bool must_be_named>
class NamedBranch {
 public:
  template <class U>
  NamedBranch(std::string name, U&& function)
      : name_(std::move(name)), function_(std::forward<U>(function)) {}

  [[nodiscard]] std::string_view name() const noexcept { return name_; }
  auto operator()(DurableContext& context) { return function_(context); }

 private:
  std::string name_;
  F function_;
};

template <class B>
inline constexpr bool is_named_branch = false;
template <class F, bool n>
inline constexpr bool is_named_branch<NamedBranch<F, n>> = true;

}  // namespace detail

/// Names a branch of a parallel. `function`: called as `(DurableContext&)`, returns `Task<R>`.
template <class F>
[[nodiscard]] auto branch(std::string name, F&& function) {
  return detail::NamedBranch<std::decay_t<F>, detail::is_destroyed_twice<F>>(
      std::move(name), std::forward<F>(function));
}

/// A branch whose function may be of any type, for a vector of branches of which each is another:
/// made from `branch("name", f)`, or from a function alone. Copies share the function.
template <class R>
class Branch {
 public:
  template <class F>
  requires(!std::is_same_v<std::remove_cvref_t<F>, Branch>) Branch(F&& function)
      : function_(std::make_shared<std::decay_t<F>>(std::forward<F>(function))) {
    using Function = std::decay_t<F>;
    using Value = detail::ParallelValue<Function>;
    static_assert(std::is_same_v<Value, R>,
                  "durable: the function of a durable::Branch<R> must return durable::Task<R>.");
    if constexpr (std::is_same_v<Value, R>) {
      call_ = [](void* stored, DurableContext& context) -> Task<R> {
        return (*static_cast<Function*>(stored))(context);
      };
    }
    if constexpr (detail::is_named_branch<Function>) {
      name_ = static_cast<const Function*>(function_.get())->name();
    }
  }

  [[nodiscard]] std::string_view name() const noexcept { return name_; }
  Task<R> operator()(DurableContext& context) { return call_(function_.get(), context); }

 private:
  std::shared_ptr<void> function_;  // owners: the copies of this branch
  Task<R> (*call_)(void* stored, DurableContext& context) = nullptr;
  std::string name_;
};

/// The result of `ctx.parallel` over branches of several types. `R...`: what the branches return.
template <class... R>
class ParallelResult : public BatchStatistics {
 public:
  template <std::size_t I>
  using Returned = std::tuple_element_t<I, std::tuple<R...>>;

  /// The values of all branches, `std::monostate` for one without a value:
  /// `auto [a, b] = result.values();`. Throws the `ChildContextError` of the first branch that
  /// failed, and `UsageError` if one was not at its end when the parallel was complete.
  [[nodiscard]] std::tuple<detail::NonVoid<R>...> values() const {
    throw_if_error();
    return values(std::index_sequence_for<R...>());
  }
  /// What became of branch `I`; null if it has not begun.
  template <std::size_t I>
  [[nodiscard]] const BatchItem<Returned<I>>* item() const& noexcept {
    const auto& item = std::get<I>(items_);
    return item ? &*item : nullptr;
  }
  template <std::size_t I>
  const BatchItem<Returned<I>>* item() && = delete;

  /// The errors of the branches that failed, in the order of their indexes.
  [[nodiscard]] std::vector<ChildContextError> errors() const {
    std::vector<ChildContextError> errors;
    const auto add = [&errors](const auto& item) {
      if (item && item->error) errors.push_back(*item->error);
    };
    std::apply([&add](const auto&... item) { (add(item), ...); }, items_);
    return errors;
  }
  /// Throws the `ChildContextError` of the first branch that failed, if one did.
  void throw_if_error() const {
    if (has_failure()) throw ChildContextError(errors().front());
  }

 private:
  friend struct detail::ResultReader<ParallelResult<R...>>;
  class Reader;

  template <std::size_t... I>
  std::tuple<detail::NonVoid<R>...> values(std::index_sequence<I...>) const {
    return {value<I>()...};
  }
  template <std::size_t I>
  const detail::NonVoid<Returned<I>>& value() const {
    const auto& item = std::get<I>(items_);
    if (!item || !item->result) detail::raise_no_branch_value(I, completion_reason());
    return *item->result;
  }

  std::tuple<std::optional<BatchItem<R>>...> items_;
};

template <class... R>
class ParallelResult<R...>::Reader final : public detail::BatchReader {
 public:
  explicit Reader(ParallelResult& result) noexcept : result_(result) {}
  void reserve(std::size_t /*count*/) override {}
  void add(detail::BatchItemRecord&& record, const SerdesContext& context) override {
    result_.count(record.status);
    put(std::move(record), context, std::index_sequence_for<R...>());
  }

 private:
  template <std::size_t... I>
  void put(detail::BatchItemRecord&& record, const SerdesContext& context,
           std::index_sequence<I...>) {
    static_cast<void>(
        ((record.index == I &&
          (std::get<I>(result_.items_) = detail::item_of<Returned<I>>(std::move(record), context),
           true)) ||
         ...));
  }

  ParallelResult& result_;
};

namespace detail {

template <class... R>
struct ResultReader<ParallelResult<R...>> {
  static ParallelResult<R...> read(const Operation& operation) {
    ParallelResult<R...> result;
    typename ParallelResult<R...>::Reader reader(result);
    result.complete(read_batch(operation, reader));
    return result;
  }
};

template <class B>
[[nodiscard]] std::string_view branch_name(const B& branch) noexcept {
  if constexpr (requires { branch.name(); }) {
    return branch.name();
  } else {
    return {};
  }
}

/// Branches of several types. `B`: the functions, `R`: the types of their values, one each.
template <class B, class R>
class ParallelBody;
template <class... B, class... R>
class ParallelBody<std::tuple<B...>, std::tuple<std::type_identity<R>...>> final
    : public BatchBody {
 public:
  template <class... U>
  explicit ParallelBody(std::in_place_t, U&&... branches)
      : branches_(std::forward<U>(branches)...) {}

  [[nodiscard]] std::size_t size() const noexcept override { return sizeof...(B); }
  [[nodiscard]] std::string_view name(std::size_t index) const override {
    return [&]<std::size_t... I>(std::index_sequence<I...>) {
      std::string_view name;
      static_cast<void>(
          ((index == I && (name = branch_name(std::get<I>(branches_)), true)) || ...));
      return name;
    }
    (std::index_sequence_for<B...>());
  }
  [[nodiscard]] TaskHandle create(std::size_t index, DurableContext& context) override {
    return [&]<std::size_t... I>(std::index_sequence<I...>) {
      TaskHandle handle(nullptr);
      static_cast<void>(
          ((index == I && (handle = std::get<I>(branches_)(context).release(), true)) || ...));
      return handle;
    }
    (std::index_sequence_for<B...>());
  }
  [[nodiscard]] std::optional<Payload> result(std::size_t index, PromiseBase& promise,
                                              const SerdesContext& context) override {
    using Write = std::optional<Payload> (*)(PromiseBase&, const SerdesContext&);
    static constexpr std::array<Write, sizeof...(R)> writers{&branch_result<R>...};
    return writers[index](promise, context);
  }
  [[nodiscard]] bool is_json(std::size_t index) const noexcept override {
    static constexpr std::array<bool, sizeof...(R)> json{is_json_result<R>()...};
    return json[index];
  }

 private:
  std::tuple<B...> branches_;
};

/// Branches of one type.
template <class B, class T>
class BranchesBody final : public BatchBody {
 public:
  explicit BranchesBody(std::vector<B> branches) : branches_(std::move(branches)) {}

  [[nodiscard]] std::size_t size() const noexcept override { return branches_.size(); }
  [[nodiscard]] std::string_view name(std::size_t index) const override {
    return branch_name(branches_[index]);
  }
  [[nodiscard]] TaskHandle create(std::size_t index, DurableContext& context) override {
    return branches_[index](context).release();
  }
  [[nodiscard]] std::optional<Payload> result(std::size_t /*index*/, PromiseBase& promise,
                                              const SerdesContext& context) override {
    return branch_result<T>(promise, context);
  }
  [[nodiscard]] bool is_json(std::size_t /*index*/) const noexcept override {
    return is_json_result<T>();
  }

 private:
  std::vector<B> branches_;
};

/// Whether an argument of type `B` (as deduced for `B&&`) is, or holds, what GCC before 12.3 would
/// destroy twice.
template <class B>
inline constexpr bool is_dangerous_branch = DURABLE_DOUBLE_DESTROY != 0 && is_destroyed_twice<B>;
template <class F, bool must_be_named>
inline constexpr bool is_dangerous_branch<NamedBranch<F, must_be_named>> =
    DURABLE_DOUBLE_DESTROY != 0 && must_be_named;

template <class T, bool dangerous>
using BatchFuture = std::conditional_t<dangerous, NameThisFutureFirst<T>, DurableFuture<T>>;

template <class... B>
struct ParallelCall {
  static auto start(ContextCore& context, std::string_view name, const BatchSettings& settings,
                    B&&... branches) {
    constexpr bool valid = (check_result<ParallelValue<std::decay_t<B>>>() && ...);
    if constexpr (valid) {
      using Branches =
          ParallelBody<std::tuple<std::decay_t<B>...>,
                       std::tuple<std::type_identity<ParallelValue<std::decay_t<B>>>...>>;
      using All = ParallelResult<ParallelValue<std::decay_t<B>>...>;
      return BatchFuture<All, (is_dangerous_branch<B> || ...)>(
          run_batch(context, BatchKind::parallel, name, settings,
                    std::make_unique<Branches>(std::in_place, std::forward<B>(branches)...)));
    }
  }
};

template <class B, class V>
auto start_branches(ContextCore& context, std::string_view name, const BatchSettings& settings,
                    V&& branches) {
  using T = ParallelValue<B>;
  constexpr bool valid = check_result<T>();
  if constexpr (valid) {
    return DurableFuture<BatchResult<T>>(
        run_batch(context, BatchKind::parallel, name, settings,
                  std::make_unique<BranchesBody<B, T>>(std::forward<V>(branches))));
  }
}
template <class B>
struct ParallelCall<std::vector<B>> {
  static auto start(ContextCore& context, std::string_view name, const BatchSettings& settings,
                    std::vector<B>&& branches) {
    return start_branches<B>(context, name, settings, std::move(branches));
  }
};
template <class B>
struct ParallelCall<std::vector<B>&> {
  static auto start(ContextCore& context, std::string_view name, const BatchSettings& settings,
                    const std::vector<B>& branches) {
    return start_branches<B>(context, name, settings, branches);
  }
};
template <class B>
struct ParallelCall<const std::vector<B>&> : ParallelCall<std::vector<B>&> {};

template <class... B>
auto start_parallel(ContextCore& context, std::string_view name, const ParallelOptions& options,
                    B&&... branches) {
  const BatchSettings settings{options.max_concurrency, options.completion, options.nesting,
                               options.bodies,          options.serdes,     options.item_serdes};
  return ParallelCall<B...>::start(context, name, settings, std::forward<B>(branches)...);
}

}  // namespace detail

template <detail::NotOptions... B>
auto DurableContext::parallel(std::string_view name, B&&... branches) {
  return detail::start_parallel<B...>(core_, name, {}, std::forward<B>(branches)...);
}
template <detail::NotOptions... B>
auto DurableContext::parallel(std::string_view name, const ParallelOptions& options,
                              B&&... branches) {
  return detail::start_parallel<B...>(core_, name, options, std::forward<B>(branches)...);
}
template <detail::NotNameNorOptions First, detail::NotOptions... B>
auto DurableContext::parallel(First&& first, B&&... branches) {
  return detail::start_parallel<First, B...>(core_, {}, {}, std::forward<First>(first),
                                             std::forward<B>(branches)...);
}
template <detail::NotOptions... B>
auto DurableContext::parallel(const ParallelOptions& options, B&&... branches) {
  return detail::start_parallel<B...>(core_, {}, options, std::forward<B>(branches)...);
}

}  // namespace durable
