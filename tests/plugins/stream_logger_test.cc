// SPDX-License-Identifier: Apache-2.0
#include <durable/json/json.h>
#include <durable/sdk/stream_logger.h>

#include <gmock/gmock.h>
#include <cstdlib>
#include <limits>
#include <sstream>

namespace durable {
namespace {

/// 2026-01-02T03:04:05.678Z.
class FixedClock final : public Clock {
 public:
  [[nodiscard]] Timestamp now() const override {
    return Timestamp{std::chrono::milliseconds{1'767'323'045'678}};
  }
};

std::string json_line(LogLevel level, std::string_view message,
                      std::initializer_list<LogField> fields) {
  std::ostringstream out;
  const FixedClock clock;
  JsonLinesLogger logger(out, clock, LogLevel::debug);
  logger.write({level, message, {fields.begin(), fields.size()}});
  return out.str();
}

std::string text_line(LogLevel level, std::string_view message,
                      std::initializer_list<LogField> fields) {
  std::ostringstream out;
  const FixedClock clock;
  TextLogger logger(out, clock, LogLevel::debug);
  logger.write({level, message, {fields.begin(), fields.size()}});
  return out.str();
}

TEST(JsonLinesLogger, WritesOneObjectOnALineWithNumbersAsNumbers) {
  EXPECT_EQ(
      json_line(LogLevel::info, "charged",
                {{"attempt", 2},
                 {"total", 12.5},
                 {"vip", true},
                 {"big", std::uint64_t{18446744073709551615U}},
                 {"operationName", "charge"}}),
      "{\"timestamp\":\"2026-01-02T03:04:05.678Z\",\"level\":\"INFO\",\"message\":\"charged\","
      "\"attempt\":2,\"total\":12.5,\"vip\":true,\"big\":18446744073709551615,"
      "\"operationName\":\"charge\"}\n");
}

TEST(JsonLinesLogger, EscapesLineBreaksSoThatARecordIsOneLine) {
  const std::string line = json_line(LogLevel::error, "a\n\"b\"", {{"k\n", "v\r\n"}});
  EXPECT_EQ(std::count(line.begin(), line.end(), '\n'), 1);
  const auto value = json::Value::parse(line);
  ASSERT_TRUE(value);
  EXPECT_EQ(*value->find("message")->as_string(), "a\n\"b\"");
  EXPECT_EQ(*value->find("k\n")->as_string(), "v\r\n");
}

TEST(JsonLinesLogger, RepairsTextThatIsNotUtf8) {
  const std::string line = json_line(
      LogLevel::info, "ok \xC3\xA4 bad \xFF end \xC3",
      {{"surrogate", "\xED\xA0\x80"}, {"overlong", "\xC0\xAF"}, {"good", "\xF0\x9F\x98\x80"}});
  const auto value = json::Value::parse(line);
  ASSERT_TRUE(value) << line;
  EXPECT_EQ(*value->find("message")->as_string(), "ok \xC3\xA4 bad \xEF\xBF\xBD end \xEF\xBF\xBD");
  EXPECT_EQ(*value->find("good")->as_string(), "\xF0\x9F\x98\x80");
}

TEST(JsonLinesLogger, WritesNumbersThatJsonDoesNotHaveAsText) {
  const auto value =
      json::Value::parse(json_line(LogLevel::info, "x",
                                   {{"nan", std::numeric_limits<double>::quiet_NaN()},
                                    {"inf", std::numeric_limits<double>::infinity()}}));
  ASSERT_TRUE(value);
  EXPECT_EQ(*value->find("nan")->as_string(), "nan");
  EXPECT_EQ(*value->find("inf")->as_string(), "inf");
}

TEST(JsonLinesLogger, KeepsItsOwnNamesAndTheLastOfEqualOnes) {
  const auto value =
      json::Value::parse(json_line(LogLevel::info, "x", {{"level", "mine"}, {"a", 1}, {"a", 2}}));
  ASSERT_TRUE(value);
  EXPECT_EQ(*value->find("level")->as_string(), "INFO");
  EXPECT_EQ(*value->find("_level")->as_string(), "mine");
  EXPECT_EQ(value->find("a")->as_integer(), 2);
  EXPECT_EQ(value->size(), 5U);
}

TEST(JsonLinesLogger, WritesFromItsLowestLevelOn) {
  std::ostringstream out;
  const FixedClock clock;
  const JsonLinesLogger logger(out, clock);
  EXPECT_FALSE(logger.enabled(LogLevel::debug));
  EXPECT_TRUE(logger.enabled(LogLevel::info));
  EXPECT_TRUE(logger.enabled(LogLevel::error));
}

TEST(JsonLinesLogger, WritesToAFile) {
  char* text = nullptr;
  std::size_t size = 0;
  std::FILE* file = ::open_memstream(&text, &size);
  {
    const FixedClock clock;
    JsonLinesLogger logger(file, clock);
    logger.write({LogLevel::warning, "disk", {}});
    EXPECT_EQ(
        std::string(text, size),
        "{\"timestamp\":\"2026-01-02T03:04:05.678Z\",\"level\":\"WARN\",\"message\":\"disk\"}\n")
        << "a line is written at once";
  }
  std::fclose(file);
  std::free(text);
}

TEST(TextLogger, WritesALineForPeople) {
  EXPECT_EQ(
      text_line(LogLevel::info, "charged",
                {{"attempt", 2}, {"name", "two words"}, {"id", "1-2"}, {"none", ""}}),
      "2026-01-02T03:04:05.678Z INFO  charged  attempt=2 name=\"two words\" id=1-2 none=\"\"\n");
  EXPECT_EQ(text_line(LogLevel::error, "a\nb", {}), "2026-01-02T03:04:05.678Z ERROR a\\nb\n");
}

}  // namespace
}  // namespace durable
