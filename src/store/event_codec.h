// SPDX-License-Identifier: Apache-2.0
//
// Events as bytes. A block is what one commit appends to one execution: a format byte, then its
// events one after the other. docs/storage.md describes the format.
#pragma once

#include "engine/event.h"

#include <durable/base/result.h>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace durable::store {

/// The format that `encode` writes. `decode` reads it and every earlier one: a change of the layout
/// takes the next number, and the golden blocks of the old one stay among the tests.
inline constexpr std::uint8_t event_format = 1;

/// Appends one block with `events` to `out`. Texts are taken over as they are. Equal events give
/// equal bytes.
void encode(std::span<const engine::Event> events, std::string& out);

/// Appends the events of one block to `out`. Each block of the present format that is accepted is
/// exactly what `encode` makes of its events. Errors: `corrupt`, with what was expected and at
/// which byte, for anything that `encode` does not write; then `out` is as before.
[[nodiscard]] Result<void> decode(std::string_view block, std::vector<engine::Event>& out);

}  // namespace durable::store
