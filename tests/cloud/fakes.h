// SPDX-License-Identifier: Apache-2.0
//
// A network that answers from a script, and time that a test owns.
#pragma once

#include "cloud/caller.h"
#include "cloud/surroundings.h"
#include "http/transport.h"

#include <durable/base/time.h>

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace durable::cloud {

class FakeClock final : public Clock {
 public:
  explicit FakeClock(Timestamp now = Timestamp{}) : now_(now) {}
  [[nodiscard]] Timestamp now() const override { return now_; }
  void pass(Duration time) { now_ += time; }

 private:
  Timestamp now_;
};

/// Answers each request with the next entry of its script; more requests than entries are an error
/// that no script expects.
class FakeTransport final : public http::Transport {
 public:
  using Answer = std::function<Result<http::Response>(const http::OutboundRequest&)>;

  FakeTransport& then(Answer answer);
  FakeTransport& then(int status, std::string body, http::Headers headers = {});
  FakeTransport& then(Error error);

  [[nodiscard]] Result<http::Response> send(const http::OutboundRequest& request) override;

  [[nodiscard]] const std::vector<http::OutboundRequest>& requests() const { return requests_; }
  [[nodiscard]] bool said_all() const { return script_.empty(); }

 private:
  std::deque<Answer> script_;
  std::vector<http::OutboundRequest> requests_;
};

/// An environment, files and commands that a test owns; nothing is there that it does not put
/// there.
struct FakeSurroundings {
  std::map<std::string, std::string> variables{{"HOME", "/home/user"}};
  std::map<std::string, std::string> files;
  std::map<std::string, Result<std::string>> commands;
  std::vector<std::string> commands_run;
  std::shared_ptr<FakeTransport> transport = std::make_shared<FakeTransport>();
  std::shared_ptr<FakeTransport> local_transport = std::make_shared<FakeTransport>();
  std::shared_ptr<FakeClock> clock =
      std::make_shared<FakeClock>(Timestamp{std::chrono::milliseconds{1'764'664'200'250}});

  /// Refers to this, which outlives it.
  [[nodiscard]] Surroundings surroundings();
};

/// What happens when a connection is refused, and when an answer is lost.
[[nodiscard]] Error connection_refused();
[[nodiscard]] Error answer_lost();

/// The value of a header of a request that was sent; empty if it has none.
[[nodiscard]] std::string header_of(const http::OutboundRequest& request, std::string_view name);

}  // namespace durable::cloud
