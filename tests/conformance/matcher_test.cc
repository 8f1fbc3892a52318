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

TEST(Match, PutsBoundNamesIntoLongerText) {
  Bindings bindings{{"N", 7}, {"S", "x"}};
  EXPECT_EQ(difference("\"${S}-${N}\"", "\"x-7\"", bindings), "");
  EXPECT_EQ(difference("\"${S}-${N}\"", "\"x-8\"", bindings),
            "value: expected \"x-7\", found \"x-8\"");
  EXPECT_EQ(difference("\"${S}${\"", "\"x${\"", bindings), "") << "no name";
  EXPECT_EQ(difference("\"$${S}\"", "\"$x\"", bindings), "");
}

TEST(Match, BindsNamesToWhateverIsThere) {
  Bindings bindings;
  EXPECT_EQ(difference(R"({"a":"${V}","b":"${V}"})", R"({"a":{"x":[1]},"b":{"x":[1]}})", bindings),
            "");
  EXPECT_EQ(difference(R"("${V}")", R"({"x":[2]})", bindings),
            R"(value: expected {"x":[1]} (${V}), found {"x":[2]})");
  EXPECT_EQ(difference(R"({"a":"${W}"})", "{}", bindings),
            "a: expected \"${W}\", found no such member");
  EXPECT_EQ(bindings.count("W"), 0U);
}

TEST(Match, AcceptsAnythingWithinLists) {
  EXPECT_EQ(difference(R"([{}, "*", {"a": {}}])", R"([1, null, {"a": [2]}])"), "");
  EXPECT_EQ(difference("[]", "[]"), "");
  EXPECT_EQ(difference("[]", "[1]"), "value: expected 0 elements: [], found 1: [1]");
  EXPECT_EQ(difference("[[1],[2]]", "[[1],[3]]"), "[1][0]: expected 2, found 3");
  EXPECT_EQ(difference("[1]", "{\"0\":1}"), "value: expected [1], found {\"0\":1}");
}

TEST(Match, TellsTypesApart) {
  for (const auto& [expected, found] : std::vector<std::pair<const char*, const char*>>{
           {"true", "\"true\""}, {"true", "1"}, {"0", "false"}, {"null", "0"}, {"\"\"", "null"}}) {
    EXPECT_NE(difference(expected, found), "") << expected << " and " << found;
  }
  EXPECT_EQ(difference("9007199254740993", "9007199254740993"), "");
}

TEST(Match, SearchesTheTextOfAnyValue) {
  EXPECT_EQ(difference(R"("${/^\\d+$/}")", "42"), "");
  EXPECT_EQ(difference(R"("${/^true$/}")", "true"), "");
  EXPECT_EQ(difference(R"("${/\"a\":1/}")", R"({"a":1})"), "");
  EXPECT_EQ(difference(R"("${/^\\d{4}-\\d\\d/}")", "\"2026-01-01\""), "");
  EXPECT_EQ(difference(R"("${/a(?=b)/}")", "\"ab\""), "");
  EXPECT_THAT(difference(R"("${/a(b/}")", "\"ab\""), HasSubstr("no regular expression"));
}

TEST(Match, ReadsAnythingWithoutHarm) {
  constexpr std::uint64_t seed = 3;
  Random random(seed);
  const std::vector<std::string> pieces{"${", "}", "/", "${/", "/}", "A", "*", "$", "{}", "\\"};
  for (int round = 0; round < 3'000; ++round) {
    std::string text;
    for (std::uint64_t i = random.next() % 8; i > 0; --i) {
      text += pieces[random.next() % pieces.size()];
    }
    Bindings bindings{{"A", "${A}"}};
    const json::Value expected(text);
    static_cast<void>(match(expected, json::Value("A"), bindings));
    static_cast<void>(names_callback(text, "A", bindings));
    static_cast<void>(substitute(expected, bindings));
  }
}

TEST(MatchHistory, IgnoresOtherEventsAndKeepsNamesFromEventToEvent) {
  const std::vector<json::Value> history = {value(R"({"EventId":1,"Id":"a"})"),
                                            value(R"({"EventId":2,"Id":"b"})"),
                                            value(R"({"EventId":3,"Id":"b"})")};
  Bindings bindings;
  EXPECT_FALSE(
      match_history({value(R"({"EventId":1,"Id":"${A}"})"), value(R"({"EventId":2,"Id":"${B}"})"),
                     value(R"({"EventId":3,"Id":"${B}"})")},
                    history, bindings));
  const auto other = match_history({value(R"({"EventId":3,"Id":"${A}"})")}, history, bindings);
  ASSERT_TRUE(other);
  EXPECT_EQ(other->to_string(), R"(event 3.Id: expected "a" (${A}), found "b")");
  ASSERT_TRUE(other->expected_whole && other->found_whole);
  EXPECT_EQ(other->expected_whole->dump().value(), R"({"EventId":3,"Id":"a"})");
  EXPECT_EQ(other->found_whole->dump().value(), R"({"EventId":3,"Id":"b"})");
}

TEST(MatchHistory, FindsEventsByNumbersOnly) {
  Bindings bindings;
  EXPECT_TRUE(match_history({value(R"({"EventId":"1"})")}, {value(R"({"EventId":1})")}, bindings));
  EXPECT_TRUE(
      match_history({value(R"({"EventType":"A"})")}, {value(R"({"EventId":1})")}, bindings));
  EXPECT_FALSE(match_history({}, {}, bindings));
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

TEST(MatchLogs, TakesAnyFieldByEqualityOrExpression) {
  const std::vector<json::Value> lines = {
      value(R"({"n":7,"first":true,"error":{"type":"Bad","at":[1]},"path":"/a/b"})")};
  const auto matches = [&](std::string_view fields) {
    Bindings bindings;
    return !match_logs({{.match = *value(fields).as_object(), .count = 1, .after = {}}}, lines,
                       bindings);
  };
  EXPECT_TRUE(matches(R"({"n":7,"first":true})"));
  EXPECT_FALSE(matches(R"({"n":"7"})"));
  EXPECT_FALSE(matches(R"({"first":"true"})"));
  EXPECT_TRUE(matches(R"({"n":"/^\\d$/","first":"/true/"})"));
  EXPECT_TRUE(matches(R"({"error":{"type":"/^B/"}})"));
  EXPECT_TRUE(matches(R"({"error":{"at":["*"]}})"));
  EXPECT_FALSE(matches(R"({"error":"/no such/"})"));
  EXPECT_TRUE(matches(R"({"n":{},"first":"*"})"));
  EXPECT_FALSE(matches(R"({"absent":"*"})"));
  EXPECT_FALSE(matches(R"({"absent":"/.*/"})"));
  EXPECT_FALSE(matches(R"({"path":"/a"})"));
  EXPECT_TRUE(matches("{}"));
}

TEST(MatchLogs, CanDemandThatThereIsNone) {
  Bindings bindings;
  const std::vector<json::Value> lines = {value(R"({"a":1})")};
  EXPECT_FALSE(match_logs({{.match = {{"a", 2}}, .count = 0, .after = {}}}, lines, bindings));
  EXPECT_TRUE(match_logs({{.match = {{"a", 1}}, .count = 0, .after = {}}}, lines, bindings));
  EXPECT_FALSE(match_logs({{.match = {{"a", 2}}, .count = {}, .min_count = 0, .after = {}}}, lines,
                          bindings));
}

TEST(MatchLogs, BindsNamesByTheFirstLineThatFits) {
  const std::vector<json::Value> lines = {
      value(R"({"hook":"x","op":"1"})"), value(R"({"hook":"start","op":"2"})"),
      value(R"({"hook":"end","op":"2"})"), value(R"({"hook":"end","op":"3"})")};
  Bindings bindings;
  EXPECT_FALSE(match_logs({{.match = {{"hook", "start"}, {"op", "${OP}"}}, .count = 1, .after = {}},
                           {.match = {{"hook", "end"}, {"op", "${OP}"}}, .count = 1, .after = {}}},
                          lines, bindings));
  EXPECT_EQ(bindings.at("OP"), json::Value("2"));
}

TEST(MatchLogs, LooksForWhatCameBeforeEachLine) {
  const std::vector<json::Value> lines = {value(R"({"a":1})"), value(R"({"b":1})"),
                                          value(R"({"a":1})")};
  const auto matches = [&](std::vector<json::Value::Object> after) {
    Bindings bindings;
    return !match_logs({{.match = {{"a", 1}}, .count = {}, .after = std::move(after)}}, lines,
                       bindings);
  };
  EXPECT_TRUE(matches({}));
  EXPECT_FALSE(matches({{{"b", 1}}})) << "the first line has none before it";
  EXPECT_FALSE(matches({{{"a", 1}}})) << "a line does not come before itself";
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
  EXPECT_TRUE(names_callback("${/^${CB}$/}", "approve", bindings));
  EXPECT_FALSE(names_callback("${/^${CB}$/}", "approved", bindings));
  EXPECT_FALSE(names_callback("${UNBOUND}", "approve", bindings));
  EXPECT_FALSE(names_callback("${/(/}", "approve", bindings));
  EXPECT_TRUE(names_callback("*", "", bindings));
  EXPECT_FALSE(names_callback("approve", "", bindings));
}

}  // namespace
}  // namespace durable::conformance
