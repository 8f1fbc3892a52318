// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cloud/credentials.h"

#include <durable/base/result.h>

#include <string>
#include <string_view>

namespace durable::cloud {

/// Reads `{"AccessKeyId", "SecretAccessKey", "Expiration"}` and the session token under the name
/// that the place gives it: `SessionToken` for a process, `Token` for an endpoint. Error:
/// `invalid_json` with the member that is missing or wrong, without any value.
[[nodiscard]] Result<Credentials> decode_credentials(std::string_view text, const char* token_name);

/// A time in ISO 8601. Error: `invalid_json`.
[[nodiscard]] Result<Timestamp> decode_time(std::string_view text);

}  // namespace durable::cloud
