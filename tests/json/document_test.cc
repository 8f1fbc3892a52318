// SPDX-License-Identifier: Apache-2.0
#include <durable/json/json.h>

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "json/expect.h"

namespace {

namespace json = durable::json;
using durable::json_test::random_text;

std::string parse_error(std::string_view text) {
  json::Document document;
  const auto parsed = document.parse(text);
  return parsed ? "no error" : parsed.error().message;
}

TEST(Document, SaysWhatIsWrongAndWhere) {
  struct Row {
    std::string_view text;
    std::string_view message;
  };
  for (const auto& [text, message] : {
           Row{"", "line 1, column 1: expected a JSON value, found nothing"},
           Row{" \n\t ", "line 2, column 3: expected a JSON value, found nothing"},
           Row{"nul", "line 1, column 4: the text ends too early"},
           Row{"[1,2", "line 1, column 5: the text ends too early"},
           Row{"{\"a\"", "line 1, column 5: the text ends too early"},
           Row{"\"abc", "line 1, column 5: the text ends too early"},
           Row{"1 2", "line 1, column 3: expected the end of the text, found '2'"},
           Row{"{}x", "line 1, column 3: expected the end of the text, found 'x'"},
           Row{"\"a\"b\"", "line 1, column 4: expected the end of the text, found 'b'"},
           Row{"\xEF\xBB\xBF{}", "line 1, column 1: found a byte order mark; remove it"},
           Row{"[1,]", "line 1, column 4: unexpected ']'"},
           Row{"{\n  \"a\": tru\n}", "line 2, column 8: unexpected 'tru'"},
           Row{"{a:1}", "line 1, column 2: unexpected 'a'"},
           Row{"{'a':1}", "line 1, column 2: unexpected '''"},
           Row{"\"\n\"", "line 1, column 2: unexpected control character 0x0A"},
           Row{"\"\\x\"", "line 1, column 3: unexpected 'x'"},
           Row{"\"\\u12g4\"", "line 1, column 6: expected a hexadecimal digit, found 'g4'"},
           Row{"\"\\ud800\"",
               "line 1, column 8: found half of a surrogate pair, which is no character"},
           Row{"\"\\ud800\\u0041\"",
               "line 1, column 10: found half of a surrogate pair, which is no character"},
           Row{"\"\\udc00\"",
               "line 1, column 8: found half of a surrogate pair, which is no character"},
           Row{"[\"\\uD83Dx\"]",
               "line 1, column 9: found half of a surrogate pair, which is no character"},
           Row{"\"a\xff\"", "line 1, column 3: unexpected byte that is no UTF-8"},
           Row{"[1e400]", "line 1, column 7: expected a number in the range of a double"},
           Row{"\u00fc", "line 1, column 1: unexpected '\u00fc'"},
       }) {
    EXPECT_EQ(parse_error(text), "invalid JSON at " + std::string(message)) << text;
  }
}

TEST(Document, IsStrict) {
  for (const char* const text :
       {"01",   "+1",         "1.",       ".5",        "1e",      "-",         "--1",
        "0x1",  "NaN",        "Infinity", "-Infinity", "True",    "undefined", "[1 2]",
        "[,1]", "{\"a\":1,}", "{\"a\":}", "{1:2}",     "// c\n1", "/* */1",    "1 //",
        "'a'",  "\"\t\"",     "]",        "[}",        "{]",      "\"\\'\"",   "[1]]"}) {
    EXPECT_NE(parse_error(text), "no error") << text;
  }
  for (const char* const text :
       {"0", "-0", "1E+2", " [ ] ", "\t{ }\r\n", "\"\\u0000\"", "[[],{}]"}) {
    EXPECT_EQ(parse_error(text), "no error") << text;
  }
}

TEST(Document, BoundsTheDepth) {
  const auto nested = [](std::size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
  };
  EXPECT_EQ(parse_error(nested(json::depth_max)), "no error");
  EXPECT_EQ(parse_error(nested(json::depth_max + 1)),
            "invalid JSON at line 1, column 65: expected at most 64 levels of nesting, found more");
  EXPECT_NE(parse_error(std::string(1'000'000, '[')), "no error");
  EXPECT_NE(parse_error(std::string(1'000'000, '{')), "no error");
}

TEST(Document, CanBeWalked) {
  json::Document document;
  ASSERT_TRUE(document.parse(R"({"a":[1,{"b":2.50}],"c":"x\ny","c":true})"));

  const json::Node& root = document.root();
  ASSERT_EQ(root.kind(), json::Kind::object);
  EXPECT_EQ(root.size(), 3U);
  const json::Node* const a = root.first();
  EXPECT_EQ(a->text(), "a");
  ASSERT_EQ(a->next()->kind(), json::Kind::array);
  EXPECT_EQ(a->next()->first()->integer(), 1);
  EXPECT_EQ(a->next()->first()->next()->first()->next()->text(), "2.50");
  const json::Node* const c = a->next()->next();
  EXPECT_EQ(c->next()->text(), "x\ny");
  EXPECT_TRUE(c->next()->next()->next()->boolean());
}

TEST(Document, HoldsMoreThanItsOwnRoom) {
  std::string text = "[";
  for (int i = 0; i < 10'000; ++i) text += (i == 0 ? "" : ",") + std::to_string(i);
  text += "]";
  const auto list = json::decode<std::vector<int>>(text).value();
  ASSERT_EQ(list.size(), 10'000U);
  EXPECT_EQ(list[9'999], 9'999);
}

TEST(Document, HoldsLongStringsWithEscapes) {
  durable::Random random(11);
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < 20; ++i) texts.push_back(random_text(random, i * 50));
  EXPECT_EQ(json::decode<std::vector<std::string>>(json::write(texts)).value(), texts);
}

TEST(Document, CanBeUsedAgain) {
  json::Document document;
  ASSERT_FALSE(document.parse("[1,"));
  ASSERT_TRUE(document.parse(R"(["\n"])"));
  ASSERT_TRUE(document.parse(R"(["\t",2])"));
  EXPECT_EQ(document.root().first()->text(), "\t");
  EXPECT_EQ(document.root().size(), 2U);
}

/// A text that begins with a space takes the general way, so both ways can be compared.
TEST(Document, JudgesPlainStringsAsTheGeneralParserDoes) {
  constexpr std::uint64_t seed = 99;
  durable::Random random(seed);
  for (int i = 0; i < 30'000; ++i) {
    std::string text = "\"";
    const std::size_t length = random.below(70);
    for (std::size_t j = 0; j < length; ++j) {
      if (random.below(24) == 0)
        text += static_cast<char>(random.next());
      else
        text += static_cast<char>(' ' + random.below(95));
    }
    if (random.below(4) == 0) text += random_text(random, 3);
    if (random.below(20) != 0) text += '"';
    const auto plain = json::decode<std::string>(text);
    const auto general = json::decode<std::string>(" " + text);
    ASSERT_EQ(plain.has_value(), general.has_value()) << text << " with seed " << seed;
    if (!plain) continue;
    ASSERT_EQ(*plain, *general) << text << " with seed " << seed;
  }
}

TEST(Document, NeverReadsBeyondABrokenText) {
  constexpr std::uint64_t seed = 5;
  durable::Random random(seed);
  const std::string whole = R"({"a":[1,-2.5e3,true,null,"x\u00e9\n"],"b":{"c":"ü","d":[[],{}]}})";
  for (int i = 0; i < 20'000; ++i) {
    std::string text = whole.substr(0, random.below(whole.size() + 1));
    for (std::uint64_t n = random.below(3); n > 0 && !text.empty(); --n) {
      text[random.below(text.size())] = static_cast<char>(random.next());
    }
    const auto value = json::Value::parse(text);
    if (!value) continue;
    const auto again = json::Value::parse(value->dump().value());
    ASSERT_TRUE(again) << text << " with seed " << seed;
    ASSERT_EQ(*again, *value) << text << " with seed " << seed;
  }
}

}  // namespace
