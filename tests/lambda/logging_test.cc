// SPDX-License-Identifier: Apache-2.0
#include "lambda/logging.h"

#include <gmock/gmock.h>

#include "sdk/fake_service.h"

#include <array>

namespace durable::lambda {
namespace {

class FixedClock final : public Clock {
 public:
  [[nodiscard]] Timestamp now() const override {
    return Timestamp(std::chrono::milliseconds{1'764'664'200'250});
  }
};

/// What a logger made from `settings` writes of one line.
std::string written(const Settings& settings, LogLevel level) {
  const FixedClock clock;
  std::FILE* file = std::tmpfile();
  {
    const auto logger = make_logger(settings, file, clock);
    const LogField fields[] = {{"requestId", "r-1"}, {"attempt", 2}};
    if (logger->enabled(level)) logger->write({level, "hello", fields});
  }
  std::rewind(file);
  std::array<char, 1000> text{};
  const std::size_t size = std::fread(text.data(), 1, text.size(), file);
  std::fclose(file);
  return std::string(text.data(), size);
}

TEST(Logging, WritesLambdasJsonLines) {
  EXPECT_EQ(
      written({.runtime_api = "", .handler = "", .log_format = LogFormat::json}, LogLevel::warning),
      R"({"timestamp":"2025-12-02T08:30:00.250Z","level":"WARN","message":"hello",)"
      R"("requestId":"r-1","attempt":2})"
      "\n");
}

TEST(Logging, WritesTextOtherwise) {
  EXPECT_EQ(written({}, LogLevel::info),
            "2025-12-02T08:30:00.250Z INFO  hello  requestId=r-1 attempt=2\n");
}

TEST(Logging, LeavesOutWhatIsBelowTheLevel) {
  Settings settings;
  settings.log_level = LogLevel::error;
  EXPECT_EQ(written(settings, LogLevel::warning), "");
  EXPECT_NE(written(settings, LogLevel::error), "");
}

TEST(Logging, TellsTheAttemptAndTheTenantApart) {
  fake::MemoryLogger behind;
  const LambdaContext info{.invocation_id = "i-7", .tenant_id = "blue"};
  InvocationLogger(behind, info).write({LogLevel::info, "x", {}});
  EXPECT_EQ(behind.last_fields.at("invocationId"), "i-7");
  EXPECT_EQ(behind.last_fields.at("tenantId"), "blue");
}

TEST(Logging, AddsNothingThatIsNotKnown) {
  fake::MemoryLogger behind;
  const LambdaContext info{.request_id = "r"};
  InvocationLogger(behind, info).write({LogLevel::info, "x", {}});
  EXPECT_TRUE(behind.last_fields.empty());
}

}  // namespace
}  // namespace durable::lambda
