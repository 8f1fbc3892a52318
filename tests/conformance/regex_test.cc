// SPDX-License-Identifier: Apache-2.0
#include "conformance/regex.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <regex>
#include <string>

#include <durable/base/random.h>

namespace durable::conformance {
namespace {

using ::testing::HasSubstr;

bool is_in(std::string_view pattern, std::string_view text) {
  const Result<Regex> regex = Regex::parse(pattern);
  EXPECT_TRUE(regex) << pattern << ": " << (regex ? "" : regex.error().message);
  return regex && regex->is_in(text);
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
        Case{"\\x41\\u0042", "AB", true}, Case{"a|", "b", true}, Case{"^(|a)$", "", true},
        Case{"^$", "x", false}, Case{"^a\\.b$", "axb", false}, Case{"\\Aa", "ba", false}));

TEST(Regex, RefusesWhatItCannotReadWithThePlace) {
  EXPECT_EQ(refusal("a(b"), "a ( without its ), at character 4");
  EXPECT_EQ(refusal("a)"), "a ) without its (, at character 2");
  EXPECT_THAT(refusal("[a"), HasSubstr("without its ]"));
  EXPECT_THAT(refusal("*a"), HasSubstr("nothing to repeat"));
  EXPECT_THAT(refusal("a**"), HasSubstr("nothing to repeat"));
  EXPECT_THAT(refusal("a\\"), HasSubstr("at the end"));
  EXPECT_THAT(refusal("[z-a]"), HasSubstr("before its begin"));
  EXPECT_THAT(refusal("[\\d-z]"), HasSubstr("a character at both ends"));
  EXPECT_THAT(refusal("a{3,2}"), HasSubstr("m above n"));
  EXPECT_THAT(refusal("(?=a)"), HasSubstr("look-around"));
  EXPECT_THAT(refusal("(?<!a)"), HasSubstr("look-around"));
  EXPECT_THAT(refusal("(a)\\1"), HasSubstr("back references"));
  EXPECT_THAT(refusal("(?x)a"), HasSubstr("not supported"));
  EXPECT_THAT(refusal("\\q"), HasSubstr("not supported"));
  EXPECT_THAT(refusal("\\x4"), HasSubstr("hexadecimal"));
}

TEST(Regex, BoundsWhatAPatternMayCost) {
  EXPECT_THAT(refusal(std::string(Regex::pattern_bytes_max + 1, 'a')), HasSubstr("at most 10000"));
  EXPECT_THAT(refusal(std::string(200, '(') + std::string(200, ')')), HasSubstr("too deeply"));
  EXPECT_THAT(refusal("a{1001}"), HasSubstr("more than 1000"));
  EXPECT_THAT(refusal("((a{1000}){1000}){1000}"), HasSubstr("too large"));
  std::string stars;
  for (int i = 0; i < 90; ++i) stars = "(" + stars + "a?)?";
  EXPECT_EQ(refusal(stars), "");
}

TEST(Regex, TakesNoMoreTimeThanTheTextIsLong) {
  const std::string text(50'000, 'a');
  EXPECT_TRUE(is_in("^.*$", text));
  EXPECT_FALSE(is_in("^(a|aa)+$", text + "b"));
}

/// All patterns of few pieces, against the standard library's engine.
TEST(Regex, FindsWhatTheStandardLibraryFinds) {
  constexpr std::uint64_t seed = 7;
  Random random(seed);
  const std::vector<std::string> pieces{"a",  "b",  ".",     "[ab]", "[^a]", "(a|b)", "(ab)",
                                        "a*", "b+", "(a|)?", "^",    "$",    "\\b",   "a{1,2}"};
  for (int round = 0; round < 400; ++round) {
    std::string pattern;
    std::string text;
    for (std::uint64_t i = random.next() % 5; i > 0; --i) {
      pattern += pieces[random.next() % pieces.size()];
    }
    for (std::uint64_t i = random.next() % 7; i > 0; --i) text += "ab "[random.next() % 3];
    const bool expected = std::regex_search(text, std::regex(pattern));
    EXPECT_EQ(is_in(pattern, text), expected)
        << "/" << pattern << "/ in \"" << text << "\", seed " << seed;
  }
}

TEST(Regex, ReadsAnythingWithoutHarm) {
  constexpr std::uint64_t seed = 11;
  Random random(seed);
  constexpr std::string_view characters = "ab(){}[]*+?|^$.\\-,12dwsib:<P=!\xC3\xA9";
  for (int round = 0; round < 5'000; ++round) {
    std::string pattern;
    for (std::uint64_t i = random.next() % 12; i > 0; --i) {
      pattern += characters[random.next() % characters.size()];
    }
    const Result<Regex> regex = Regex::parse(pattern);
    if (regex) {
      static_cast<void>(regex->is_in("ab12 \xC3\xA9-\n"));
    } else {
      EXPECT_THAT(regex.error().message, HasSubstr("at character")) << pattern;
    }
  }
}

}  // namespace
}  // namespace durable::conformance
