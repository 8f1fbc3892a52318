// SPDX-License-Identifier: Apache-2.0
//
// Verdicts as text: for people, for programs, for build servers, for a page. Pure.
#pragma once

#include <durable/base/time.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "conformance/judge.h"

namespace durable::conformance {

/// All verdicts on one target.
struct TargetResults {
  std::string target;  ///< `Target::name`.
  std::vector<Verdict> verdicts;
  Duration time{0};  ///< Of all, in real time.
};

/// How many requirements came to which end.
struct Totals {
  std::size_t requirements = 0;
  std::size_t passed = 0;
  std::size_t failed = 0;
  std::size_t optional_failed = 0;
  std::size_t not_implemented = 0;
  std::size_t error = 0;
  Duration time{0};  ///< The sum of the requirements' own.

  void add(const Verdict& verdict);
};
[[nodiscard]] Totals count(const std::vector<Verdict>& verdicts);

using SuiteTotals = std::pair<std::string, Totals>;
/// What became of each suite, in the order in which they show up.
[[nodiscard]] std::vector<SuiteTotals> by_suite(const std::vector<Verdict>& verdicts);

enum class Strictness : std::uint8_t {
  judged,  ///< What is not implemented is left out.
  all,     ///< What is not implemented has failed.
};
/// Whether all is well: nothing failed that is not optional, and something ran.
[[nodiscard]] bool is_good(const std::vector<Verdict>& verdicts, Strictness strictness);

enum class Paint : std::uint8_t { plain, colored };

/// One requirement for people: a line; if it did not pass, what differs in full and the tree of the
/// execution, too.
[[nodiscard]] std::string console_verdict(const Verdict& verdict, Paint paint);
/// A table of the suites, and a sentence.
[[nodiscard]] std::string console_totals(const TargetResults& results, Paint paint);
/// All of both.
[[nodiscard]] std::string console_report(const std::vector<TargetResults>& results, Paint paint);

/// The form that docs/conformance.md describes; an object of its own line.
[[nodiscard]] std::string json_report(const std::vector<TargetResults>& results);

/// JUnit's XML: a suite of it is a suite on a target. What is not implemented is skipped, as is an
/// optional requirement that failed, with what differs.
[[nodiscard]] std::string junit_report(const std::vector<TargetResults>& results);

/// A table: a row a suite, a column a target.
[[nodiscard]] std::string markdown_report(const std::vector<TargetResults>& results);

}  // namespace durable::conformance
