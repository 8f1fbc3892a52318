// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <durable/json/detail/form.h>
#include <durable/json/detail/type_name.h>
#include <durable/json/writer.h>

#include <algorithm>
#include <vector>

namespace durable::json::detail {

template <class T>
bool write_value(Writer& writer, const T& value);

template <class T>
void write_integer(Writer& writer, T value) {
  if constexpr (std::is_signed_v<T>)
    writer.integer(value);
  else
    writer.unsigned_integer(value);
}

bool write_unnamed_enumerator(Writer& writer, std::string_view type, std::int64_t value);
bool write_unknown_enumerator(Writer& writer, std::string_view type);

/// The name of an enumerator that may be written; otherwise empty, and the failure is set.
template <class E>
std::string_view writable_name(Writer& writer, E value) {
  const std::string_view name = enumerator_name(value);
  if (name.empty()) {
    write_unnamed_enumerator(writer, class_name<E>(), static_cast<std::int64_t>(value));
    return {};
  }
  if constexpr (policy_of<E>().tolerant) {
    if (value == E::unknown) {
      write_unknown_enumerator(writer, class_name<E>());
      return {};
    }
  }
  return name;
}

template <class E>
bool write_enum(Writer& writer, E value) {
  const std::string_view name = writable_name(writer, value);
  if (name.empty()) return false;
  writer.out().push_back('"');
  writer.out().append(name);
  writer.out().push_back('"');
  return true;
}

/// Elements are written with a comma in front; this replaces the first one by the bracket.
inline bool close(Writer& writer, std::size_t begin, char open, char close) {
  std::string& out = writer.out();
  if (out.size() == begin)
    out.push_back(open);
  else
    out[begin] = open;
  out.push_back(close);
  writer.leave();
  return true;
}

template <class T>
bool write_element(Writer& writer, const T& element, std::size_t index) {
  writer.out().push_back(',');
  return write_value(writer, element) || writer.failure().in_element(index);
}

/// The elements of a hash container in the order of their keys, so that equal values give equal
/// text.
template <class Container>
auto in_order(const Container& container) {
  std::vector<const typename Container::value_type*> elements;
  elements.reserve(container.size());
  for (const auto& element : container) elements.push_back(&element);
  std::sort(elements.begin(), elements.end(), [](const auto* a, const auto* b) {
    if constexpr (form<Container> == Form::map)
      return a->first < b->first;
    else
      return *a < *b;
  });
  return elements;
}

template <class T>
bool write_elements(Writer& writer, const T& container) {
  if (!writer.enter()) return false;
  const std::size_t begin = writer.out().size();
  std::size_t index = 0;
  if constexpr (Unordered<T> && std::totally_ordered<typename T::value_type>) {
    for (const auto* element : in_order(container)) {
      if (!write_element(writer, *element, index++)) return false;
    }
  } else {
    for (const auto& element : container) {
      // The cast turns what a vector<bool> hands out into a bool.
      if (!write_element<typename T::value_type>(writer, element, index++)) return false;
    }
  }
  return close(writer, begin, '[', ']');
}

template <class T>
bool write_tuple(Writer& writer, const T& tuple) {
  if (!writer.enter()) return false;
  const std::size_t begin = writer.out().size();
  const bool written = [&]<std::size_t... I>(std::index_sequence<I...>) {
    using std::get;
    return (write_element(writer, get<I>(tuple), I) && ...);
  }
  (std::make_index_sequence<std::tuple_size_v<T>>());
  return written && close(writer, begin, '[', ']');
}

template <class K, class V>
bool write_entry(Writer& writer, const K& key, const V& value) {
  writer.out().push_back(',');
  if constexpr (form<K> == Form::string) {
    if (!writer.string(key)) return false;
  } else if constexpr (form<K> == Form::enumeration) {
    if (!write_enum(writer, key)) return false;
  } else {
    writer.out().push_back('"');
    write_integer(writer, key);
    writer.out().push_back('"');
  }
  writer.out().push_back(':');
  if (write_value(writer, value)) return true;
  if constexpr (form<K> == Form::string)
    return writer.failure().in_member(key);
  else if constexpr (form<K> == Form::enumeration)
    return writer.failure().in_member(enumerator_name(key));
  else
    return writer.failure().in_member(std::to_string(key));
}

template <class T>
bool write_map(Writer& writer, const T& map) {
  if (!writer.enter()) return false;
  const std::size_t begin = writer.out().size();
  if constexpr (Unordered<T>) {
    for (const auto* entry : in_order(map)) {
      if (!write_entry(writer, entry->first, entry->second)) return false;
    }
  } else {
    for (const auto& [key, value] : map) {
      if (!write_entry(writer, key, value)) return false;
    }
  }
  return close(writer, begin, '{', '}');
}

/// Writes a member with its name; nothing for an optional without a value.
template <class M>
bool write_member(Writer& writer, std::string_view key, const M& member) {
  if constexpr (form<M> == Form::optional || form<M> == Form::pointer) {
    if (!member) return true;
    writer.out().append(key);
    return write_value(writer, *member) ||
           writer.failure().in_member(key.substr(2, key.size() - 4));
  } else {
    writer.out().append(key);
    return write_value(writer, member) || writer.failure().in_member(key.substr(2, key.size() - 4));
  }
}

template <class T>
bool write_members(Writer& writer, const T& object) {
  return visit_members(object, [&writer]<class... M>(const M&... members) {
    return [&]<std::size_t... I>(std::index_sequence<I...>) {
      return (write_member(writer, member_key<T, I>.with_comma(), members) && ...);
    }
    (std::index_sequence_for<M...>());
  });
}

template <class T>
bool write_aggregate(Writer& writer, const T& object) {
  if (!writer.enter()) return false;
  const std::size_t begin = writer.out().size();
  return write_members(writer, object) && close(writer, begin, '{', '}');
}

template <class... T>
bool write_variant(Writer& writer, const std::variant<T...>& variant) {
  static_assert(are_distinct<T...>(), DURABLE_JSON_VARIANT_NAMES);
  if (!writer.enter()) return false;
  const bool written = std::visit(
      [&writer]<class A>(const A& alternative) {
        writer.out().append("{\"type\":\"").append(type_name<A>()).append("\",\"value\":");
        return write_value(writer, alternative) || writer.failure().in_member("value");
      },
      variant);
  if (!written) return false;
  writer.out().push_back('}');
  writer.leave();
  return true;
}

bool write_dynamic(Writer& writer, const Value& value);

template <class T>
bool write_value(Writer& writer, const T& value) {
  constexpr Form f = form<T>;
  static_assert(f != Form::none,
                "this type has no JSON form: use a plain aggregate, a std type, or "
                "specialise durable::json::Codec<T>");
  if constexpr (f == Form::primitive)
    return Codec<T>::write(writer, value);
  else if constexpr (f == Form::custom)
    return write_value(writer, Codec<T>::to_json(value));
  else if constexpr (f == Form::null)
    return writer.null(), true;
  else if constexpr (f == Form::boolean)
    return writer.boolean(value), true;
  else if constexpr (f == Form::integer)
    return write_integer(writer, value), true;
  else if constexpr (f == Form::real)
    return writer.real(value);
  else if constexpr (f == Form::enumeration)
    return write_enum(writer, value);
  else if constexpr (f == Form::payload)
    return writer.string(value.view());
  else if constexpr (std::is_same_v<T, const char*>)
    return value ? writer.string(value) : (writer.null(), true);
  else if constexpr (f == Form::string || f == Form::string_view)
    return writer.string(value);
  else if constexpr (f == Form::optional || f == Form::pointer)
    return value ? write_value(writer, *value) : (writer.null(), true);
  else if constexpr (f == Form::duration)
    return write_integer(writer, value.count()), true;
  else if constexpr (f == Form::timestamp)
    return writer.timestamp(value);
  else if constexpr (f == Form::tuple)
    return write_tuple(writer, value);
  else if constexpr (f == Form::map)
    return write_map(writer, value);
  else if constexpr (f == Form::variant)
    return write_variant(writer, value);
  else if constexpr (f == Form::value)
    return write_dynamic(writer, value);
  else if constexpr (f == Form::aggregate)
    return write_aggregate(writer, value);
  else
    return write_elements(writer, value);
}

}  // namespace durable::json::detail
