// SPDX-License-Identifier: Apache-2.0
//
// Which of the JSON forms a C++ type has. Standard containers are recognised by their members, so
// that this header does not pull them in.
#pragma once

#include <durable/base/boxed.h>
#include <durable/base/payload.h>
#include <durable/base/result.h>
#include <durable/base/time.h>
#include <durable/json/detail/enum_names.h>
#include <durable/json/detail/reflect.h>

#include <concepts>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>

namespace durable::json {

template <class T>
struct Codec;
class Value;

namespace detail {

enum class Form : unsigned char {
  none,
  null,
  boolean,
  integer,
  real,
  enumeration,
  string,       // std::string
  string_view,  // written only: std::string_view, const char*
  payload,
  optional,  // std::optional, Boxed
  pointer,   // std::unique_ptr
  duration,
  timestamp,
  sequence,  // vector, deque, list
  array,     // std::array
  set,
  map,
  tuple,  // tuple, pair
  variant,
  value,      // json::Value
  custom,     // has a Codec with to_json and from_json
  primitive,  // has a Codec with write and read: this library's own types
  aggregate,
};

template <class T, template <class...> class Template>
inline constexpr bool is_instance = false;
template <template <class...> class Template, class... A>
inline constexpr bool is_instance<Template<A...>, Template> = true;

template <class T>
inline constexpr bool is_character =
    std::is_same_v<T, char> || std::is_same_v<T, wchar_t> || std::is_same_v<T, char8_t> ||
    std::is_same_v<T, char16_t> || std::is_same_v<T, char32_t>;

template <class T>
concept HasCustomCodec = requires(const T& value) {
  Codec<T>::to_json(value);
};
template <class T>
concept HasPrimitiveCodec = requires {
  Codec<T>::is_primitive;
};

template <class T>
concept Duration = requires {
  typename T::rep;
  typename T::period;
}
&&std::is_same_v<T, std::chrono::duration<typename T::rep, typename T::period>>&&
    std::integral<typename T::rep>;

template <class T>
concept Container = requires(T container) {
  typename T::value_type;
  container.begin();
  container.end();
  container.size();
};
template <class T>
concept Sequence = Container<T> && requires(T container, typename T::value_type element) {
  container.push_back(std::move(element));
  container.clear();
};
template <class T>
concept Map = Container<T> &&
    requires(T container, typename T::key_type key, typename T::mapped_type value) {
  container.insert_or_assign(std::move(key), std::move(value));
  container.clear();
};
template <class T>
concept Set = Container<T> && std::is_same_v<typename T::key_type, typename T::value_type> &&
    requires(T container, typename T::value_type element) {
  container.insert(std::move(element));
  container.clear();
};
template <class T>
concept TupleLike = requires {
  std::tuple_size<T>::value;
};
template <class T>
concept Unordered = requires {
  typename T::hasher;
};

template <class T>
constexpr Form form_of() {
  if constexpr (HasPrimitiveCodec<T>)
    return Form::primitive;
  else if constexpr (HasCustomCodec<T>)
    return Form::custom;
  else if constexpr (std::is_same_v<T, std::monostate> || std::is_same_v<T, std::nullptr_t>)
    return Form::null;
  else if constexpr (std::is_same_v<T, bool>)
    return Form::boolean;
  else if constexpr (std::is_integral_v<T>)
    return is_character<T> || sizeof(T) > 8 ? Form::none : Form::integer;
  else if constexpr (std::is_same_v<T, float> || std::is_same_v<T, double>)
    return Form::real;
  else if constexpr (NamedEnum<T>)
    return Form::enumeration;
  else if constexpr (std::is_same_v<T, std::string>)
    return Form::string;
  else if constexpr (std::is_same_v<T, std::string_view> || std::is_same_v<T, const char*>)
    return Form::string_view;
  else if constexpr (std::is_same_v<T, Payload>)
    return Form::payload;
  else if constexpr (is_instance<T, std::optional> || is_instance<T, Boxed>)
    return Form::optional;
  else if constexpr (is_instance<T, std::unique_ptr>)
    return Form::pointer;
  else if constexpr (std::is_same_v<T, Timestamp>)
    return Form::timestamp;
  else if constexpr (Duration<T>)
    return Form::duration;
  else if constexpr (std::is_same_v<T, Value>)
    return Form::value;
  else if constexpr (is_instance<T, std::variant>)
    return Form::variant;
  else if constexpr (TupleLike<T>)
    return Container<T> ? Form::array : Form::tuple;
  else if constexpr (Map<T>)
    return Form::map;
  else if constexpr (Set<T>)
    return Form::set;
  else if constexpr (Sequence<T>)
    return Form::sequence;
  else if constexpr (is_plain_aggregate<T>())
    return Form::aggregate;
  else
    return Form::none;
}

template <class T>
inline constexpr Form form = form_of<std::remove_cv_t<T>>();

template <class T>
inline constexpr bool is_nullable =
    form<T> == Form::null || form<T> == Form::optional || form<T> == Form::pointer;

template <class T>
struct OptionalValue;
template <class T>
struct OptionalValue<std::optional<T>> {
  using type = T;
};
template <class T>
struct OptionalValue<Boxed<T>> {
  using type = T;
};
template <class T, class D>
struct OptionalValue<std::unique_ptr<T, D>> {
  using type = std::conditional_t<std::is_same_v<D, std::default_delete<T>>, T, void>;
};

/// What a custom codec turns a T into, as a type that can also be read.
template <class T>
struct Representation {
  using Written = std::remove_cvref_t<decltype(Codec<T>::to_json(std::declval<const T&>()))>;
  using type = std::conditional_t<std::is_same_v<Written, std::string_view> ||
                                      std::is_same_v<Written, const char*>,
                                  std::string, Written>;
};

// ---- Which types can be written and read. `Seen` ends the recursion of types that hold
// themselves. ----

enum class Way : bool { write, read };

template <Way way, class T, class... Seen>
constexpr bool codable();

template <class... T>
struct TypeList {};

template <Way way, class... Seen, class... T>
constexpr bool all_codable(TypeList<T...>) {
  return (codable<way, T, Seen...>() && ...);
}

template <class T, std::size_t... I>
TypeList<std::tuple_element_t<I, T>...> element_types(std::index_sequence<I...>);
template <class... T>
TypeList<T...> alternative_types(const std::variant<T...>&);

template <class T>
using MemberTypes = decltype(visit_members(std::declval<T&>(),
                                           []<class... M>(M&...) -> TypeList<M...> { return {}; }));

/// Map keys are strings in JSON.
template <class T>
inline constexpr bool is_key =
    form<T> == Form::string || form<T> == Form::integer || form<T> == Form::enumeration;

template <Way way, class T, class... Seen>
constexpr bool codable() {
  if constexpr ((std::is_same_v<T, Seen> || ...)) {
    return true;
  } else if constexpr (way == Way::read && (std::is_const_v<T> || std::is_reference_v<T>)) {
    return false;
  } else if constexpr (std::is_const_v<T>) {
    return codable<way, std::remove_const_t<T>, Seen...>();
  } else if constexpr (form<T> == Form::none) {
    return false;
  } else if constexpr (form<T> == Form::string_view) {
    return way == Way::write;
  } else if constexpr (form<T> == Form::optional || form<T> == Form::pointer) {
    using Inner = typename OptionalValue<T>::type;
    // Null inside an optional could not be told from an optional without a value.
    if constexpr (is_nullable<Inner> || std::is_void_v<Inner>)
      return false;
    else
      return codable<way, Inner, Seen..., T>();
  } else if constexpr (form<T> == Form::sequence || form<T> == Form::set ||
                       form<T> == Form::array) {
    return codable<way, typename T::value_type, Seen..., T>();
  } else if constexpr (form<T> == Form::map) {
    return is_key<typename T::key_type> && codable<way, typename T::mapped_type, Seen..., T>();
  } else if constexpr (form<T> == Form::tuple) {
    return all_codable<way, Seen..., T>(
        decltype(element_types<T>(std::make_index_sequence<std::tuple_size_v<T>>())){});
  } else if constexpr (form<T> == Form::variant) {
    return all_codable<way, Seen..., T>(decltype(alternative_types(std::declval<T&>())){});
  } else if constexpr (form<T> == Form::custom) {
    return codable<way, typename Representation<T>::type, Seen..., T>();
  } else if constexpr (form<T> == Form::aggregate) {
    return all_codable<way, Seen..., T>(MemberTypes<T>{});
  } else {
    return true;
  }
}

template <class T>
constexpr bool has_too_many_members() {
  if constexpr (std::is_class_v<T> && std::is_aggregate_v<T> && form<T> == Form::none) {
    return count_members<T>() > members_max;
  } else {
    return false;
  }
}

}  // namespace detail

/// Whether `encode` takes a T. Asking never fails to compile.
template <class T>
inline constexpr bool is_encodable = detail::codable<detail::Way::write, std::remove_cvref_t<T>>();

/// Whether `decode` makes a T. Asking never fails to compile.
template <class T>
inline constexpr bool is_decodable = detail::codable<detail::Way::read, std::remove_cv_t<T>>();

/// Whether a T can be written as JSON and read back.
template <class T>
inline constexpr bool is_codable = is_encodable<T>&& is_decodable<T>;

}  // namespace durable::json
