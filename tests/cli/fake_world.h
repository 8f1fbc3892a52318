// SPDX-License-Identifier: Apache-2.0
//
// A world for commands: streams in memory, time that passes when a command pauses, a network that
// answers from a script.
#pragma once

#include "cli/io.h"
#include "cloud/fakes.h"

#include <functional>
#include <map>
#include <memory>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

namespace durable::cli {

/// `2026-03-01T12:00:00Z`, when the tests' executions start, and its number in a body.
inline constexpr Timestamp test_start{std::chrono::milliseconds{1'772'366'400'000}};

struct FakeWorld {
  FakeWorld();

  /// Runs the program; gives its exit code. `out` and `err` hold what it printed this time.
  int run(const std::vector<std::string>& arguments);

  /// The answers still to come, in order.
  cloud::FakeTransport& network() { return *transport; }
  /// `METHOD target` of each request, in order.
  [[nodiscard]] std::vector<std::string> requests() const;

  std::istringstream in;
  std::ostringstream out;
  std::ostringstream err;
  std::map<std::string, std::string, std::less<>> variables;
  std::map<std::string, std::string> files;  // those of the AWS configuration, by their paths
  Screen screen;
  bool out_has_reader = true;
  cloud::FakeClock clock{test_start};
  std::shared_ptr<cloud::FakeTransport> transport;  // owners: this, and the world of a run
  std::vector<SignerRequest> signers;               // that were asked for
  std::vector<ServerCommand> served;
  std::vector<std::pair<ReplayCommand, std::string>> replayed;  // with the execution's ARN
  Result<ProcessReplay> replay_outcome = ProcessReplay();       // of those
  std::vector<ConformanceCommand> conformed;
  /// What runs a conformance command, besides taking note of it.
  std::function<Result<int>(const ConformanceCommand&, Session&)> conform;
};

/// The execution that the scripts below tell of.
inline constexpr std::string_view test_arn =
    "arn:aws:lambda:us-east-1:123456789012:function:order:$LATEST/durable-execution/order-7/1";

/// Its history, in the form of the API: started, a step, a callback that waits.
[[nodiscard]] std::string history_begin();
/// The events after that: the callback succeeds, the execution too.
[[nodiscard]] std::string history_end();
/// A page of a history, newest first, of events in the order of their numbers.
[[nodiscard]] std::string page(std::string_view events);
/// The body of GetDurableExecution.
[[nodiscard]] std::string execution_body(std::string_view status, std::string_view rest = "");
/// The body of GetFunctionConfiguration.
[[nodiscard]] std::string function_body(bool durable);

}  // namespace durable::cli
