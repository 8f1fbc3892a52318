// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <durable/sdk/batch.h>
#include <durable/sdk/context.h>
#include <durable/sdk/detail/batch.h>
#include <durable/sdk/options.h>

#include <cstddef>
#include <deque>
#include <memory>
#include <new>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace durable {

/// Names the branches of a map: made from a lambda or a function, called as `(const Item&)` or
/// `(const Item&, std::size_t index)`, that returns text. Called for all items when the map is
/// called, in each replay too: the name may depend on nothing else. A plain value of 48 bytes that
/// is not kept.
template <class Item>
class ItemNamer {
 public:
  /// The default names: `map-item-0`, `map-item-1`, ...
  ItemNamer() = default;

  template <class F>
  requires(!std::is_same_v<std::remove_cvref_t<F>, ItemNamer>) ItemNamer(F function) {
    static_assert(takes_item<F> || takes_index<F>,
                  "durable: an item namer is called as (const Item&) or as (const Item&, "
                  "std::size_t index) and returns text.");
    static_assert(std::is_trivially_copyable_v<F> && std::is_trivially_destructible_v<F> &&
                      sizeof(F) <= size_max && alignof(F) <= alignof(void*),
                  "durable: an item namer is copied as plain bytes: capture only numbers, pointers "
                  "and references, of 40 bytes together.");
    if constexpr (takes_item<F> || takes_index<F>) {
      ::new (static_cast<void*>(function_)) F(function);
      call_ = [](const void* stored, const Item& item, std::size_t index) -> std::string {
        const F& namer = *static_cast<const F*>(stored);
        if constexpr (takes_index<F>) {
          return std::string(namer(item, index));
        } else {
          return std::string(namer(item));
        }
      };
    }
  }

  explicit operator bool() const noexcept { return call_ != nullptr; }
  [[nodiscard]] std::string operator()(const Item& item, std::size_t index) const {
    return call_(function_, item, index);
  }

 private:
  static constexpr std::size_t size_max = 40;
  template <class F>
  static constexpr bool takes_index =
      std::is_invocable_r_v<std::string, const F&, const Item&, std::size_t> ||
      std::is_invocable_r_v<std::string_view, const F&, const Item&, std::size_t>;
  template <class F>
  static constexpr bool takes_item = std::is_invocable_r_v<std::string, const F&, const Item&> ||
                                     std::is_invocable_r_v<std::string_view, const F&, const Item&>;

  alignas(void*) std::byte function_[size_max] = {};
  std::string (*call_)(const void* stored, const Item& item, std::size_t index) = nullptr;
};

/// How a map runs and is recorded. `Item`: what the range holds.
template <class Item>
struct MapOptions {
  /// How many items are begun and not at their end at a time, at least 1; absent: all. One that
  /// waits counts.
  std::optional<std::size_t> max_concurrency = {};
  Completion completion = {};  ///< With nothing set, the first failure completes it.
  Nesting nesting = Nesting::nested;
  ItemNamer<Item> item_namer = {};
  /// Of the whole result. Null: the function's own, or none.
  const PayloadSerdes* serdes = nullptr;
  /// Of each item's result. Null: the function's own, or none.
  const PayloadSerdes* item_serdes = nullptr;
  Bodies bodies = Bodies::inline_;
};

namespace detail {

template <class F, class Item>
consteval auto map_branch_result() {
  using Index = std::size_t;
  if constexpr (std::is_invocable_v<F&, DurableContext&, const Item&, Index>) {
    return std::type_identity<std::invoke_result_t<F&, DurableContext&, const Item&, Index>>{};
  } else if constexpr (std::is_invocable_v<F&, DurableContext&, const Item&>) {
    return std::type_identity<std::invoke_result_t<F&, DurableContext&, const Item&>>{};
  } else {
    static_assert(always_false<F>,
                  "durable: a map branch is called as (durable::DurableContext&, const Item&) or "
                  "as (durable::DurableContext&, const Item&, std::size_t index), and returns "
                  "durable::Task<R>.");
    return std::type_identity<Task<void>>{};
  }
}

template <class F, class Item>
consteval auto map_value() {
  using Result = typename decltype(map_branch_result<F, Item>())::type;
  static_assert(is_task<Result>,
                "durable: a map branch must return durable::Task<R>: write \"-> "
                "durable::Task<R>\" after its parameters.");
  if constexpr (is_task<Result>) {
    return std::type_identity<typename TaskTraits<Result>::Value>{};
  } else {
    return std::type_identity<void>{};
  }
}
/// What the branches of a map give.
template <class F, class Item>
using MapValue = typename decltype(map_value<F, Item>())::type;

/// Where items are kept: a branch refers to its own, which a vector<bool> could not give.
template <class Item>
using Items = std::conditional_t<std::is_same_v<Item, bool>, std::deque<bool>, std::vector<Item>>;

template <class Item, class Range>
Items<Item> items_of(Range&& range) {
  if constexpr (std::is_same_v<Range, Items<Item>>) {
    return std::move(range);
  } else {
    Items<Item> items;
    if constexpr (requires { items.reserve(range.size()); }) items.reserve(range.size());
    for (auto&& item : range) items.push_back(static_cast<Item>(item));
    return items;
  }
}

template <class Item, class F, class T>
class MapBody final : public BatchBody {
 public:
  template <class Range, class U>
  MapBody(Range&& range, U&& branch, const ItemNamer<Item>& namer)
      : branch_(std::forward<U>(branch)),
        items_(items_of<Item>(std::forward<Range>(range))),
        namer_(namer) {}

  [[nodiscard]] std::size_t size() const noexcept override { return items_.size(); }
  void make_names() override {
    if (!namer_) return;
    names_.reserve(items_.size());
    for (std::size_t i = 0; i < items_.size(); ++i) names_.push_back(namer_(items_[i], i));
    namer_ = {};  // what it refers to may be gone after the call
  }
  [[nodiscard]] std::string_view name(std::size_t index) const override {
    return names_.empty() ? std::string_view() : names_[index];
  }
  [[nodiscard]] TaskHandle create(std::size_t index, DurableContext& context) override {
    const Item& item = items_[index];
    if constexpr (std::is_invocable_v<F&, DurableContext&, const Item&, std::size_t>) {
      return branch_(context, item, index).release();
    } else {
      return branch_(context, item).release();
    }
  }
  [[nodiscard]] std::optional<Payload> result(std::size_t /*index*/, PromiseBase& promise,
                                              const SerdesContext& context) override {
    return branch_result<T>(promise, context);
  }
  [[nodiscard]] bool is_json(std::size_t /*index*/) const noexcept override {
    return is_json_result<T>();
  }

 private:
  F branch_;
  Items<Item> items_;
  ItemNamer<Item> namer_;
  std::vector<std::string> names_;  // empty: the default ones
};

template <class Range, class F>
auto start_map(ContextCore& context, std::string_view name, Range&& items, F&& branch,
               const MapOptions<ItemOf<Range>>& options) {
  using Item = ItemOf<Range>;
  using Branch = std::decay_t<F>;
  using T = MapValue<Branch, Item>;
  static_assert(std::is_trivially_destructible_v<MapOptions<Item>>);
  constexpr bool valid = check_result<T>();
  if constexpr (valid) {
    const BatchSettings settings{options.max_concurrency, options.completion, options.nesting,
                                 options.bodies,          options.serdes,     options.item_serdes};
    return FutureFor<BatchResult<T>, Range, F>(
        run_batch(context, BatchKind::map, name, settings,
                  std::make_unique<MapBody<Item, Branch, T>>(
                      std::forward<Range>(items), std::forward<F>(branch), options.item_namer)));
  }
}

}  // namespace detail

template <class Range, class F>
auto DurableContext::map(std::string_view name, Range&& items, F&& branch,
                         const MapOptions<detail::ItemOf<Range>>& options) {
  return detail::start_map<Range, F>(core_, name, std::forward<Range>(items),
                                     std::forward<F>(branch), options);
}
template <class Range, class F>
auto DurableContext::map(std::string_view name, Range&& items, F&& branch) {
  return detail::start_map<Range, F>(core_, name, std::forward<Range>(items),
                                     std::forward<F>(branch), {});
}
template <detail::NotAName Range, class F>
auto DurableContext::map(Range&& items, F&& branch,
                         const MapOptions<detail::ItemOf<Range>>& options) {
  return detail::start_map<Range, F>(core_, {}, std::forward<Range>(items), std::forward<F>(branch),
                                     options);
}
template <detail::NotAName Range, class F>
auto DurableContext::map(Range&& items, F&& branch) {
  return detail::start_map<Range, F>(core_, {}, std::forward<Range>(items), std::forward<F>(branch),
                                     {});
}
template <class Item, class F, class... Options>
void DurableContext::map(std::string_view /*name*/, std::initializer_list<Item> /*items*/,
                         F&& /*branch*/, const Options&... /*options*/) {
  static_assert(detail::always_false<Item>,
                "durable: a map takes no list in braces: name a vector first, \"std::vector items{"
                "...};\", and pass that.");
}

}  // namespace durable
