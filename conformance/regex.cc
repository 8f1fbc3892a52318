// SPDX-License-Identifier: Apache-2.0
#include "conformance/regex.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "conformance/utf8.h"

namespace durable::conformance {
namespace {

constexpr char32_t last_code_point = 0x10FFFF;
constexpr char32_t none = 0xFFFFFFFF;  // before the begin, behind the end

bool is_word(char32_t c) {
  return c != none && ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '_' || c >= 0x80);
}
char32_t lower(char32_t c) { return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c; }
char32_t upper(char32_t c) { return c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c; }

struct Flags {
  bool ignores_case = false;
  bool is_multiline = false;
  bool dot_is_all = false;
};

/// A pattern that cannot be read.
struct PatternError {
  std::string message;
  std::size_t at;
};

}  // namespace

/// Turns a pattern into a program by descent, one method a level of the grammar. What repeats
/// stands in the program as often as it must, and once more for what it may.
class RegexParser {
 public:
  explicit RegexParser(std::string_view pattern) : pattern_(pattern) {}

  Regex parse() {
    Flags flags;
    read_leading_flags(flags);
    alternatives(flags, 0);
    if (at_ < pattern_.size()) fail("a ) without its (");
    emit({.op = Regex::Op::found});
    return std::move(regex_);
  }

 private:
  using Op = Regex::Op;

  [[noreturn]] void fail(std::string message) const { throw PatternError{std::move(message), at_}; }
  [[nodiscard]] bool ends() const { return at_ >= pattern_.size(); }
  [[nodiscard]] bool sees(std::string_view text) const {
    return pattern_.substr(at_).starts_with(text);
  }
  bool take(std::string_view text) {
    if (!sees(text)) return false;
    at_ += text.size();
    return true;
  }
  char32_t take_character() {
    std::string_view rest = pattern_.substr(at_);
    const char32_t c = take_code_point(rest);
    at_ = pattern_.size() - rest.size();
    return c;
  }

  [[nodiscard]] std::uint32_t here() const {
    return static_cast<std::uint32_t>(regex_.program_.size());
  }
  std::uint32_t emit(Regex::Instruction instruction) {
    if (regex_.program_.size() >= Regex::instructions_max) fail("it is too large");
    const std::uint32_t at = here();
    if (instruction.next == 0) instruction.next = at + 1;
    regex_.program_.push_back(instruction);
    return at;
  }
  void emit_class(Regex::Class c, const Flags& flags) {
    c.ignores_case = flags.ignores_case;
    regex_.classes_.push_back(std::move(c));
    emit({.op = Op::character, .index = static_cast<std::uint32_t>(regex_.classes_.size() - 1)});
  }

  /// `(?i)` and the like, at the begin of the pattern.
  void read_leading_flags(Flags& flags) {
    while (sees("(?")) {
      const std::size_t end = pattern_.find_first_not_of("imsu", at_ + 2);
      if (end == pattern_.npos || end == at_ + 2 || pattern_[end] != ')') return;
      for (; at_ < end; ++at_) set_flag(flags, pattern_[at_]);
      ++at_;
    }
  }
  static void set_flag(Flags& flags, char c) {
    if (c == 'i') flags.ignores_case = true;
    if (c == 'm') flags.is_multiline = true;
    if (c == 's') flags.dot_is_all = true;
  }

  void alternatives(Flags flags, std::size_t depth) {
    if (depth > Regex::depth_max) fail("groups are nested too deeply");
    std::vector<std::uint32_t> ends_of_branches;
    while (true) {
      // A split stands before every branch; the last one's is no choice.
      const std::uint32_t split = emit({.op = Op::split});
      sequence(flags, depth);
      if (!take("|")) {
        regex_.program_[split].other = split + 1;
        break;
      }
      ends_of_branches.push_back(emit({.op = Op::jump}));
      regex_.program_[split].other = here();
    }
    for (const std::uint32_t jump : ends_of_branches) regex_.program_[jump].next = here();
  }

  void sequence(const Flags& flags, std::size_t depth) {
    while (!ends() && !sees("|") && !sees(")")) repeated(flags, depth);
  }

  void repeated(const Flags& flags, std::size_t depth) {
    const std::uint32_t first = here();
    piece(flags, depth);
    std::uint32_t low = 1;
    std::optional<std::uint32_t> high = 1;
    if (!quantifier(low, high)) return;
    take("?");  // lazy or not, it is found or not
    if (sees("*") || sees("+") || sees("?")) fail("nothing to repeat");
    const std::vector<Regex::Instruction> body(regex_.program_.begin() + first,
                                               regex_.program_.end());
    regex_.program_.resize(first);
    const auto append_body = [&] { append_moved(body, here() - first); };
    for (std::uint32_t i = 0; i < low; ++i) append_body();
    if (!high) {
      const std::uint32_t split = emit({.op = Op::split});
      append_body();
      emit({.op = Op::jump, .next = split});
      regex_.program_[split].other = here();
      return;
    }
    std::vector<std::uint32_t> splits;
    for (std::uint32_t i = low; i < *high; ++i) {
      splits.push_back(emit({.op = Op::split}));
      append_body();
    }
    for (const std::uint32_t split : splits) regex_.program_[split].other = here();
  }
  /// A piece of program again, `by` places behind where it was made.
  void append_moved(const std::vector<Regex::Instruction>& body, std::uint32_t by) {
    for (Regex::Instruction instruction : body) {
      instruction.next += by;
      instruction.other += by;  // of a split; of all else it has no meaning
      emit(instruction);
    }
  }

  /// How often; absent `high`: without end. False: no quantifier is here.
  bool quantifier(std::uint32_t& low, std::optional<std::uint32_t>& high) {
    if (take("*")) {
      low = 0;
      high.reset();
      return true;
    }
    if (take("+")) {
      high.reset();
      return true;
    }
    if (take("?")) {
      low = 0;
      return true;
    }
    if (!sees("{")) return false;
    const std::size_t begin = at_++;
    const std::optional<std::uint32_t> m = number();
    const bool has_comma = take(",");
    const std::optional<std::uint32_t> n = has_comma ? number() : m;
    if (!take("}") || (!m && !n)) {  // braces that say nothing are text
      at_ = begin;
      return false;
    }
    low = m.value_or(0);
    high = n;
    if (high && *high < low) fail("{m,n} with m above n");
    return true;
  }
  std::optional<std::uint32_t> number() {
    std::optional<std::uint32_t> value;
    while (!ends() && pattern_[at_] >= '0' && pattern_[at_] <= '9') {
      value = value.value_or(0) * 10 + static_cast<std::uint32_t>(pattern_[at_] - '0');
      if (*value > Regex::repeat_max) {
        fail("it repeats more than " + std::to_string(Regex::repeat_max) + " times");
      }
      ++at_;
    }
    return value;
  }

  void piece(const Flags& flags, std::size_t depth) {
    if (sees("*") || sees("+") || sees("?")) fail("nothing to repeat");
    if (take("(")) return group(flags, depth);
    if (take("[")) return emit_class(bracket(), flags);
    if (take(".")) {
      Regex::Class c{{}, true};
      if (!flags.dot_is_all) c.ranges.push_back({'\n', '\n'});
      return emit_class(std::move(c), flags);
    }
    if (take("^")) {
      emit({.op = flags.is_multiline ? Op::line_begin : Op::text_begin});
    } else if (take("$")) {
      emit({.op = flags.is_multiline ? Op::line_end : Op::last_line_end});
    } else if (take("\\A")) {
      emit({.op = Op::text_begin});
    } else if (take("\\Z") || take("\\z")) {
      emit({.op = Op::text_end});
    } else if (take("\\b")) {
      emit({.op = Op::word_edge});
    } else if (take("\\B")) {
      emit({.op = Op::not_a_word_edge});
    } else if (take("\\")) {
      emit_class(escape(), flags);
    } else {
      const char32_t c = take_character();
      emit_class({{{c, c}}}, flags);
    }
  }

  void group(Flags flags, std::size_t depth) {
    if (take("?")) {
      if (sees("=") || sees("!") || sees("<=") || sees("<!")) fail("look-around is not supported");
      if (sees("P=") || sees("(")) fail("back references are not supported");
      if (take("P<") || take("<")) {
        const std::size_t end = pattern_.find('>', at_);
        if (end == pattern_.npos) fail("a group's name without its >");
        at_ = end + 1;
      } else {
        while (!ends() && !sees(":")) {
          const char c = pattern_[at_];
          if (c != 'i' && c != 'm' && c != 's' && c != 'u') fail("this group is not supported");
          set_flag(flags, c);
          ++at_;
        }
        if (!take(":")) fail("a group's flags without a :");
      }
    }
    alternatives(flags, depth + 1);
    if (!take(")")) fail("a ( without its )");
  }

  /// What follows a backslash, as a class of one or more characters.
  Regex::Class escape() {
    if (ends()) fail("a \\ at the end");
    const char32_t c = take_character();
    switch (c) {
      case 'd':
        return {{{'0', '9'}}};
      case 'D':
        return {{{'0', '9'}}, true};
      case 'w':
        return {word_ranges()};
      case 'W':
        return {word_ranges(), true};
      case 's':
        return {space_ranges()};
      case 'S':
        return {space_ranges(), true};
      case 'n':
        return one('\n');
      case 'r':
        return one('\r');
      case 't':
        return one('\t');
      case 'f':
        return one('\f');
      case 'v':
        return one('\v');
      case 'a':
        return one('\a');
      case 'x':
        return one(hexadecimal(2));
      case 'u':
        return one(hexadecimal(4));
      case 'U':
        return one(hexadecimal(8));
      case '0':
        return one(0);
      default:
        if (c >= '1' && c <= '9') fail("back references are not supported");
        if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) fail("this escape is not supported");
        return one(c);
    }
  }
  static Regex::Class one(char32_t c) { return {{{c, c}}}; }
  static std::vector<Regex::Range> word_ranges() {
    return {{'a', 'z'}, {'A', 'Z'}, {'0', '9'}, {'_', '_'}, {0x80, last_code_point}};
  }
  static std::vector<Regex::Range> space_ranges() { return {{'\t', '\r'}, {' ', ' '}}; }
  char32_t hexadecimal(std::size_t digits) {
    char32_t value = 0;
    for (std::size_t i = 0; i < digits; ++i, ++at_) {
      const char c = ends() ? ' ' : pattern_[at_];
      const bool is_letter = (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
      if (!is_letter && (c < '0' || c > '9')) fail("expected hexadecimal digits");
      const int digit = is_letter ? (c | 0x20) - 'a' + 10 : c - '0';
      value = value * 16 + static_cast<char32_t>(digit);
    }
    return value;
  }

  Regex::Class bracket() {
    Regex::Class c;
    c.is_negated = take("^");
    bool is_first = true;
    while (is_first || !sees("]")) {
      if (ends()) fail("a [ without its ]");
      is_first = false;
      const Regex::Class low = bracket_item();
      const bool is_range = sees("-") && at_ + 1 < pattern_.size() && pattern_[at_ + 1] != ']';
      if (!is_range) {
        append(c.ranges, low);
        continue;
      }
      ++at_;
      const Regex::Class high = bracket_item();
      if (!is_single(low) || !is_single(high)) fail("a range needs a character at both ends");
      if (high.ranges[0].low < low.ranges[0].low) fail("a range whose end is before its begin");
      c.ranges.push_back({low.ranges[0].low, high.ranges[0].low});
    }
    ++at_;
    return c;
  }
  Regex::Class bracket_item() {
    if (take("\\b")) return one('\b');
    if (take("\\")) return escape();
    if (ends()) fail("a [ without its ]");
    return one(take_character());
  }
  static bool is_single(const Regex::Class& c) {
    return !c.is_negated && c.ranges.size() == 1 && c.ranges[0].low == c.ranges[0].high;
  }
  static void append(std::vector<Regex::Range>& ranges, const Regex::Class& c) {
    if (!c.is_negated) {
      ranges.insert(ranges.end(), c.ranges.begin(), c.ranges.end());
      return;
    }
    std::vector<Regex::Range> sorted = c.ranges;
    std::sort(sorted.begin(), sorted.end(),
              [](const auto& a, const auto& b) { return a.low < b.low; });
    char32_t begin = 0;
    for (const Regex::Range& range : sorted) {
      if (range.low > begin) ranges.push_back({begin, range.low - 1});
      begin = range.high + 1;
    }
    if (begin <= last_code_point) ranges.push_back({begin, last_code_point});
  }

  std::string_view pattern_;
  std::size_t at_ = 0;
  Regex regex_;
};

/// One search: the set of all places in the program where the text so far may have led to.
class RegexSearch {
 public:
  RegexSearch(const Regex& regex, std::string_view text)
      : regex_(regex), rest_(text), seen_(regex.program_.size(), 0) {}

  bool run() {
    char32_t before = none;
    while (true) {
      const bool is_end = rest_.empty();
      std::string_view behind = rest_;
      const char32_t c = is_end ? none : take_code_point(behind);
      // The expression may begin anywhere.
      ++round_;
      now_.clear();
      for (const std::uint32_t at : later_) {
        if (enter(at, before, c, behind)) return true;
      }
      if (enter(0, before, c, behind)) return true;
      if (is_end) return false;
      later_.clear();
      for (const std::uint32_t at : now_) {
        const Regex::Instruction& instruction = regex_.program_[at];
        if (fits(regex_.classes_[instruction.index], c)) later_.push_back(instruction.next);
      }
      before = c;
      rest_ = behind;
    }
  }

 private:
  using Op = Regex::Op;

  /// Follows what needs no character from `at`; true: the expression is found.
  bool enter(std::uint32_t at, char32_t before, char32_t c, std::string_view behind) {
    stack_.assign(1, at);
    while (!stack_.empty()) {
      const std::uint32_t here = stack_.back();
      stack_.pop_back();
      if (seen_[here] == round_) continue;
      seen_[here] = round_;
      const Regex::Instruction& instruction = regex_.program_[here];
      switch (instruction.op) {
        case Op::found:
          return true;
        case Op::character:
          now_.push_back(here);
          break;
        case Op::split:
          stack_.push_back(instruction.other);
          stack_.push_back(instruction.next);
          break;
        case Op::jump:
          stack_.push_back(instruction.next);
          break;
        default:
          if (holds(instruction.op, before, c, behind)) stack_.push_back(instruction.next);
      }
    }
    return false;
  }

  static bool holds(Op op, char32_t before, char32_t c, std::string_view behind) {
    switch (op) {
      case Op::text_begin:
        return before == none;
      case Op::line_begin:
        return before == none || before == '\n';
      case Op::text_end:
        return c == none;
      case Op::last_line_end:
        return c == none || (c == '\n' && behind.empty());
      case Op::line_end:
        return c == none || c == '\n';
      case Op::word_edge:
        return is_word(before) != is_word(c);
      default:
        return is_word(before) == is_word(c);
    }
  }

  static bool fits(const Regex::Class& c, char32_t character) {
    const auto is_in = [&](char32_t one) {
      return std::any_of(c.ranges.begin(), c.ranges.end(), [one](const Regex::Range& range) {
        return one >= range.low && one <= range.high;
      });
    };
    const bool found = is_in(character) ||
                       (c.ignores_case && (is_in(lower(character)) || is_in(upper(character))));
    return found != c.is_negated;
  }

  const Regex& regex_;
  std::string_view rest_;
  std::vector<std::size_t> seen_;  // the round in which a place was entered
  std::size_t round_ = 0;
  std::vector<std::uint32_t> now_;
  std::vector<std::uint32_t> later_;
  std::vector<std::uint32_t> stack_;
};

Result<Regex> Regex::parse(std::string_view pattern) {
  if (pattern.size() > pattern_bytes_max) {
    return Error{ErrorCode::invalid_parameter,
                 "expected a regular expression of at most " + std::to_string(pattern_bytes_max) +
                     " bytes, found " + std::to_string(pattern.size())};
  }
  try {
    return RegexParser(pattern).parse();
  } catch (const PatternError& error) {
    return Error{ErrorCode::invalid_parameter,
                 error.message + ", at character " + std::to_string(error.at + 1)};
  }
}

bool Regex::is_in(std::string_view text) const { return RegexSearch(*this, text).run(); }

}  // namespace durable::conformance
