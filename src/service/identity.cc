// SPDX-License-Identifier: Apache-2.0
#include "service/identity.h"

#include "engine/token.h"

#include <cstddef>
#include <random>

namespace durable::service {
namespace {

constexpr std::string_view hex_digits = "0123456789abcdef";
constexpr std::size_t execution_name_size_max = 64;

void append_hex(std::string& out, std::uint64_t value) {
  for (unsigned shift = 64; shift > 0;) {
    shift -= 4;
    out.push_back(hex_digits[(value >> shift) & 15U]);
  }
}

bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '_';
}

}  // namespace

std::uint64_t IdSource::next() {
  if (seeded_) return random_.next();
  std::random_device device;
  return (std::uint64_t{device()} << 32U) | device();
}

std::string IdSource::uuid() {
  std::uint64_t high = next();
  std::uint64_t low = next();
  high = (high & ~0xF000ULL) | 0x4000ULL;                        // version 4
  low = (low & ~0xC000000000000000ULL) | 0x8000000000000000ULL;  // variant 1
  std::string digits;
  digits.reserve(36);
  append_hex(digits, high);
  append_hex(digits, low);
  for (const std::size_t place : {20U, 16U, 12U, 8U}) digits.insert(place, 1, '-');
  return digits;
}

FunctionText read_function_text(std::string_view text) {
  // "function:" stands before the name in both forms of an ARN, and in no name.
  constexpr std::string_view mark = "function:";
  if (const std::size_t at = text.find(mark); at != std::string_view::npos) {
    text.remove_prefix(at + mark.size());
  }
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) return {text, {}};
  return {text.substr(0, colon), text.substr(colon + 1)};
}

std::string make_execution_arn(const FunctionTarget& target, std::string_view name,
                               std::string_view uuid) {
  constexpr std::string_view middle = "/durable-execution/";
  std::string arn;
  arn.reserve(target.arn.size() + middle.size() + name.size() + uuid.size() + 1);
  arn.append(target.arn).append(middle).append(name).append("/").append(uuid);
  return arn;
}

std::string child_name(std::string_view parent_arn, std::string_view operation_id) {
  std::string origin;
  origin.append(parent_arn).append("/").append(operation_id);
  std::string name = "invoke-";
  append_hex(name, engine::make_arn_tag(origin));
  append_hex(name, engine::make_arn_tag(origin.append("/")));
  return name;
}

Result<void> check_execution_name(std::string_view name) {
  bool allowed = !name.empty() && name.size() <= execution_name_size_max;
  for (const char c : name) allowed = allowed && is_name_character(c);
  if (allowed) return {};
  return Error{ErrorCode::invalid_parameter,
               "1 validation error detected: Value '" +
                   std::string(name.substr(0, execution_name_size_max)) +
                   "' at 'durableExecutionName' failed to satisfy constraint: Member must have 1 "
                   "to 64 characters and satisfy regular expression pattern: [a-zA-Z0-9-_]+"};
}

}  // namespace durable::service
