// SPDX-License-Identifier: Apache-2.0
//
// Calls as they come: those that only read are answered here, the others are queued.
#include "engine/history.h"
#include "engine/paging.h"
#include "engine/token.h"
#include "engine/view.h"
#include "service/core.h"

#include <algorithm>
#include <utility>

namespace durable::service {
namespace {

/// To a function, an execution that is not there is a token that is not valid.
Error as_token_error(const Error& error) {
  if (error.code != ErrorCode::resource_not_found) return to_caller(error);
  return {ErrorCode::invalid_parameter,
          "Invalid Checkpoint Token: there is no such durable execution; it may have expired."};
}

/// The service does not tell who asks which callbacks there are.
Error as_callback_error(const Error& error) {
  if (error.code != ErrorCode::resource_not_found) return to_caller(error);
  return {ErrorCode::callback_closed, "The callback is either timed out or already completed"};
}

wire::Execution row_of(store::Summary summary) {
  wire::Execution row;
  row.durable_execution_arn = std::move(summary.identity.arn);
  row.durable_execution_name = std::move(summary.identity.name);
  row.function_arn = std::move(summary.identity.function_arn);
  row.status = summary.standing.status;
  row.start_timestamp = summary.identity.started_at;
  row.end_timestamp = summary.standing.ended_at;
  return row;
}

/// The versions that a qualifier lets pass; an alias is asked of the functions.
Result<std::optional<std::string>> version_of(const Functions& functions, std::string_view name,
                                              std::string_view qualifier) {
  if (qualifier.empty()) return std::optional<std::string>();
  const bool is_version = qualifier.front() == '$' ||
                          qualifier.find_first_not_of("0123456789") == std::string_view::npos;
  if (is_version) return std::optional<std::string>(qualifier);
  const Result<FunctionTarget> target = functions.resolve(name, qualifier);
  if (!target) return target.error();
  return std::optional<std::string>(target->version);
}

Result<store::ListQuery> query_of(const Functions& functions, const engine::Limits& limits,
                                  wire::ListDurableExecutionsByFunctionRequest& request) {
  const FunctionText function = read_function_text(request.function_name);
  const std::string_view qualifier =
      request.qualifier ? std::string_view(*request.qualifier) : function.qualifier;
  Result<std::optional<std::string>> version = version_of(functions, function.name, qualifier);
  if (!version) return version.error();
  const Result<std::size_t> items_max = engine::page_size(limits, request.max_items);
  if (!items_max) return items_max.error();
  store::ListQuery query;
  if (!function.name.empty()) query.function_name = std::string(function.name);  // else of all
  query.version = std::move(*version);
  query.execution_name = std::move(request.durable_execution_name);
  query.statuses = std::move(request.statuses);
  query.started_after = request.started_after;
  query.started_before = request.started_before;
  query.order = request.reverse_order.value_or(false) ? store::Order::oldest_first
                                                      : store::Order::newest_first;
  query.marker = std::move(request.marker).value_or("");
  query.items_max = *items_max;
  return query;
}

}  // namespace

// ---- Calls that change something ----

template <class T>
bool Core::admit(const Reply<T>& reply) {
  if (calls_ < options_.mailbox_max) return true;
  metrics_.refused_busy += 1;
  reply(too_busy(options_.mailbox_max));
  return false;
}

Error too_busy(std::size_t calls_max) {
  return {ErrorCode::too_many_requests, "The service is busy: " + std::to_string(calls_max) +
                                            " calls wait already. Try again later."};
}

void Core::on(StartMessage message) {
  if (!admit(message.reply)) return;
  ++calls_;
  starts_.push_back({std::move(message.call), std::move(message.reply), std::nullopt});
}

void Core::on(CheckpointMessage message) {
  if (!admit(message.reply)) return;
  wire::CheckpointDurableExecutionRequest& request = message.request;
  const Result<LoadedExecution*> loaded = load(request.durable_execution_arn);
  if (!loaded) return message.reply(as_token_error(loaded.error()));
  queue(**loaded,
        engine::Checkpoint{std::move(request.checkpoint_token), std::move(request.updates),
                           std::move(request.client_token)},
        std::move(message.reply));
}

void Core::on(StopMessage message) {
  if (!admit(message.reply)) return;
  wire::StopDurableExecutionRequest& request = message.request;
  if (executions_.find(request.durable_execution_arn) == nullptr) {
    const Result<store::Summary> summary = find(request.durable_execution_arn);
    if (!summary) return message.reply(summary.error());
    if (summary->standing.ended_at) {
      return message.reply(wire::StopDurableExecutionResponse{*summary->standing.ended_at});
    }
  }
  const Result<LoadedExecution*> loaded = load(request.durable_execution_arn);
  if (!loaded) return message.reply(to_caller(loaded.error()));
  queue(**loaded, engine::Stop{std::move(request.error)}, std::move(message.reply));
}

void Core::on(CallbackMessage message) {
  if (!admit(message.reply)) return;
  const Result<engine::CallbackAddress> address = engine::read_callback_id(message.callback_id);
  if (!address) return message.reply(address.error());
  LoadedExecution* execution = executions_.find(address->arn);
  if (execution == nullptr) {
    const Result<store::Summary> summary = find(address->arn);
    if (!summary) return message.reply(as_callback_error(summary.error()));
    if (is_terminal(summary->standing.status)) {
      return message.reply(as_callback_error(no_such_execution()));
    }
    const Result<LoadedExecution*> loaded = load(*summary);
    if (!loaded) return message.reply(as_callback_error(loaded.error()));
    execution = *loaded;
  }
  queue(*execution, std::move(message.command), std::move(message.reply));
}

// ---- Waiting ----

void Core::on(WaitMessage message) {
  if (waiters_.size() >= waiters_max) {
    metrics_.refused_busy += 1;
    return message.reply(too_busy(waiters_max));
  }
  const LoadedExecution* loaded = executions_.find(message.arn);
  if (loaded != nullptr && !loaded->state.running()) return message.reply(ended_of(loaded->state));
  if (loaded != nullptr) {
    return waiters_.add(message.waiter, loaded->key, std::move(message.reply));
  }
  const Result<store::Summary> summary = find(message.arn);
  if (!summary) return message.reply(summary.error());
  if (summary->standing.status == wire::ExecutionStatus::running) {
    return waiters_.add(message.waiter, summary->key, std::move(message.reply));
  }
  const Result<const Views::View*> ended = view(*summary);
  if (!ended) return message.reply(ended.error());
  message.reply(ended_of((*ended)->state));
}

void Core::on(ForgetMessage message) { waiters_.forget(message.waiter); }

// ---- Calls that only read ----

void Core::on(StateMessage message) {
  const Result<LoadedExecution*> loaded = load(message.request.durable_execution_arn);
  if (!loaded) return message.reply(as_token_error(loaded.error()));
  message.reply(engine::read_state((*loaded)->state, message.request));
  release(**loaded);
}

void Core::on(GetMessage message) {
  const auto data = message.request.include_execution_data.value_or(true)
                        ? engine::ExecutionData::include
                        : engine::ExecutionData::leave_out;
  const LoadedExecution* loaded = executions_.find(message.request.durable_execution_arn);
  Result<wire::GetDurableExecutionResponse> response = no_such_execution();
  StartAttributes attributes;
  if (loaded != nullptr) {
    attributes = loaded->attributes;
    response = engine::describe(loaded->state, data);
  } else {
    const Result<store::Summary> summary = find(message.request.durable_execution_arn);
    if (!summary) return message.reply(summary.error());
    const Result<const Views::View*> read = view(*summary);
    if (!read) return message.reply(read.error());
    attributes = attributes_of(summary->identity);
    response = engine::describe((*read)->state, data);
  }
  if (attributes.trace_header) {
    response->trace_header = wire::TraceHeader{std::move(attributes.trace_header)};
  }
  response->durable_config->retention_period_in_days = attributes.retention_days;
  message.reply(std::move(response));
}

void Core::on(HistoryMessage message) {
  const Result<store::Summary> summary = find(message.request.durable_execution_arn);
  if (!summary) return message.reply(summary.error());
  const std::size_t reach = engine::history_reach(options_.settings.limits, message.request);
  const Result<const Views::View*> read = view(*summary, reach);
  if (!read) return message.reply(read.error());
  message.reply(engine::history_page((*read)->log, (*read)->state, message.request));
}

void Core::on(ListMessage message) {
  const Result<store::ListQuery> query =
      query_of(functions_, options_.settings.limits, message.request);
  if (!query) return message.reply(query.error());
  Result<store::Page> page = store_.list(*query);
  if (!page) return message.reply(to_caller(page.error()));
  wire::ListDurableExecutionsByFunctionResponse response;
  response.durable_executions.reserve(page->items.size());
  for (store::Summary& summary : page->items) {
    if (!is_expired(summary)) response.durable_executions.push_back(row_of(std::move(summary)));
  }
  if (!page->next.empty()) response.next_marker = std::move(page->next);
  message.reply(std::move(response));
}

}  // namespace durable::service
