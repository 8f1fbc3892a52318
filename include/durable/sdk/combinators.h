// SPDX-License-Identifier: Apache-2.0
//
// Awaiting several futures: `all_settled`, `any` and `race`. `all` and `settle` are in future.h.
#pragma once

#include <durable/sdk/future.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace durable {

/// What `race` and `any` give for futures of several types: a `std::variant` with an alternative
/// for each argument, in their order, so that `index()` says which one it is. A future without a
/// value has `std::monostate`.
template <class... T>
class Raced : public std::variant<detail::NonVoid<T>...> {
 public:
  using std::variant<detail::NonVoid<T>...>::variant;
};

/// What `race_indexed` and `any_indexed` give.
template <class T>
struct Winner {
  std::size_t index;  ///< Of the argument, from 0.
  T value;            ///< `std::monostate` for futures without a value.
};

namespace detail {

enum class RaceRule : std::uint8_t { first_settled, first_success };

/// One that takes part: referred to, or taken over as well.
struct RaceEntry {
  Operation* operation = nullptr;
  OperationPtr owned;
};

/// Takes an id in the context of the operations. `entries` are moved from. `winner_levels`: how
/// often the result's type tells the winner's index. Throws `ValidationError` and `UsageError`.
[[nodiscard]] OperationPtr run_race(RaceRule rule, std::string_view name, RaceEntry* entries,
                                    std::size_t count, std::size_t winner_levels);
/// The index that the result's type tells at `level`, counted from the outside.
/// Pre: `race` was made by `run_race` and has succeeded; `level` is one that it has.
[[nodiscard]] std::size_t winner_of(const Operation& race, std::size_t level) noexcept;

/// Reads a result whose type tells of winners from `level` on: a race may have won a race.
template <class T>
struct LevelReader {
  static T read(const Operation& race, std::size_t /*level*/) {
    return ResultReader<T>::read(race);
  }
};
template <>
struct LevelReader<std::monostate> {
  static std::monostate read(const Operation& /*race*/, std::size_t /*level*/) { return {}; }
};
template <class T>
struct LevelReader<Winner<T>> {
  static Winner<T> read(const Operation& race, std::size_t level) {
    return {winner_of(race, level), LevelReader<T>::read(race, level + 1)};
  }
};
template <class... T>
struct LevelReader<Raced<T...>> {
  static Raced<T...> read(const Operation& race, std::size_t level) {
    return read_one(race, level, std::index_sequence_for<T...>());
  }

 private:
  template <std::size_t I>
  static Raced<T...> read_as(const Operation& race, std::size_t level) {
    using Value = NonVoid<std::tuple_element_t<I, std::tuple<T...>>>;
    return Raced<T...>(std::in_place_index<I>, LevelReader<Value>::read(race, level + 1));
  }
  template <std::size_t... I>
  static Raced<T...> read_one(const Operation& race, std::size_t level, std::index_sequence<I...>) {
    using Read = Raced<T...> (*)(const Operation&, std::size_t);
    constexpr Read readers[] = {&read_as<I>...};
    return readers[winner_of(race, level)](race, level);
  }
};

template <class T>
struct ResultReader<Winner<T>> {
  static Winner<T> read(const Operation& race) { return LevelReader<Winner<T>>::read(race, 0); }
};
template <class... T>
struct ResultReader<Raced<T...>> {
  static Raced<T...> read(const Operation& race) { return LevelReader<Raced<T...>>::read(race, 0); }
};

/// The value of a race: the common type of the futures' values, or all of them.
template <class... V>
struct RaceValue {
  using Type = Raced<V...>;
  static constexpr std::size_t levels = 1;
};
template <class V, class... Rest>
requires(std::is_same_v<V, Rest>&&...) struct RaceValue<V, Rest...> {
  using Type = V;
  static constexpr std::size_t levels = 0;
};

template <class>
struct FutureVector {
  static constexpr bool is_vector = false;
};
template <class F>
struct FutureVector<std::vector<F>> {
  static constexpr bool is_vector = FutureTraits<F>::is_future;
};

/// Whether the arguments are futures, or one vector of them; refuses others with the reason.
template <class First, class... Rest>
consteval bool check_racers() {
  if constexpr (sizeof...(Rest) == 0 && FutureVector<std::remove_cvref_t<First>>::is_vector) {
    return true;
  } else {
    return check_future<First>() && (check_future<Rest>() && ...) &&
           FutureTraits<std::remove_cvref_t<First>>::is_future &&
           (FutureTraits<std::remove_cvref_t<Rest>>::is_future && ...);
  }
}

template <class F>
RaceEntry race_entry(F&& future) {
  RaceEntry entry;
  entry.operation = future.operation();
  if constexpr (!std::is_lvalue_reference_v<F>) entry.owned = future.take_operation();
  return entry;
}

enum class RaceForm : std::uint8_t { value, indexed };
template <RaceForm form, class V>
using RaceFuture =
    DurableFuture<std::conditional_t<form == RaceForm::value, V, Winner<NonVoid<V>>>>;
template <RaceForm form>
inline constexpr std::size_t form_levels = form == RaceForm::value ? 0 : 1;

template <RaceForm form, class V>
auto start_race_of(RaceRule rule, std::string_view name, V&& futures) {
  using Value = typename FutureTraits<typename std::remove_cvref_t<V>::value_type>::Value;
  std::vector<RaceEntry> entries(futures.size());
  for (std::size_t i = 0; i < futures.size(); ++i) {
    if constexpr (std::is_lvalue_reference_v<V>) {
      entries[i] = race_entry(futures[i]);
    } else {
      entries[i] = race_entry(std::move(futures[i]));
    }
  }
  return RaceFuture<form, Value>(
      run_race(rule, name, entries.data(), entries.size(), form_levels<form>));
}

template <RaceForm form, class First, class... Rest>
auto start_race(RaceRule rule, std::string_view name, First&& first, Rest&&... rest) {
  if constexpr (constexpr bool valid = check_racers<First, Rest...>(); valid) {
    if constexpr (FutureVector<std::remove_cvref_t<First>>::is_vector) {
      return start_race_of<form>(rule, name, std::forward<First>(first));
    } else {
      using Values =
          RaceValue<typename FutureHolder<First>::Value, typename FutureHolder<Rest>::Value...>;
      std::array<RaceEntry, 1 + sizeof...(Rest)> entries{race_entry(std::forward<First>(first)),
                                                         race_entry(std::forward<Rest>(rest))...};
      return RaceFuture<form, typename Values::Type>(
          run_race(rule, name, entries.data(), entries.size(), form_levels<form> + Values::levels));
    }
  }
}

template <class F>
concept NoName = !std::is_convertible_v<F, std::string_view>;

}  // namespace detail

// Named futures are referred to and stay usable; temporaries and moved ones are taken over. The
// language leaves open in which order calls written inside an argument list are made, and so which
// id each takes: write at most one call there, or name the futures first.

/// Waits for all of the futures and gives what became of each, as a tuple of `Outcome<T>` in the
/// order of the arguments. Does not throw for futures that failed. Records nothing: every replay
/// gives the same.
template <class... F>
requires(sizeof...(F) > 0) [[nodiscard]] auto all_settled(F&&... futures) {
  constexpr bool valid = (detail::check_future<F>() && ...);
  if constexpr (valid && (detail::FutureTraits<std::remove_cvref_t<F>>::is_future && ...)) {
    return detail::All<detail::Gives::outcomes, F...>(std::forward<F>(futures)...);
  }
}
/// The same for a vector; gives a vector.
template <class T>
[[nodiscard]] auto all_settled(std::vector<DurableFuture<T>>& futures) {
  return detail::AllOf<detail::Gives::outcomes, T>(futures);
}
template <class T>
[[nodiscard]] auto all_settled(std::vector<DurableFuture<T>>&& futures) {
  return detail::AllOf<detail::Gives::outcomes, T>(std::move(futures));
}

/// Gives what the first of the futures to settle gives: its value, or its error. Takes futures, or
/// one vector of them. Futures of one type give that type, others a `Raced`.
///
/// The winner is recorded, so a replay has the same one: a race takes an id in the futures' context
/// and is a step there, named `name` or `race`, whose result is the winner's index. Futures that
/// have settled before the race begins come in the order of the times that the service recorded;
/// those told of at the same time come in the order of the arguments.
///
/// Futures that were taken over are dropped once there is a winner, and waits among them are
/// cancelled, in the service, too. Other operations cannot be cancelled: they stay as they are
/// recorded, as do futures that were only referred to.
///
/// Throws `ValidationError` for no futures at all; `UsageError` for futures of another context.
template <detail::NoName First, class... Rest>
[[nodiscard]] auto race(First&& first, Rest&&... rest) {
  return detail::start_race<detail::RaceForm::value>(
      detail::RaceRule::first_settled, {}, std::forward<First>(first), std::forward<Rest>(rest)...);
}
template <class First, class... Rest>
[[nodiscard]] auto race(std::string_view name, First&& first, Rest&&... rest) {
  return detail::start_race<detail::RaceForm::value>(detail::RaceRule::first_settled, name,
                                                     std::forward<First>(first),
                                                     std::forward<Rest>(rest)...);
}
/// `race`, with the winner's index: a `Winner<T>`.
template <detail::NoName First, class... Rest>
[[nodiscard]] auto race_indexed(First&& first, Rest&&... rest) {
  return detail::start_race<detail::RaceForm::indexed>(
      detail::RaceRule::first_settled, {}, std::forward<First>(first), std::forward<Rest>(rest)...);
}
template <class First, class... Rest>
[[nodiscard]] auto race_indexed(std::string_view name, First&& first, Rest&&... rest) {
  return detail::start_race<detail::RaceForm::indexed>(detail::RaceRule::first_settled, name,
                                                       std::forward<First>(first),
                                                       std::forward<Rest>(rest)...);
}

/// Gives the value of the first of the futures to succeed; failures count only when all have
/// failed. Everything else is as `race` has it; its step is named `name` or `any`.
///
/// Await: throws `AllFailedError` when all have failed.
template <detail::NoName First, class... Rest>
[[nodiscard]] auto any(First&& first, Rest&&... rest) {
  return detail::start_race<detail::RaceForm::value>(
      detail::RaceRule::first_success, {}, std::forward<First>(first), std::forward<Rest>(rest)...);
}
template <class First, class... Rest>
[[nodiscard]] auto any(std::string_view name, First&& first, Rest&&... rest) {
  return detail::start_race<detail::RaceForm::value>(detail::RaceRule::first_success, name,
                                                     std::forward<First>(first),
                                                     std::forward<Rest>(rest)...);
}
/// `any`, with the winner's index: a `Winner<T>`.
template <detail::NoName First, class... Rest>
[[nodiscard]] auto any_indexed(First&& first, Rest&&... rest) {
  return detail::start_race<detail::RaceForm::indexed>(
      detail::RaceRule::first_success, {}, std::forward<First>(first), std::forward<Rest>(rest)...);
}
template <class First, class... Rest>
[[nodiscard]] auto any_indexed(std::string_view name, First&& first, Rest&&... rest) {
  return detail::start_race<detail::RaceForm::indexed>(detail::RaceRule::first_success, name,
                                                       std::forward<First>(first),
                                                       std::forward<Rest>(rest)...);
}

}  // namespace durable
