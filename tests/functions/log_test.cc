// SPDX-License-Identifier: Apache-2.0
#include "functions/log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace durable::functions {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class LogTest : public ::testing::Test {
 protected:
  LineSplitter::Sink sink() {
    return [this](std::string line) { lines_.push_back(std::move(line)); };
  }
  void print(Log& log, const std::string& text) { log.append({0, {}, "", false, text}); }

  LineSplitter splitter_;
  std::vector<std::string> lines_;
};

TEST_F(LogTest, CutsBytesIntoLines) {
  splitter_.append("on", sink());
  EXPECT_THAT(lines_, IsEmpty());
  splitter_.append("e\ntwo\r\n\nrest", sink());
  EXPECT_THAT(lines_, ElementsAre("one", "two", ""));
  splitter_.flush(sink());
  splitter_.flush(sink());
  EXPECT_THAT(lines_, ElementsAre("one", "two", "", "rest"));
}

TEST_F(LogTest, CutsALineThatIsTooLong) {
  splitter_.append(std::string(line_bytes_max + 1, 'x') + "\n", sink());
  ASSERT_EQ(lines_.size(), 2U);
  EXPECT_EQ(lines_[0].size(), line_bytes_max);
  EXPECT_EQ(lines_[1], "x");
}

TEST_F(LogTest, KeepsTheLastLinesAndTheirNumbers) {
  Log log(2);
  EXPECT_THAT(log.after(0, 10), IsEmpty());
  EXPECT_EQ(log.last_number(), 0U);
  for (const char* text : {"a", "b", "c"}) print(log, text);
  const std::vector<LogLine> all = log.after(0, 10);
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].number, 2U);
  EXPECT_EQ(all[0].text, "b");
  EXPECT_EQ(log.after(0, 1).size(), 1U);
  EXPECT_EQ(log.after(2, 10).at(0).text, "c");
  EXPECT_THAT(log.after(3, 10), IsEmpty());
  EXPECT_THAT(log.after(99, 10), IsEmpty());
  EXPECT_EQ(log.last_number(), 3U);
}

TEST_F(LogTest, BoundsTheBytesOfAllLines) {
  Log log(1'000'000);
  for (int i = 0; i < 100; ++i) print(log, std::string(line_bytes_max, 'x'));
  EXPECT_LE(log.after(0, 1'000).size() * line_bytes_max, log_bytes_max);
  EXPECT_EQ(log.after(99, 10).size(), 1U);
}

TEST_F(LogTest, MakesTextOfAnyBytes) {
  EXPECT_EQ(to_utf8("plain \xC3\xA4"), "plain \xC3\xA4");
  EXPECT_EQ(to_utf8("a\xFF\xC3"), "a\xEF\xBF\xBD\xEF\xBF\xBD");
  EXPECT_EQ(to_utf8("\xED\xA0\x80z").substr(9), "z");
}

}  // namespace
}  // namespace durable::functions
