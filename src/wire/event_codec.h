// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <durable/json/codec.h>
#include <durable/wire/model.h>

/// An event's details stand beside its other members, under the name of their type.
template <>
struct durable::json::Codec<durable::wire::Event> {
  static constexpr bool is_primitive = true;
  static bool write(Writer& writer, const wire::Event& event);
  static bool read(Reader& reader, const Node& node, wire::Event& event);
};
