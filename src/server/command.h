// SPDX-License-Identifier: Apache-2.0
//
// How a server is told what to do besides its own options: by the environment of the local runner
// that tools know already, and by short texts.
#pragma once

#include "server/server.h"

#include <durable/base/result.h>

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace durable::server {

/// The value of an environment variable; absent if it is not set.
using Environment = std::function<std::optional<std::string>(std::string_view)>;

/// Takes over what `AWS_DEX_HOST`, `_PORT`, `_LOG_LEVEL`, `_LAMBDA_ENDPOINT`,
/// `_LOCAL_RUNNER_REGION`, `_STORE_TYPE` (memory, sqlite, filesystem), `_STORE_PATH`,
/// `_EXECUTION_TIMEOUT` and `_INVOCATION_TIMEOUT` (seconds) say. An empty variable says nothing.
/// The runner's other two, `_LOCAL_RUNNER_ENDPOINT` and `_LOCAL_RUNNER_MODE`, mean nothing here.
/// Errors: `invalid_usage` with the variable and what it may be.
[[nodiscard]] Result<void> read_environment(const Environment& environment, ServerOptions& options);

/// Sets the store by the local runner's words. `filesystem` is a folder with one SQLite file.
/// Errors: `invalid_usage`.
[[nodiscard]] Result<void> set_store(std::string_view type, std::optional<std::string> path,
                                     ServerOptions& options);

/// A function from `NAME=COMMAND`, the command with arguments as a shell splits them: by spaces,
/// with '...', "..." and \ . `NAME` or `NAME=` alone is a function to attach to. It is durable with
/// the options' defaults, and its handler has its name. Errors: `invalid_usage`.
[[nodiscard]] Result<FunctionDefinition> parse_function_option(std::string_view text,
                                                               const ServerOptions& options);

}  // namespace durable::server
