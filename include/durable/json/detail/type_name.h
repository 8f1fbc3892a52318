// SPDX-License-Identifier: Apache-2.0
//
// The names of a variant's alternatives in JSON: the same with each compiler.
#pragma once

#include <durable/json/detail/form.h>

#include <array>

#define DURABLE_JSON_VARIANT_NAMES                                                           \
  "two alternatives of this std::variant have one name in JSON (or none): use classes with " \
  "names of their own, or specialise durable::json::TypeName<T>"

namespace durable::json {

/// The name of an alternative of a `std::variant` in JSON. Specialise it, with a member `value`, to
/// give a type another name than its own without namespace.
template <class T>
struct TypeName {};

namespace detail {

template <class T>
constexpr std::string_view integer_name() {
  constexpr std::array<std::string_view, 4> with_sign{"int8", "int16", "int32", "int64"};
  constexpr std::array<std::string_view, 4> without{"uint8", "uint16", "uint32", "uint64"};
  constexpr std::size_t row = sizeof(T) == 1 ? 0 : sizeof(T) == 2 ? 1 : sizeof(T) == 4 ? 2 : 3;
  return std::is_signed_v<T> ? with_sign[row] : without[row];
}

template <class T>
constexpr std::string_view type_name() {
  constexpr Form f = form<T>;
  if constexpr (requires { TypeName<T>::value; })
    return TypeName<T>::value;
  else if constexpr (f == Form::null)
    return "null";
  else if constexpr (f == Form::boolean)
    return "bool";
  else if constexpr (f == Form::integer)
    return integer_name<T>();
  else if constexpr (f == Form::real)
    return sizeof(T) == 4 ? "float" : "double";
  else if constexpr (f == Form::string || f == Form::string_view)
    return "string";
  else if constexpr (f == Form::payload)
    return "Payload";
  else if constexpr (f == Form::timestamp)
    return "Timestamp";
  else if constexpr (f == Form::duration)
    return "Duration";
  else if constexpr (f == Form::map)
    return "map";
  else if constexpr (f == Form::set)
    return "set";
  else if constexpr (f == Form::sequence || f == Form::array)
    return "array";
  else if constexpr (f == Form::tuple)
    return "tuple";
  else if constexpr (f == Form::optional || f == Form::pointer)
    return "optional";
  else if constexpr (f == Form::variant)
    return "variant";
  else if constexpr (f == Form::value)
    return "Value";
  else
    return class_name<T>();
}

template <class... T>
constexpr bool are_distinct() {
  const std::array<std::string_view, sizeof...(T)> names{type_name<T>()...};
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (names[i].empty()) return false;
    for (std::size_t j = 0; j < i; ++j) {
      if (names[i] == names[j]) return false;
    }
  }
  return true;
}

}  // namespace detail
}  // namespace durable::json
