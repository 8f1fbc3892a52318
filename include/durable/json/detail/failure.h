// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <durable/base/error.h>

#include <cstddef>
#include <string>
#include <string_view>

namespace durable::json::detail {

/// What went wrong, and where. The path is built while the calls return, so that success costs
/// nothing. Each function returns false, for use as `return failure.in_member("id");`.
class Failure {
 public:
  bool set(std::string what);
  /// Puts a member name in front of the path.
  bool in_member(std::string_view name);
  /// Puts an index in front of the path.
  bool in_element(std::size_t index);

  [[nodiscard]] bool failed() const noexcept { return !what_.empty(); }
  /// `path: what`, as an error of code `invalid_json`.
  [[nodiscard]] Error error() const;

 private:
  std::string path_;
  std::string what_;
};

}  // namespace durable::json::detail
