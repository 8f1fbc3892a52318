// SPDX-License-Identifier: Apache-2.0
#include "lambda/loop.h"

#include "lambda/logging.h"

#include <durable/sdk/invocation.h>
#include <durable/wire/json.h>

#include <exception>
#include <initializer_list>
#include <utility>
#include <vector>

namespace durable::lambda {
namespace {

constexpr int exit_ended = 0;
constexpr int exit_broken = 1;

ErrorReport not_durable(const Error& cause) {
  return {"ExecutionError",
          "the event of this invocation is not that of a durable execution (" + cause.message +
              "), but the handler is a durable one. The function needs a DurableConfig, which it "
              "can get only when it is created, and must be invoked with a qualifier: a version, "
              "an alias or $LATEST. A function that is not durable is added with add_plain().",
          {}};
}

/// The answer for a result that JSON cannot hold: the execution fails, since no retry helps.
std::string unwritable(const Error& cause) {
  wire::InvocationOutput output;
  output.status = wire::InvocationOutputStatus::failed;
  wire::ErrorObject error;
  error.error_type = "SerDesError";
  error.error_message = "the function's answer cannot be written as JSON: " + cause.message;
  output.error = std::move(error);
  return wire::encode(output).value();
}

/// The fields of a line about an invocation: by the ARN all lines of an execution are found.
std::vector<LogField> fields_about(const LambdaContext& info, const std::string& execution_arn,
                                   std::initializer_list<LogField> more) {
  std::vector<LogField> fields;
  if (!execution_arn.empty()) fields.push_back({"executionArn", execution_arn});
  fields.push_back({"requestId", info.request_id});
  fields.insert(fields.end(), more.begin(), more.end());
  return fields;
}

std::optional<StopSwitch::Moment> moment_to_stop(const LambdaContext& info, const Clock& clock) {
  if (!info.deadline) return std::nullopt;
  const Duration left = *info.deadline - clock.now();
  return std::chrono::steady_clock::now() + time_until_stop(left);
}

}  // namespace

int Loop::run() {
  while (seams_.stop.begin_idle()) {
    Result<Invocation> next = seams_.api.next();
    seams_.stop.end_idle();
    if (!next) {
      const LogField fields[] = {{"error", next.error().message}};
      seams_.logger.write(
          {LogLevel::error, "no invocation can be taken; the function's process ends", fields});
      return exit_broken;
    }
    if (!serve(std::move(*next))) return exit_broken;
  }
  return exit_ended;
}

bool Loop::serve(Invocation invocation) {
  const LambdaContext& info = invocation.info;
  InvocationLogger logger(seams_.logger, info);
  seams_.set_trace(info.trace_header);
  std::stop_token stop = seams_.stop.begin_invocation(moment_to_stop(info, seams_.clock));
  std::string execution_arn;  // empty: it has none, or that is not known
  Answer reply = answer(invocation, logger, std::move(stop), execution_arn);
  seams_.stop.end_invocation();
  seams_.flush_output();
  const Posted posted = post(invocation, std::move(reply), logger, execution_arn);
  if (posted.verdict == Posted::Verdict::taken) return true;
  const auto fields = fields_about(info, execution_arn, {{"error", posted.detail}});
  if (posted.verdict == Posted::Verdict::expired) {
    logger.write({LogLevel::warning,
                  "the invocation had timed out before it was answered; its answer is dropped",
                  fields});
    return true;
  }
  if (posted.verdict == Posted::Verdict::broken) {
    logger.write({LogLevel::error, "the invocation cannot be answered; the function's process ends",
                  fields});
    return false;
  }
  logger.write({LogLevel::error, "the answer of the invocation was refused", fields});
  return true;
}

Loop::Answer Loop::answer(Invocation& invocation, Logger& logger, std::stop_token stop,
                          std::string& execution_arn) {
  try {
    if (const auto* handler = std::get_if<Handler>(&function_.handler)) {
      return run_durable(*handler, invocation, logger, std::move(stop), execution_arn);
    }
    const PlainContext context(invocation.info, logger, std::move(stop));
    return std::get<PlainHandler>(function_.handler).call(invocation.event, context);
  } catch (...) {
    return report_of(std::current_exception());
  }
}

Loop::Answer Loop::run_durable(const Handler& handler, Invocation& invocation, Logger& logger,
                               std::stop_token stop, std::string& execution_arn) {
  Result<wire::InvocationInput> input = wire::decode<wire::InvocationInput>(invocation.event);
  if (!input) return not_durable(input.error());
  invocation.event = std::string();  // of several MiB, perhaps
  execution_arn = input->durable_execution_arn;
  InvocationEnvironment environment;
  environment.request_id = invocation.info.request_id;
  environment.lambda_context = &invocation.info;
  environment.clock = &seams_.clock;
  environment.logger = &logger;
  environment.random_seed = seams_.seed();
  environment.batch = options_.batch;
  environment.workers = options_.workers;
  environment.stop = std::move(stop);
  InvocationOutcome outcome =
      run_invocation(handler, std::move(*input), *seams_.service, environment);
  if (auto* failure = std::get_if<InvocationFailure>(&outcome)) {
    return report_of(std::move(failure->error));
  }
  Result<std::string> text = wire::encode(std::get<wire::InvocationOutput>(outcome));
  return text ? std::move(*text) : unwritable(text.error());
}

Posted Loop::post(const Invocation& invocation, Answer answer, Logger& logger,
                  const std::string& execution_arn) {
  const LambdaContext& info = invocation.info;
  if (auto* text = std::get_if<std::string>(&answer)) {
    const std::size_t size = text->size();
    Posted posted = seams_.api.respond(info, std::move(*text));
    if (posted.verdict != Posted::Verdict::too_large) return posted;
    answer = ErrorReport{"Function.ResponseSizeTooLarge",
                         "the function's response of " + std::to_string(size) +
                             " bytes is larger than Lambda takes (6 MiB). Keep large data "
                             "elsewhere, in Amazon S3 for instance, and return where it is.",
                         {}};
  }
  const auto& report = std::get<ErrorReport>(answer);
  const auto fields = fields_about(info, execution_arn,
                                   {{"errorType", report.type}, {"errorMessage", report.message}});
  logger.write({LogLevel::error, "the invocation failed", fields});
  return seams_.api.fail(info, report);
}

}  // namespace durable::lambda
