// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <durable/base/result.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace durable::conformance {

/// A regular expression as requirement files write them, in the common part of Python's `re` and
/// RE2: literals, `.`, classes, `\d \w \s \b` and their opposites, `^ $ \A \Z`, groups, `|`,
/// `* + ? {m,n}` greedy or lazy, and the flags `i`, `m`, `s` at the begin (`(?i)`) or for a group
/// (`(?i:...)`). What needs a memory of the text is refused: look-around and back references.
///
/// Works on code points. Beyond ASCII every character is one of a word (`\w`), and letters are not
/// folded. Time is at most the text's length times the expression's size, whatever the expression;
/// nothing recurses on the text. std::regex does, and knows no flags.
class Regex {
 public:
  static constexpr std::size_t pattern_bytes_max = 10'000;
  static constexpr std::size_t depth_max = 100;       ///< Of groups in groups.
  static constexpr std::uint32_t repeat_max = 1'000;  ///< As m or n of `{m,n}`.
  static constexpr std::size_t instructions_max = 20'000;

  /// Error: `invalid_parameter`, with the place in the pattern.
  [[nodiscard]] static Result<Regex> parse(std::string_view pattern);

  /// Whether the expression is found somewhere in `text`.
  [[nodiscard]] bool is_in(std::string_view text) const;

 private:
  friend class RegexParser;
  friend class RegexSearch;

  struct Range {
    char32_t low;
    char32_t high;
  };
  struct Class {
    std::vector<Range> ranges;
    bool is_negated = false;
    bool ignores_case = false;
  };
  enum class Op : std::uint8_t {
    character,        // index: of classes_
    split,            // goes on at `next` and at `other`
    jump,             // goes on at `next`
    text_begin,       // \A, and ^
    line_begin,       // ^ with the flag m
    text_end,         // \Z
    last_line_end,    // $
    line_end,         // $ with the flag m
    word_edge,        // \b
    not_a_word_edge,  // \B
    found,
  };
  struct Instruction {
    Op op;
    std::uint32_t next = 0;
    std::uint32_t other = 0;
    std::uint32_t index = 0;
  };

  Regex() = default;

  std::vector<Instruction> program_;
  std::vector<Class> classes_;
};

}  // namespace durable::conformance
