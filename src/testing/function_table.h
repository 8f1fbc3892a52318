// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <durable/base/result.h>
#include <durable/sdk/handler.h>
#include <durable/testing/functions.h>
#include <durable/testing/test_runner.h>

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace durable {

/// A function that the local runner can run: a durable handler, or a plain callable.
struct LocalFunction {
  std::string arn;                 ///< Without version.
  std::optional<Handler> handler;  ///< Absent: it is plain.
  detail::InvokeFunction plain;
  std::optional<Duration> execution_timeout;
};

/// The functions of one runner by their names. Their addresses are stable.
class FunctionTable {
 public:
  /// Throws `std::invalid_argument` when `name` is none or is taken.
  const LocalFunction& add(std::string_view name, LocalFunction function);

  /// What a call of `name` reaches. Errors, in the service's words: `resource_not_found`;
  /// `invalid_parameter` for a durable function without version or alias.
  [[nodiscard]] Result<const LocalFunction*> find(std::string_view name) const;

 private:
  using Key = std::pair<std::string, std::string>;  // name and qualifier, which may be empty
  std::map<Key, LocalFunction> functions_;
};

/// The version behind a qualifier: `$LATEST` and numbers stand for themselves, an alias for our
/// choice `1`.
[[nodiscard]] std::string version_of(std::string_view qualifier);

/// Refuses what the service does not take as the name of a function or an execution.
void require_name(std::string_view what, std::string_view name, std::size_t size_max);

}  // namespace durable
