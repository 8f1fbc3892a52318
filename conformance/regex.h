// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <durable/base/result.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

namespace durable::conformance {

/// A regular expression as requirement files write them, for Python's `re`. PCRE2 reads nearly the
/// same language; where they differ in what these files use (`\Z`), Python's meaning holds.
///
/// Thread-safety: const, so a value may be shared.
class Regex {
 public:
  static constexpr std::size_t pattern_bytes_max = 10'000;
  /// Of a search, in PCRE2's units: roughly the places that it may try.
  static constexpr std::uint32_t search_steps_max = 1'000'000;
  static constexpr std::uint32_t search_kib_max = 16 * 1024;

  /// Error: `invalid_parameter`, with the place in the pattern.
  [[nodiscard]] static Result<Regex> parse(std::string_view pattern);

  /// Whether the expression is found somewhere in `text`. Errors: `invalid_parameter` if `text` is
  /// not UTF-8, or if the search takes more than the limits above.
  [[nodiscard]] Result<bool> is_in(std::string_view text) const;

 private:
  struct Code;
  explicit Regex(std::shared_ptr<const Code> code) : code_(std::move(code)) {}

  std::shared_ptr<const Code> code_;  // owners: this and its copies
};

}  // namespace durable::conformance
