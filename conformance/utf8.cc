// SPDX-License-Identifier: Apache-2.0
#include "conformance/utf8.h"

#include <cstddef>

namespace durable::conformance {

char32_t take_code_point(std::string_view& text) {
  const auto first = static_cast<unsigned char>(text.front());
  const std::size_t length = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
  bool good = first < 0x80 || (first >= 0xC2 && first < 0xF5 && text.size() >= length);
  char32_t code = length == 1 ? first : first & (0xFFU >> (length + 1));
  for (std::size_t i = 1; good && i < length; ++i) {
    const auto next = static_cast<unsigned char>(text[i]);
    good = (next & 0xC0U) == 0x80U;
    code = (code << 6U) | (next & 0x3FU);
  }
  // Longer than needed, half of a surrogate pair, beyond the last.
  good = good && (length < 3 || code >= (length == 3 ? 0x800U : 0x10000U)) &&
         (code < 0xD800 || code > 0xDFFF) && code <= 0x10FFFF;
  text.remove_prefix(good ? length : 1);
  return good ? code : replacement_character;
}

}  // namespace durable::conformance
