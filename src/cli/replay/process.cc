// SPDX-License-Identifier: Apache-2.0
#include "cli/replay/process.h"

#include "cli/replay/judge.h"
#include "cli/server_options.h"
#include "functions/host.h"
#include "http/server.h"
#include "server/errors.h"
#include "server/query.h"
#include "server/routes.h"

#include <durable/wire/json.h>

#include <algorithm>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace durable::cli {
namespace {

constexpr Duration default_timeout = std::chrono::seconds{30};
constexpr std::size_t body_bytes_max = 16 * 1024 * 1024;  // as the local server's
constexpr std::size_t log_lines_at_once = 1'000;

// ---- Which function ----

/// The function's name in `arn:aws:lambda:REGION:ACCOUNT:function:NAME:VERSION/...`.
std::string function_of(const std::string& execution_arn) {
  constexpr std::string_view mark = ":function:";
  const std::size_t begin = execution_arn.find(mark);
  if (begin == std::string::npos) return {};
  const std::size_t name = begin + mark.size();
  return execution_arn.substr(name, execution_arn.find_first_of(":/", name) - name);
}

/// The one of a template: the one that is named, the one that made the history, or the only one
/// that is durable.
Result<server::FunctionDefinition> choose(std::vector<server::FunctionDefinition> functions,
                                          const std::string& wanted, const std::string& recorded) {
  for (const std::string& name : {wanted, recorded}) {
    if (name.empty()) continue;
    const auto found = std::find_if(functions.begin(), functions.end(),
                                    [&name](const auto& one) { return one.name == name; });
    if (found != functions.end()) return std::move(*found);
    if (name == wanted) break;
  }
  std::erase_if(functions, [](const auto& one) { return !one.durable; });
  if (wanted.empty() && functions.size() == 1) return std::move(functions.front());
  std::string names;
  for (const auto& one : functions) names += (names.empty() ? "" : ", ") + one.name;
  return Error{
      ErrorCode::invalid_usage,
      (wanted.empty() ? std::string("which function of the template is to be replayed? Say "
                                    "it with --function NAME")
                      : "the template has no function " + wanted) +
          "; durable ones are: " + (names.empty() ? "none" : names)};
}

Result<server::FunctionDefinition> find_function(const ReplayCommand& command,
                                                 const std::string& execution_arn,
                                                 const Environment& environment) {
  ServerCommand plan;
  plan.template_file = command.template_file;
  std::string wanted;
  if (command.function) {
    const bool is_name = command.function->find('=') == std::string::npos;
    if (is_name && !command.template_file) {
      return Error{ErrorCode::invalid_usage,
                   "--function: expected NAME=COMMAND, or the NAME of a "
                   "function of --template, found \"" +
                       *command.function + "\""};
    }
    if (is_name) {
      wanted = *command.function;
    } else {
      plan.functions.push_back(*command.function);
      wanted = command.function->substr(0, command.function->find('='));
    }
  }
  // The local server's own variables mean nothing here.
  auto planned = plan_server(plan, [&environment](std::string_view name) {
    return name == "PATH" ? environment(name) : std::nullopt;
  });
  if (!planned) return std::move(planned).error();
  return choose(std::move(planned->options.functions), wanted, function_of(execution_arn));
}

functions::FunctionSpec spec_of(server::FunctionDefinition definition, std::string arn,
                                Duration timeout) {
  functions::FunctionSpec spec;
  spec.name = std::move(definition.name);
  spec.arn = std::move(arn);
  spec.command = std::move(definition.command);
  spec.folder = std::move(definition.folder);
  spec.handler = std::move(definition.handler);
  spec.environment = std::move(definition.environment);
  spec.timeout = timeout;
  spec.concurrency_max = 1;
  spec.memory_mb = definition.memory_mb;
  return spec;
}

// ---- The API ----

/// One pass: what the server's thread answers, and the caller waits for. Thread-safe.
class Round {
 public:
  explicit Round(ReplayJudge& judge) : judge_(judge) {}

  void handle(http::Request request, http::Responder responder);
  void ended(functions::Outcome outcome);
  /// Absent: the code is to be stopped.
  [[nodiscard]] std::optional<functions::Outcome> wait();

 private:
  [[nodiscard]] http::Response read_state(const http::Request& request);

  ReplayJudge& judge_;  // guarded; not used once `stopped_`
  std::mutex mutex_;
  std::condition_variable changed_;
  std::optional<functions::Outcome> outcome_;  // guarded
  bool stopped_ = false;                       // guarded; nobody is answered any more
  std::vector<http::Responder> unanswered_;    // guarded; as long as the process lives
};

template <class Response>
http::Response body_of(const Result<Response>& result) {
  if (!result) return to_response(server::failure_of(result.error()));
  auto body = wire::encode(*result);
  if (!body) return to_response(server::failure_of(body.error()));
  http::Response response;
  response.headers = {{"Content-Type", "application/json"}};
  response.body = *std::move(body);
  return response;
}

http::Response Round::read_state(const http::Request& request) {
  server::QueryReader query(request.query());
  wire::GetDurableExecutionStateRequest read;
  read.marker = query.text("Marker");
  read.max_items = query.integer("MaxItems");
  if (query.failure()) return to_response(*query.failure());
  return body_of(judge_.state(read));
}

void Round::handle(http::Request request, http::Responder responder) {
  const auto found = server::find_route(request.method, request.path());
  if (const auto* failure = std::get_if<server::Failure>(&found)) {
    return responder.respond(to_response(*failure));
  }
  const server::Operation operation = std::get<server::Match>(found).route->operation;
  const std::lock_guard lock(mutex_);
  if (stopped_) {
    unanswered_.push_back(std::move(responder));
    return;
  }
  if (operation == server::Operation::get_durable_execution_state) {
    return responder.respond(read_state(request));
  }
  if (operation != server::Operation::checkpoint_durable_execution) {
    return responder.respond(to_response(server::failure_of(
        {ErrorCode::unavailable, "A replay answers reads of the state and checkpoints alone."})));
  }
  const auto checkpoint = wire::decode<wire::CheckpointDurableExecutionRequest>(request.body);
  if (!checkpoint) {
    return responder.respond(to_response(
        server::failure_of({ErrorCode::invalid_parameter, checkpoint.error().message})));
  }
  if (auto answer = judge_.checkpoint(*checkpoint)) {
    return responder.respond(
        body_of(Result<wire::CheckpointDurableExecutionResponse>(*std::move(answer))));
  }
  stopped_ = true;
  unanswered_.push_back(std::move(responder));
  changed_.notify_all();
}

void Round::ended(functions::Outcome outcome) {
  const std::lock_guard lock(mutex_);
  outcome_ = std::move(outcome);
  changed_.notify_all();
}

std::optional<functions::Outcome> Round::wait() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return stopped_ || outcome_; });
  if (std::exchange(stopped_, true)) return std::nullopt;
  return std::exchange(outcome_, std::nullopt);
}

// ---- The replay ----

/// The process, and the API that it is led to.
class Replayer {
 public:
  Replayer(const ReplayRecord& record, std::string execution_arn, World& world)
      : record_(record), execution_arn_(std::move(execution_arn)), world_(world) {}
  ~Replayer() {
    host_.reset();  // the process ends before it is answered
    listener_.reset();
  }
  Replayer(const Replayer&) = delete;
  Replayer& operator=(const Replayer&) = delete;

  Result<void> open(functions::FunctionSpec spec);
  /// Makes one pass. False: it was the last.
  bool make(std::size_t index, ProcessReplay& replay);
  void print_output();

 private:
  void take(functions::Outcome outcome, ReplayJudge& judge, ReplayReport& report) const;

  const ReplayRecord& record_;
  const std::string execution_arn_;
  World& world_;
  std::string name_;
  http::Server http_;
  std::mutex mutex_;
  std::shared_ptr<Round> round_;  // guarded; owners: this, the caller's pass, a call that lasts
  std::unique_ptr<http::Listener> listener_;
  std::unique_ptr<functions::Host> host_;
};

Result<void> Replayer::open(functions::FunctionSpec spec) {
  name_ = spec.name;
  http::ListenerOptions listen;
  listen.body_bytes_max = body_bytes_max;
  auto listener =
      http_.listen(std::move(listen), [this](http::Request request, http::Responder responder) {
        std::shared_ptr<Round> round;
        {
          const std::lock_guard lock(mutex_);
          round = round_;
        }
        if (round) round->handle(std::move(request), std::move(responder));
      });
  if (!listener) return std::move(listener).error();
  listener_ = *std::move(listener);
  functions::HostOptions options;
  options.endpoint_url = "http://127.0.0.1:" + std::to_string(listener_->port());
  options.stop_grace = Duration{0};  // it must do nothing more
  host_ = std::make_unique<functions::Host>(http_, std::move(options));
  return host_->add(std::move(spec));
}

bool Replayer::make(std::size_t index, ProcessReplay& replay) {
  ReplayJudge judge(record_, record_.pass(index, world_.clock.now()));
  auto event = wire::encode(judge.input(execution_arn_));
  if (!event) {
    replay.report.problem = event.error().message;
    return false;
  }
  const auto round = std::make_shared<Round>(judge);
  {
    const std::lock_guard lock(mutex_);
    round_ = round;
  }
  ++replay.invocations;
  functions::Event invocation;
  invocation.request_id = "replay-" + std::to_string(index + 1);
  invocation.payload = *std::move(event);
  host_->invoke(name_, std::move(invocation),
                [round](functions::Outcome outcome) { round->ended(std::move(outcome)); });
  auto outcome = round->wait();
  if (outcome) take(*std::move(outcome), judge, replay.report);
  if (judge.difference()) {
    replay.report.divergence = judge.difference()->divergence;
    replay.event_id = judge.difference()->event_id;
  }
  replay.report.left_over = judge.left_over();
  replay.report.ended = judge.has_ended();
  return outcome && replay.report.ok();
}

void Replayer::take(functions::Outcome outcome, ReplayJudge& judge, ReplayReport& report) const {
  if (const auto* failure = std::get_if<functions::Failure>(&outcome)) {
    const std::string text = failure->error_type + ": " + failure->error_message;
    const bool is_of_process = failure->at_start || failure->timed_out ||
                               failure->error_type.starts_with("Runtime.") ||
                               failure->error_type.starts_with("Sandbox.");
    if (!is_of_process) return judge.failed(text);
    report.problem = "the process gave no answer: " + text +
                     "\n  --logs shows what it prints, --timeout gives it more time";
    return;
  }
  const std::string& answer = std::get<functions::Answer>(outcome).payload;
  auto output = wire::decode<wire::InvocationOutput>(answer);
  if (output) return judge.answered(*std::move(output));
  report.problem =
      "the function's answer is not that of a durable function: " + output.error().message +
      "\n  Is it wrapped by a durable execution SDK?";
}

void Replayer::print_output() {
  std::uint64_t last = 0;
  while (host_) {
    const auto lines = host_->log(name_, last, log_lines_at_once);
    if (lines.empty()) return;
    for (const functions::LogLine& line : lines) world_.err << name_ << ": " << line.text << "\n";
    last = lines.back().number;
  }
}

}  // namespace

Result<ProcessReplay> replay_in_process(const ReplayCommand& command, const ReplayRecord& record,
                                        const std::string& execution_arn, World& world) {
  auto function = find_function(command, execution_arn, world.environment);
  if (!function) return std::move(function).error();
  ProcessReplay replay;
  replay.function = function->name;
  replay.report.operations = record.whole().operations.size() - 1;
  const std::string arn =
      execution_arn.empty() ? "arn:aws:lambda:us-east-1:123456789012:function:" + replay.function +
                                  ":$LATEST/durable-execution/replay/0"
                            : execution_arn;
  const std::string function_arn = arn.substr(0, arn.find('/'));
  Replayer replayer(record, arn, world);
  auto opened = replayer.open(
      spec_of(*std::move(function), function_arn, command.timeout.value_or(default_timeout)));
  if (!opened) return std::move(opened).error();
  for (std::size_t i = 0; i < record.pass_count() && replayer.make(i, replay); ++i) {
  }
  if (command.logs) replayer.print_output();
  return replay;
}

}  // namespace durable::cli
