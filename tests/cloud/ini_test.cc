// SPDX-License-Identifier: Apache-2.0
#include "cloud/ini.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace durable::cloud {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

Ini parsed(std::string_view text) {
  Result<Ini> ini = parse_ini(text);
  EXPECT_TRUE(ini) << (ini ? "" : ini.error().message);
  return ini ? *ini : Ini();
}

TEST(Ini, IsEmptyForAnEmptyText) {
  EXPECT_THAT(parsed(""), IsEmpty());
  EXPECT_THAT(parsed("\n \n\t\n# nothing\n; more\n  # and more\n"), IsEmpty());
}

TEST(Ini, ReadsSectionsAndValues) {
  const Ini ini =
      parsed("[default]\r\nregion=us-west-2\r\n\r\n[profile  dev ]\nRegion = eu-west-1  \n");
  EXPECT_THAT(ini, ElementsAre(Pair("default", ElementsAre(Pair("region", "us-west-2"))),
                               Pair("profile dev", ElementsAre(Pair("region", "eu-west-1")))));
}

TEST(Ini, ReadsQuotedNamesOfSections) {
  EXPECT_THAT(parsed("[profile \"my own\"]\na=1"),
              ElementsAre(Pair("profile my own", ElementsAre(Pair("a", "1")))));
}

TEST(Ini, JoinsASectionThatStandsTwice) {
  EXPECT_THAT(
      parsed("[a]\nx=1\ny=2\n[b]\n[a]\nx=3"),
      ElementsAre(Pair("a", ElementsAre(Pair("x", "3"), Pair("y", "2"))), Pair("b", IsEmpty())));
}

TEST(Ini, LeavesOutComments) {
  EXPECT_THAT(parsed("[a] # comment\nx=1 # comment\ny=2 ; comment\nz=3#4;5\nw=\n"),
              ElementsAre(Pair("a", ElementsAre(Pair("w", ""), Pair("x", "1"), Pair("y", "2"),
                                                Pair("z", "3#4;5")))));
}

TEST(Ini, KeepsTheWholeCommandLineOfAProcess) {
  EXPECT_THAT(
      parsed("[a]\ncredential_process = sh -c \"a ; b\" # c"),
      ElementsAre(Pair("a", ElementsAre(Pair("credential_process", "sh -c \"a ; b\" # c")))));
}

TEST(Ini, KeepsEqualsSignsInValues) {
  EXPECT_THAT(parsed("[a]\ntoken=abc==\n"),
              ElementsAre(Pair("a", ElementsAre(Pair("token", "abc==")))));
}

TEST(Ini, JoinsContinuationLines) {
  EXPECT_THAT(parsed("[services s]\nlambda =\n  endpoint_url = http://h # c\n\tother = 1\nx = 2"),
              ElementsAre(Pair("services s",
                               ElementsAre(Pair("lambda", "\nendpoint_url = http://h\nother = 1"),
                                           Pair("x", "2")))));
}

TEST(Ini, NamesTheLineThatIsWrongWithoutItsText) {
  const std::vector<std::pair<std::string, std::string>> cases{
      {"[a]\nsecret", "line 2: expected [section] or name = value"},
      {"[a]\n\n=secret", "line 3: expected [section] or name = value"},
      {"[secret", "line 1: a section has no ']'"},
      {"x=secret", "line 1: a value stands before the first [section]"},
      {"[a]\n  secret", "line 2: a line that begins with a blank continues no value"}};
  for (const auto& [text, message] : cases) {
    const Result<Ini> ini = parse_ini(text);
    ASSERT_FALSE(ini) << text;
    EXPECT_EQ(ini.error(), (Error{ErrorCode::invalid_usage, message}));
  }
}

}  // namespace
}  // namespace durable::cloud
