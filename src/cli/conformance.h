// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/options.h"
#include "cli/session.h"

#include <durable/base/result.h>

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "conformance/target.h"

namespace durable::cli {

/// The target that is a server of its own with a process for each function.
inline constexpr std::string_view server_target = "server";

/// Makes `server_target`, or the target for an endpoint's URL and the Region that requests are
/// signed for, which may be empty. Errors: `invalid_usage`, and those of a server's start.
using ConnectTarget = std::function<Result<std::unique_ptr<conformance::Target>>(
    const std::string& endpoint, const std::string& region)>;

/// `durable conformance`: reads requirements, runs them and reports; gives the exit code. Errors:
/// `invalid_usage` for what the command names and is not there, and those of a target that cannot
/// be asked.
[[nodiscard]] Result<int> run_conformance(const ConformanceCommand& command, Session& session,
                                          const ConnectTarget& connect);

}  // namespace durable::cli
