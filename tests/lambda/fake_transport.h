// SPDX-License-Identifier: Apache-2.0
//
// A transport that answers as a test has written down, and keeps what it was asked.
#pragma once

#include "http/transport.h"

#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace durable::fake {

class Transport final : public http::Transport {
 public:
  using Answer = std::function<Result<http::Response>(const http::OutboundRequest&)>;

  /// What the next request gets. A request beyond the script gets an `unavailable` error.
  void will(Answer answer) { script_.push_back(std::move(answer)); }
  void will_answer(http::Response response) {
    will([response = std::move(response)](const http::OutboundRequest&) { return response; });
  }
  void will_fail(std::string message) {
    will([message = std::move(message)](const http::OutboundRequest&) -> Result<http::Response> {
      return Error{ErrorCode::unavailable, message};
    });
  }

  [[nodiscard]] Result<http::Response> send(const http::OutboundRequest& request) override {
    Answer answer;
    {
      const std::lock_guard lock(mutex_);
      requests_.push_back(request);
      if (script_.empty()) return Error{ErrorCode::unavailable, "the script of the test has ended"};
      answer = std::move(script_.front());
      script_.pop_front();
    }
    return answer(request);
  }

  /// All requests so far, each as `GET http://...`.
  [[nodiscard]] std::vector<std::string> lines() const {
    const std::lock_guard lock(mutex_);
    std::vector<std::string> all;
    all.reserve(requests_.size());
    for (const http::OutboundRequest& request : requests_) {
      all.push_back(request.method + " " + request.url);
    }
    return all;
  }
  [[nodiscard]] http::OutboundRequest request(std::size_t index) const {
    const std::lock_guard lock(mutex_);
    return requests_.at(index);
  }
  [[nodiscard]] std::size_t unused() const {
    const std::lock_guard lock(mutex_);
    return script_.size();
  }

 private:
  mutable std::mutex mutex_;  // guards both
  std::deque<Answer> script_;
  std::vector<http::OutboundRequest> requests_;
};

/// The value of a header, or "(none)".
inline std::string header_of(const http::OutboundRequest& request, std::string_view name) {
  return std::string(http::find_header(request.headers, name).value_or("(none)"));
}

/// An answer to `next`.
inline http::Response next_invocation(std::string request_id, std::string event,
                                      http::Headers more = {}) {
  http::Response response;
  response.headers = {{"Lambda-Runtime-Aws-Request-Id", std::move(request_id)}};
  response.headers.insert(response.headers.end(), more.begin(), more.end());
  response.body = std::move(event);
  return response;
}

inline http::Response status(int code, std::string body = {}) {
  http::Response response;
  response.status = code;
  response.body = std::move(body);
  return response;
}

}  // namespace durable::fake
