// SPDX-License-Identifier: Apache-2.0
#include "conformance/local_target.h"

#include <durable/sdk/stream_logger.h>
#include <durable/testing/test_runner.h>
#include <durable/wire/json.h>

#include <set>
#include <sstream>
#include <utility>

#include "conformance/callback_plan.h"
#include "conformance/log_lines.h"
#include "conformance/python_json.h"

namespace durable::conformance {
namespace {

/// The time of a runner that is made later.
class RunnerClock final : public Clock {
 public:
  [[nodiscard]] Timestamp now() const override {
    return runner != nullptr ? runner->now() : Timestamp{};
  }
  const DurableFunctionTestRunner* runner = nullptr;
};

/// The process that a function believes to run in.
class LocalHost final : public Host {
 public:
  [[noreturn]] void crash() override { runner->crash_invocation(); }
  [[nodiscard]] bool first_time(std::string_view execution_arn, std::string_view mark) override {
    return seen_.emplace(std::string(execution_arn), std::string(mark)).second;
  }
  void print(std::string_view line) override { output << line << '\n'; }

  DurableFunctionTestRunner* runner = nullptr;
  std::ostringstream output;  // standard output, which the logger writes to as well

 private:
  std::set<std::pair<std::string, std::string>> seen_;
};

void send(DurableFunctionTestRunner& runner, DueAction due) {
  try {
    switch (due.kind) {
      case CallbackAction::Kind::success: {
        std::optional<Payload> payload;
        if (due.payload) payload.emplace(*std::move(due.payload));
        return runner.send_callback_success_payload(due.callback_id, std::move(payload));
      }
      case CallbackAction::Kind::failure:
        return runner.send_callback_failure(due.callback_id, due.error);
      case CallbackAction::Kind::heartbeat:
        return runner.send_callback_heartbeat(due.callback_id);
    }
  } catch (const CallbackClosedError&) {
    return;  // It came too late: whether it should have is for the history to say.
  }
}

/// Completes the callbacks of an execution until nothing is left to do.
void play(DurableFunctionTestRunner& runner, const std::string& arn, CallbackPlan& plan) {
  while (true) {
    const DurableFunctionTestResult so_far = runner.snapshot(arn);
    for (const wire::Event& event : so_far.history()) plan.see(event);
    if (const DueAction* next = plan.next()) {
      if (next->at > runner.now()) {
        runner.advance_time(next->at - runner.now());
        continue;  // another callback may have shown up meanwhile
      }
      send(runner, plan.take());
    } else if (plan.waits_for_callback()) {
      try {
        static_cast<void>(runner.wait_for_callback(arn, "", {.index = plan.callbacks()}));
      } catch (const ResultLookupError&) {
        return;  // the execution has ended without it
      } catch (const RunIncompleteError&) {
        return;
      }
    } else {
      return;
    }
  }
}

Observation to_observation(const DurableFunctionTestResult& result, std::string_view output) {
  Observation seen;
  seen.status = result.status() == InvocationStatus::pending
                    ? "RUNNING"
                    : std::string(to_string(result.status()));
  if (result.raw_result()) seen.result = std::string(result.raw_result()->view());
  if (result.error() != nullptr) seen.error = *result.error();
  for (const wire::Event& event : result.history()) {
    seen.history.push_back(json::Value::parse(wire::encode(event).value()).value());
  }
  seen.log_lines = to_log_lines(output);
  seen.tree = result.to_string();
  return seen;
}

}  // namespace

LocalTarget::LocalTarget() {
  for (Function& function : functions()) {
    functions_.emplace(std::string(function.requirement), std::move(function));
  }
}

Result<bool> LocalTarget::has(const Requirement& requirement) {
  return functions_.find(requirement.id) != functions_.end();
}

Result<Observation> LocalTarget::run(const Run& run) {
  const auto function = functions_.find(run.requirement.id);
  if (function == functions_.end()) {
    return Error{ErrorCode::resource_not_found,
                 "there is no function for requirement " + run.requirement.id};
  }
  LocalHost host;
  RunnerClock clock;
  JsonLinesLogger logger(host.output, clock);
  LocalRunnerOptions options;
  options.seed = run.seed;
  options.logger = &logger;
  DurableFunctionTestRunner runner(function->second.make(host), std::move(options));
  host.runner = &runner;
  clock.runner = &runner;
  for (const InvokedFunction& invoked : invoked_functions()) {
    runner.register_function(invoked.name, invoked.make(host));
  }
  const std::string arn = runner.start(Payload(dump(run.input)), {});
  CallbackPlan plan(run.requirement, run.bindings);
  play(runner, arn, plan);
  try {
    const DurableFunctionTestResult result = runner.wait_for_result(arn);
    return to_observation(result, host.output.view());
  } catch (const RunIncompleteError& error) {
    Observation seen = to_observation(error.result(), host.output.view());
    seen.given_up = error.what();
    return seen;
  }
}

}  // namespace durable::conformance
