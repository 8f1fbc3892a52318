// SPDX-License-Identifier: Apache-2.0
#include "engine/token.h"

#include "engine/base64.h"
#include "engine/refusal.h"

#include <durable/base/assert.h>

#include <array>
#include <tuple>

namespace durable::engine {
namespace {

// A token is 18 bytes: 4 of the ARN's tag, invocation, sequence, 6 of a check over all of them and
// the secret. A multiple of three bytes needs no padding.
constexpr std::size_t token_size = 18;
static_assert(std::tuple_size_v<TokenText> == token_size / 3 * 4);

constexpr std::uint64_t mix(std::uint64_t value) {
  value += 0x9E3779B97F4A7C15ULL;
  value = (value ^ (value >> 30U)) * 0xBF58476D1CE4E5B9ULL;
  value = (value ^ (value >> 27U)) * 0x94D049BB133111EBULL;
  return value ^ (value >> 31U);
}

/// FNV-1a: tokens are stored by hosts, so unlike the index's hash this one is the same everywhere.
std::uint64_t hash_text(std::uint64_t seed, std::string_view text) {
  std::uint64_t hash = 0xCBF29CE484222325ULL ^ seed;
  for (const char c : text) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 0x100000001B3ULL;
  }
  return mix(hash);
}

std::uint64_t get(std::string_view bytes, std::size_t at, std::size_t count) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < count; ++i) {
    value = (value << 8U) | static_cast<unsigned char>(bytes[at + i]);
  }
  return value;
}

std::uint64_t token_check(const ExecutionInfo& info, TokenPosition position) {
  const std::uint64_t place =
      (static_cast<std::uint64_t>(position.invocation) << 32U) | position.sequence;
  return mix(mix(info.token_secret ^ info.arn_tag) ^ place) >> 16U;
}

std::string callback_check(const ExecutionInfo& info, std::string_view operation_id) {
  const std::uint64_t hash = hash_text(info.token_secret ^ info.arn_tag, operation_id);
  std::string text(8, '0');
  for (std::size_t i = 0; i < text.size(); ++i) {
    text[i] = "0123456789abcdef"[(hash >> (4U * i)) & 15U];
  }
  return text;
}

Error invalid_token(std::string_view why) {
  return refuse(std::string("Invalid Checkpoint Token: ").append(why));
}

}  // namespace

std::uint64_t make_arn_tag(std::string_view arn) { return hash_text(0, arn); }

TokenText token_text(const ExecutionInfo& info, TokenPosition position) {
  const std::uint64_t check = token_check(info, position);
  // Six groups of three bytes, each four characters.
  const std::array<std::uint64_t, 3> words{
      ((info.arn_tag & 0xFFFFFFFFU) << 16U) | (position.invocation >> 16U),
      (static_cast<std::uint64_t>(position.invocation & 0xFFFFU) << 32U) | position.sequence,
      check};
  TokenText text{};
  std::size_t out = 0;
  for (const std::uint64_t word : words) {
    for (unsigned shift = 48; shift > 0;) {
      shift -= 6;
      text[out++] = base64_alphabet[(word >> shift) & 63U];
    }
  }
  return text;
}

std::string make_token(const ExecutionInfo& info, TokenPosition position) {
  const TokenText text = token_text(info, position);
  return {text.data(), text.size()};
}

Result<TokenPosition> read_token(const ExecutionInfo& info, std::string_view token) {
  const std::optional<std::string> bytes = from_base64(token);
  if (!bytes || bytes->size() != token_size) {
    return invalid_token("the text is no token of this service; send the token that came last.");
  }
  if (get(*bytes, 0, 4) != (info.arn_tag & 0xFFFFFFFFU)) {
    return refuse("Checkpoint token is not valid for the durable execution ARN");
  }
  const TokenPosition position{static_cast<std::uint32_t>(get(*bytes, 4, 4)),
                               static_cast<std::uint32_t>(get(*bytes, 8, 4))};
  if (get(*bytes, 12, 6) != token_check(info, position)) {
    return invalid_token("the text is no token of this execution; send the token that came last.");
  }
  return position;
}

std::string current_token(const Execution& execution) {
  DURABLE_ASSERT(execution.invocation_runs());
  return std::string(execution.token());
}

Result<void> check_token(const Execution& execution, std::string_view token) {
  const Progress& progress = execution.progress();
  if (execution.running() && progress.invocation_runs && token == execution.token()) return {};
  const Result<TokenPosition> read = read_token(execution.info(), token);
  if (!read) return read.error();
  if (!execution.running()) {
    return invalid_token(std::string("the execution is closed with status ")
                             .append(wire::to_string(execution.status()))
                             .append("; nothing more can be recorded."));
  }
  if (!progress.invocation_runs || read->invocation != progress.invocation) {
    return invalid_token("it belongs to invocation " + std::to_string(read->invocation) +
                         ", which has ended; a function must not call the service after it has "
                         "answered.");
  }
  return invalid_token("it is number " + std::to_string(read->sequence) +
                       " of this invocation and was used before; expected number " +
                       std::to_string(progress.checkpoint) +
                       ", which the last checkpoint's answer holds.");
}

std::string make_callback_id(const ExecutionInfo& info, std::string_view operation_id) {
  std::string text;
  text.reserve(info.arn.size() + operation_id.size() + 10);
  text.append(info.arn).append("|").append(operation_id).append("|");
  text.append(callback_check(info, operation_id));
  return to_base64(text);
}

Result<CallbackAddress> read_callback_id(std::string_view callback_id) {
  const std::optional<std::string> text = from_base64(callback_id);
  const std::size_t first = text ? text->find('|') : std::string::npos;
  const std::size_t last = text ? text->rfind('|') : std::string::npos;
  if (first == std::string::npos || first == last) return refuse("Invalid callback id");
  return CallbackAddress{text->substr(0, first), text->substr(first + 1, last - first - 1),
                         text->substr(last + 1)};
}

bool is_own(const CallbackAddress& address, const ExecutionInfo& info) {
  return address.arn == info.arn && address.check == callback_check(info, address.operation_id);
}

}  // namespace durable::engine
