// SPDX-License-Identifier: Apache-2.0
#include "conformance/matcher.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace durable::conformance {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;

json::Value value(std::string_view text) {
  Result<json::Value> parsed = json::Value::parse(text);
  EXPECT_TRUE(parsed) << text;
  return parsed ? *parsed : json::Value();
}

/// What differs, or "" when nothing does.
std::string difference(std::string_view expected, std::string_view found, Bindings& bindings) {
  const auto mismatch = match(value(expected), value(found), bindings);
  return mismatch ? mismatch->to_string() : "";
}
std::string difference(std::string_view expected, std::string_view found) {
  Bindings bindings;
  return difference(expected, found, bindings);
}

TEST(Match, EmptyObjectsAndStarsAcceptEverything) {
  for (const char* found : {"1", "null", "\"x\"", "[1]", "{\"a\":1}"}) {
    EXPECT_EQ(difference("{}", found), "") << found;
    EXPECT_EQ(difference("\"*\"", found), "") << found;
  }
}

TEST(Match, StarNeedsTheMemberToExist) {
  EXPECT_EQ(difference(R"({"a":"*"})", R"({"a":null})"), "");
  EXPECT_EQ(difference(R"({"a":"*"})", R"({"b":1})"), "a: expected \"*\", found no such member");
  EXPECT_EQ(difference(R"({"a":{}})", R"({"b":1})"), "a: expected {}, found no such member");
}

TEST(Match, ObjectsCompareTheExpectedMembersOnly) {
  EXPECT_EQ(difference(R"({"a":1})", R"({"a":1,"b":2})"), "");
  EXPECT_EQ(difference(R"({"a":{"b":1}})", R"({"a":{"b":2}})"), "a.b: expected 1, found 2");
  EXPECT_EQ(difference(R"({"a":1})", "[1]"), "value: expected {\"a\":1}, found [1]");
}

TEST(Match, ArraysCompareEachElementAndTheirLength) {
  EXPECT_EQ(difference("[1,\"*\"]", "[1,2]"), "");
  EXPECT_EQ(difference("[1,3]", "[1,2]"), "[1]: expected 3, found 2");
  EXPECT_EQ(difference("[1]", "[1,2]"), "value: expected 1 elements: [1], found 2: [1,2]");
}

TEST(Match, NumbersAndTextAreOfDifferentTypes) {
  EXPECT_EQ(difference("1", "1.0"), "");
  EXPECT_EQ(difference("1", "\"1\""), "value: expected 1, found \"1\"");
  EXPECT_EQ(difference("\"1\"", "1"), "value: expected \"1\", found 1");
  EXPECT_EQ(difference("null", "null"), "");
  EXPECT_EQ(difference("null", "\"\""), "value: expected null, found \"\"");
}

TEST(Match, NamesAreBoundAtTheirFirstUseAndEqualLater) {
  Bindings bindings;
  EXPECT_EQ(difference("\"${ID}\"", "7", bindings), "");
  EXPECT_EQ(difference("\"${ID}\"", "7", bindings), "");
  EXPECT_EQ(difference("\"${ID}\"", "8", bindings), "value: expected 7 (${ID}), found 8");
  EXPECT_EQ(difference("\"number ${ID}\"", "\"number 7\"", bindings), "");
  EXPECT_EQ(difference("\"number ${OTHER}\"", "\"number 7\"", bindings),
            "value: expected \"number ${OTHER}\", found \"number 7\"");
}

TEST(Match, ExpressionsAreSearchedForInTheText) {
  Bindings bindings{{"NAME", "Ada"}};
  EXPECT_EQ(difference("\"${/b+/}\"", "\"abbc\"", bindings), "");
  EXPECT_EQ(difference("\"${/^1$/}\"", "1", bindings), "");
  EXPECT_EQ(difference("\"${/Hello ${NAME}/}\"", "\"Hello Ada!\"", bindings), "");
  EXPECT_EQ(difference("\"${/(?i)^HELLO/}\"", "\"hello\"", bindings), "");
  EXPECT_EQ(difference("\"${/^b/}\"", "\"abc\"", bindings),
            "value: expected a text in which /^b/ is found, found \"abc\"");
  EXPECT_THAT(difference("\"${/(/}\"", "\"abc\"", bindings), HasSubstr("no regular expression"));
}

TEST(MatchHistory, ComparesTheEventsOfTheSameId) {
  const std::vector<json::Value> history = {value(R"({"EventId":1,"EventType":"A"})"),
                                            value(R"({"EventId":2,"EventType":"B"})")};
  Bindings bindings;

  EXPECT_FALSE(match_history({value(R"({"EventId":2,"EventType":"B"})")}, history, bindings));
  const auto other = match_history({value(R"({"EventId":2,"EventType":"A"})")}, history, bindings);
  const auto missing =
      match_history({value(R"({"EventId":3,"EventType":"A"})")}, history, bindings);

  ASSERT_TRUE(other);
  EXPECT_EQ(other->to_string(), R"(event 2.EventType: expected "A", found "B")");
  ASSERT_TRUE(missing);
  EXPECT_THAT(missing->to_string(), AllOf(HasSubstr("event 3"), HasSubstr("2 events: 1 A, 2 B")));
}

TEST(MatchLogs, CountsLinesAndTheirOrder) {
  const std::vector<json::Value> lines = {value(R"({"message":"begin 7"})"),
                                          value(R"({"message":"end","level":"INFO"})")};
  const auto difference = [&](LogExpectation expected) {
    Bindings bindings{{"ID", "7"}};
    const auto mismatch = match_logs({std::move(expected)}, lines, bindings);
    return mismatch ? mismatch->to_string() : std::string();
  };

  EXPECT_EQ(difference({.match = {{"message", "/begin ${ID}/"}}, .count = 1, .after = {}}), "");
  EXPECT_EQ(difference({.match = {{"message", "end"}}, .count = {}, .after = {}}), "");
  EXPECT_EQ(difference({.match = {{"level", "*"}}, .count = 1, .after = {}}), "");
  EXPECT_EQ(
      difference({.match = {{"message", "end"}}, .count = 1, .after = {{{"message", "/begin/"}}}}),
      "");
  EXPECT_THAT(difference({.match = {{"message", "end"}}, .count = 2, .after = {}}),
              HasSubstr("expected 2 lines with {\"message\":\"end\"}, found 1 among 2 lines"));
  EXPECT_THAT(
      difference({.match = {{"message", "/begin/"}}, .count = {}, .after = {{{"message", "end"}}}}),
      HasSubstr("before the line"));
  EXPECT_THAT(difference({.match = {{"message", "other"}}, .count = {}, .after = {}}),
              HasSubstr("at least 1"));
  EXPECT_THAT(difference({.match = {{"message", "end"}}, .count = {}, .min_count = 2, .after = {}}),
              HasSubstr("at least 2"));
}

TEST(Variables, AreGeneratedOrTakenAsTheyAre) {
  Requirement requirement;
  requirement.variables = {{"NAME", "${GEN_STR:10}"}, {"N", 3}};
  Random random(1);

  const Result<Bindings> bindings = bind_variables(requirement, random);

  ASSERT_TRUE(bindings);
  EXPECT_THAT(*bindings->at("NAME").as_string(), MatchesRegex("[a-z0-9]{10}"));
  EXPECT_EQ(bindings->at("N"), json::Value(3));
}

TEST(Variables, OfAnUnknownGeneratorAreRefused) {
  Requirement requirement;
  requirement.variables = {{"NAME", "${GEN_STR:many}"}};
  Random random(1);

  const Result<Bindings> bindings = bind_variables(requirement, random);

  ASSERT_FALSE(bindings);
  EXPECT_THAT(bindings.error().message, HasSubstr("expected ${GEN_STR:n}"));
}

TEST(Substitute, PutsNamesInAsTextOrAsWhatTheyAre) {
  const Bindings bindings{{"N", 3}, {"S", "x"}};
  EXPECT_EQ(substitute(value(R"(["${N}","a${N}b${S}",{"k":"${S}"},"${Z}"])"), bindings),
            value(R"([3,"a3bx",{"k":"x"},"${Z}"])"));
}

TEST(NamesCallback, TakesStarsNamesAndExpressions) {
  const Bindings bindings{{"CB", "approve"}};
  EXPECT_TRUE(names_callback("*", "any", bindings));
  EXPECT_TRUE(names_callback("${CB}", "approve", bindings));
  EXPECT_FALSE(names_callback("${CB}", "other", bindings));
  EXPECT_TRUE(names_callback("${/^app/}", "approve", bindings));
  EXPECT_FALSE(names_callback("literal", "approve", bindings));
}

}  // namespace
}  // namespace durable::conformance
