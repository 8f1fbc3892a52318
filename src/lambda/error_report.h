// SPDX-License-Identifier: Apache-2.0
//
// What the Runtime API is told of a failure.
#pragma once

#include <durable/wire/model.h>

#include <exception>
#include <string>
#include <vector>

namespace durable::lambda {

struct ErrorReport {
  std::string type;  ///< For programs: `Runtime.UnknownHandler`, or the class of an exception.
  std::string message;
  std::vector<std::string> stack_trace;

  /// `Category.Reason`, for the header. A type without a category is the function's own.
  [[nodiscard]] std::string header() const;
  /// The JSON text. Text that is not UTF-8 is repaired.
  [[nodiscard]] std::string body() const;
};

/// What is told of an error that the SDK has described.
[[nodiscard]] ErrorReport report_of(wire::ErrorObject error);
/// What is told of an exception. Not null.
[[nodiscard]] ErrorReport report_of(const std::exception_ptr& error);

}  // namespace durable::lambda
