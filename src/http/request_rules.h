// SPDX-License-Identifier: Apache-2.0
//
// Who may be spoken to: the rules for the Host header.
#pragma once

#include "http/message.h"
#include "http/request_parser.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace durable::http {

/// Whether `host` (a Host header, with or without port) is an IP address, `localhost` or one of
/// `allowed`. A page that rebinds its own name to this machine sends that name.
[[nodiscard]] bool is_host_allowed(std::string_view host, const std::vector<std::string>& allowed);

enum class Version { http_1_0, http_1_1 };

/// The refusal of a request with the wrong Host headers: 400 for none or several, 421 for a name
/// that is not allowed.
[[nodiscard]] std::optional<ParseFailure> judge_host(const Headers& headers, Version version,
                                                     const std::vector<std::string>& allowed);

}  // namespace durable::http
