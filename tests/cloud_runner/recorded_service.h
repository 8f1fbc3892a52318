// SPDX-License-Identifier: Apache-2.0
//
// What the cloud runner's tests stand on: a service that plays back an execution that ran locally,
// and a runner whose time the test owns.
#pragma once

#include "cloud/fakes.h"
#include "cloud/lambda_client.h"

#include <durable/testing/cloud_runner.h>

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

namespace durable {

inline constexpr const char* function_name = "MyFunction:$LATEST";
inline constexpr const char* execution_arn =
    "arn:aws:lambda:us-west-2:123456789012:function:MyFunction:$LATEST/durable-execution/name/id";

/// Answers Invoke, GetDurableExecution and GetDurableExecutionHistory from a local result, as the
/// service would.
class RecordedService final : public http::Transport {
 public:
  explicit RecordedService(DurableFunctionTestResult result, std::size_t page_items_max = 1'000)
      : result_(std::move(result)), page_items_max_(page_items_max) {}

  [[nodiscard]] Result<http::Response> send(const http::OutboundRequest& request) override;

  /// The execution has come to its first `events` events; by default to all.
  void show(std::size_t events) { shown_ = events; }
  [[nodiscard]] std::size_t history_pages() const { return history_pages_; }

 private:
  [[nodiscard]] std::string execution_body(const http::OutboundRequest& request) const;
  [[nodiscard]] std::string history_page(const http::OutboundRequest& request) const;

  DurableFunctionTestResult result_;
  std::size_t page_items_max_;
  std::size_t shown_ = static_cast<std::size_t>(-1);
  std::size_t history_pages_ = 0;
};

/// A cloud runner over a transport of the test's, with time that passes only in pauses.
struct ScriptedRunner {
  explicit ScriptedRunner(std::shared_ptr<http::Transport> transport,
                          std::string name = function_name);

  std::shared_ptr<cloud::FakeClock> clock = std::make_shared<cloud::FakeClock>();
  std::vector<Duration> pauses;
  std::vector<std::string> warnings;
  std::unique_ptr<DurableFunctionCloudTestRunner> runner;

  DurableFunctionCloudTestRunner* operator->() const { return runner.get(); }
};

/// The bodies and headers of the service's answers.
[[nodiscard]] http::Headers arn_header();
[[nodiscard]] std::string execution_json(const std::string& status, const std::string& more = "");

/// What `call` throws as an `E`, as text; a failure of the test when it throws nothing.
template <class E, class F>
std::string thrown(F call) {
  try {
    call();
  } catch (const E& error) {
    return error.what();
  }
  ADD_FAILURE() << "nothing was thrown";
  return "";
}

}  // namespace durable
