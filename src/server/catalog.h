// SPDX-License-Identifier: Apache-2.0
//
// The functions that a server knows: names, versions, aliases, ARNs, configuration.
#pragma once

#include "service/functions.h"

#include <durable/base/result.h>
#include <durable/base/time.h>

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace durable::server {

/// A function as its owner describes it.
struct FunctionDefinition {
  std::string name;
  std::vector<std::string> command;  ///< Program and arguments; empty: attach.
  std::string folder;                ///< Working directory; empty: the server's.
  std::string handler;
  std::string runtime = "provided.al2023";
  std::string description;
  std::map<std::string, std::string> environment;
  /// Of one invocation; absent: 900 s, and none where processes are attached.
  std::optional<Duration> timeout;
  Duration init_timeout = std::chrono::seconds{10};
  Duration idle_timeout = std::chrono::minutes{5};
  std::size_t concurrency_max = 10;
  std::int64_t memory_mb = 128;
  std::optional<service::DurableConfig> durable;  ///< Absent: a plain function.
  std::map<std::string, std::string> aliases;     ///< Alias to version.
};

/// What a text that names a function says.
struct FunctionReference {
  std::string name;
  std::optional<std::string> qualifier;
};

/// Takes a name, `name:qualifier`, a partial or a full ARN apart; of an ARN, account and Region are
/// not compared. `qualifier` is the request's own. Errors: `invalid_parameter` for a text that
/// names no function, and for two qualifiers that differ.
[[nodiscard]] Result<FunctionReference> parse_function(
    std::string_view function, std::optional<std::string_view> qualifier = std::nullopt);

/// Thread-safety: none while functions are added; afterwards it does not change.
class Catalog {
 public:
  Catalog(std::string account_id, std::string region);

  /// Errors: `invalid_usage` for a name that is taken or no name of a function.
  [[nodiscard]] Result<void> add(FunctionDefinition definition);

  [[nodiscard]] const FunctionDefinition* find(std::string_view name) const;
  /// In the order of their names.
  [[nodiscard]] std::vector<const FunctionDefinition*> all() const;
  [[nodiscard]] std::size_t size() const noexcept { return definitions_.size(); }

  /// The version that a qualifier means: `$LATEST` for none, a number is itself, an alias as its
  /// function says. Every other alias means `$LATEST`, since a server has one build of a function.
  [[nodiscard]] static std::string version_of(const FunctionDefinition* definition,
                                              const std::optional<std::string>& qualifier);
  /// `arn:aws:lambda:REGION:ACCOUNT:function:NAME`, and `:version` unless it is empty.
  [[nodiscard]] std::string arn(std::string_view name, std::string_view version) const;
  [[nodiscard]] service::FunctionTarget target(const FunctionDefinition& definition,
                                               std::string version) const;
  /// `Function not found: <arn>`.
  [[nodiscard]] Error not_found(const FunctionReference& reference) const;

 private:
  std::string account_id_;
  std::string region_;
  std::map<std::string, FunctionDefinition, std::less<>> definitions_;
};

}  // namespace durable::server
