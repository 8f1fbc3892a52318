// SPDX-License-Identifier: Apache-2.0
//
// How tests name operations and functions.
#pragma once

#include "engine/execution.h"

#include <string>
#include <string_view>

namespace durable {

/// The operation's name, or its type and id when it has none.
[[nodiscard]] std::string operation_label(const engine::Execution& execution,
                                          engine::OperationNumber number);

/// The labels from the root, joined by `/`; as `detail::RunRecord::path`.
[[nodiscard]] std::string operation_path(const engine::Execution& execution,
                                         engine::OperationNumber number);

/// Whether `name` is the operation's name or path.
[[nodiscard]] bool names_operation(const engine::Execution& execution,
                                   engine::OperationNumber number, std::string_view name);

/// As above for a callback, and also by the `wait_for_callback` that it belongs to.
[[nodiscard]] bool names_callback(const engine::Execution& execution,
                                  engine::OperationNumber number, std::string_view name);

/// A function as calls name it: `billing`, `billing:live`, or an ARN, whole or in part.
struct FunctionReference {
  std::string_view name;
  std::string_view qualifier;  ///< Version or alias; empty: none.

  explicit FunctionReference(std::string_view text);
  /// Whether `other` is this function; without a qualifier here, any will do there.
  [[nodiscard]] bool covers(const FunctionReference& other) const {
    return name == other.name && (qualifier.empty() || qualifier == other.qualifier);
  }
};

}  // namespace durable
