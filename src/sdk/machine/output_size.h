// SPDX-License-Identifier: Apache-2.0
//
// How large an invocation's answer is as JSON.
#pragma once

#include <durable/wire/model.h>

#include <cstddef>
#include <string_view>

namespace durable::machine {

/// Bytes of `text` as a JSON string, quotes included.
[[nodiscard]] std::size_t json_string_size(std::string_view text) noexcept;
[[nodiscard]] std::size_t success_output_size(std::string_view result) noexcept;
[[nodiscard]] std::size_t failure_output_size(const wire::ErrorObject& error) noexcept;

}  // namespace durable::machine
