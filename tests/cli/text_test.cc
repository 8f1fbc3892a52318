// SPDX-License-Identifier: Apache-2.0
#include "cli/text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace durable::cli {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

TEST(Text, ReadsDurations) {
  const std::vector<std::pair<std::string, Duration>> cases{
      {"0", seconds{0}},         {"90", seconds{90}},    {"500ms", milliseconds{500}},
      {"30s", seconds{30}},      {"5m", minutes{5}},     {"2h", hours{2}},
      {"1d", hours{24}},         {"1h30m", minutes{90}}, {"1m500ms", milliseconds{60'500}},
      {"366d", hours{24 * 366}},
  };
  for (const auto& [text, expected] : cases) {
    const auto parsed = parse_duration(text);
    ASSERT_TRUE(parsed) << text;
    EXPECT_EQ(*parsed, expected) << text;
  }
}

TEST(Text, RefusesWhatIsNoDuration) {
  for (const std::string text : {"", "soon", "-1", "5x", "1h30", "1.5h", "s", "401d", "5 m",
                                 "99999999999999999999", "9223372036854775807d"}) {
    const auto parsed = parse_duration(text);
    ASSERT_FALSE(parsed) << text;
    EXPECT_EQ(parsed.error().code, ErrorCode::invalid_usage);
    EXPECT_THAT(parsed.error().message, ::testing::HasSubstr("found \"" + text + "\""));
  }
}

TEST(Text, WritesTimesInUtcOrShifted) {
  const Timestamp time{milliseconds{1'772'366'400'250}};
  EXPECT_EQ(format_time(time, std::nullopt), "2026-03-01 12:00:00Z");
  EXPECT_EQ(format_time_ms(time, std::nullopt), "2026-03-01 12:00:00.250Z");
  EXPECT_EQ(format_time(time, hours{-13}), "2026-02-28 23:00:00");
  EXPECT_EQ(format_time_ms(Timestamp{milliseconds{-1}}, std::nullopt), "1969-12-31 23:59:59.999Z");
}

TEST(Text, PutsColumnsInLineWhateverTheirBytes) {
  EXPECT_EQ(table({{"a", "b", "c"}, {"ää", "\x1b[32mlong\x1b[0m", ""}}),
            "a   b     c\n"
            "ää  \x1b[32mlong\x1b[0m\n");
  EXPECT_EQ(table({}), "");
}

TEST(Text, CutsALineToTheScreen) {
  EXPECT_EQ(fit("short", 5), "short");
  EXPECT_EQ(fit("longer", 5), "long…");
  EXPECT_EQ(fit("äöüäöü", 4), "äöü…");
  EXPECT_EQ(fit("\x1b[31mred line\x1b[0m", 4), "\x1b[31mred\x1b[0m…");
  EXPECT_EQ(fit("x", 0), "");
  for (std::size_t columns = 1; columns < 12; ++columns) {
    EXPECT_LE(display_width(fit("\x1b[1mabc\x1b[0m défgh ij", columns)), columns);
  }
}

TEST(Text, QuotesAWordForAShell) {
  EXPECT_EQ(shell_word("f:$LATEST/x"), "'f:$LATEST/x'");
  EXPECT_EQ(shell_word("it's"), R"('it'\''s')");
}

TEST(Text, FindsTheWordThatWasMeant) {
  const std::vector<std::string> words{"server", "invoke", "list", "logs"};
  EXPECT_EQ(nearest("sever", words), "server");
  EXPECT_EQ(nearest("invoek", words), "invoke");
  EXPECT_EQ(nearest("frobnicate", words), "");
  EXPECT_EQ(nearest("", words), "");
}

TEST(Text, PaintsOnlyWhereColoursAreWanted) {
  EXPECT_EQ(Style(false).status("FAILED"), "FAILED");
  EXPECT_EQ(Style(false).bold("x"), "x");
  EXPECT_EQ(Style(true).status("FAILED"), "\x1b[31mFAILED\x1b[0m");
  EXPECT_EQ(Style(true).status("SUCCEEDED"), "\x1b[32mSUCCEEDED\x1b[0m");
  EXPECT_EQ(Style(true).dim(""), "");
}

}  // namespace
}  // namespace durable::cli
