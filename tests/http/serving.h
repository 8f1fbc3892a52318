// SPDX-License-Identifier: Apache-2.0
//
// What the tests of the server share.
#pragma once

#include "http/server.h"
#include "http/socket.h"

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>

namespace durable::http::test {

inline constexpr std::chrono::seconds patience{30};

/// Waits for what another thread brings about.
inline bool eventually(const std::function<bool()>& is_so) {
  const auto end = std::chrono::steady_clock::now() + patience;
  while (!is_so()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::yield();
  }
  return true;
}

/// Answers with method, target and body.
inline void answer(Request request, Responder responder) {
  responder.respond({200, {}, request.method + ' ' + request.target + ' ' + request.body});
}

/// A server with one listener.
class Serving {
 public:
  explicit Serving(ListenerOptions options = {}, Handler handler = answer)
      : listener_(server_.listen(std::move(options), std::move(handler)).value()) {}

  [[nodiscard]] RawClient client() const { return RawClient(listener_->port()); }
  Server& server() { return server_; }
  Listener& listener() { return *listener_; }
  void close() { listener_.reset(); }

 private:
  Server server_;
  std::unique_ptr<Listener> listener_;
};

/// Keeps requests until a test answers them.
class Holding {
 public:
  struct Held {
    Request request;
    Responder responder;
  };

  [[nodiscard]] Handler handler() {
    return [this](Request request, Responder responder) {
      const std::lock_guard lock(mutex_);
      held_.push_back({std::move(request), std::move(responder)});
      arrived_.notify_all();
    };
  }

  Held take() {
    std::unique_lock lock(mutex_);
    if (!arrived_.wait_for(lock, patience, [&] { return !held_.empty(); })) {
      throw std::runtime_error("no request arrived");
    }
    Held held = std::move(held_.front());
    held_.pop_front();
    return held;
  }

 private:
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::deque<Held> held_;  // guarded by mutex_
};

}  // namespace durable::http::test
