// SPDX-License-Identifier: Apache-2.0
#include <durable/sdk/callback.h>
#include <durable/sdk/errors.h>

#include "sdk/callback.h"
#include "sdk/child.h"
#include "sdk/error_object.h"
#include "sdk/machine/limits.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

namespace durable::detail {
namespace {

// The context records the error of what failed inside it as it is: type, message, data and stack of
// whoever failed. Which of the three classes that was cannot be told from these, since others
// choose them; so it is recorded in a last line of the stack.
enum class Failure : std::uint8_t { timeout, external, submitter };

constexpr std::array<std::string_view, 3> failure_marks{
    "CallbackTimeoutError in wait_for_callback",
    "CallbackExternalError in wait_for_callback",
    "CallbackSubmitterError in wait_for_callback",
};
constexpr std::size_t failure_mark_size_max = 64;

void mark(wire::ErrorObject& error, Failure failure) {
  shorten(error, machine::error_size_max - failure_mark_size_max);
  if (!error.stack_trace) error.stack_trace.emplace();
  error.stack_trace->emplace_back(failure_marks[static_cast<std::size_t>(failure)]);
}

/// Takes the mark out again.
Failure take_mark(wire::ErrorObject& error) {
  if (error.stack_trace && !error.stack_trace->empty()) {
    const auto found =
        std::find(failure_marks.begin(), failure_marks.end(), error.stack_trace->back());
    if (found != failure_marks.end()) {
      error.stack_trace->pop_back();
      if (error.stack_trace->empty()) error.stack_trace.reset();
      return static_cast<Failure>(found - failure_marks.begin());
    }
  }
  // Whoever recorded this keeps no stacks.
  const bool timed_out =
      error.error_type == "Callback.Timeout" || error.error_type == "Callback.Heartbeat";
  return timed_out ? Failure::timeout : Failure::external;
}

wire::ErrorObject describe_failure(const Runtime& runtime, const std::exception_ptr& error) {
  wire::ErrorObject object;
  Failure failure = Failure::submitter;
  try {
    std::rethrow_exception(error);
  } catch (const CallbackTimeoutError& timeout) {
    object = timeout.error();
    failure = Failure::timeout;
  } catch (const CallbackExternalError& external) {
    object = external.error();
    failure = Failure::external;
  } catch (const StepError& step) {
    object = step.error();
  } catch (...) {
    object = runtime.describe(error);
  }
  mark(object, failure);
  return object;
}

std::exception_ptr make_failure(wire::ErrorObject error, std::string name, std::string id) {
  switch (take_mark(error)) {
    case Failure::timeout:
      return std::make_exception_ptr(
          CallbackTimeoutError(std::move(error), std::move(name), std::move(id)));
    case Failure::external:
      return std::make_exception_ptr(
          CallbackExternalError(std::move(error), std::move(name), std::move(id)));
    case Failure::submitter:
      break;
  }
  return std::make_exception_ptr(
      CallbackSubmitterError(std::move(error), std::move(name), std::move(id)));
}

// The completer's text is recorded again as it is, and read once: from there. So no serdes writes.
constexpr ContextKind wait_kind{
    {wire::OperationType::context, "WaitForCallback", "wait_for_callback"},
    &make_failure,
    &describe_failure,
    false};

}  // namespace

PromiseBase& WaitForCallbackBody::create(DurableContext& context) {
  task_.emplace(run(context));
  return task_->promise();
}

std::optional<Payload> WaitForCallbackBody::result(const SerdesContext& /*context*/) {
  return recorded_;
}

Task<void> WaitForCallbackBody::run(DurableContext& context) {
  // The callback has the name of the whole, so that whoever looks for it by name finds it.
  const std::string_view name = context.core().name;
  const CallbackOptions times{.timeout = options_.timeout,
                              .heartbeat_timeout = options_.heartbeat_timeout};
  Callback<void> callback = co_await context.create_callback<void>(name, times);
  const StepOptions step_options{.retry = options_.retry};
  DurableFuture<void> submitted = submit(
      context, name.empty() ? name : std::string_view("submitter"), callback.id(), step_options);
  co_await submitted;
  co_await callback.result();
  recorded_ = callback.result().operation()->recorded();
}

OperationPtr run_wait_for_callback(ContextCore& context, std::string_view name,
                                   const WaitForCallbackOptions& options, void* submit,
                                   std::unique_ptr<WaitForCallbackBody> (*make)(void* submit)) {
  if (admit(context, wait_kind.call, name)) {
    static_cast<void>(
        check_times(wait_kind.call, name, options.timeout, options.heartbeat_timeout));
    check_depth(context, wait_kind.call, name);
  }
  auto opened = open_call<ChildOperation>(context, wait_kind.call, name, wait_kind);
  opened.operation->use_serdes(options.serdes);
  opened.operation->use_raw_text();
  if (!opened.admitted) return std::move(opened.operation);
  struct Given {
    void* submit;
    std::unique_ptr<WaitForCallbackBody> (*make)(void* submit);
    const WaitForCallbackOptions& options;
  } given{submit, make, options};
  opened.operation->begin(opened.place, &given, [](void* argument) -> std::unique_ptr<Body> {
    const Given& all = *static_cast<Given*>(argument);
    auto body = all.make(all.submit);
    body->use_options(all.options);
    return body;
  });
  return std::move(opened.operation);
}

}  // namespace durable::detail
