// SPDX-License-Identifier: Apache-2.0
#include "json/text.h"

#include <array>
#include <bit>

namespace durable::json::detail {
namespace {

using Word = std::uint64_t;
constexpr Word ones = ~Word{0} / 255;  // 0x0101...
constexpr Word highs = ones * 0x80;

Word load(const char* from) noexcept {
  Word word;
  std::memcpy(&word, from, sizeof word);
  return word;
}

/// The high bit of each byte that is a quote, a backslash, below 0x20 or above 0x7F. Bytes above
/// the first marked one may be marked wrongly (borrow), so only the first mark counts.
Word special(Word word) noexcept {
  const Word quote = word ^ (ones * '"');
  const Word backslash = word ^ (ones * '\\');
  return ((word - ones * 0x20) | (quote - ones) | (backslash - ones) | word) & highs;
}

constexpr bool is_plain_ascii(unsigned char c) noexcept {
  return c >= 0x20 && c < 0x80 && c != '"' && c != '\\';
}

bool is_tail(char c) noexcept { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

}  // namespace

std::size_t utf8_sequence(std::string_view text, std::size_t at) noexcept {
  const auto lead = static_cast<unsigned char>(text[at]);
  const std::size_t left = text.size() - at;
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead <= 0xDF) return left >= 2 && is_tail(text[at + 1]) ? 2 : 0;
  if (lead >= 0xE0 && lead <= 0xEF) {
    if (left < 3 || !is_tail(text[at + 1]) || !is_tail(text[at + 2])) return 0;
    const auto second = static_cast<unsigned char>(text[at + 1]);
    if (lead == 0xE0 && second < 0xA0) return 0;   // overlong
    if (lead == 0xED && second >= 0xA0) return 0;  // surrogate
    return 3;
  }
  if (lead >= 0xF0 && lead <= 0xF4) {
    if (left < 4 || !is_tail(text[at + 1]) || !is_tail(text[at + 2]) || !is_tail(text[at + 3])) {
      return 0;
    }
    const auto second = static_cast<unsigned char>(text[at + 1]);
    if (lead == 0xF0 && second < 0x90) return 0;   // overlong
    if (lead == 0xF4 && second >= 0x90) return 0;  // above U+10FFFF
    return 4;
  }
  return 0;
}

bool is_utf8(std::string_view text) noexcept {
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t length = utf8_sequence(text, at);
    if (length == 0) return false;
    at += length;
  }
  return true;
}

std::size_t plain_end(std::string_view text, std::size_t from) noexcept {
  static_assert(std::endian::native == std::endian::little, "the first mark is the lowest bit");
  std::size_t at = from;
  while (true) {
    while (text.size() - at >= 4 * sizeof(Word)) {
      const char* const p = text.data() + at;
      if ((special(load(p)) | special(load(p + 8)) | special(load(p + 16)) |
           special(load(p + 24))) != 0) {
        break;
      }
      at += 4 * sizeof(Word);
    }
    while (text.size() - at >= sizeof(Word)) {
      const Word marks = special(load(text.data() + at));
      if (marks != 0) {
        at += static_cast<std::size_t>(std::countr_zero(marks)) / 8;
        break;
      }
      at += sizeof(Word);
    }
    while (at < text.size() && is_plain_ascii(static_cast<unsigned char>(text[at]))) ++at;
    // Text in another script: stay byte-wise until it ends.
    const std::size_t before = at;
    while (at < text.size() && static_cast<unsigned char>(text[at]) >= 0x80) {
      const std::size_t length = utf8_sequence(text, at);
      if (length == 0) return at;
      at += length;
    }
    if (at == before) return at;
  }
}

}  // namespace durable::json::detail
