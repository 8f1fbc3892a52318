// SPDX-License-Identifier: Apache-2.0
//
// Shapes and sizes that the service's model demands, one check each.
#pragma once

#include "engine/limits.h"
#include "engine/operation.h"
#include "engine/refusal.h"

#include <durable/base/result.h>
#include <durable/wire/model.h>

#include <cstdint>
#include <optional>
#include <string_view>

namespace durable::engine {

/// Character sets of the service's model.
enum class Charset : std::uint8_t {
  identifier,  ///< Letters, digits, '-', '_'.
  printable,   ///< 0x20 to 0x7E.
  graphic,     ///< 0x21 to 0x7E.
  tenant,      ///< Letters, digits, and . _ : / = + - @ space.
  function     ///< What a function's name, partial ARN or ARN, with a qualifier, is made of.
};

/// Checks 1..`size_max` characters of the set. `what` names the member in the message.
[[nodiscard]] Result<void> check_text(const Limits& limits, std::string_view what,
                                      std::string_view text, std::uint32_t size_max,
                                      Charset charset);

/// Id, ParentId, Name and SubType of an update.
[[nodiscard]] Result<void> check_texts(const Limits& limits, UpdatePlace place);

/// Which of payload, error and options an update's action allows.
[[nodiscard]] Result<void> check_members(UpdatePlace place);

/// Payload and error of an update for an operation.
[[nodiscard]] Result<void> check_sizes(const Limits& limits, UpdatePlace place);

/// "Error object size must be ..." above the limit.
[[nodiscard]] Result<void> check_error_size(const Limits& limits, const wire::ErrorObject& error);

/// Seconds between `min` and `max`. `what` names the member in the message.
[[nodiscard]] Result<std::uint32_t> check_seconds(std::string_view what, std::int64_t seconds,
                                                  std::uint32_t min, std::uint32_t max,
                                                  UpdatePlace place);

}  // namespace durable::engine
