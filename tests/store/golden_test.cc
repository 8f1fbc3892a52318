// SPDX-License-Identifier: Apache-2.0
//
// Blocks as some version of durable wrote them. Each file is the block of one event, in
// hexadecimal. A file is never changed: files of users look like it.
#include "engine/operation_index.h"
#include "store/bytes.h"
#include "store/event_codec.h"
#include "store/random_events.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace durable::store {
namespace {

using engine::Event;
namespace fact = engine::fact;

struct Sample {
  std::string_view name;  ///< Of its file.
  Event event;
};

constexpr Timestamp at{Duration{1'700'000'000'123}};

engine::SharedError some_error() {
  wire::ErrorObject error;
  error.error_message = "no funds";
  error.error_type = "ChargeError";
  error.error_data = "{\"code\":7}";
  error.stack_trace = std::vector<std::string>{"charge (orders.cc:12)", "main"};
  return std::make_shared<const wire::ErrorObject>(std::move(error));
}

std::shared_ptr<const engine::ExecutionInfo> some_execution() {
  engine::ExecutionInfo info;
  info.arn = "arn:aws:lambda:us-east-1:123456789012:function:orders:7/durable-execution/o-1/e0c1";
  info.name = "o-1";
  info.function_arn = "arn:aws:lambda:us-east-1:123456789012:function:orders:7";
  info.version = "7";
  info.input = Payload("{\"id\":7}");
  info.execution_timeout = std::chrono::hours{1};
  info.started_by = engine::StartedBy::event;
  info.token_secret = 0x0123456789ABCDEF;
  info.arn_tag = 0xFEDCBA9876543210;
  info.settings.limits.operations_max = 5'000;
  return std::make_shared<const engine::ExecutionInfo>(std::move(info));
}

std::shared_ptr<const engine::OperationInfo> some_invoke() {
  engine::OperationInfo::Parts parts;
  parts.id = "c4ca4238a0b92382";
  parts.name = "bill";
  parts.sub_type = "ChainedInvoke";
  parts.type = wire::OperationType::chained_invoke;
  parts.parent = 300;
  parts.id_hash = engine::hash_id(parts.id);
  parts.chained_invoke = std::make_unique<const engine::ChainedInvokeTarget>(
      engine::ChainedInvokeTarget{"billing:live", "tenant-1", "Root=1-2-3", Payload("{}")});
  return engine::OperationInfo::make(std::move(parts));
}

std::shared_ptr<const engine::OperationInfo> some_callback() {
  engine::OperationInfo::Parts parts;
  parts.id = "c81e728d9d4c2f63";
  parts.type = wire::OperationType::callback;
  parts.id_hash = engine::hash_id(parts.id);
  parts.timeout_s = 31'622'400;
  parts.heartbeat_timeout_s = 60;
  return engine::OperationInfo::make(std::move(parts));
}

std::shared_ptr<const engine::InvocationRecord> some_invocation() {
  return std::make_shared<const engine::InvocationRecord>(
      engine::InvocationRecord{"8f2b", at - Duration{1500}, engine::InvocationOutcome::failed,
                               some_error(), at + Duration{5000}});
}

/// One of each fact, two of a start.
std::vector<Sample> samples() {
  return {
      {"execution_started", Event(at, 1, 0, fact::ExecutionStarted{some_execution()})},
      {"execution_succeeded", Event(at, 9, 0, fact::ExecutionSucceeded{Payload("\"done\"")})},
      {"execution_failed",
       Event(at, 9, 0, fact::ExecutionFailed{some_error(), wire::ExecutionStatus::timed_out})},
      {"invocation_started", Event(at, 1, 0, fact::InvocationStarted{"8f2b"})},
      {"invocation_completed", Event(at, 8, 0, fact::InvocationCompleted{some_invocation()})},
      {"checkpoint_accepted", Event(at, 3, 0, fact::CheckpointAccepted{0xFEDCBA9876543210})},
      {"operation_started", Event(at, 2, 301, fact::OperationStarted{some_invoke()})},
      {"operation_started_callback", Event(at, 2, 1, fact::OperationStarted{some_callback()})},
      {"step_restarted", Event(at, 5, 1, fact::StepRestarted{})},
      {"step_retried", Event(at, 4, 1, fact::StepRetried{some_error(), 3, 3'600})},
      {"condition_polled", Event(at, 4, 1, fact::ConditionPolled{Payload("{\"n\":1}"), 2, 30})},
      {"step_ready", Event(at, 4, 1, fact::StepReady{})},
      {"operation_succeeded",
       Event(at, 6, 200, fact::OperationSucceeded{Payload("\"paid\""), 4, true})},
      {"operation_failed",
       Event(at, 6, 1, fact::OperationFailed{some_error(), 4, wire::OperationStatus::cancelled})},
      {"callback_heartbeat", Event(at, 6, 1, fact::CallbackHeartbeat{})},
      {"chained_invoke_reported",
       Event(at, 6, 1,
             fact::ChainedInvokeReported{std::make_shared<const engine::ChainedInvokeStart>(
                 engine::ChainedInvokeStart{"7", std::nullopt})})},
  };
}

std::string to_hex(std::string_view bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  constexpr std::size_t bytes_per_line = 40;
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const auto byte = static_cast<std::uint8_t>(bytes[i]);
    text += digits[byte >> 4U];
    text += digits[byte & 0xFU];
    if (i % bytes_per_line == bytes_per_line - 1 || i + 1 == bytes.size()) text += '\n';
  }
  return text;
}

std::string from_hex(const std::string& text) {
  std::string bytes;
  std::string digits;
  for (const char c : text) {
    if (c == '\n') continue;
    digits += c;
    if (digits.size() < 2) continue;
    bytes += static_cast<char>(std::stoi(digits, nullptr, 16));
    digits.clear();
  }
  return bytes;
}

std::string golden(std::string_view folder, std::string_view name) {
  const auto path =
      std::filesystem::path(DURABLE_GOLDEN_DIR) / folder / (std::string(name) + ".hex");
  std::ifstream file(path);
  EXPECT_TRUE(file.is_open()) << path << " is missing";
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST(GoldenBlocks, OfFormat1AreReadAsWhatTheySay) {
  for (const Sample& sample : samples()) {
    SCOPED_TRACE(sample.name);
    std::vector<Event> events;
    const Result<void> decoded = decode(from_hex(golden("format_1", sample.name)), events);
    ASSERT_TRUE(decoded.has_value()) << decoded.error().message;
    ASSERT_EQ(events.size(), 1U);
    EXPECT_TRUE(same(events[0], sample.event));
  }
}

TEST(GoldenBlocks, OfThePresentFormatAreWhatIsWritten) {
  for (const Sample& sample : samples()) {
    std::string block;
    encode({&sample.event, 1}, block);
    EXPECT_EQ(to_hex(block), golden("format_1", sample.name)) << sample.name;
  }
}

TEST(GoldenBlocks, HaveOneForEachFact) {
  std::vector<bool> found(std::variant_size_v<engine::Fact>);
  for (const Sample& sample : samples()) found[sample.event.fact.index()] = true;
  EXPECT_EQ(found, std::vector<bool>(found.size(), true));
}

// It stands beside every block on disk.
TEST(Checksum, IsTheSameForEver) {
  EXPECT_EQ(checksum(0, ""), 0x91CC7D8EU);
  EXPECT_EQ(checksum(0, "a"), 0x4D2B1E8DU);
  EXPECT_EQ(checksum(1, "a"), 0x7B06AE7BU);
  EXPECT_EQ(checksum(0, "12345678"), 0x899942B5U);
  EXPECT_EQ(checksum(42, "The log is the truth."), 0xDD7C810FU);
}

TEST(Checksum, SeesEveryChangedBit) {
  const std::string text = "durable executions are kept as events";
  for (std::size_t bit = 0; bit < text.size() * 8; ++bit) {
    std::string changed = text;
    changed[bit / 8] = static_cast<char>(static_cast<std::uint8_t>(changed[bit / 8]) ^
                                         static_cast<std::uint8_t>(1U << (bit % 8)));
    EXPECT_NE(checksum(7, changed), checksum(7, text)) << "bit " << bit;
  }
}

}  // namespace
}  // namespace durable::store
