// SPDX-License-Identifier: Apache-2.0
#include "cloud/caller.h"

#include "cloud/answer.h"
#include "cloud/system_clock.h"
#include "cloud/url.h"

#include <algorithm>
#include <atomic>
#include <thread>
#include <utility>

namespace durable::cloud {
namespace {

/// How one attempt failed.
struct Failure {
  Error error;
  bool may_have_been_done = false;
  bool may_repeat = false;
  std::optional<Duration> retry_after;
};

bool is_success(int status) noexcept { return status >= 200 && status < 300; }

/// The transport says it in its message, since an Error has no member for it.
bool was_not_received(const Error& error) {
  return error.message.find("was not received") != std::string::npos;
}

Failure lost(const Call& call, Error error) {
  Failure failure;
  failure.may_have_been_done = !was_not_received(error);
  failure.may_repeat =
      error.retryable() && (call.repeat == Repeat::always || !failure.may_have_been_done);
  failure.error = {error.code, call.name + ": " + error.message};
  return failure;
}

Failure refused(const Call& call, const http::Response& response) {
  ServiceFault fault = fault_of(response);
  Failure failure;
  const bool throttled = fault.code == ErrorCode::too_many_requests;
  failure.may_have_been_done = response.status >= 500;
  failure.may_repeat = throttled || call.repeat == Repeat::always;
  failure.retry_after = retry_after(response);
  failure.error = call.plain_message && error_info(fault.code).name == fault.name
                      ? Error{fault.code, std::move(fault.message)}
                      : error_of(std::move(fault));
  failure.may_repeat = failure.may_repeat && failure.error.retryable();
  return failure;
}

/// So that the header Host, which is signed, is the same whoever writes it.
std::string without_usual_port(std::string endpoint) {
  const auto url = parse_url(endpoint);
  if (!url || url->port.empty()) return endpoint;
  const std::string path = url->path == "/" ? std::string() : std::string(url->path);
  return std::string(url->scheme) + "://" + url->host_header() + path;
}

/// A header with a line end in it would be a second header.
Result<void> check(const Call& call) {
  for (const http::Header& header : call.headers) {
    for (const char c : header.value) {
      if (static_cast<unsigned char>(c) >= ' ' && c != '\x7f') continue;
      return Error{ErrorCode::invalid_usage,
                   call.name + ": the value of the header " + header.name +
                       " has a control character; it must be printable text in one line"};
    }
  }
  return {};
}

}  // namespace

Duration pause_before(const RetryPolicy& policy, std::uint32_t attempt,
                      std::optional<Duration> retry_after, Random& random) {
  const std::uint32_t doublings = std::min(attempt < 2 ? 0 : attempt - 2, 20U);
  const Duration first = std::clamp(policy.first_delay, Duration::zero(), policy.delay_max);
  const Duration ceiling = std::min(first * (std::int64_t{1} << doublings), policy.delay_max);
  const Duration drawn{
      static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(ceiling.count()) + 1))};
  return std::min(std::max(drawn, retry_after.value_or(Duration::zero())), policy.delay_max);
}

struct Caller::State {
  std::shared_ptr<http::Transport> transport;  // owners: this, and other clients
  std::shared_ptr<Signer> signer;              // owners: this, and other clients
  ClientOptions options;
  std::atomic<std::uint64_t> calls = 0;

  [[nodiscard]] Result<http::OutboundRequest> make_request(const Call& call,
                                                           Duration timeout) const;
};

Result<http::OutboundRequest> Caller::State::make_request(const Call& call,
                                                          Duration timeout) const {
  http::OutboundRequest request;
  request.method = call.method;
  request.url = options.endpoint + call.target;
  request.headers = call.headers;
  if (!options.user_agent.empty()) request.headers.push_back({"User-Agent", options.user_agent});
  request.body = call.body;
  request.timeout = timeout;
  request.connect_timeout = std::min(request.connect_timeout, timeout);
  if (signer != nullptr) {
    Result<void> done = signer->sign(request);
    if (!done) return Error{done.error().code, call.name + ": " + done.error().message};
  }
  return request;
}

Caller::Caller(std::shared_ptr<http::Transport> transport, std::shared_ptr<Signer> signer,
               ClientOptions options)
    : state_(std::make_unique<State>()) {
  state_->transport = std::move(transport);
  state_->signer = std::move(signer);
  state_->options = std::move(options);
  ClientOptions& kept = state_->options;
  while (kept.endpoint.ends_with('/')) kept.endpoint.pop_back();
  kept.endpoint = without_usual_port(std::move(kept.endpoint));
  kept.retry.attempts_max = std::max(kept.retry.attempts_max, 1U);
  kept.retry.delay_max = std::max(kept.retry.delay_max, Duration::zero());
  if (kept.clock == nullptr) kept.clock = std::make_shared<SteadyClock>();
  if (!kept.pause) kept.pause = [](Duration pause) { std::this_thread::sleep_for(pause); };
}

Caller::Caller(Caller&&) noexcept = default;
Caller& Caller::operator=(Caller&&) noexcept = default;
Caller::~Caller() = default;

std::uint64_t Caller::draw() noexcept {
  const std::uint64_t call = state_->calls.fetch_add(1, std::memory_order_relaxed);
  return Random(Random(state_->options.seed).next() + call).next();
}

const std::string& Caller::endpoint() const noexcept { return state_->options.endpoint; }

Result<http::Response> Caller::send(const Call& call) {
  Result<void> checked = check(call);
  if (!checked) return std::move(checked).error();
  const ClientOptions& options = state_->options;
  const Duration whole = call.waits_long ? options.invoke_timeout : options.call_timeout;
  const Timestamp deadline = options.clock->now() + whole;
  Random random(draw());
  bool earlier_may_have_been_done = false;
  for (std::uint32_t attempt = 1;; ++attempt) {
    const Duration left = deadline - options.clock->now();
    const Duration wished = call.waits_long ? left : std::min(left, options.timeout);
    Result<http::OutboundRequest> request =
        state_->make_request(call, std::max(wished, Duration{1}));
    if (!request) return std::move(request).error();
    Result<http::Response> answer = state_->transport->send(*request);
    if (answer && is_success(answer->status)) return answer;

    Failure failure = answer ? refused(call, *answer) : lost(call, std::move(answer).error());
    const Duration pause = pause_before(options.retry, attempt + 1, failure.retry_after, random);
    if (!failure.may_repeat || attempt >= options.retry.attempts_max ||
        options.clock->now() + pause >= deadline) {
      std::string& message = failure.error.message;
      if (attempt > 1) message += " (attempt " + std::to_string(attempt) + ")";
      if (earlier_may_have_been_done && !failure.error.retryable()) {
        message += "; an earlier attempt, whose answer was lost, may have done it";
      }
      return std::move(failure.error);
    }
    earlier_may_have_been_done = earlier_may_have_been_done || failure.may_have_been_done;
    options.pause(pause);
  }
}

}  // namespace durable::cloud
