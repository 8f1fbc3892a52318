// SPDX-License-Identifier: Apache-2.0
//
// The whole API as one HTTP handler: finds what a request means and has it answered.
#pragma once

#include "server/handlers.h"
#include "server/routes.h"

#include <durable/base/random.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace durable::server {

/// Says whether a request comes from someone who may send it. Called on the HTTP server's thread.
class RequestVerifier {
 public:
  virtual ~RequestVerifier() = default;
  /// What the request is answered instead; absent: it is served.
  [[nodiscard]] virtual std::optional<Failure> refusal(const http::Request& request) = 0;
};

/// A random UUID, as the service's request ids are.
[[nodiscard]] std::string make_request_id(Random& random);

/// Thread-safety: `handle` runs on the HTTP server's one thread; the rest may be called from any.
class Api {
 public:
  /// `verifier` may be null, and outlives this. `seed` is for request ids.
  Api(Context context, RequestVerifier* verifier, std::uint64_t seed);

  /// Answers the request, now or later.
  void handle(http::Request request, http::Responder responder);

  /// Words what the HTTP server refuses by itself like all other answers. On the thread of
  /// `handle`.
  [[nodiscard]] http::Response refuse(const http::Refusal& refusal);

  /// From now on refuses what starts something (503); all else is still served.
  void drain() noexcept { draining_ = true; }
  /// Answers 503 to the synchronous invokes that still wait for a result.
  void release_held() {
    context_.book->held.fail(failure_of({ErrorCode::unavailable, "The server is stopping."}));
  }
  /// Requests that are not answered.
  [[nodiscard]] std::size_t in_work() const noexcept { return context_.book->in_work; }

 private:
  [[nodiscard]] std::optional<Failure> refusal(const http::Request& request) const;
  void dispatch(Operation operation, const CallPtr& call);

  Encoder encoder_;
  Context context_;
  RequestVerifier* const verifier_;
  Random random_;  // used on the HTTP server's thread alone
  std::atomic<bool> draining_ = false;
};

}  // namespace durable::server
