// SPDX-License-Identifier: Apache-2.0
//
// The functions of an AWS SAM template.
#pragma once

#include <durable/base/result.h>
#include <durable/base/time.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace durable::functions {

struct DurableTemplate {
  Duration execution_timeout{};
  std::int64_t retention_days = 14;
};

/// One AWS::Serverless::Function, with what Globals say of all.
struct FunctionTemplate {
  std::string logical_id;
  std::string name;  ///< FunctionName, or else the logical id.
  std::string handler;
  std::string code_folder;  ///< Absolute where the template's path is; empty: not on this machine.
  std::string runtime;
  bool is_image = false;
  Duration timeout = std::chrono::seconds{3};  ///< Lambda's default.
  std::int64_t memory_mb = 128;                ///< As above.
  std::map<std::string, std::string> environment;
  std::optional<DurableTemplate> durable;  ///< Absent: a plain function.
  std::string alias;                       ///< AutoPublishAlias; empty: none.
  std::vector<std::string> warnings;       ///< What could not be resolved, with file and line.
};

/// What a template's pseudo parameters stand for.
struct TemplateOptions {
  std::string region = "us-east-1";
  std::string account_id = "123456789012";
};

/// Reads a template's text; `path` names it in messages, and its folder is where CodeUri begins.
/// Errors: `invalid_usage`, with file, line, what was expected and what was found.
[[nodiscard]] Result<std::vector<FunctionTemplate>> parse_template(
    const std::string& text, const std::string& path, const TemplateOptions& options = {});

/// As above, from a file.
[[nodiscard]] Result<std::vector<FunctionTemplate>> read_template(
    const std::string& path, const TemplateOptions& options = {});

/// The command that runs a function of a template, found on this machine with `search_path` (a list
/// like PATH). Errors: `invalid_usage` that says what to install, or that a command must be given.
[[nodiscard]] Result<std::vector<std::string>> default_command(const FunctionTemplate& function,
                                                               std::string_view search_path);

}  // namespace durable::functions
