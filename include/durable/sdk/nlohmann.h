// SPDX-License-Identifier: Apache-2.0
//
// Values of nlohmann/json as inputs, results, states and payloads. For functions that have such
// values already; the library itself needs neither this header nor that package.
#pragma once

#include <durable/json/json.h>

#if !__has_include(<nlohmann/json.hpp>)
#error "durable/sdk/nlohmann.h needs nlohmann/json 3 (Debian: nlohmann-json3-dev)"
#endif

#include <nlohmann/json.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace durable {

/// Whether values of `T` are written and read by nlohmann/json: by `T`'s own `to_json` and
/// `from_json`, wherever a `T` stands: as a result, as a member, in a vector. Chosen per type, in
/// one place that all users of `T` see:
///
/// \code
/// template <>
/// inline constexpr bool durable::use_nlohmann<Money> = true;
/// \endcode
///
/// `T` needs a default constructor. What its functions throw fails the value, as `SerDesError`.
template <class T>
inline constexpr bool use_nlohmann = false;

template <>
inline constexpr bool use_nlohmann<nlohmann::json> = true;
template <>
inline constexpr bool use_nlohmann<nlohmann::ordered_json> = true;

namespace detail {

template <class J>
bool write_nlohmann(json::Writer& writer, const J& value) {
  switch (value.type()) {
    case nlohmann::json::value_t::null:
      return writer.null(), true;
    case nlohmann::json::value_t::boolean:
      return writer.boolean(value.template get<bool>()), true;
    case nlohmann::json::value_t::number_integer:
      return writer.integer(value.template get<std::int64_t>()), true;
    case nlohmann::json::value_t::number_unsigned:
      return writer.unsigned_integer(value.template get<std::uint64_t>()), true;
    case nlohmann::json::value_t::number_float:
      return writer.real(value.template get<double>());
    case nlohmann::json::value_t::string:
      return writer.string(value.template get_ref<const typename J::string_t&>());
    case nlohmann::json::value_t::array:
    case nlohmann::json::value_t::object:
      break;
    default:
      return writer.failure().set("a binary or discarded value of nlohmann/json has no JSON form");
  }
  if (!writer.enter()) return false;
  const bool is_object = value.is_object();
  writer.out() += is_object ? '{' : '[';
  bool first = true;
  for (auto element = value.begin(); element != value.end(); ++element) {
    if (!std::exchange(first, false)) writer.out() += ',';
    if (is_object) {
      if (!writer.string(element.key())) return false;
      writer.out() += ':';
    }
    if (!write_nlohmann(writer, *element)) return false;
  }
  writer.out() += is_object ? '}' : ']';
  writer.leave();
  return true;
}

template <class J>
bool read_nlohmann(json::Reader& reader, const json::Node& node, J& out) {
  switch (node.kind()) {
    case json::Kind::null:
      out = nullptr;
      return true;
    case json::Kind::boolean:
      out = node.boolean();
      return true;
    case json::Kind::integer:
      // As nlohmann's own parser has it: a number that is not negative is unsigned.
      if (node.integer() >= 0) {
        out = node.unsigned_integer();
      } else {
        out = node.integer();
      }
      return true;
    case json::Kind::unsigned_integer:
      out = node.unsigned_integer();
      return true;
    case json::Kind::real: {
      double number = 0;
      if (!reader.real(node, number)) return false;
      out = number;
      return true;
    }
    case json::Kind::string:
      out = std::string(node.text());
      return true;
    case json::Kind::array: {
      out = J::array();
      const json::Node* element = node.first();
      for (std::size_t i = 0; i < node.size(); ++i, element = element->next()) {
        if (!read_nlohmann(reader, *element, out.emplace_back())) return false;
      }
      return true;
    }
    case json::Kind::object: {
      out = J::object();
      const json::Node* key = node.first();
      for (std::size_t i = 0; i < node.size(); ++i) {
        const json::Node* value = key->next();
        if (!read_nlohmann(reader, *value, out[std::string(key->text())])) return false;
        key = value->next();
      }
      return true;
    }
  }
  return reader.expected("a JSON value", node);
}

template <class T>
inline constexpr bool is_nlohmann_value =
    std::is_same_v<T, nlohmann::json> || std::is_same_v<T, nlohmann::ordered_json>;

}  // namespace detail

/// The JSON form of the types that have chosen nlohmann/json.
template <class T>
requires use_nlohmann<T>
struct json::Codec<T> {
  static constexpr bool is_primitive = true;

  static bool write(Writer& writer, const T& value) {
    if constexpr (durable::detail::is_nlohmann_value<T>) {
      return durable::detail::write_nlohmann(writer, value);
    } else {
      try {
        return durable::detail::write_nlohmann(writer, nlohmann::json(value));
      } catch (const nlohmann::json::exception& error) {
        return writer.failure().set(std::string("to_json threw: ") + error.what());
      }
    }
  }
  static bool read(Reader& reader, const Node& node, T& out) {
    if constexpr (durable::detail::is_nlohmann_value<T>) {
      return durable::detail::read_nlohmann(reader, node, out);
    } else {
      nlohmann::json value;
      if (!durable::detail::read_nlohmann(reader, node, value)) return false;
      try {
        value.get_to(out);
      } catch (const nlohmann::json::exception& error) {
        return reader.failure().set(std::string("from_json threw: ") + error.what());
      }
      return true;
    }
  }
};

}  // namespace durable
