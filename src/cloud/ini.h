// SPDX-License-Identifier: Apache-2.0
//
// The form of the files ~/.aws/config and ~/.aws/credentials.
#pragma once

#include <durable/base/result.h>

#include <map>
#include <string>
#include <string_view>

namespace durable::cloud {

/// Sections by their names (`default`, `profile dev`), without blanks in excess and quotes; in each
/// the values by their names in lower case. A section that stands twice is joined; of a name that
/// stands twice the last one counts.
using Ini = std::map<std::string, std::map<std::string, std::string>, std::less<>>;

/// `#` and `;` begin a comment at the start of a line, and within it after a blank, but not in a
/// `credential_process`. A line that begins with a blank continues the value before it, after a
/// line end. Error: `invalid_usage` with the number of the line, but not its text, which may be a
/// secret.
[[nodiscard]] Result<Ini> parse_ini(std::string_view text);

}  // namespace durable::cloud
