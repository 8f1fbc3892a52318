// SPDX-License-Identifier: Apache-2.0
#include <durable/json/json.h>

#include <algorithm>
#include <array>

namespace durable::json {
namespace {

/// Keeps the last member of each key.
void remove_duplicates(Value::Object& members) {
  std::vector<std::size_t> order(members.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    const int compared = members[a].first.compare(members[b].first);
    return compared != 0 ? compared < 0 : a < b;
  });
  std::vector<bool> superseded(members.size());
  bool any = false;
  for (std::size_t i = 1; i < order.size(); ++i) {
    if (members[order[i - 1]].first == members[order[i]].first) {
      superseded[order[i - 1]] = any = true;
    }
  }
  if (!any) return;
  Value::Object kept;
  for (std::size_t i = 0; i < members.size(); ++i) {
    if (!superseded[i]) kept.push_back(std::move(members[i]));
  }
  members = std::move(kept);
}

bool read(Reader& reader, const Node& node, Value& out);

bool read_array(Reader& reader, const Node& node, Value& out) {
  Value::Array elements(node.size());
  const Node* element = node.first();
  for (std::size_t i = 0; i < elements.size(); ++i, element = element->next()) {
    if (!read(reader, *element, elements[i])) return reader.failure().in_element(i);
  }
  out = std::move(elements);
  return true;
}

bool read_object(Reader& reader, const Node& node, Value& out) {
  Value::Object members(node.size());
  const Node* key = node.first();
  for (auto& [name, value] : members) {
    name = key->text();
    if (!read(reader, *key->next(), value)) return reader.failure().in_member(name);
    key = key->next()->next();
  }
  remove_duplicates(members);
  out = std::move(members);
  return true;
}

bool read(Reader& reader, const Node& node, Value& out) {
  switch (node.kind()) {
    case Kind::null:
      out = Value();
      return true;
    case Kind::boolean:
      out = node.boolean();
      return true;
    case Kind::integer:
      out = node.integer();
      return true;
    case Kind::unsigned_integer:
      out = node.unsigned_integer();
      return true;
    case Kind::string:
      out = node.text();
      return true;
    case Kind::array:
      return read_array(reader, node, out);
    case Kind::object:
      return read_object(reader, node, out);
    case Kind::real:
      break;
  }
  double value = 0;
  if (!reader.real(node, value)) return false;
  out = value;
  return true;
}

/// With a point even when it is whole, so that it is read back as a real number.
bool write_real(Writer& writer, double value) {
  const std::size_t begin = writer.out().size();
  if (!writer.real(value)) return false;
  if (writer.out().find_first_of(".e", begin) == std::string::npos) writer.out().append(".0");
  return true;
}

bool write_array(Writer& writer, const Value::Array& elements) {
  return detail::write_elements(writer, elements);
}

bool write_object(Writer& writer, const Value::Object& members) {
  if (!writer.enter()) return false;
  const std::size_t begin = writer.out().size();
  for (const auto& [key, value] : members) {
    if (!detail::write_entry(writer, key, value)) return false;
  }
  return detail::close(writer, begin, '{', '}');
}

bool same(const Value& a, const Value& b) {
  if (const Value::Object* members = a.as_object()) {
    if (b.as_object() == nullptr || members->size() != b.size()) return false;
    return std::all_of(members->begin(), members->end(), [&b](const auto& member) {
      const Value* other = b.find(member.first);
      return other != nullptr && same(member.second, *other);
    });
  }
  if (const Value::Array* elements = a.as_array()) {
    const Value::Array* others = b.as_array();
    return others != nullptr &&
           std::equal(elements->begin(), elements->end(), others->begin(), others->end(), same);
  }
  return a == b;
}

}  // namespace

namespace detail {

bool write_dynamic(Writer& writer, const Value& value) {
  switch (value.kind()) {
    case Kind::null:
      writer.null();
      return true;
    case Kind::boolean:
      writer.boolean(*value.as_bool());
      return true;
    case Kind::integer:
      writer.integer(*value.as_integer());
      return true;
    case Kind::unsigned_integer:
      writer.unsigned_integer(*value.as_unsigned());
      return true;
    case Kind::real:
      return write_real(writer, *value.as_real());
    case Kind::string:
      return writer.string(*value.as_string());
    case Kind::array:
      return write_array(writer, *value.as_array());
    case Kind::object:
      break;
  }
  return write_object(writer, *value.as_object());
}

bool read_dynamic(Reader& reader, const Node& node, Value& out) { return read(reader, node, out); }

}  // namespace detail

Result<Value> Value::parse(std::string_view text) { return decode<Value>(text); }

Result<std::string> Value::dump() const { return encode(*this); }

Kind Value::kind() const noexcept {
  constexpr std::array<Kind, std::variant_size_v<decltype(value_)>> kinds{
      Kind::null, Kind::boolean, Kind::integer, Kind::unsigned_integer,
      Kind::real, Kind::string,  Kind::array,   Kind::object};
  return kinds[value_.index()];
}

std::optional<bool> Value::as_bool() const noexcept {
  const auto* const value = std::get_if<bool>(&value_);
  return value ? std::optional(*value) : std::nullopt;
}

std::optional<std::int64_t> Value::as_integer() const noexcept {
  const auto* const value = std::get_if<std::int64_t>(&value_);
  return value ? std::optional(*value) : std::nullopt;
}

std::optional<std::uint64_t> Value::as_unsigned() const noexcept {
  if (const auto* const value = std::get_if<std::uint64_t>(&value_)) return *value;
  const auto* const value = std::get_if<std::int64_t>(&value_);
  if (value == nullptr || *value < 0) return std::nullopt;
  return static_cast<std::uint64_t>(*value);
}

std::optional<double> Value::as_real() const noexcept {
  if (const auto* const value = std::get_if<double>(&value_)) return *value;
  if (const auto* const value = std::get_if<std::int64_t>(&value_)) {
    return static_cast<double>(*value);
  }
  const auto* const value = std::get_if<std::uint64_t>(&value_);
  return value ? std::optional(static_cast<double>(*value)) : std::nullopt;
}

const std::string* Value::as_string() const noexcept { return std::get_if<std::string>(&value_); }

const Value::Array* Value::as_array() const noexcept { return std::get_if<Array>(&value_); }

const Value::Object* Value::as_object() const noexcept { return std::get_if<Object>(&value_); }

std::size_t Value::size() const noexcept {
  if (const auto* const array = as_array()) return array->size();
  if (const auto* const object = as_object()) return object->size();
  return 0;
}

const Value* Value::find(std::string_view key) const noexcept {
  const auto* const object = as_object();
  if (object == nullptr) return nullptr;
  for (const auto& [name, value] : *object) {
    if (name == key) return &value;
  }
  return nullptr;
}

const Value* Value::at(std::size_t index) const noexcept {
  const auto* const array = as_array();
  return array != nullptr && index < array->size() ? &(*array)[index] : nullptr;
}

Value& Value::set(std::string_view key, Value value) {
  auto* object = std::get_if<Object>(&value_);
  if (object == nullptr) object = &value_.emplace<Object>();
  for (auto& [name, present] : *object) {
    if (name == key) return present = std::move(value);
  }
  return object->emplace_back(std::string(key), std::move(value)).second;
}

Value& Value::push_back(Value value) {
  auto* array = std::get_if<Array>(&value_);
  if (array == nullptr) array = &value_.emplace<Array>();
  return array->emplace_back(std::move(value));
}

bool same_value(std::string_view a, std::string_view b) {
  if (a == b) return true;
  const Result<Value> first = Value::parse(a);
  const Result<Value> second = Value::parse(b);
  return first && second && same(*first, *second);
}

}  // namespace durable::json
