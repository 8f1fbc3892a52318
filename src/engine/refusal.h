// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <durable/base/error.h>
#include <durable/base/result.h>
#include <durable/wire/model.h>
#include <durable/wire/names.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace durable::engine {

/// An `invalid_parameter` error.
[[nodiscard]] Error refuse(std::string text);
/// The host broke its protocol with the engine.
[[nodiscard]] Error misuse(std::string text);

/// Which update of a batch, for messages: the service's text comes first, then where.
struct UpdatePlace {
  std::size_t index = 0;
  const wire::OperationUpdate* update = nullptr;
};
[[nodiscard]] Error refuse(std::string_view text, UpdatePlace place);

/// "<what> must be less than or equal to <limit> bytes.", with what was found.
[[nodiscard]] std::string too_large(std::string_view what, std::uint64_t limit,
                                    std::uint64_t found);

}  // namespace durable::engine
