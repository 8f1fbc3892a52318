// SPDX-License-Identifier: Apache-2.0
//
// The variables that Lambda gives a function's process.
#pragma once

#include "functions/host.h"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace durable::functions {

using Environment = std::map<std::string, std::string>;

struct ProcessIdentity {
  std::string runtime_api;  ///< host:port.
  std::string log_stream;
};

/// What a process gets of this program's own variables: PATH, HOME, LANG, TZ where they are set,
/// and a usable PATH in any case. Nothing else: a credential must be passed on purpose.
[[nodiscard]] Environment inherited_environment();

/// Lambda's variables, with the function's own over them.
[[nodiscard]] Environment function_environment(const FunctionSpec& spec, const HostOptions& options,
                                               const ProcessIdentity& identity);

/// The same for the attach line: without credentials of the function's own, and with the spec's
/// `attach_environment` over it.
[[nodiscard]] Environment attach_environment(const FunctionSpec& spec, const HostOptions& options,
                                             const ProcessIdentity& identity);

/// The version in an ARN with one; `$LATEST` for all else.
[[nodiscard]] std::string version_of(std::string_view arn);

/// `2026/01/31/[$LATEST]0123456789abcdef...`, as Lambda names a process's log.
[[nodiscard]] std::string log_stream_name(std::string_view version, Timestamp started_at,
                                          std::string_view unique);

/// NAME=VALUE, as a process is given them.
[[nodiscard]] std::vector<std::string> environment_block(const Environment& environment);

/// `env NAME=VALUE ...` for a shell, quoted where it has to be.
[[nodiscard]] std::string shell_prefix(const Environment& environment);

}  // namespace durable::functions
