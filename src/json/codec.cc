// SPDX-License-Identifier: Apache-2.0
//
// The parts of the typed codec that do not depend on the type.
#include <durable/json/codec.h>

#include <charconv>

namespace durable::json::detail {
namespace {

template <class T>
bool parse_key(std::string_view text, T& out) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return error == std::errc() && end == text.data() + text.size() &&
         // One spelling for each number, so that no two keys are the same.
         text == std::to_string(out);
}

std::string quoted_list(std::span<const std::string_view> names) {
  std::string list;
  for (const std::string_view name : names) {
    if (!list.empty()) list += ", ";
    list.append("\"").append(name).append("\"");
  }
  return list;
}

}  // namespace

bool write_unnamed_enumerator(Writer& writer, std::string_view type, std::int64_t value) {
  return writer.failure().set("expected an enumerator of " + std::string(type) +
                              " with a value from 0 to " + std::to_string(enumerators_max - 1) +
                              ", found the value " + std::to_string(value));
}

bool write_unknown_enumerator(Writer& writer, std::string_view type) {
  return writer.failure().set("expected a known " + std::string(type) +
                              ", found unknown, which cannot be written");
}

void find_members(const Node& object, std::span<const std::string_view> names, const Node** found) {
  std::size_t expected = 0;
  const Node* key = object.first();
  for (std::size_t i = 0; i < object.size(); ++i) {
    const std::string_view name = key->text();
    const Node* const value = key->next();
    std::size_t at = expected;
    for (std::size_t tried = 0; tried < names.size(); ++tried, ++at) {
      if (at >= names.size()) at = 0;
      if (names[at] == name) {
        found[at] = value;
        expected = at + 1;
        break;
      }
    }
    key = value->next();
  }
}

bool member_missing(Reader& reader, std::string_view name) {
  reader.failure().set("required member is missing");
  return reader.failure().in_member(name);
}

bool expected_one_of(Reader& reader, std::span<const std::string_view> names, const Node& node) {
  return reader.expected("one of " + quoted_list(names), node);
}

bool expected_elements(Reader& reader, std::size_t count, const Node& node) {
  return reader.failure().set("expected array of " + std::to_string(count) +
                              " elements, found array of " + std::to_string(node.size()));
}

bool read_key(Reader& reader, const Node& key, std::int64_t min, std::int64_t max,
              std::int64_t& out) {
  if (parse_key(key.text(), out) && out >= min && out <= max) return true;
  return reader.expected(
      "integer from " + std::to_string(min) + " to " + std::to_string(max) + " as key", key);
}

bool read_unsigned_key(Reader& reader, const Node& key, std::uint64_t max, std::uint64_t& out) {
  if (parse_key(key.text(), out) && out <= max) return true;
  return reader.expected("integer from 0 to " + std::to_string(max) + " as key", key);
}

const Node* read_variant_value(Reader& reader, const Node& node,
                               std::span<const std::string_view> names, std::size_t& index) {
  if (!reader.object(node)) return nullptr;
  constexpr std::array<std::string_view, 2> members{"type", "value"};
  std::array<const Node*, 2> found{};
  find_members(node, members, found.data());
  for (std::size_t i = 0; i < found.size(); ++i) {
    if (found[i] == nullptr) {
      member_missing(reader, members[i]);
      return nullptr;
    }
  }
  for (index = 0; index < names.size(); ++index) {
    if (found[0]->kind() == Kind::string && found[0]->text() == names[index]) return found[1];
  }
  expected_one_of(reader, names, *found[0]);
  reader.failure().in_member("type");
  return nullptr;
}

}  // namespace durable::json::detail
