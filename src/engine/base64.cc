// SPDX-License-Identifier: Apache-2.0
#include "engine/base64.h"

#include <array>
#include <cstdint>

namespace durable::engine {
namespace {

constexpr std::uint8_t no_digit = 0xFF;

constexpr std::array<std::uint8_t, 256> make_digits() {
  std::array<std::uint8_t, 256> digits{};
  digits.fill(no_digit);
  for (std::size_t i = 0; i < base64_alphabet.size(); ++i) {
    digits[static_cast<unsigned char>(base64_alphabet[i])] = static_cast<std::uint8_t>(i);
  }
  return digits;
}
constexpr std::array<std::uint8_t, 256> digits = make_digits();

}  // namespace

std::string to_base64(std::string_view bytes) {
  std::string text((bytes.size() + 2) / 3 * 4, '=');
  std::size_t out = 0;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t count = bytes.size() - i < 3 ? bytes.size() - i : 3;
    std::uint32_t group = 0;
    for (std::size_t j = 0; j < 3; ++j) {
      group = (group << 8U) | (j < count ? static_cast<unsigned char>(bytes[i + j]) : 0U);
    }
    for (std::size_t j = 0; j <= count; ++j) {
      text[out + j] = base64_alphabet[(group >> (18U - 6U * j)) & 63U];
    }
    out += 4;
  }
  return text;
}

std::optional<std::string> from_base64(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  std::size_t padding = 0;
  while (padding < 2 && padding < text.size() && text[text.size() - 1 - padding] == '=') ++padding;
  const std::size_t length = text.size() - padding;
  std::string bytes;
  bytes.reserve(text.size() / 4 * 3);
  std::uint32_t bits = 0;
  std::uint32_t bit_count = 0;
  for (std::size_t i = 0; i < length; ++i) {
    const std::uint8_t digit = digits[static_cast<unsigned char>(text[i])];
    if (digit == no_digit) return std::nullopt;
    bits = (bits << 6U) | digit;
    bit_count += 6;
    if (bit_count < 8) continue;
    bit_count -= 8;
    bytes.push_back(static_cast<char>((bits >> bit_count) & 255U));
  }
  // Left-over bits that are not zero would be a second spelling of the same bytes.
  if ((bits & ((1U << bit_count) - 1U)) != 0) return std::nullopt;
  return bytes;
}

}  // namespace durable::engine
