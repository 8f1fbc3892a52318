// SPDX-License-Identifier: Apache-2.0
#include "conformance/server_target.h"

#include "cloud/system_clock.h"
#include "testing/cloud/connect.h"
#include "testing/cloud/messages.h"
#include "testing/cloud/reader.h"

#include <durable/testing/cloud_runner.h>
#include <durable/testing/result.h>
#include <durable/wire/json.h>
#include <durable/wire/names.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <thread>
#include <utility>
#include <variant>

#include "conformance/callback_plan.h"
#include "conformance/function.h"
#include "conformance/python_json.h"
#include "conformance/service_reader.h"

namespace durable::conformance {
namespace {

constexpr std::string_view qualifier = "$LATEST";
/// How long an execution that was started may be unknown.
constexpr std::chrono::seconds visible_within{30};
/// How long the invocation that made a callback may go on before an action does not wait for it.
constexpr std::chrono::seconds settled_within{2};

/// Follows one execution and sends what its requirement says.
class Follower {
 public:
  Follower(cloud::LambdaClient& client, const ServerTargetOptions& options, const Run& run,
           std::string arn)
      : client_(client),
        options_(options),
        requirement_(run.requirement),
        arn_(std::move(arn)),
        plan_(run.requirement, run.bindings),
        begin_(now()) {}

  /// Returns when it has ended, or has done all that is asked of it, or was given up.
  [[nodiscard]] Result<void> follow();
  [[nodiscard]] Result<Observation> observe() const;

 private:
  [[nodiscard]] Timestamp now() const { return options_.clock->now(); }

  /// A callback that has shown up.
  struct Callback {
    std::int64_t event_id = 0;
    Timestamp started{};  // by the service's clock
    Timestamp seen{};     // by this side's
  };

  [[nodiscard]] Result<bool> look();
  [[nodiscard]] Result<void> act();
  [[nodiscard]] Result<void> send(DueAction due);
  /// When an action may be sent: after its delay, and when the invocation that made the callback
  /// has ended, since completing it earlier would be another history.
  [[nodiscard]] Timestamp due_at(const DueAction& action) const;
  [[nodiscard]] bool has_shown_all() const;
  void stop() const;

  cloud::LambdaClient& client_;
  const ServerTargetOptions& options_;
  const Requirement& requirement_;
  const std::string arn_;
  CallbackPlan plan_;
  const Timestamp begin_;
  std::map<std::string, Callback, std::less<>> callbacks_;  // by id
  std::int64_t last_completed_invocation_ = 0;              // the event's number
  ServiceHistory history_;
  CloudSnapshot snapshot_;
  std::string given_up_;
};

Result<void> Follower::follow() {
  Duration pause = options_.poll_interval;
  while (true) {
    const Result<bool> ended = look();
    if (!ended) return ended.error();
    if (*ended) return {};
    if (has_shown_all()) {
      stop();
      return {};
    }
    if (now() - begin_ > options_.patience) {
      given_up_ = not_in_time("the execution has not ended", options_.patience, now() - begin_,
                              wire::to_string(snapshot_.status));
      stop();
      return {};
    }
    Result<void> acted = act();
    if (!acted) return acted;
    Duration rest = pause;
    if (const DueAction* next = plan_.next()) rest = std::min(rest, due_at(*next) - now());
    if (rest > Duration::zero()) options_.pause(rest);
    pause = std::min(pause + pause / 2, options_.poll_interval_max);
  }
}

/// Reads the history. Whether it is at its end.
Result<bool> Follower::look() {
  Result<ServiceHistory> history = read_history(client_, arn_);
  if (!history) {
    const bool may_be_invisible =
        history.error().code == ErrorCode::resource_not_found && now() - begin_ < visible_within;
    if (may_be_invisible) return false;
    return Error{history.error().code, history_failed(arn_, history.error())};
  }
  if (history->events.empty()) return false;
  Result<CloudSnapshot> snapshot = fold_snapshot(history->events);
  if (!snapshot) return std::move(snapshot).error();
  history_ = *std::move(history);
  snapshot_ = *std::move(snapshot);
  for (const wire::Event& event : history_.events) {
    if (const auto* details = std::get_if<wire::CallbackStartedDetails>(&event.details)) {
      callbacks_.try_emplace(details->callback_id,
                             Callback{event.event_id, event.event_timestamp, now()});
    } else if (event.event_type == wire::EventType::invocation_completed) {
      last_completed_invocation_ = event.event_id;
    }
    plan_.see(event);
  }
  return wire::is_terminal(snapshot_.status);
}

Result<void> Follower::act() {
  while (const DueAction* next = plan_.next()) {
    if (due_at(*next) > now()) return {};
    Result<void> sent = send(plan_.take());
    if (!sent) return sent;
  }
  return {};
}

Timestamp Follower::due_at(const DueAction& action) const {
  const auto found = callbacks_.find(action.callback_id);
  if (found == callbacks_.end()) return now();
  const Callback& callback = found->second;
  const Timestamp due = callback.seen + (action.at - callback.started);
  if (last_completed_invocation_ > callback.event_id) return due;
  return std::max(due, callback.seen + settled_within);
}

Result<void> Follower::send(DueAction due) {
  Result<void> sent;
  switch (due.kind) {
    case CallbackAction::Kind::success: {
      std::optional<Payload> payload;
      if (due.payload) payload.emplace(*std::move(due.payload));
      sent = client_.callback_success(
          {.callback_id = std::move(due.callback_id), .result = std::move(payload)});
      break;
    }
    case CallbackAction::Kind::failure: {
      wire::SendDurableExecutionCallbackFailureRequest request;
      request.callback_id = std::move(due.callback_id);
      request.error = std::move(due.error);
      sent = client_.callback_failure(request);
      break;
    }
    case CallbackAction::Kind::heartbeat:
      sent = client_.callback_heartbeat({.callback_id = std::move(due.callback_id)});
      break;
  }
  if (sent || sent.error().code == ErrorCode::callback_closed) {
    return {};  // It may have come too late: whether it should have is for the history to say.
  }
  return Error{sent.error().code, callback_failed(sent.error())};
}

/// Whether nothing more is asked of an execution whose end does not matter, since it may be hours
/// away.
bool Follower::has_shown_all() const {
  if (requirement_.expected_status || requirement_.expected_result) return false;
  if (requirement_.expected_history.empty()) return false;
  if (plan_.next() != nullptr || plan_.waits_for_callback()) return false;
  return std::all_of(requirement_.expected_history.begin(), requirement_.expected_history.end(),
                     [this](const json::Value& expected) {
                       const json::Value* const id = expected.find("EventId");
                       return id == nullptr ||
                              std::any_of(history_.events.begin(), history_.events.end(),
                                          [id](const wire::Event& event) {
                                            return id->as_integer() == event.event_id;
                                          });
                     });
}

/// So that nothing runs on. That it has ended meanwhile is as good.
void Follower::stop() const {
  static_cast<void>(client_.stop({.durable_execution_arn = arn_, .error = {}}));
}

Result<Observation> Follower::observe() const {
  auto execution = client_.get({.durable_execution_arn = arn_, .include_execution_data = true});
  if (!execution) return Error{execution.error().code, status_failed(arn_, execution.error())};
  Observation seen;
  // One that was left before its end is stopped now, which is not what was observed.
  const bool left = !wire::is_terminal(snapshot_.status);
  seen.status = wire::to_string(left ? snapshot_.status : execution->status);
  if (execution->result) seen.result = std::string(execution->result->view());
  if (execution->error) seen.error = *execution->error;
  seen.history = history_.sent;
  seen.tree = DurableFunctionTestResult(make_record(arn_, snapshot_)).to_string();
  seen.given_up = given_up_;
  if (requirement_.expected_logs.empty()) return seen;
  auto lines = read_log(client_, deployed_name(requirement_.id), arn_);
  if (lines) {
    seen.log_lines = *std::move(lines);
  } else {
    seen.no_log = "the endpoint does not show logs: " + lines.error().message;
  }
  return seen;
}

}  // namespace

Result<std::unique_ptr<ServerTarget>> ServerTarget::connect(ServerTargetOptions options) {
  CloudRunnerOptions wishes;
  wishes.endpoint = options.endpoint;
  wishes.region = options.region;
  auto client = durable::connect("", wishes, cloud::process_surroundings());
  if (!client) return std::move(client).error();
  return std::make_unique<ServerTarget>(std::move(options), *std::move(client));
}

ServerTarget::ServerTarget(ServerTargetOptions options, std::shared_ptr<cloud::LambdaClient> client)
    : options_(std::move(options)), client_(std::move(client)) {
  if (options_.clock == nullptr) options_.clock = std::make_shared<cloud::SteadyClock>();
  if (!options_.pause) {
    options_.pause = [](Duration time) { std::this_thread::sleep_for(time); };
  }
}

Result<bool> ServerTarget::has(const Requirement& requirement) {
  const auto function =
      client_->function_configuration(deployed_name(requirement.id), std::string(qualifier));
  if (function) return true;
  if (function.error().code == ErrorCode::resource_not_found) return false;
  return function.error();
}

Result<std::string> ServerTarget::start(const Run& run) {
  wire::InvokeRequest request;
  request.function_name = deployed_name(run.requirement.id);
  request.qualifier = qualifier;
  // A call that waits for the end could not complete callbacks meanwhile.
  const bool waits = !run.requirement.async_invoke && run.requirement.callback_actions.empty();
  request.invocation_type =
      waits ? wire::InvocationType::request_response : wire::InvocationType::event;
  request.payload = Payload(dump(run.input));
  Result<wire::InvokeResponse> response = client_->invoke(request);
  const std::string called = request.function_name + ":" + std::string(qualifier);
  if (!response) {
    return Error{response.error().code, invoke_failed(called, response.error())};
  }
  if (!response->durable_execution_arn || response->durable_execution_arn->empty()) {
    return Error{ErrorCode::invalid_usage, not_durable(called)};
  }
  return *std::move(response->durable_execution_arn);
}

Result<Observation> ServerTarget::run(const Run& run) {
  Result<std::string> arn = start(run);
  if (!arn) return std::move(arn).error();
  Follower follower(*client_, options_, run, *std::move(arn));
  Result<void> followed = follower.follow();
  if (!followed) return std::move(followed).error();
  return follower.observe();
}

}  // namespace durable::conformance
