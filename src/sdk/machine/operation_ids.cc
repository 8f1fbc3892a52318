// SPDX-License-Identifier: Apache-2.0
#include "sdk/machine/operation_ids.h"

#include "sdk/machine/limits.h"

#include <boost/uuid/name_generator_sha1.hpp>
#include <boost/uuid/uuid.hpp>

#include <array>
#include <charconv>

namespace durable::machine {
namespace {

struct Digits {
  std::array<char, 20> text;
  std::size_t size;
};

Digits digits_of(std::uint64_t number) noexcept {
  Digits digits{};
  const auto end =
      std::to_chars(digits.text.data(), digits.text.data() + digits.text.size(), number);
  digits.size = static_cast<std::size_t>(end.ptr - digits.text.data());
  return digits;
}

// The namespace of our name hashes; any constant would do, but never another one.
constexpr boost::uuids::uuid name_space{{0x6a, 0x1c, 0x5d, 0x0e, 0x93, 0x42, 0x4f, 0x7b, 0xa8, 0x11,
                                         0x2e, 0xc4, 0x70, 0x9d, 0x35, 0xb6}};

std::string hashed(std::string_view text) {
  const auto hash = boost::uuids::name_generator_sha1(name_space)(text.data(), text.size());
  constexpr std::string_view hex = "0123456789abcdef";
  std::string id = "h";
  id.reserve(1 + 2 * hash.size());
  for (const std::uint8_t byte : hash) {
    id += hex[byte >> 4U];
    id += hex[byte & 15U];
  }
  return id;
}

}  // namespace

bool is_hashed_id(std::string_view context_id, std::uint64_t number) noexcept {
  return !context_id.empty() &&
         context_id.size() + 1 + digits_of(number).size > operation_id_size_max;
}

std::string operation_id(std::string_view context_id, std::uint64_t number) {
  const Digits digits = digits_of(number);
  if (context_id.empty()) return {digits.text.data(), digits.size};
  std::string id;
  id.reserve(context_id.size() + 1 + digits.size);
  id.append(context_id).append(1, '-').append(digits.text.data(), digits.size);
  return id.size() > operation_id_size_max ? hashed(id) : id;
}

}  // namespace durable::machine
