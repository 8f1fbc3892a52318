// SPDX-License-Identifier: Apache-2.0
//
// The alphabet of the event codec: numbers as varints of 7 bits a byte, lowest first, and texts
// behind their length. Every value has exactly one form, and the reader refuses any other.
#pragma once

#include <durable/base/error.h>

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

namespace durable::store {

/// Appends to a string.
class ByteWriter {
 public:
  explicit ByteWriter(std::string& out) : out_(out) {}

  void byte(std::uint8_t value) { out_.push_back(static_cast<char>(value)); }
  void flag(bool value) { byte(value ? 1 : 0); }
  void number(std::uint64_t value) {
    std::array<char, 10> digits;  // 64 bits, 7 a byte
    std::size_t count = 0;
    for (; value >= 0x80; value >>= 7U) digits[count++] = static_cast<char>(value | 0x80U);
    digits[count++] = static_cast<char>(value);
    out_.append(digits.data(), count);
  }
  /// Small for numbers near 0 of either sign.
  void signed_number(std::int64_t value) {
    const auto bits = static_cast<std::uint64_t>(value);
    number((bits << 1U) ^ (value < 0 ? ~std::uint64_t{0} : 0));
  }
  void text(std::string_view text) {
    number(text.size());
    out_.append(text);
  }
  void optional_text(std::optional<std::string_view> text) {
    number(text ? text->size() + 1 : 0);
    if (text) out_.append(*text);
  }

 private:
  std::string& out_;
};

/// Reads what a ByteWriter wrote. After the first failure every call answers with an empty value,
/// so that a caller may check once at the end.
class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes) : bytes_(bytes) {}

  [[nodiscard]] bool ok() const noexcept { return !error_.has_value(); }
  [[nodiscard]] bool at_end() const noexcept { return position_ == bytes_.size(); }
  /// How many bytes are left.
  [[nodiscard]] std::size_t rest() const noexcept { return bytes_.size() - position_; }
  /// The first failure. Pre: `!ok()`.
  [[nodiscard]] const Error& error() const { return *error_; }

  /// Remembers a failure at `back` bytes before the present position: "expected `what`".
  void fail(std::string_view what, std::size_t back = 0);

  // `what` names the value in a failure.
  std::uint8_t byte(std::string_view what) {
    if (!ok() || at_end()) return fail(what), std::uint8_t{0};
    return static_cast<std::uint8_t>(bytes_[position_++]);
  }
  bool flag(std::string_view what);
  std::uint64_t number(std::string_view what) {
    if (ok() && !at_end() && static_cast<std::uint8_t>(bytes_[position_]) < 0x80) {
      return static_cast<std::uint8_t>(bytes_[position_++]);
    }
    return long_number(what);
  }
  std::uint32_t number_32(std::string_view what);
  std::int64_t signed_number(std::string_view what) {
    const std::uint64_t bits = number(what);
    return static_cast<std::int64_t>((bits >> 1U) ^ ((bits & 1U) != 0 ? ~std::uint64_t{0} : 0));
  }
  /// Valid as long as the bytes are.
  std::string_view text(std::string_view what);
  std::optional<std::string_view> optional_text(std::string_view what);

 private:
  std::uint64_t long_number(std::string_view what);
  std::string_view take(std::uint64_t size, std::string_view what);

  std::string_view bytes_;
  std::size_t position_ = 0;
  std::optional<Error> error_;
};

/// A check over bytes, the same on every machine and in every version. Finds damage, not malice.
[[nodiscard]] std::uint32_t checksum(std::uint64_t seed, std::string_view bytes) noexcept;

}  // namespace durable::store
