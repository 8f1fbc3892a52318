// SPDX-License-Identifier: Apache-2.0
#include <durable/json/writer.h>

#include "json/text.h"
#include "json/time_text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>

namespace durable::json {
namespace {

constexpr std::size_t number_characters = 32;

template <class T>
void append_number(std::string& out, T value) {
  std::array<char, number_characters> text;
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
  out.append(text.data(), static_cast<std::size_t>(end - text.data()));
}

template <class T>
bool append_real(std::string& out, detail::Failure& failure, T value) {
  if (!std::isfinite(value)) {
    return failure.set(std::string("expected a finite number, found ") +
                       (std::isnan(value) ? "NaN" : "infinity") + ", which has no JSON form");
  }
  // "-0" would be read as an integer and lose its sign.
  if (value == 0 && std::signbit(value)) {
    out.append("-0.0");
  } else {
    append_number(out, value);
  }
  return true;
}

/// For each ASCII character how it stands in a string: 0 as it is, 'u' by its number, else after a
/// backslash.
constexpr auto escapes = [] {
  std::array<char, 128> table{};
  for (std::size_t c = 0; c < 0x20; ++c) table[c] = 'u';
  table['"'] = '"';
  table['\\'] = '\\';
  table['\b'] = 'b';
  table['\f'] = 'f';
  table['\n'] = 'n';
  table['\r'] = 'r';
  table['\t'] = 't';
  return table;
}();

/// Appends ASCII text with its escapes, as long as they come close to each other, and returns where
/// it stopped. JSON inside of JSON is full of them.
std::size_t append_escaped(std::string& out, std::string_view text, std::size_t at) {
  constexpr std::size_t chunk = 64;
  constexpr std::string_view digits = "0123456789abcdef";
  bool escaped = true;
  while (escaped && at < text.size()) {
    std::array<char, chunk * 6> buffer;
    char* to = buffer.data();
    const std::size_t end = std::min(text.size(), at + chunk);
    escaped = false;
    for (; at < end; ++at) {
      const auto c = static_cast<unsigned char>(text[at]);
      if (c >= 0x80) {
        escaped = false;
        break;
      }
      const char escape = escapes[c];
      if (escape == 0) {
        *to++ = text[at];
        continue;
      }
      escaped = true;
      *to++ = '\\';
      *to++ = escape;
      if (escape != 'u') continue;
      *to++ = '0';
      *to++ = '0';
      *to++ = digits[c >> 4U];
      *to++ = digits[c & 0xFU];
    }
    out.append(buffer.data(), static_cast<std::size_t>(to - buffer.data()));
  }
  return at;
}

}  // namespace

void Writer::integer(std::int64_t value) { append_number(out_, value); }

void Writer::unsigned_integer(std::uint64_t value) { append_number(out_, value); }

bool Writer::real(double value) { return append_real(out_, failure_, value); }

bool Writer::real(float value) { return append_real(out_, failure_, value); }

bool Writer::string(std::string_view text) {
  out_.push_back('"');
  std::size_t at = 0;
  while (true) {
    const std::size_t end = detail::plain_end(text, at);
    out_.append(text.data() + at, end - at);
    if (end == text.size()) break;
    const auto c = static_cast<unsigned char>(text[end]);
    if (c >= 0x80) {
      std::array<char, 8> byte;
      std::snprintf(byte.data(), byte.size(), "0x%02X", static_cast<unsigned>(c));
      return failure_.set("expected UTF-8 text, found byte " + std::string(byte.data()) +
                          " at offset " + std::to_string(end) +
                          "; encode binary data, for example as base64");
    }
    at = append_escaped(out_, text, end);
  }
  out_.push_back('"');
  return true;
}

bool Writer::timestamp(Timestamp value) {
  const std::int64_t ms = value.time_since_epoch().count();
  if (timestamps_ == TimestampFormat::epoch_milliseconds) {
    integer(ms);
    return true;
  }
  if (timestamps_ == TimestampFormat::epoch_seconds) {
    if (ms < 0) out_.push_back('-');
    const std::uint64_t size =
        ms < 0 ? 0 - static_cast<std::uint64_t>(ms) : static_cast<std::uint64_t>(ms);
    unsigned_integer(size / 1'000);
    if (const auto rest = static_cast<unsigned>(size % 1'000); rest != 0) {
      const std::array<char, 4> text{'.', static_cast<char>('0' + rest / 100),
                                     static_cast<char>('0' + rest / 10 % 10),
                                     static_cast<char>('0' + rest % 10)};
      const std::size_t digits = rest % 100 == 0 ? 2 : rest % 10 == 0 ? 3 : 4;
      out_.append(text.data(), digits);
    }
    return true;
  }
  const auto text = detail::iso_8601(value);
  if (!text) {
    return failure_.set("expected a time in the years 0000 to 9999, found " + std::to_string(ms) +
                        " ms since 1970");
  }
  out_.push_back('"');
  out_.append(*text);
  out_.push_back('"');
  return true;
}

bool Writer::too_deep() {
  return failure_.set("expected at most " + std::to_string(depth_max) +
                      " levels of nesting, found more");
}

}  // namespace durable::json
