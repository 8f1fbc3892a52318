// SPDX-License-Identifier: Apache-2.0
#include "lambda/settings.h"

#include <gmock/gmock.h>

#include <map>

namespace durable::lambda {
namespace {

using ::testing::HasSubstr;

Variables of(std::map<std::string, std::string> values) {
  return [values = std::move(values)](const char* name) -> std::optional<std::string> {
    const auto found = values.find(name);
    if (found == values.end()) return std::nullopt;
    return found->second;
  };
}

TEST(Settings, AreReadFromTheVariablesThatLambdaSets) {
  const auto settings = read_settings(of({{"AWS_LAMBDA_RUNTIME_API", "127.0.0.1:9001"},
                                          {"_HANDLER", "order"},
                                          {"AWS_LAMBDA_LOG_FORMAT", "JSON"},
                                          {"AWS_LAMBDA_LOG_LEVEL", "warn"}}))
                            .value();
  EXPECT_EQ(settings.runtime_api, "127.0.0.1:9001");
  EXPECT_EQ(settings.handler, "order");
  EXPECT_EQ(settings.log_format, LogFormat::json);
  EXPECT_EQ(settings.log_level, LogLevel::warning);
}

TEST(Settings, CountUnknownLogSettingsAsTextAndInfo) {
  const auto settings = read_settings(of({{"AWS_LAMBDA_RUNTIME_API", "a:1"},
                                          {"AWS_LAMBDA_LOG_FORMAT", "yaml"},
                                          {"AWS_LAMBDA_LOG_LEVEL", "loud"}}))
                            .value();
  EXPECT_EQ(settings.log_format, LogFormat::text);
  EXPECT_EQ(settings.log_level, LogLevel::info);
}

TEST(Settings, MapLambdasOuterLevelsToOurs) {
  const auto level = [](const char* name) {
    return read_settings(of({{"AWS_LAMBDA_RUNTIME_API", "a:1"}, {"AWS_LAMBDA_LOG_LEVEL", name}}))
        .value()
        .log_level;
  };
  EXPECT_EQ(level("TRACE"), LogLevel::debug);
  EXPECT_EQ(level("DEBUG"), LogLevel::debug);
  EXPECT_EQ(level("ERROR"), LogLevel::error);
  EXPECT_EQ(level("FATAL"), LogLevel::error);
}

TEST(Settings, SayThatTheProgramWasNotStartedByLambda) {
  const auto settings = read_settings(of({{"_HANDLER", "order"}}));
  ASSERT_FALSE(settings);
  EXPECT_EQ(settings.error().code, ErrorCode::invalid_usage);
  EXPECT_THAT(settings.error().message, HasSubstr("AWS_LAMBDA_RUNTIME_API is not set"));
}

}  // namespace
}  // namespace durable::lambda
