// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "functions/file_descriptor.h"
#include "functions/host.h"
#include "http/server.h"

#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <string>

namespace durable::functions {

/// No condition of these tests takes nearly as long, even on a busy machine.
inline constexpr std::chrono::seconds patience{30};

/// Tries until `condition` holds or patience ends.
[[nodiscard]] bool eventually(const std::function<bool()>& condition);

/// A process of which only the number is known. Take it while the process lives.
class Watched {
 public:
  explicit Watched(pid_t pid);
  /// Waits for its end.
  [[nodiscard]] bool ends();
  [[nodiscard]] bool has_ended();

 private:
  FileDescriptor process_;
};

class HostTest : public ::testing::Test {
 protected:
  HostTest();

  /// A function of the test's own program.
  static FunctionSpec fake(const std::string& start = "run");
  /// The same, for what one invocation leaves to the next: never two processes, however late the
  /// first asks for more.
  static FunctionSpec one_process();
  static FunctionSpec attached();
  void add(FunctionSpec spec);

  std::future<Outcome> start(const std::string& payload, const std::string& request_id = "r");
  static Outcome wait(std::future<Outcome> outcome);
  /// The answer of an invocation; a failure's text fails the test.
  std::string answer(const std::string& payload);
  Failure failure(const std::string& payload, const std::string& request_id = "r");
  [[nodiscard]] FunctionState state() const;

  http::Server server_;
  HostOptions options_;
  std::unique_ptr<Host> host_;
};

}  // namespace durable::functions
