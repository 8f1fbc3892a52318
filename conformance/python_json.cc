// SPDX-License-Identifier: Apache-2.0
#include "conformance/python_json.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "conformance/utf8.h"

namespace durable::conformance {
namespace {

void append_escape(std::string& out, std::uint32_t unit) {
  constexpr std::string_view digits = "0123456789abcdef";
  out += "\\u";
  for (const std::uint32_t shift : {12U, 8U, 4U, 0U}) out += digits[(unit >> shift) & 0xFU];
}

void append_text(std::string& out, std::string_view text) {
  out += '"';
  while (!text.empty()) {
    const char32_t code = take_code_point(text);
    switch (code) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      case '\b':
        out += "\\b";
        break;
      case '\f':
        out += "\\f";
        break;
      default:
        if (code >= 0x20 && code < 0x7F) {
          out += static_cast<char>(code);
        } else if (code < 0x10000) {
          append_escape(out, code);
        } else {
          append_escape(out, 0xD800 + ((code - 0x10000) >> 10U));
          append_escape(out, 0xDC00 + ((code - 0x10000) & 0x3FFU));
        }
    }
  }
  out += '"';
}

/// The shortest digits that give the number back, with an exponent below 1e-4 and from 1e16 on.
void append_real(std::string& out, double value) {
  if (!std::isfinite(value)) {
    out += "null";
    return;
  }
  std::array<char, 40> buffer{};
  char* const begin = buffer.data();
  char* const end = begin + buffer.size();
  const double size = std::abs(value);
  const bool has_exponent = value != 0 && (size < 1e-4 || size >= 1e16);
  const auto format = has_exponent ? std::chars_format::scientific : std::chars_format::fixed;
  const auto written = std::to_chars(begin, end, value, format);
  const std::string_view text(begin, static_cast<std::size_t>(written.ptr - begin));
  out += text;
  if (!has_exponent && text.find('.') == text.npos) out += ".0";
}

void append(std::string& out, const json::Value& value) {
  if (const std::string* text = value.as_string()) return append_text(out, *text);
  if (const auto* array = value.as_array()) {
    out += '[';
    for (std::size_t i = 0; i < array->size(); ++i) {
      if (i > 0) out += ", ";
      append(out, (*array)[i]);
    }
    out += ']';
    return;
  }
  if (const auto* object = value.as_object()) {
    out += '{';
    for (std::size_t i = 0; i < object->size(); ++i) {
      if (i > 0) out += ", ";
      append_text(out, (*object)[i].first);
      out += ": ";
      append(out, (*object)[i].second);
    }
    out += '}';
    return;
  }
  if (value.kind() == json::Kind::real) return append_real(out, *value.as_real());
  out += value.dump().value();
}

}  // namespace

std::string dump(const json::Value& value) {
  std::string text;
  append(text, value);
  return text;
}

}  // namespace durable::conformance
