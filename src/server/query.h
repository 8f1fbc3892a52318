// SPDX-License-Identifier: Apache-2.0
//
// Typed members of a request's query and headers, and the forms that the service's model demands.
#pragma once

#include "http/message.h"
#include "server/errors.h"

#include <durable/base/time.h>
#include <durable/wire/model.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace durable::server {

/// Reads the members of a query; the first that has no such form is kept as `failure`. Members are
/// named as the service names them, and messages spell them as the service does (`maxItems`).
class QueryReader {
 public:
  explicit QueryReader(std::string_view query);

  [[nodiscard]] std::optional<std::string> text(std::string_view name) const;
  /// `true` or `false`.
  [[nodiscard]] std::optional<bool> boolean(std::string_view name);
  [[nodiscard]] std::optional<std::int64_t> integer(std::string_view name);
  /// ISO 8601 or seconds since 1970.
  [[nodiscard]] std::optional<Timestamp> timestamp(std::string_view name);
  /// Each value of a member that may stand several times.
  [[nodiscard]] std::vector<wire::ExecutionStatus> statuses(std::string_view name);

  [[nodiscard]] const std::optional<Failure>& failure() const noexcept { return failure_; }
  /// Keeps `failure` if it is the first.
  void fail(Failure failure);

 private:
  [[nodiscard]] const std::string* find(std::string_view name) const;

  std::vector<http::QueryParameter> parameters_;
  std::optional<Failure> failure_;
};

/// `arn:...:function:NAME:VERSION/durable-execution/NAME/ID`, at most 1,024 characters.
[[nodiscard]] std::optional<Failure> check_execution_arn(std::string_view arn);
/// 1 to 64 of letters, digits, '-' and '_'.
[[nodiscard]] std::optional<Failure> check_execution_name(std::string_view name);
/// 1 to 256 of letters, digits and `._:/=+-@` and space.
[[nodiscard]] std::optional<Failure> check_tenant_id(std::string_view tenant);

}  // namespace durable::server
