// SPDX-License-Identifier: Apache-2.0
//
// The other side of a function's process: the Runtime API and the Lambda API on a port of this
// machine.
#pragma once

#include "http/server.h"

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace durable::fake {

/// Thread-safety: the test's thread calls; requests come on the server's.
class RuntimeStandIn {
 public:
  /// Answers all that is not of the Runtime API; called on the server's thread.
  using Api = std::function<http::Response(const http::Request&)>;

  explicit RuntimeStandIn(Api api = {});
  ~RuntimeStandIn();

  [[nodiscard]] std::string host_and_port() const;

  /// Hands out an invocation to whoever asks for the next one.
  void invoke(std::string request_id, std::string event, http::Headers more = {});

  // Both wait, generously; absent when it did not happen.

  /// The next answer of the function: a response, an error, an init error.
  [[nodiscard]] std::optional<http::Request> answer();
  /// Waits until the function asks for an invocation that is not there.
  [[nodiscard]] bool waits();

 private:
  void handle(http::Request request, http::Responder responder);

  const Api api_;
  std::mutex mutex_;  // guards all below but the server
  std::condition_variable changed_;
  std::deque<http::Response> events_;
  std::deque<http::Request> answers_;
  std::optional<http::Responder> waiting_;  // a call for the next invocation
  http::Server server_;
  std::unique_ptr<http::Listener> listener_;
};

/// A process that the test has started; killed with it.
class Process {
 public:
  /// `command`: a program's path and its arguments. `environment`: `NAME=value`, and nothing else.
  Process(std::vector<std::string> command, std::vector<std::string> environment);
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  void signal(int number) const;
  /// Waits for its end: the exit code, or minus the signal that killed it.
  [[nodiscard]] int wait();
  /// What it has written to standard output and standard error until its end.
  [[nodiscard]] std::string output();

 private:
  int id_ = -1;
  int output_ = -1;
  std::optional<int> status_;
};

}  // namespace durable::fake
