// SPDX-License-Identifier: Apache-2.0
#include "http/message.h"

#include <gmock/gmock.h>

#include <string>

namespace durable::http {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Optional;

TEST(Message, FindsAHeaderWhateverItsCase) {
  const Headers headers = {{"Content-Type", "a"}, {"content-type", "b"}, {"X", ""}};

  EXPECT_EQ(find_header(headers, "CONTENT-TYPE"), "a");
  EXPECT_EQ(find_header(headers, "x"), "");
  EXPECT_EQ(find_header(headers, "Content"), std::nullopt);
}

TEST(Message, ComparesOnlyAsciiLettersWithoutCase) {
  EXPECT_TRUE(equals_ignoring_case("aZ-1", "Az-1"));
  EXPECT_FALSE(equals_ignoring_case("a", "ab"));
  EXPECT_FALSE(equals_ignoring_case("[", "{"));
  EXPECT_FALSE(equals_ignoring_case("@", "`"));
}

TEST(Message, SplitsTheTargetAtTheFirstQuestionMark) {
  const Request both{"GET", "/a%3Fb?x=1?2", {}, ""};
  const Request path_only{"GET", "/a", {}, ""};

  EXPECT_EQ(both.path(), "/a%3Fb");
  EXPECT_EQ(both.query(), "x=1?2");
  EXPECT_EQ(path_only.path(), "/a");
  EXPECT_EQ(path_only.query(), "");
}

TEST(Message, FindsThePathInAWholeUrl) {
  EXPECT_EQ((Request{"GET", "http://localhost:1/a/b?x", {}, ""}).path(), "/a/b");
  EXPECT_EQ((Request{"GET", "HTTPS://localhost?x=/y", {}, ""}).path(), "/");
  EXPECT_EQ((Request{"GET", "/http://localhost/a", {}, ""}).path(), "/http://localhost/a");
  EXPECT_EQ((Request{"OPTIONS", "*", {}, ""}).path(), "*");
}

TEST(Message, DecodesEveryByteThatItEncodes) {
  std::string all;
  for (int byte = 0; byte < 256; ++byte) all += static_cast<char>(byte);

  const std::string encoded = percent_encode(all);

  EXPECT_EQ(percent_decode(encoded), all);
  EXPECT_EQ(encoded.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                      "0123456789-._~%"),
            std::string::npos);
}

TEST(Message, EncodesAllButTheUnreservedCharacters) {
  EXPECT_EQ(percent_encode("arn:aws/a b~c_d-e.f"), "arn%3Aaws%2Fa%20b~c_d-e.f");
  EXPECT_EQ(percent_encode("\xC3\xA4"), "%C3%A4");
}

TEST(Message, DecodesEscapesOfEitherCaseAndLeavesThePlusSign) {
  EXPECT_EQ(percent_decode("%3a%3A+"), "::+");
  EXPECT_EQ(percent_decode("%25%32%35"), "%25");
}

TEST(Message, RefusesABrokenEscape) {
  for (const char* text : {"%", "%4", "a%4", "%g0", "%0g", "%%41", "%-1"}) {
    EXPECT_EQ(percent_decode(text), std::nullopt) << text;
  }
}

TEST(Message, ParsesAQueryInItsOrder) {
  EXPECT_THAT(parse_query("b=1&a=%26&b=2"),
              Optional(ElementsAre(QueryParameter{"b", "1"}, QueryParameter{"a", "&"},
                                   QueryParameter{"b", "2"})));
}

TEST(Message, GivesAParameterWithoutEqualsSignTheEmptyValue) {
  EXPECT_THAT(parse_query("a&b=&=c&d=e=f+g"),
              Optional(ElementsAre(QueryParameter{"a", ""}, QueryParameter{"b", ""},
                                   QueryParameter{"", "c"}, QueryParameter{"d", "e=f+g"})));
}

TEST(Message, SkipsEmptyPartsOfAQuery) {
  EXPECT_THAT(parse_query(""), Optional(IsEmpty()));
  EXPECT_THAT(parse_query("&&a=1&"), Optional(ElementsAre(QueryParameter{"a", "1"})));
}

TEST(Message, RefusesAQueryWithABrokenEscape) {
  EXPECT_EQ(parse_query("a=%"), std::nullopt);
  EXPECT_EQ(parse_query("%zz=1"), std::nullopt);
}

}  // namespace
}  // namespace durable::http
