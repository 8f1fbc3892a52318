// SPDX-License-Identifier: Apache-2.0
//
// Names, ARNs and ids: how the texts by which things are known are read and made.
#pragma once

#include "service/functions.h"

#include <durable/base/random.h>
#include <durable/base/result.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace durable::service {

/// Makes numbers that nobody can foretell, or, from a seed, the same ones each time.
class IdSource {
 public:
  /// `seed` 0: from the system.
  explicit IdSource(std::uint64_t seed) : seeded_(seed != 0), random_(seed) {}

  [[nodiscard]] std::uint64_t next();
  /// `f81d4fae-7dec-4d2b-a11e-5a0c91e6bf6b`: as request ids and the ends of ARNs look.
  [[nodiscard]] std::string uuid();

 private:
  bool seeded_;
  Random random_;
};

/// What a text says that names a function: a name, a partial ARN or an ARN, with or without a
/// qualifier. Views into the text.
struct FunctionText {
  std::string_view name;
  std::string_view qualifier;  ///< Version or alias; empty: none.
};
[[nodiscard]] FunctionText read_function_text(std::string_view text);

/// `<function ARN with version>/durable-execution/<name>/<uuid>`.
[[nodiscard]] std::string make_execution_arn(const FunctionTarget& target, std::string_view name,
                                             std::string_view uuid);

/// The name of the execution that a chained invoke starts: always the same, so that a second start
/// finds the first.
[[nodiscard]] std::string child_name(std::string_view parent_arn, std::string_view operation_id);

/// Errors: `invalid_parameter`, unless 1 to 64 letters, digits, '-' and '_'.
[[nodiscard]] Result<void> check_execution_name(std::string_view name);

}  // namespace durable::service
