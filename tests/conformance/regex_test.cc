// SPDX-License-Identifier: Apache-2.0
#include "conformance/regex.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace durable::conformance {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

bool is_in(std::string_view pattern, std::string_view text) {
  const Result<Regex> regex = Regex::parse(pattern);
  EXPECT_TRUE(regex) << pattern << ": " << (regex ? "" : regex.error().message);
  if (!regex) return false;
  const Result<bool> found = regex->is_in(text);
  EXPECT_TRUE(found) << pattern << ": " << (found ? "" : found.error().message);
  return found && *found;
}
std::string refusal(std::string_view pattern) {
  const Result<Regex> regex = Regex::parse(pattern);
  return regex ? "" : regex.error().message;
}

struct Case {
  std::string_view pattern;
  std::string_view text;
  bool is_found;
};

void PrintTo(const Case& c, std::ostream* out) { *out << "/" << c.pattern << "/ in " << c.text; }

class RegexIsIn : public ::testing::TestWithParam<Case> {};

TEST_P(RegexIsIn, AsInPython) {
  EXPECT_EQ(is_in(GetParam().pattern, GetParam().text), GetParam().is_found);
}

INSTANTIATE_TEST_SUITE_P(
    Cases, RegexIsIn,
    ::testing::Values(
        Case{"", "", true}, Case{"b", "abc", true}, Case{"^b", "abc", false},
        Case{"c$", "abc", true}, Case{"c$", "abc\n", true}, Case{"c$", "abc\n\n", false},
        Case{"c\\Z", "abc\n", false}, Case{"(?m)^b$", "a\nb\nc", true}, Case{"^b$", "a\nb", false},
        Case{"a.c", "abc", true}, Case{"a.c", "a\nc", false}, Case{"(?s)a.c", "a\nc", true},
        Case{"a.c",
             "a\xC3\xA9"
             "c",
             true},
        Case{"^...$",
             "a\xF0\x9F\x98\x80"
             "c",
             true},
        Case{"[a-c]+\\d", "xxb7", true}, Case{"^[^a-c]$", "b", false}, Case{"[]x]", "]", true},
        Case{"[a-]", "-", true}, Case{"[\\d\\-x]", "-", true}, Case{"^[\\D]$", "7", false},
        Case{"^[\\w.]+$", "a_1.", true}, Case{"\\S", " \t\n", false}, Case{"\\s", "a b", true},
        Case{"(?i)HELLO", "say hello", true}, Case{"(?i)[^a]", "A", false},
        Case{"(?i:h)ello", "Hello", true}, Case{"(?i:h)ello", "HELLO", false},
        Case{"^(ab|a)(c|bcd)$", "abcd", true}, Case{"^(?:a|b)*$", "abab", true},
        Case{"^(?P<name>a+)$", "aa", true}, Case{"^a{2}$", "aa", true},
        Case{"^a{2}$", "aaa", false}, Case{"^a{2,}$", "aaaa", true}, Case{"^a{,2}$", "aaa", false},
        Case{"^a{1,2}$", "aaa", false}, Case{"^a{x}$", "a{x}", true},
        Case{"^(a*)*$", "aaab", false}, Case{"^(a?){3}a{3}$", "aaa", true},
        Case{"^a+?$", "aaa", true}, Case{"\\bcat\\b", "a cat.", true},
        Case{"\\bcat\\b", "concat", false}, Case{"\\Bcat", "concat", true},
        Case{"\\[ERROR\\]", "[ERROR] x", true}, Case{"^\\d{4}-", "2026-01-01T", true},
        Case{"(?=a)ab", "ab", true}, Case{"(a)\\1", "aa", true}, Case{"^\\w$", "\xC3\xA9", true},
        Case{"\\x41\\u0042", "AB", true}, Case{"a|", "b", true}, Case{"^(|a)$", "", true},
        Case{"^$", "x", false}, Case{"^a\\.b$", "axb", false}, Case{"\\Aa", "ba", false}));

TEST(Regex, RefusesWhatItCannotReadWithThePlace) {
  EXPECT_THAT(refusal("a(b"), AllOf(HasSubstr("parenthes"), HasSubstr("at character 4")));
  EXPECT_THAT(refusal("*a"), HasSubstr("at character 1"));
  EXPECT_THAT(refusal("[a"), HasSubstr("]"));
  EXPECT_THAT(refusal("[z-a]"), HasSubstr("out of order"));
}

TEST(Regex, BoundsWhatAPatternMayCost) {
  EXPECT_THAT(refusal(std::string(Regex::pattern_bytes_max + 1, 'a')), HasSubstr("at most 10000"));
  const std::string nested = std::string(400, '(') + std::string(400, ')');
  EXPECT_THAT(refusal(nested), HasSubstr("at character"));
}

TEST(Regex, GivesUpASearchThatTakesTooLong) {
  const Result<Regex> regex = Regex::parse("^(a|aa)+$");
  ASSERT_TRUE(regex);
  const Result<bool> found = regex->is_in(std::string(5'000, 'a') + "b");
  ASSERT_FALSE(found);
  EXPECT_THAT(found.error().message, HasSubstr("the search was given up"));
}

TEST(Regex, RefusesATextThatIsNotUtf8) {
  const Result<Regex> regex = Regex::parse("a");
  ASSERT_TRUE(regex);
  EXPECT_FALSE(regex->is_in("a\xFF"));
}

}  // namespace
}  // namespace durable::conformance
