// SPDX-License-Identifier: Apache-2.0
//
// How an execution begins, and when a start finds one that is there already.
#include "service/core.h"

#include <durable/base/assert.h>

#include <iterator>
#include <utility>

namespace durable::service {
namespace {

/// Function and execution name in one text; neither holds a line feed.
std::string name_key(const StartCall& call) { return call.target.name + "\n" + *call.name; }

engine::StartedBy started_by(wire::InvocationType type) {
  return type == wire::InvocationType::event ? engine::StartedBy::event
                                             : engine::StartedBy::request_response;
}

bool same_text(const std::optional<Payload>& a, const std::optional<Payload>& b) {
  return a.value_or(Payload()) == b.value_or(Payload());
}

}  // namespace

void Core::refuse_start(StartWork work, const Error& error) {
  if (!work.origin) {
    --calls_;
    return work.reply(to_caller(error));
  }
  complete(*work.origin, failure_of(to_caller(error)));
}

void Core::decide_start(StartWork work) {
  if (!work.call.target.durable) {
    return refuse_start(std::move(work),
                        {ErrorCode::invalid_parameter, "The function " + work.call.target.name +
                                                           " has no DurableConfig; invoke it as a "
                                                           "plain function."});
  }
  if (!work.call.name) return give_birth(std::move(work));
  if (const auto checked = check_execution_name(*work.call.name); !checked) {
    return refuse_start(std::move(work), checked.error());
  }
  // The second of two starts with one name in one tick waits to see what became of the first.
  if (names_in_tick_.contains(name_key(work.call))) {
    starts_.push_back(std::move(work));
    return;
  }
  const auto newest = store_.find_newest(work.call.target.name, *work.call.name);
  if (!newest) {
    if (!work.origin || !newest.error().retryable()) {
      return refuse_start(std::move(work), newest.error());
    }
    stalled_until_ = now_ + commit_retry_delay;
    stalled_starts_.push_back(std::move(work));
    return;
  }
  if (*newest && !is_expired(**newest)) return found(std::move(work), **newest);
  give_birth(std::move(work));
}

/// A start with the name of an execution that is there: of the same request, or of another.
void Core::found(StartWork work, const store::Summary& summary) {
  if (work.origin) {
    report_child(*work.origin, summary.identity.version, summary.identity.arn);
    return attach_child(*work.origin, summary);
  }
  std::optional<Payload> input;
  const auto read = store_.read(summary.key, 0, [&input](const engine::Event& event) {
    const auto* start = std::get_if<engine::fact::ExecutionStarted>(&event.fact);
    if (start != nullptr) input = start->info->input;
    return store::Reading::stop;
  });
  if (!read) return refuse_start(std::move(work), read.error());
  if (summary.identity.version != work.call.target.version || !same_text(input, work.call.input)) {
    return refuse_start(std::move(work), {ErrorCode::execution_already_started,
                                          "Execution already started: " + summary.identity.arn});
  }
  --calls_;
  work.reply(Started{summary.identity.arn, false});
}

void Core::give_birth(StartWork work) {
  engine::Decision& decision = next_decision();
  Result<std::unique_ptr<Birth>> birth = conceive(work, decision);
  if (!birth) {
    --decisions_used_;
    return refuse_start(std::move(work), birth.error());
  }
  if (work.call.name) names_in_tick_.insert(name_key(work.call));
  (*birth)->work = std::move(work);
  store::Standing standing;
  standing.due_at = closing_ ? now_ : due_at_once;
  LoadedExecution* execution = (*birth)->execution.get();
  steps_.push_back({execution, &decision, standing, std::move(*birth)});
}

/// Start and first invocation in one: nobody else knows of the execution, so that its state may run
/// ahead of the commit; when that fails it is thrown away.
Result<std::unique_ptr<Core::Birth>> Core::conceive(StartWork& work, engine::Decision& decision) {
  const StartCall& call = work.call;
  auto birth = std::make_unique<Birth>();
  birth->execution = std::make_unique<LoadedExecution>();
  LoadedExecution& execution = *birth->execution;

  store::Identity& identity = birth->identity;
  const std::string uuid = ids_.uuid();
  identity.name = call.name.value_or(uuid);
  identity.arn = make_execution_arn(call.target, identity.name, uuid);
  identity.function_name = call.target.name;
  identity.function_arn = call.target.arn;
  identity.version = call.target.version;
  identity.started_at = now_;
  identity.tenant_id = call.tenant_id;
  identity.trace_header = call.trace_header;
  identity.retention_days = call.target.durable->retention_days;
  execution.attributes = attributes_of(identity);

  engine::StartExecution command;
  command.arn = identity.arn;
  command.name = identity.name;
  command.function_arn = identity.function_arn;
  command.version = identity.version;
  command.input = call.input;
  command.execution_timeout =
      call.execution_timeout.value_or(call.target.durable->execution_timeout);
  command.started_by = started_by(call.started_by);
  command.token_secret = ids_.next();
  command.settings = options_.settings;
  const auto started = engine::decide(execution.state, std::move(command), now_, decision);
  if (!started) return started.error();
  fold(execution, decision.events);
  birth->folded = decision.events.size();
  execution.key = store_.next_key();
  if (closing_) return birth;

  engine::Decision& invoked = next_decision();
  const auto invoking =
      engine::decide(execution.state, engine::StartInvocation{ids_.uuid()}, now_, invoked);
  DURABLE_ASSERT(invoking.has_value());
  decision.events.insert(decision.events.end(), std::make_move_iterator(invoked.events.begin()),
                         std::make_move_iterator(invoked.events.end()));
  --decisions_used_;
  return birth;
}

/// It is there now.
void Core::born(Step& step) {
  Birth& birth = *step.birth;
  executions_.add(std::move(birth.execution));
  metrics_.started += 1;
  metrics_.running += 1;
  if (birth.work.origin) {
    parents_.emplace(step.execution->key, *birth.work.origin);
    return report_child(*birth.work.origin, birth.identity.version, birth.identity.arn);
  }
  --calls_;
  birth.work.reply(Started{birth.identity.arn, true});
}

}  // namespace durable::service
