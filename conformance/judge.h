// SPDX-License-Identifier: Apache-2.0
//
// Runs requirements on a target and says what became of each.
#pragma once

#include <durable/base/time.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/matcher.h"
#include "conformance/requirement.h"
#include "conformance/target.h"

namespace durable::conformance {

/// What became of one requirement.
struct Verdict {
  enum class Status : std::uint8_t {
    passed,
    failed,
    optional_failed,  ///< It failed, but the requirement is optional.
    not_implemented,  ///< There is no function for it.
    error,            ///< It could not be run.
  };

  std::string id;
  std::string suite;
  Status status = Status::passed;
  bool optional = false;             ///< What the requirement says of itself.
  std::optional<Mismatch> mismatch;  ///< The first difference.
  std::string message;               ///< Why it did not pass; empty: it did.
  std::string tree;                  ///< The execution's operations, if it did not pass.
  Duration time{0};                  ///< Of the run, in real time.
  /// What the requirement's file says that has no meaning, and what could not be checked.
  std::vector<std::string> warnings;
};

/// The word of the official runner: `PASSED`, `OPTIONAL_FAILED`, ...
[[nodiscard]] std::string_view to_string(Verdict::Status status) noexcept;

/// The first difference between what a requirement expects and what was observed: of status,
/// result, history and log lines in this order; the last where there is a log. Names are bound at
/// their first use.
[[nodiscard]] std::optional<Mismatch> compare(const Requirement& requirement,
                                              const Observation& observation, Bindings& bindings);

/// Runs one requirement. `seed` makes generated texts and the run; `clock` measures its time.
[[nodiscard]] Verdict judge(const Requirement& requirement, Target& target, std::uint64_t seed,
                            const Clock& clock);

inline constexpr std::size_t jobs_max = 256;

/// Runs all requirements, at most `jobs` (1 to `jobs_max`) at the same time, and gives their
/// verdicts in the order of the requirements. A requirement's seed is made from its id, so that it
/// is the same whatever else runs. `report` is called with each verdict, in order, as soon as those
/// before it are there; never by two threads at the same time.
[[nodiscard]] std::vector<Verdict> judge_all(const std::vector<Requirement>& requirements,
                                             Target& target, std::size_t jobs, const Clock& clock,
                                             const std::function<void(const Verdict&)>& report);

}  // namespace durable::conformance
