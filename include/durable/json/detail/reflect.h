// SPDX-License-Identifier: Apache-2.0
//
// What C++20 lets one learn about a type without the type's help: how many members an aggregate has
// and their names, the names of an enumeration's values, the name of a type.
#pragma once

#include <durable/json/detail/members.h>
#include <durable/json/policy.h>

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#pragma GCC diagnostic push
#ifdef __clang__
#pragma clang diagnostic ignored "-Wundefined-internal"
#pragma clang diagnostic ignored "-Wundefined-var-template"
#endif

namespace durable::json::detail {

// ---- How many members ----

/// Converts to whatever a member wants. Never called; defined, since a constructor of a member that
/// takes anything (as std::optional's) may be instantiated with it.
struct AnyMember {
  template <class U>
  operator U() const {
    __builtin_unreachable();
  }
};
template <std::size_t>
using AnyMemberAt = AnyMember;

template <class T, class... Initializers>
concept InitializedBy = requires {
  T{Initializers()...};
};

template <class T, std::size_t... I>
constexpr bool takes(std::index_sequence<I...>) {
  return InitializedBy<T, AnyMemberAt<I>...>;
}

template <class T, std::size_t Count = 0>
constexpr std::size_t count_members() {
  if constexpr (Count > members_max) {
    return Count;
  } else if constexpr (takes<T>(std::make_index_sequence<Count + 1>())) {
    return count_members<T, Count + 1>();
  } else {
    return Count;
  }
}

/// Converts to the base classes of T only.
template <class T>
struct AnyBase {
  template <class U>
  requires(std::is_base_of_v<U, T> && !std::is_same_v<U, T>) operator U() const;
};

/// Converts to the usual elements of an array. Not to anything: in braces it also meets the
/// containers' constructors, and one that may not copy its elements would then fail to compile.
struct AnyElement {
  template <class U>
  requires(std::is_trivially_copyable_v<U> || std::is_same_v<U, std::string>) operator U() const {
    __builtin_unreachable();
  }
};

/// Whether position `Before` holds an array: two values in braces fit, but then take the room of
/// two members.
template <class T, std::size_t... Before, std::size_t... After>
constexpr bool array_at(std::index_sequence<Before...>, std::index_sequence<After...>) {
  constexpr bool fits = requires { T{AnyMemberAt<Before>()..., {AnyElement(), AnyElement()}}; };
  constexpr bool is_one_member = requires {
    T{AnyMemberAt<Before>()..., {AnyElement(), AnyElement()}, AnyMemberAt<After>()...};
  };
  return fits && !is_one_member;
}

template <class T, std::size_t Count, std::size_t... I>
constexpr bool has_array(std::index_sequence<I...>) {
  return (array_at<T>(std::make_index_sequence<I>(), std::make_index_sequence<Count - I - 1>()) ||
          ...);
}

/// An aggregate whose members can be taken apart: no base class, no C array, default
/// initialisable, at most `members_max` members. Arrays of classes other than std::string are not
/// recognised; the compiler then complains about the number of names in `Members`.
template <class T>
constexpr bool is_plain_aggregate() {
  if constexpr (!std::is_class_v<T> || !std::is_aggregate_v<T> ||
                !std::is_default_constructible_v<T>) {
    return false;
  } else if constexpr (InitializedBy<T, AnyBase<T>>) {
    return false;
  } else {
    constexpr std::size_t count = count_members<T>();
    return count <= members_max && !has_array<T, count>(std::make_index_sequence<count>());
  }
}

// ---- Names of members ----

template <class P>
struct Pointer {
  const P* pointer;
};
template <class P>
Pointer(const P*) -> Pointer<P>;

template <class T>
struct Imagined {
  const T value;
};
/// Only named, never defined: an object whose members' addresses are constants.
template <class T>
extern const Imagined<T> imagined;

template <std::size_t I, class P>
struct Leaf {
  const P* pointer;
};
template <class Seq, class... P>
struct Leaves;
template <std::size_t... I, class... P>
struct Leaves<std::index_sequence<I...>, P...> : Leaf<I, P>... {};
template <std::size_t I, class P>
constexpr Pointer<P> leaf_at(const Leaf<I, P>& leaf) {
  return {leaf.pointer};
}

template <class T, std::size_t I>
constexpr auto pointer_to_member() {
  return Members<count_members<T>()>::visit(imagined<T>.value, []<class... M>(M&... members) {
    return leaf_at<I>(Leaves<std::index_sequence_for<M...>, std::remove_cv_t<M>...>{{&members}...});
  });
}

template <auto P>
constexpr const char* pretty_pointer() {
  return __PRETTY_FUNCTION__;  // gcc: `...::Order::id)}]`, clang: `...value.id}]`
}

constexpr bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}

/// The last identifier of `text`.
constexpr std::string_view last_name(std::string_view text) {
  std::size_t end = text.size();
  while (end > 0 && !is_name_character(text[end - 1])) --end;
  std::size_t begin = end;
  while (begin > 0 && is_name_character(text[begin - 1])) --begin;
  return text.substr(begin, end - begin);
}

template <class T, std::size_t I>
constexpr std::string_view member_name = last_name(pretty_pointer<pointer_to_member<T, I>()>());

// ---- Spelling ----

/// Writes `name` in `style` to `out`, which has room for it, and returns the end.
constexpr char* spell(std::string_view name, NameStyle style, char* out) {
  bool start = true;
  for (const char c : name) {
    const char upper = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    if (style == NameStyle::pascal_case && c == '_') {
      start = true;
      continue;
    }
    *out++ = style == NameStyle::screaming_snake_case || (style == NameStyle::pascal_case && start)
                 ? upper
                 : c;
    start = false;
  }
  return out;
}

template <class T>
constexpr Policy policy_of() {
  if constexpr (requires { durable_json_policy(Type<T>{}); }) {
    return durable_json_policy(Type<T>{});
  } else {
    return {};
  }
}

/// `,"name":` of one member, kept so that one append writes it.
template <class T, std::size_t I>
struct MemberKey {
  static constexpr std::size_t capacity = member_name<T, I>.size() + 4;
  std::array<char, capacity> text{};
  std::size_t size = 0;

  constexpr MemberKey() {
    char* out = text.data();
    *out++ = ',';
    *out++ = '"';
    out = spell(member_name<T, I>, policy_of<T>().names, out);
    *out++ = '"';
    *out++ = ':';
    size = static_cast<std::size_t>(out - text.data());
  }
  [[nodiscard]] constexpr std::string_view name() const { return {text.data() + 2, size - 4}; }
  [[nodiscard]] constexpr std::string_view with_comma() const { return {text.data(), size}; }
};
template <class T, std::size_t I>
inline constexpr MemberKey<T, I> member_key;

template <class T, std::size_t... I>
constexpr auto member_names_of(std::index_sequence<I...>) {
  return std::array<std::string_view, sizeof...(I)>{member_key<T, I>.name()...};
}

/// The members of T in JSON, in the order of declaration.
template <class T>
inline constexpr auto member_names =
    member_names_of<T>(std::make_index_sequence<count_members<T>()>());

template <class T>
constexpr decltype(auto) visit_members(T& object, auto&& visitor) {
  return Members<count_members<std::remove_const_t<T>>()>::visit(object, visitor);
}

// ---- Names of types ----

template <class T>
constexpr std::string_view pretty_type() {
  return __PRETTY_FUNCTION__;  // gcc: `... [with T = x::Card; ...]`, clang: `... [T = x::Card]`
}

/// The name of a class or enumeration without its namespaces; empty for a template's instance.
template <class T>
constexpr std::string_view class_name() {
  std::string_view text = pretty_type<T>();
  text.remove_prefix(text.find("T = ") + 4);
  text = text.substr(0, text.find_first_of(";]"));
  if (text.ends_with('>')) return {};
  return last_name(text);
}

}  // namespace durable::json::detail

#pragma GCC diagnostic pop
