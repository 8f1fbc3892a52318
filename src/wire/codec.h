// SPDX-License-Identifier: Apache-2.0
//
// The bodies of wire/json.h's functions, for the source files that instantiate them.
#pragma once

#include <durable/json/codec.h>
#include <durable/wire/json.h>

namespace durable::wire {

[[nodiscard]] constexpr json::TimestampFormat json_format(TimestampFormat format) noexcept {
  return format == TimestampFormat::epoch_seconds ? json::TimestampFormat::epoch_seconds
                                                  : json::TimestampFormat::epoch_milliseconds;
}

template <Body T>
Result<void> encode_to(const T& value, std::string& out, TimestampFormat timestamps) {
  return json::encode_to(value, out, json_format(timestamps));
}

template <Body T>
Result<T> decode(std::string_view text, TimestampFormat timestamps) {
  return json::decode<T>(text, json_format(timestamps));
}

}  // namespace durable::wire

#define DURABLE_WIRE_BODY(T)                                                                     \
  template durable::Result<void> durable::wire::encode_to(const durable::wire::T&, std::string&, \
                                                          durable::wire::TimestampFormat);       \
  template durable::Result<durable::wire::T> durable::wire::decode<durable::wire::T>(            \
      std::string_view, durable::wire::TimestampFormat)
