// SPDX-License-Identifier: Apache-2.0
#include "wire/event_codec.h"

#include <durable/wire/names.h>

namespace durable::json {
namespace {

using wire::Event;
using wire::EventDetails;
using wire::EventType;

constexpr std::array<std::string_view, 7> common{"EventType", "SubType",        "EventId", "Id",
                                                 "Name",      "EventTimestamp", "ParentId"};
constexpr std::size_t alternatives = std::variant_size_v<EventDetails>;
static_assert(alternatives == static_cast<std::size_t>(EventType::unknown) + 1,
              "one details type for each event type, after std::monostate");

/// The members of an event: the common ones, then the details in the order of EventType.
template <std::size_t... I>
constexpr auto all_names(std::index_sequence<I...>) {
  std::array<std::string_view, common.size() + sizeof...(I)> names{
      common[0], common[1],
      common[2], common[3],
      common[4], common[5],
      common[6], detail::class_name<std::variant_alternative_t<I + 1, EventDetails>>()...};
  return names;
}
constexpr auto names = all_names(std::make_index_sequence<alternatives - 1>());

bool write_details(Writer& writer, const Event& event) {
  const std::size_t index = event.details.index();
  if (index == 0) return true;
  const std::string_view name = names[common.size() + index - 1];
  if (index - 1 != static_cast<std::size_t>(event.event_type)) {
    return writer.failure().set("expected the details of an event of type " +
                                std::string(wire::to_string(event.event_type)) + ", found " +
                                std::string(name));
  }
  writer.out().append(",\"").append(name).append("\":");
  return std::visit([&writer](const auto& details) { return detail::write_value(writer, details); },
                    event.details) ||
         writer.failure().in_member(name);
}

/// A member that may be missing or null; it then keeps its value.
template <class M>
bool read_if_there(Reader& reader, const Node* node, std::string_view name, M& out) {
  if (node == nullptr || node->is_null()) return true;
  return detail::read_value(reader, *node, out) || reader.failure().in_member(name);
}

template <std::size_t... I>
bool read_details(Reader& reader, const Node& node, EventDetails& out, std::size_t index,
                  std::index_sequence<I...>) {
  bool read = false;
  static_cast<void>(
      ((index == I && (read = detail::read_value(reader, node, out.emplace<I + 1>()), true)) ||
       ...));
  return read || reader.failure().in_member(names[common.size() + index]);
}

}  // namespace

bool Codec<Event>::write(Writer& writer, const Event& event) {
  if (!writer.enter()) return false;
  const std::size_t begin = writer.out().size();
  return detail::write_member(writer, ",\"EventType\":", event.event_type) &&
         detail::write_member(writer, ",\"SubType\":", event.sub_type) &&
         detail::write_member(writer, ",\"EventId\":", event.event_id) &&
         detail::write_member(writer, ",\"Id\":", event.id) &&
         detail::write_member(writer, ",\"Name\":", event.name) &&
         detail::write_member(writer, ",\"EventTimestamp\":", event.event_timestamp) &&
         detail::write_member(writer, ",\"ParentId\":", event.parent_id) &&
         write_details(writer, event) && detail::close(writer, begin, '{', '}');
}

bool Codec<Event>::read(Reader& reader, const Node& node, Event& event) {
  if (!reader.object(node)) return false;
  std::array<const Node*, names.size()> found{};
  detail::find_members(node, names, found.data());
  if (!(read_if_there(reader, found[0], names[0], event.event_type) &&
        read_if_there(reader, found[1], names[1], event.sub_type) &&
        read_if_there(reader, found[2], names[2], event.event_id) &&
        read_if_there(reader, found[3], names[3], event.id) &&
        read_if_there(reader, found[4], names[4], event.name) &&
        read_if_there(reader, found[5], names[5], event.event_timestamp) &&
        read_if_there(reader, found[6], names[6], event.parent_id))) {
    return false;
  }
  const auto index = static_cast<std::size_t>(event.event_type);
  if (event.event_type == EventType::unknown) return true;
  const Node* const details = found[common.size() + index];
  return details == nullptr || details->is_null() ||
         read_details(reader, *details, event.details, index,
                      std::make_index_sequence<alternatives - 1>());
}

}  // namespace durable::json
