// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <durable/json/detail/form.h>
#include <durable/json/detail/type_name.h>
#include <durable/json/reader.h>

#include <array>
#include <limits>
#include <optional>
#include <span>
#include <vector>

namespace durable::json::detail {

template <class T>
bool read_value(Reader& reader, const Node& node, T& out);

/// For each name the value of the last member so named, or null. A member out of the order of
/// `names` costs a search.
void find_members(const Node& object, std::span<const std::string_view> names, const Node** found);
/// Fails with `required member is missing`.
bool member_missing(Reader& reader, std::string_view name);
/// Fails with the list of names.
bool expected_one_of(Reader& reader, std::span<const std::string_view> names, const Node& node);
bool expected_elements(Reader& reader, std::size_t count, const Node& node);
bool read_key(Reader& reader, const Node& key, std::int64_t min, std::int64_t max,
              std::int64_t& out);
bool read_unsigned_key(Reader& reader, const Node& key, std::uint64_t max, std::uint64_t& out);
bool read_dynamic(Reader& reader, const Node& node, Value& out);
/// The value of a variant's JSON and the index of its type in `names`; null when it has none.
const Node* read_variant_value(Reader& reader, const Node& node,
                               std::span<const std::string_view> names, std::size_t& index);

template <class T>
bool read_integer(Reader& reader, const Node& node, T& out) {
  using Limits = std::numeric_limits<T>;
  if constexpr (std::is_signed_v<T>) {
    std::int64_t value = 0;
    if (!reader.integer(node, Limits::min(), Limits::max(), value)) return false;
    out = static_cast<T>(value);
  } else {
    std::uint64_t value = 0;
    if (!reader.unsigned_integer(node, Limits::max(), value)) return false;
    out = static_cast<T>(value);
  }
  return true;
}

template <class E>
bool read_enum(Reader& reader, const Node& node, E& out) {
  std::string_view text;
  if (!reader.string(node, text)) return false;
  if (const auto value = enumerator_named<E>(text)) {
    out = *value;
    return true;
  }
  if constexpr (policy_of<E>().tolerant) {
    out = E::unknown;
    return true;
  } else {
    std::vector<std::string_view> names;
    for (std::size_t i = 0; i < probed_values<E>; ++i) {
      if (const auto name = enum_names<E>.name(i); !name.empty()) names.push_back(name);
    }
    return expected_one_of(reader, names, node);
  }
}

/// Reads a value of a type that may have no default constructor.
template <class T>
bool read_new(Reader& reader, const Node& node, std::optional<T>& out) {
  if constexpr (std::is_default_constructible_v<T>) {
    return read_value(reader, node, out.emplace());
  } else {
    static_assert(form<T> == Form::custom,
                  "a class that is read needs a default constructor, or a "
                  "durable::json::Codec<T> whose from_json makes it");
    using Wire = typename Representation<T>::type;
    std::optional<Wire> wire;
    if (!read_new(reader, node, wire)) return false;
    using Made = decltype(Codec<T>::from_json(std::move(*wire)));
    if constexpr (std::is_same_v<Made, Result<T>>) {
      Result<T> made = Codec<T>::from_json(std::move(*wire));
      if (!made) return reader.failure().set(made.error().message);
      out.emplace(std::move(*made));
    } else {
      out.emplace(Codec<T>::from_json(std::move(*wire)));
    }
    return true;
  }
}

template <class T>
bool read_custom(Reader& reader, const Node& node, T& out) {
  using Wire = typename Representation<T>::type;
  std::optional<Wire> wire;
  if (!read_new(reader, node, wire)) return false;
  using Made = decltype(Codec<T>::from_json(std::move(*wire)));
  if constexpr (std::is_same_v<Made, Result<T>>) {
    Result<T> made = Codec<T>::from_json(std::move(*wire));
    if (!made) return reader.failure().set(made.error().message);
    out = std::move(*made);
  } else {
    out = Codec<T>::from_json(std::move(*wire));
  }
  return true;
}

template <class T>
bool read_optional(Reader& reader, const Node& node, T& out) {
  using Inner = typename OptionalValue<T>::type;
  if (node.is_null()) {
    out.reset();
    return true;
  }
  if constexpr (is_instance<T, std::optional>) {
    if (read_new(reader, node, out)) return true;
    out.reset();
    return false;
  } else {
    std::optional<Inner> value;
    if (!read_new(reader, node, value)) return false;
    if constexpr (form<T> == Form::pointer)
      out = std::make_unique<Inner>(std::move(*value));
    else
      out = T(std::move(*value));
    return true;
  }
}

template <class T>
bool read_sequence(Reader& reader, const Node& node, T& out) {
  using Element = typename T::value_type;
  if (!reader.array(node)) return false;
  out.clear();
  if constexpr (requires { out.reserve(node.size()); }) out.reserve(node.size());
  const Node* element = node.first();
  for (std::size_t i = 0; i < node.size(); ++i, element = element->next()) {
    bool read = false;
    if constexpr (form<T> == Form::sequence && std::is_default_constructible_v<Element> &&
                  std::is_same_v<typename T::reference, Element&>) {
      read = read_value(reader, *element, out.emplace_back());
    } else {
      std::optional<Element> value;
      read = read_new(reader, *element, value);
      if (read) {
        if constexpr (form<T> == Form::set)
          out.insert(std::move(*value));
        else
          out.push_back(std::move(*value));
      }
    }
    if (!read) return reader.failure().in_element(i);
  }
  return true;
}

template <class T>
bool read_array(Reader& reader, const Node& node, T& out) {
  if (!reader.array(node)) return false;
  if (node.size() != out.size()) return expected_elements(reader, out.size(), node);
  const Node* element = node.first();
  for (std::size_t i = 0; i < out.size(); ++i, element = element->next()) {
    if (!read_value(reader, *element, out[i])) return reader.failure().in_element(i);
  }
  return true;
}

template <class T>
bool read_tuple(Reader& reader, const Node& node, T& out) {
  constexpr std::size_t count = std::tuple_size_v<T>;
  if (!reader.array(node)) return false;
  if (node.size() != count) return expected_elements(reader, count, node);
  const Node* element = node.first();
  return [&]<std::size_t... I>(std::index_sequence<I...>) {
    using std::get;
    return ((read_value(reader, *std::exchange(element, element->next()), get<I>(out)) ||
             reader.failure().in_element(I)) &&
            ...);
  }
  (std::make_index_sequence<count>());
}

template <class K>
bool read_map_key(Reader& reader, const Node& node, K& out) {
  using Limits = std::numeric_limits<K>;
  if constexpr (form<K> == Form::string) {
    out = node.text();
    return true;
  } else if constexpr (form<K> == Form::enumeration) {
    return read_enum(reader, node, out);
  } else if constexpr (std::is_signed_v<K>) {
    std::int64_t value = 0;
    if (!read_key(reader, node, Limits::min(), Limits::max(), value)) return false;
    out = static_cast<K>(value);
    return true;
  } else {
    std::uint64_t value = 0;
    if (!read_unsigned_key(reader, node, Limits::max(), value)) return false;
    out = static_cast<K>(value);
    return true;
  }
}

template <class T>
bool read_map(Reader& reader, const Node& node, T& out) {
  if (!reader.object(node)) return false;
  out.clear();
  const Node* key_node = node.first();
  for (std::size_t i = 0; i < node.size(); ++i) {
    const Node* const value_node = key_node->next();
    typename T::key_type key{};
    std::optional<typename T::mapped_type> value;
    if (!read_map_key(reader, *key_node, key) || !read_new(reader, *value_node, value)) {
      return reader.failure().in_member(key_node->text());
    }
    out.insert_or_assign(std::move(key), std::move(*value));
    key_node = value_node->next();
  }
  return true;
}

template <bool tolerant, class M>
bool read_member(Reader& reader, const Node* node, std::string_view name, M& out) {
  if constexpr (is_nullable<M>) {
    if (node == nullptr) {
      out = M();
      return true;
    }
  } else if constexpr (tolerant && (form<M> == Form::sequence || form<M> == Form::map)) {
    if (node == nullptr || node->is_null()) {
      out.clear();
      return true;
    }
  } else {
    if (node == nullptr) return member_missing(reader, name);
  }
  return read_value(reader, *node, out) || reader.failure().in_member(name);
}

template <class T>
bool read_aggregate(Reader& reader, const Node& node, T& out) {
  constexpr std::size_t count = count_members<T>();
  if (!reader.object(node)) return false;
  std::array<const Node*, count + 1> found{};
  find_members(node, member_names<T>, found.data());
  return visit_members(out, [&]<class... M>(M&... members) {
    return [&]<std::size_t... I>(std::index_sequence<I...>) {
      return (read_member<policy_of<T>().tolerant>(reader, found[I], member_names<T>[I], members) &&
              ...);
    }
    (std::index_sequence_for<M...>());
  });
}

template <class V, std::size_t I>
bool read_alternative(Reader& reader, const Node& node, V& out) {
  using A = std::variant_alternative_t<I, V>;
  std::optional<A> value;
  if (!read_new(reader, node, value)) return reader.failure().in_member("value");
  out.template emplace<I>(std::move(*value));
  return true;
}

template <class... T>
bool read_variant(Reader& reader, const Node& node, std::variant<T...>& out) {
  static_assert(are_distinct<T...>(), DURABLE_JSON_VARIANT_NAMES);
  constexpr std::array<std::string_view, sizeof...(T)> names{type_name<T>()...};
  std::size_t index = 0;
  const Node* const value = read_variant_value(reader, node, names, index);
  if (value == nullptr) return false;
  return [&]<std::size_t... I>(std::index_sequence<I...>) {
    bool read = false;
    static_cast<void>(
        ((index == I &&
          (read = read_alternative<std::variant<T...>, I>(reader, *value, out), true)) ||
         ...));
    return read;
  }
  (std::index_sequence_for<T...>());
}

template <class T>
bool read_text(Reader& reader, const Node& node, T& out) {
  std::string_view text;
  if (!reader.string(node, text)) return false;
  out = T(text);
  return true;
}

template <class T>
bool read_duration(Reader& reader, const Node& node, T& out) {
  typename T::rep count{};
  if (!read_integer(reader, node, count)) return false;
  out = T(count);
  return true;
}

template <class T>
bool read_value(Reader& reader, const Node& node, T& out) {
  constexpr Form f = form<T>;
  static_assert(
      f != Form::none && f != Form::string_view,
      "this type has no JSON form that can be read: use a plain aggregate, a std type, or "
      "specialise durable::json::Codec<T>");
  if constexpr (f == Form::primitive)
    return Codec<T>::read(reader, node, out);
  else if constexpr (f == Form::custom)
    return read_custom(reader, node, out);
  else if constexpr (f == Form::null)
    return node.is_null() || reader.expected("null", node);
  else if constexpr (f == Form::boolean)
    return reader.boolean(node, out);
  else if constexpr (f == Form::integer)
    return read_integer(reader, node, out);
  else if constexpr (f == Form::real)
    return reader.real(node, out);
  else if constexpr (f == Form::enumeration)
    return read_enum(reader, node, out);
  else if constexpr (f == Form::string || f == Form::payload)
    return read_text(reader, node, out);
  else if constexpr (f == Form::optional || f == Form::pointer)
    return read_optional(reader, node, out);
  else if constexpr (f == Form::duration)
    return read_duration(reader, node, out);
  else if constexpr (f == Form::timestamp)
    return reader.timestamp(node, out);
  else if constexpr (f == Form::array)
    return read_array(reader, node, out);
  else if constexpr (f == Form::tuple)
    return read_tuple(reader, node, out);
  else if constexpr (f == Form::map)
    return read_map(reader, node, out);
  else if constexpr (f == Form::variant)
    return read_variant(reader, node, out);
  else if constexpr (f == Form::value)
    return read_dynamic(reader, node, out);
  else if constexpr (f == Form::aggregate)
    return read_aggregate(reader, node, out);
  else
    return read_sequence(reader, node, out);
}

}  // namespace durable::json::detail
