// SPDX-License-Identifier: Apache-2.0
//
// A service in memory, as simple as the SDK's tests need it: it records updates, answers with what
// changed, and lets the test say when waits end and retries are due.
#pragma once

#include <durable/durable.h>
#include <durable/sdk/invocation.h>
#include <durable/sdk/service_client.h>

#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

namespace durable::fake {

class Service final : public ServiceClient {
 public:
  /// When replies come: inside checkpoint(), or from another thread.
  enum class Replies { at_once, from_a_thread };

  explicit Service(std::string input = "{}", Replies replies = Replies::at_once);
  ~Service() override;

  void checkpoint(wire::CheckpointDurableExecutionRequest request, CheckpointDone done) override;
  Result<wire::GetDurableExecutionStateResponse> get_state(
      const wire::GetDurableExecutionStateRequest& request) override;

  /// Runs one invocation on what is recorded.
  InvocationOutcome invoke(const Handler& handler);
  /// Invokes until the answer is not PENDING, ending waits and delays in between.
  wire::InvocationOutput run(const Handler& handler, int invocations_max = 50);
  /// What the next invocation is given.
  [[nodiscard]] wire::InvocationInput event();

  /// Ends all waits that are open, and makes all delayed retries ready.
  void pass_time();
  /// The same for one operation; told with the reply to the next call.
  void complete(const std::string& id);

  [[nodiscard]] wire::Operation& operation(const std::string& id);
  [[nodiscard]] bool has(const std::string& id) const { return index_.contains(id); }
  void add(wire::Operation operation);

  /// Each call, as its updates in words: `1 STEP START "charge"`.
  std::vector<std::string> calls;
  int invocations = 0;
  InvocationEnvironment environment;
  std::size_t page_items = 1'000'000;           ///< In events and replies.
  std::function<std::optional<Error>()> fault;  ///< Asked at each call.
  std::function<void(int call)> on_call;        ///< Told before a call is recorded, from 1.
  bool close_execution = false;                 ///< Replies carry no token any more.
  bool keep_log = true;

 private:
  Result<wire::CheckpointDurableExecutionResponse> record(
      const wire::CheckpointDurableExecutionRequest& request);
  void apply(const wire::OperationUpdate& update);

  Replies replies_;
  std::deque<wire::Operation> operations_;
  std::unordered_map<std::string, std::size_t> index_;
  std::vector<std::string> changed_;  // not yet told
  std::string token_ = "t0";
  int token_number_ = 0;
  int call_number_ = 0;
  std::vector<std::thread> threads_;
};

/// Keeps lines for tests.
class MemoryLogger final : public Logger {
 public:
  [[nodiscard]] bool enabled(LogLevel) const noexcept override { return true; }
  void write(const LogRecord& record) noexcept override {
    lines.emplace_back(record.message);
    for (const LogField& field : record.fields) {
      last_fields[std::string(field.key)] = field.value.to_text();
    }
  }
  std::vector<std::string> lines;
  std::unordered_map<std::string, std::string> last_fields;
};

// Parts of outcomes; each fails the test if the outcome is another.
wire::InvocationOutput output_of(const InvocationOutcome& outcome);
wire::ErrorObject failure_of(const InvocationOutcome& outcome);
std::string error_text(const wire::InvocationOutput& output);
std::string error_type(const wire::InvocationOutput& output);

}  // namespace durable::fake
