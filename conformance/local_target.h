// SPDX-License-Identifier: Apache-2.0
//
// Runs requirements in this process, on virtual time.
#pragma once

#include <cstdint>
#include <string>

#include "conformance/function.h"
#include "conformance/requirement.h"

namespace durable::conformance {

/// What became of one requirement.
struct Verdict {
  enum class Status : std::uint8_t {
    passed,
    failed,
    optional_failed,  ///< It failed, but the requirement is optional.
    not_implemented,  ///< There is no function for it.
  };

  std::string id;
  std::string suite;
  Status status = Status::passed;
  std::string message;  ///< What differed.
  std::string tree;     ///< The execution's operations; of a requirement that failed.
};

/// The word of the official runner: `PASSED`, `OPTIONAL_FAILED`, ...
[[nodiscard]] std::string_view to_string(Verdict::Status status) noexcept;

/// Runs `function` as `requirement` says, and compares. `seed` makes the generated texts and the
/// run.
[[nodiscard]] Verdict run_locally(const Requirement& requirement, const Function& function,
                                  std::uint64_t seed);

}  // namespace durable::conformance
