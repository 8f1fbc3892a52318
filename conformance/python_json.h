// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <durable/json/value.h>

#include <string>

namespace durable::conformance {

/// JSON as Python's json.dumps writes it, which is what the official runner sends: a space after
/// `,` and `:`, all but ASCII escaped, real numbers by Python's rules. NaN and infinities, which
/// are no JSON, are written as `null`.
[[nodiscard]] std::string dump(const json::Value& value);

}  // namespace durable::conformance
