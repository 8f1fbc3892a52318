// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <durable/json/detail/reflect.h>

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>
#include <type_traits>
#include <utility>

namespace durable::json::detail {

/// Enumerators are found from 0 up to here.
inline constexpr std::size_t enumerators_max = 128;

/// An enumeration whose enumerators can be found: its underlying type is fixed (as that of each
/// `enum class` is), so that a value without a name is no undefined behaviour.
template <class T>
concept NamedEnum = std::is_enum_v<T> && requires {
  T{0};
};

template <class E, E... V>
constexpr const char* pretty_enumerators() {
  return __PRETTY_FUNCTION__;
}

template <class E, std::size_t... I>
constexpr std::string_view pretty_enum(std::index_sequence<I...>) {
  return pretty_enumerators<E, static_cast<E>(I)...>();
}

/// How many values of the underlying type there are from 0, at most `enumerators_max`.
template <class E>
inline constexpr std::size_t probed_values =
    std::is_same_v<std::underlying_type_t<E>, bool> ? 2 : enumerators_max;

/// Splits `...V = {x::E::red, (x::E)1, ...}]` (gcc) or `...V = <x::E::red, (x::E)1>]` (clang).
template <class E>
constexpr auto split_enumerators() {
  std::array<std::string_view, probed_values<E>> names{};
  std::string_view text = pretty_enum<E>(std::make_index_sequence<probed_values<E>>());
  std::size_t end = text.size();
  // From the back, since the type's own name may hold commas.
  for (std::size_t i = names.size(); i-- > 0;) {
    while (!is_name_character(text[end - 1])) --end;
    std::size_t begin = end;
    while (is_name_character(text[begin - 1])) --begin;
    const bool is_digits = text[begin] >= '0' && text[begin] <= '9';
    if (!is_digits) names[i] = text.substr(begin, end - begin);
    // Go to the comma before this value: outside all brackets.
    int depth = 0;
    end = begin;
    while (end > 0) {
      const char c = text[end - 1];
      if (depth == 0 && (c == ',' || c == '{' || c == '<')) break;
      if (c == ')' || c == '>' || c == '}') ++depth;
      if (c == '(' || c == '<' || c == '{') --depth;
      --end;
    }
  }
  return names;
}

template <class E>
struct EnumNames {
  static constexpr std::size_t characters() {
    std::size_t sum = 0;
    for (const std::string_view name : split_enumerators<E>()) sum += name.size();
    return sum;
  }

  std::array<char, characters() + 1> text{};
  std::array<std::uint32_t, probed_values<E>> begin{};
  std::array<std::uint8_t, probed_values<E>> size{};

  constexpr EnumNames() {
    char* out = text.data();
    const auto names = split_enumerators<E>();
    for (std::size_t i = 0; i < names.size(); ++i) {
      begin[i] = static_cast<std::uint32_t>(out - text.data());
      char* const end = spell(names[i], policy_of<E>().names, out);
      size[i] = static_cast<std::uint8_t>(end - out);
      out = end;
    }
  }
  [[nodiscard]] constexpr std::string_view name(std::size_t index) const {
    return {text.data() + begin[index], size[index]};
  }
};
template <class E>
inline constexpr EnumNames<E> enum_names;

/// The JSON name of `value`; empty when it has none.
template <class E>
constexpr std::string_view enumerator_name(E value) {
  const auto number = static_cast<std::underlying_type_t<E>>(value);
  if constexpr (std::is_signed_v<std::underlying_type_t<E>>) {
    if (number < 0) return {};
  }
  const auto index = static_cast<std::size_t>(number);
  return index < probed_values<E> ? enum_names<E>.name(index) : std::string_view();
}

/// The enumerator whose JSON name is `name`.
template <class E>
constexpr std::optional<E> enumerator_named(std::string_view name) {
  if (name.empty()) return std::nullopt;
  for (std::size_t i = 0; i < probed_values<E>; ++i) {
    if (enum_names<E>.name(i) == name) return static_cast<E>(i);
  }
  return std::nullopt;
}

}  // namespace durable::json::detail
