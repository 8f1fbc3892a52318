// SPDX-License-Identifier: Apache-2.0
//
// Functions behind another endpoint that knows Lambda's Invoke, such as `sam local start-lambda`.
#pragma once

#include "http/transport.h"
#include "service/functions.h"

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

namespace durable::server {

struct RemoteOptions {
  std::size_t threads_max = 32;      ///< Invocations at the same time; further ones wait.
  std::size_t waiting_max = 10'000;  ///< Further ones fail.
  /// What an answer may take beyond the function's own time-out, its cold start included.
  Duration margin = std::chrono::seconds{60};
};

/// Invokes functions through HTTP, each call on a thread of a bounded pool.
///
/// Thread-safety: `invoke` may be called from any thread.
class RemoteFunctions {
 public:
  using Ended = std::function<void(service::InvocationOutcome)>;

  /// `transport` outlives this.
  RemoteFunctions(http::Transport& transport, RemoteOptions options);
  /// Drops what waits, uncalled, and calls off what runs, which ends within about a second.
  ~RemoteFunctions();
  RemoteFunctions(const RemoteFunctions&) = delete;
  RemoteFunctions& operator=(const RemoteFunctions&) = delete;

  /// `endpoint` is a URL without a path. `ended` is called once, on a thread of the pool. False:
  /// too many wait, and it is not called.
  [[nodiscard]] bool invoke(std::string endpoint, service::Invocation invocation, Ended ended);

 private:
  struct Job {
    std::string endpoint;
    service::Invocation invocation;
    Ended ended;
  };
  void work();
  [[nodiscard]] service::InvocationOutcome call(const Job& job);

  http::Transport& transport_;
  const RemoteOptions options_;
  std::stop_source stop_;
  std::mutex mutex_;  // guards all below
  std::condition_variable wake_;
  std::deque<Job> waiting_;
  std::size_t idle_ = 0;
  bool ends_ = false;
  std::vector<std::thread> threads_;
};

/// What an answer to Invoke says. For tests, too.
[[nodiscard]] service::InvocationOutcome outcome_of(const http::Response& response);

}  // namespace durable::server
