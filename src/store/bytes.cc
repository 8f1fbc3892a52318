// SPDX-License-Identifier: Apache-2.0
#include "store/bytes.h"

namespace durable::store {

void ByteReader::fail(std::string_view what, std::size_t back) {
  if (error_) return;
  const std::size_t place = position_ - back;
  const std::string end = place == bytes_.size() ? ", where the data ends" : "";
  error_ = Error{ErrorCode::corrupt, "damaged event data: expected " + std::string(what) +
                                         " at byte " + std::to_string(place) + " of " +
                                         std::to_string(bytes_.size()) + end};
}

bool ByteReader::flag(std::string_view what) {
  const std::uint8_t value = byte(what);
  if (value > 1) fail(what, 1);
  return value == 1;
}

std::uint64_t ByteReader::long_number(std::string_view what) {
  std::uint64_t value = 0;
  const std::size_t start = position_;
  for (unsigned shift = 0; shift < 64; shift += 7) {
    const std::uint64_t digit = byte(what);
    if (!ok()) return 0;
    const std::uint64_t low = digit & 0x7FU;
    const bool too_large = shift == 63 && low > 1;
    const bool too_long = shift > 0 && digit == 0;
    if (too_large || too_long) break;
    value |= low << shift;
    if (digit < 0x80) return value;
  }
  fail(what, position_ - start);
  return 0;
}

std::uint32_t ByteReader::number_32(std::string_view what) {
  const std::size_t start = position_;
  const std::uint64_t value = number(what);
  if (value <= std::numeric_limits<std::uint32_t>::max()) return static_cast<std::uint32_t>(value);
  fail(what, position_ - start);
  return 0;
}

std::string_view ByteReader::take(std::uint64_t size, std::string_view what) {
  if (size > rest()) fail(what);
  if (!ok()) return {};
  const std::string_view text = bytes_.substr(position_, static_cast<std::size_t>(size));
  position_ += text.size();
  return text;
}

std::string_view ByteReader::text(std::string_view what) { return take(number(what), what); }

std::optional<std::string_view> ByteReader::optional_text(std::string_view what) {
  const std::uint64_t size = number(what);
  if (size == 0) return std::nullopt;
  return take(size - 1, what);
}

namespace {

constexpr std::uint64_t mix(std::uint64_t value) {
  value = (value ^ (value >> 30U)) * 0xBF58476D1CE4E5B9ULL;
  value = (value ^ (value >> 27U)) * 0x94D049BB133111EBULL;
  return value ^ (value >> 31U);
}

/// Up to eight bytes as a number, the first one lowest: compilers make one load of it.
std::uint64_t word(std::string_view bytes) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    value |= std::uint64_t{static_cast<std::uint8_t>(bytes[i])} << (8 * i);
  }
  return value;
}

}  // namespace

std::uint32_t checksum(std::uint64_t seed, std::string_view bytes) noexcept {
  constexpr std::size_t width = sizeof(std::uint64_t);
  std::uint64_t hash = mix(seed + (bytes.size() + 1) * 0x9E3779B97F4A7C15ULL);
  for (; bytes.size() >= width; bytes.remove_prefix(width)) {
    hash = std::rotl((hash ^ word(bytes.substr(0, width))) * 0x9E3779B97F4A7C15ULL, 29);
  }
  hash ^= word(bytes);
  return static_cast<std::uint32_t>(mix(hash * 0x9E3779B97F4A7C15ULL) >> 32U);
}

}  // namespace durable::store
