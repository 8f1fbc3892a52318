// SPDX-License-Identifier: Apache-2.0
//
// One call of the API with its signature, attempts, pauses and deadline. Knows no operation.
#pragma once

#include "http/transport.h"

#include <durable/base/error.h>
#include <durable/base/random.h>
#include <durable/base/result.h>
#include <durable/base/time.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace durable::cloud {

/// Adds what proves who asks: the headers of AWS Signature Version 4. Errors: `invalid_usage` when
/// no credentials are found; the message names the places that were looked at. `unavailable` when a
/// place that has them did not answer.
///
/// Thread-safety: `sign` may be called from several threads at the same time.
class Signer {
 public:
  virtual ~Signer() = default;
  [[nodiscard]] virtual Result<void> sign(http::OutboundRequest& request) = 0;
};

struct RetryPolicy {
  std::uint32_t attempts_max = 3;                         ///< The first one counts; at least 1.
  Duration first_delay = std::chrono::milliseconds{100};  ///< Doubles; full jitter.
  Duration delay_max = std::chrono::seconds{20};          ///< Bounds Retry-After too.
};

struct ClientOptions {
  std::string endpoint;  ///< `https://lambda.us-west-2.amazonaws.com`; a path is kept as a prefix.
  std::string user_agent;
  Duration timeout = std::chrono::seconds{60};        ///< Of one attempt.
  Duration call_timeout = std::chrono::seconds{180};  ///< Of all attempts and pauses together.
  /// Of an Invoke that waits for its answer, which may take 15 minutes: of all attempts together.
  Duration invoke_timeout = std::chrono::minutes{16};
  RetryPolicy retry;
  std::uint64_t seed = 0;  ///< For the jitter and the client tokens.
  /// How a pause is made; empty: the thread sleeps.
  std::function<void(Duration)> pause;
  /// What the deadline of a call is measured with; null: the machine's steady clock.
  std::shared_ptr<const Clock> clock = {};  // owners: this, its client, and who made it
};

/// How long to wait before attempt number `attempt` (the second is 2): exponential with full
/// jitter, and no less than `retry_after`, all at most `delay_max`.
[[nodiscard]] Duration pause_before(const RetryPolicy& policy, std::uint32_t attempt,
                                    std::optional<Duration> retry_after, Random& random);

/// What may be repeated. An answer 429 always may: it says that nothing was done.
enum class Repeat : std::uint8_t {
  always,       ///< Done twice it is as done once: also after 5xx and a lost answer.
  if_not_sent,  ///< Only where the service cannot have received it.
};

/// One request of the API.
struct Call {
  std::string name = {};  ///< Of the operation, for messages.
  std::string method = {};
  std::string target = {};  ///< Path and query, encoded.
  http::Headers headers = {};
  std::string body = {};
  Repeat repeat = Repeat::always;
  bool waits_long = false;     ///< Has `invoke_timeout`.
  bool plain_message = false;  ///< The error's message is the service's own, without its name.
};

/// Thread-safety: as the transport's and the signer's.
class Caller {
 public:
  Caller(std::shared_ptr<http::Transport> transport, std::shared_ptr<Signer> signer,
         ClientOptions options);
  Caller(Caller&&) noexcept;
  Caller& operator=(Caller&&) noexcept;
  ~Caller();

  /// The answer, if its status is a success. Else an error as LambdaClient describes.
  [[nodiscard]] Result<http::Response> send(const Call& call);

  /// A number that differs for each call of this caller.
  [[nodiscard]] std::uint64_t draw() noexcept;
  [[nodiscard]] const std::string& endpoint() const noexcept;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace durable::cloud
