// SPDX-License-Identifier: Apache-2.0
#include "store/event_codec.h"

#include "engine/operation_index.h"
#include "store/bytes.h"

#include <durable/base/assert.h>

#include <array>
#include <cstddef>
#include <memory>
#include <type_traits>
#include <utility>

namespace durable::store {
namespace {

using engine::ChainedInvokeStart;
using engine::ChainedInvokeTarget;
using engine::Event;
using engine::ExecutionInfo;
using engine::InvocationOutcome;
using engine::InvocationRecord;
using engine::OperationInfo;
using engine::SharedError;
using engine::StartedBy;
namespace fact = engine::fact;

// ---- Numbers that stand for types and enumerators. They are on disks: none is ever changed or
// used again; a new one takes the next number. ----

enum class Tag : std::uint8_t {
  execution_started = 1,
  execution_succeeded = 2,
  execution_failed = 3,
  invocation_started = 4,
  invocation_completed = 5,
  checkpoint_accepted = 6,
  operation_started = 7,
  step_restarted = 8,
  step_retried = 9,
  condition_polled = 10,
  step_ready = 11,
  operation_succeeded = 12,
  operation_failed = 13,
  callback_heartbeat = 14,
  chained_invoke_reported = 15
};

// The number of an enumerator is its place here.
constexpr std::array execution_ends{
    wire::ExecutionStatus::succeeded, wire::ExecutionStatus::failed,
    wire::ExecutionStatus::timed_out, wire::ExecutionStatus::stopped,
    wire::ExecutionStatus::running,   wire::ExecutionStatus::unknown};
constexpr std::array operation_statuses{
    wire::OperationStatus::started,   wire::OperationStatus::pending,
    wire::OperationStatus::ready,     wire::OperationStatus::succeeded,
    wire::OperationStatus::failed,    wire::OperationStatus::cancelled,
    wire::OperationStatus::timed_out, wire::OperationStatus::stopped,
    wire::OperationStatus::unknown};
constexpr std::array operation_types{wire::OperationType::context, wire::OperationType::step,
                                     wire::OperationType::wait, wire::OperationType::callback,
                                     wire::OperationType::chained_invoke};
constexpr std::array starters{StartedBy::request_response, StartedBy::event};
constexpr std::array outcomes{InvocationOutcome::answered, InvocationOutcome::suspended,
                              InvocationOutcome::failed, InvocationOutcome::lost};

template <class Enum, std::size_t size>
void put_enum(ByteWriter& to, const std::array<Enum, size>& table, Enum value) {
  std::uint8_t place = 0;
  while (place < size && table[place] != value) ++place;
  DURABLE_ASSERT(place < size);
  to.byte(place);
}

template <class Enum, std::size_t size>
Enum get_enum(ByteReader& from, const std::array<Enum, size>& table, std::string_view what) {
  const std::uint8_t place = from.byte(what);
  if (place < size) return table[place];
  from.fail(what, 1);
  return table[0];
}

// ---- Parts of facts. Structured bindings name every member on the way out, so that a new member
// does not compile until it is kept, too. ----

std::optional<std::string_view> view(const std::optional<std::string>& text) {
  return text ? std::optional<std::string_view>(*text) : std::nullopt;
}
std::optional<std::string> own(std::optional<std::string_view> text) {
  return text ? std::optional<std::string>(*text) : std::nullopt;
}

void put(ByteWriter& to, const std::optional<Payload>& payload) {
  to.optional_text(payload ? std::optional(payload->view()) : std::nullopt);
}
std::optional<Payload> get_payload(ByteReader& from) {
  const auto text = from.optional_text("a payload");
  return text ? std::optional<Payload>(*text) : std::nullopt;
}

void put(ByteWriter& to, const SharedError& error) {
  to.flag(error != nullptr);
  if (error == nullptr) return;
  const auto& [message, type, data, stack_trace] = *error;
  to.optional_text(view(message));
  to.optional_text(view(type));
  to.optional_text(view(data));
  to.number(stack_trace ? stack_trace->size() + 1 : 0);
  if (!stack_trace) return;
  for (const std::string& frame : *stack_trace) to.text(frame);
}
SharedError get_error(ByteReader& from) {
  if (!from.flag("whether there is an error")) return nullptr;
  wire::ErrorObject error;
  error.error_message = own(from.optional_text("an error's message"));
  error.error_type = own(from.optional_text("an error's type"));
  error.error_data = own(from.optional_text("an error's data"));
  const std::uint64_t frames = from.number("the size of a stack trace");
  if (frames > 0) error.stack_trace.emplace();
  for (std::uint64_t i = 1; i < frames && from.ok(); ++i) {
    error.stack_trace->emplace_back(from.text("a frame of a stack trace"));
  }
  return std::make_shared<const wire::ErrorObject>(std::move(error));
}

void put(ByteWriter& to, const engine::Limits& limits) {
  const auto& [operations, stored_bytes, execution_timeout, payload, chained_input, error,
               by_request, by_event, wait, retry_delay, callback_timeout, id, name, sub_type,
               tenant_id, function_name, client_token, text_patterns, updates, page_default,
               page_max, state_page] = limits;
  for (const std::uint64_t limit : std::initializer_list<std::uint64_t>{
           operations,    stored_bytes, execution_timeout, payload,
           chained_input, error,        by_request,        by_event,
           wait,          retry_delay,  callback_timeout,  id,
           name,          sub_type,     tenant_id,         function_name,
           client_token,  updates,      page_default,      page_max,
           state_page}) {
    to.number(limit);
  }
  to.flag(text_patterns);
}
engine::Limits get_limits(ByteReader& from) {
  constexpr std::string_view what = "a limit";
  engine::Limits limits;
  limits.operations_max = from.number_32(what);
  limits.stored_bytes_max = from.number(what);
  limits.execution_timeout_max_s = from.number_32(what);
  limits.payload_bytes_max = from.number(what);
  limits.chained_invoke_input_bytes_max = from.number(what);
  limits.error_bytes_max = from.number(what);
  limits.execution_bytes_request_response_max = from.number(what);
  limits.execution_bytes_event_max = from.number(what);
  limits.wait_max_s = from.number_32(what);
  limits.retry_delay_max_s = from.number_32(what);
  limits.callback_timeout_max_s = from.number_32(what);
  limits.id_size_max = from.number_32(what);
  limits.name_size_max = from.number_32(what);
  limits.sub_type_size_max = from.number_32(what);
  limits.tenant_id_size_max = from.number_32(what);
  limits.function_name_size_max = from.number_32(what);
  limits.client_token_size_max = from.number_32(what);
  limits.updates_max = from.number_32(what);
  limits.page_items_default = from.number_32(what);
  limits.page_items_max = from.number_32(what);
  limits.state_page_bytes_max = from.number(what);
  limits.text_patterns = from.flag(what);
  return limits;
}

void put(ByteWriter& to, const engine::InvocationRetryPolicy& policy) {
  const auto& [attempts_max, initial_delay, backoff_rate, delay_max] = policy;
  to.number(attempts_max);
  to.signed_number(initial_delay.count());
  to.number(backoff_rate);
  to.signed_number(delay_max.count());
}
engine::InvocationRetryPolicy get_retry_policy(ByteReader& from) {
  engine::InvocationRetryPolicy policy;
  policy.attempts_max = from.number_32("the number of invocation attempts");
  policy.initial_delay = Duration(from.signed_number("a retry delay"));
  policy.backoff_rate = from.number_32("a back-off rate");
  policy.delay_max = Duration(from.signed_number("a retry delay"));
  return policy;
}

void put(ByteWriter& to, const ExecutionInfo& info) {
  const auto& [arn, name, function_arn, version, input, timeout, started_by, secret, tag,
               settings] = info;
  const auto& [limits, retry_policy] = settings;
  to.text(arn);
  to.text(name);
  to.text(function_arn);
  to.text(version);
  put(to, input);
  to.signed_number(timeout.count());
  put_enum(to, starters, started_by);
  to.number(secret);
  to.number(tag);
  put(to, limits);
  put(to, retry_policy);
}
std::shared_ptr<const ExecutionInfo> get_execution_info(ByteReader& from) {
  ExecutionInfo info;
  info.arn = from.text("an ARN");
  info.name = from.text("an execution's name");
  info.function_arn = from.text("a function's ARN");
  info.version = from.text("a function's version");
  info.input = get_payload(from);
  info.execution_timeout = Duration(from.signed_number("an execution's time-out"));
  info.started_by = get_enum(from, starters, "how an execution was started");
  info.token_secret = from.number("a secret");
  info.arn_tag = from.number("an ARN's tag");
  info.settings.limits = get_limits(from);
  info.settings.invocation_retry = get_retry_policy(from);
  return std::make_shared<const ExecutionInfo>(std::move(info));
}

void put(ByteWriter& to, const OperationInfo& info) {
  put_enum(to, operation_types, info.type());
  to.text(info.id());
  to.optional_text(info.name());
  to.optional_text(info.sub_type());
  to.number(info.parent());
  to.number(info.timeout_s());
  to.number(info.heartbeat_timeout_s());
  const bool is_invoke = info.type() == wire::OperationType::chained_invoke;
  DURABLE_ASSERT(is_invoke == (info.chained_invoke() != nullptr));
  if (!is_invoke) return;
  const auto& [function_name, tenant_id, trace_id, input] = *info.chained_invoke();
  to.text(function_name);
  to.optional_text(view(tenant_id));
  to.optional_text(view(trace_id));
  put(to, input);
}
std::shared_ptr<const OperationInfo> get_operation_info(ByteReader& from) {
  OperationInfo::Parts parts;
  parts.type = get_enum(from, operation_types, "an operation's type");
  parts.id = from.text("an operation's id");
  parts.name = from.optional_text("an operation's name");
  parts.sub_type = from.optional_text("an operation's sub-type");
  parts.id_hash = engine::hash_id(parts.id);  // differs between processes, so it is not kept
  parts.parent = from.number_32("an operation's parent");
  parts.timeout_s = from.number_32("a time-out");
  parts.heartbeat_timeout_s = from.number_32("a heartbeat time-out");
  if (parts.type == wire::OperationType::chained_invoke) {
    auto target = std::make_unique<ChainedInvokeTarget>();
    target->function_name = from.text("a function's name");
    target->tenant_id = own(from.optional_text("a tenant's id"));
    target->x_amzn_trace_id = own(from.optional_text("a trace id"));
    target->input = get_payload(from);
    parts.chained_invoke = std::move(target);
  }
  return OperationInfo::make(std::move(parts));
}

/// A time near `base`. Differences wrap around, so that every time has one.
void put_time(ByteWriter& to, Timestamp time, Timestamp base) {
  to.signed_number(
      static_cast<std::int64_t>(static_cast<std::uint64_t>(time.time_since_epoch().count()) -
                                static_cast<std::uint64_t>(base.time_since_epoch().count())));
}
Timestamp get_time(ByteReader& from, Timestamp base, std::string_view what) {
  const auto difference = static_cast<std::uint64_t>(from.signed_number(what));
  const auto start = static_cast<std::uint64_t>(base.time_since_epoch().count());
  return Timestamp(Duration(static_cast<std::int64_t>(start + difference)));
}

void put(ByteWriter& to, const InvocationRecord& record, Timestamp at) {
  const auto& [request_id, started_at, outcome, error, retry_at] = record;
  to.text(request_id);
  put_time(to, started_at, at);
  put_enum(to, outcomes, outcome);
  put(to, error);
  to.flag(retry_at != engine::never);
  if (retry_at != engine::never) put_time(to, retry_at, at);
}
std::shared_ptr<const InvocationRecord> get_invocation_record(ByteReader& from, Timestamp at) {
  InvocationRecord record;
  record.request_id = from.text("a request id");
  record.started_at = get_time(from, at, "an invocation's start");
  record.outcome = get_enum(from, outcomes, "an invocation's outcome");
  record.error = get_error(from);
  if (from.flag("whether an invocation is repeated")) {
    record.retry_at = get_time(from, at, "when an invocation is repeated");
    if (record.retry_at == engine::never) from.fail("a time that comes");
  }
  return std::make_shared<const InvocationRecord>(std::move(record));
}

// ---- Facts: tag and members ----

/// Writes one fact.
class FactWriter {
 public:
  FactWriter(ByteWriter& to, Timestamp at) : to_(to), at_(at) {}

  void operator()(const fact::ExecutionStarted& fact) {
    const auto& [info] = fact;
    put(to_, *info);
  }
  void operator()(const fact::ExecutionSucceeded& fact) {
    const auto& [result] = fact;
    put(to_, result);
  }
  void operator()(const fact::ExecutionFailed& fact) {
    const auto& [error, status] = fact;
    put(to_, error);
    put_enum(to_, execution_ends, status);
  }
  void operator()(const fact::InvocationStarted& fact) {
    const auto& [request_id] = fact;
    to_.text(request_id);
  }
  void operator()(const fact::InvocationCompleted& fact) {
    const auto& [record] = fact;
    put(to_, *record, at_);
  }
  void operator()(const fact::CheckpointAccepted& fact) {
    const auto& [client_token_hash] = fact;
    to_.number(client_token_hash);
  }
  void operator()(const fact::OperationStarted& fact) {
    const auto& [info] = fact;
    put(to_, *info);
  }
  void operator()(const fact::StepRetried& fact) {
    const auto& [error, attempt, delay_s] = fact;
    put(to_, error);
    to_.number(attempt);
    to_.number(delay_s);
  }
  void operator()(const fact::ConditionPolled& fact) {
    const auto& [state, attempt, delay_s] = fact;
    put(to_, state);
    to_.number(attempt);
    to_.number(delay_s);
  }
  void operator()(const fact::OperationSucceeded& fact) {
    const auto& [result, attempt, replay_children] = fact;
    put(to_, result);
    to_.number(attempt);
    to_.flag(replay_children);
  }
  void operator()(const fact::OperationFailed& fact) {
    const auto& [error, attempt, status] = fact;
    put(to_, error);
    to_.number(attempt);
    put_enum(to_, operation_statuses, status);
  }
  void operator()(const fact::ChainedInvokeReported& fact) {
    const auto& [start] = fact;
    const auto& [executed_version, durable_execution_arn] = *start;
    to_.optional_text(view(executed_version));
    to_.optional_text(view(durable_execution_arn));
  }
  // These say all by their tag.
  template <class Empty>
  requires std::is_empty_v<Empty>
  void operator()(const Empty&) {}

 private:
  ByteWriter& to_;
  Timestamp at_;
};

/// The order of the alternatives of `engine::Fact`.
constexpr std::array tags{
    Tag::execution_started,  Tag::execution_succeeded,  Tag::execution_failed,
    Tag::invocation_started, Tag::invocation_completed, Tag::checkpoint_accepted,
    Tag::operation_started,  Tag::step_restarted,       Tag::step_retried,
    Tag::condition_polled,   Tag::step_ready,           Tag::operation_succeeded,
    Tag::operation_failed,   Tag::callback_heartbeat,   Tag::chained_invoke_reported};
static_assert(tags.size() == std::variant_size_v<engine::Fact> && tags.size() == 15);
static_assert(
    std::is_same_v<std::variant_alternative_t<0, engine::Fact>, fact::ExecutionStarted> &&
    std::is_same_v<std::variant_alternative_t<7, engine::Fact>, fact::StepRestarted> &&
    std::is_same_v<std::variant_alternative_t<10, engine::Fact>, fact::StepReady> &&
    std::is_same_v<std::variant_alternative_t<13, engine::Fact>, fact::CallbackHeartbeat>);

/// What stands before a fact.
struct EventHead {
  Timestamp at{};
  std::uint32_t history_id = 0;
  engine::OperationNumber operation = 0;
};

/// Reads events, one after the other.
class EventReaderOfBlock {
 public:
  EventReaderOfBlock(ByteReader& from, std::vector<Event>& out) : from_(from), out_(out) {}

  void next() {
    const std::uint8_t tag = from_.byte("an event");
    if (tag == 0 || tag > tags.size()) from_.fail("a type of event from 1 to 15", 1);
    head_.at = get_time(from_, head_.at, "an event's time");
    head_.history_id += from_.number_32("an event's id");
    head_.operation = from_.number_32("an operation's number");
    if (from_.ok()) read_fact(static_cast<Tag>(tag));
  }

 private:
  void read_fact(Tag tag) {
    switch (tag) {
      case Tag::execution_started:
        return add(fact::ExecutionStarted{get_execution_info(from_)});
      case Tag::execution_succeeded:
        return add(fact::ExecutionSucceeded{get_payload(from_)});
      case Tag::execution_failed: {
        SharedError error = get_error(from_);
        const auto status = get_enum(from_, execution_ends, "an execution's status");
        return add(fact::ExecutionFailed{std::move(error), status});
      }
      case Tag::invocation_started:
        return add(fact::InvocationStarted{std::string(from_.text("a request id"))});
      case Tag::invocation_completed:
        return add(fact::InvocationCompleted{get_invocation_record(from_, head_.at)});
      case Tag::checkpoint_accepted:
        return add(fact::CheckpointAccepted{from_.number("a client token's hash")});
      case Tag::operation_started:
        return add(fact::OperationStarted{get_operation_info(from_)});
      case Tag::step_restarted:
        return add(fact::StepRestarted{});
      case Tag::step_retried: {
        SharedError error = get_error(from_);
        const std::uint32_t attempt = from_.number_32("an attempt");
        return add(fact::StepRetried{std::move(error), attempt, from_.number_32("a delay")});
      }
      case Tag::condition_polled: {
        auto state = get_payload(from_);
        const std::uint32_t attempt = from_.number_32("an attempt");
        return add(fact::ConditionPolled{std::move(state), attempt, from_.number_32("a delay")});
      }
      case Tag::step_ready:
        return add(fact::StepReady{});
      case Tag::operation_succeeded: {
        auto result = get_payload(from_);
        const std::uint32_t attempt = from_.number_32("an attempt");
        return add(fact::OperationSucceeded{std::move(result), attempt,
                                            from_.flag("whether children are replayed")});
      }
      case Tag::operation_failed: {
        SharedError error = get_error(from_);
        const std::uint32_t attempt = from_.number_32("an attempt");
        return add(
            fact::OperationFailed{std::move(error), attempt,
                                  get_enum(from_, operation_statuses, "an operation's status")});
      }
      case Tag::callback_heartbeat:
        return add(fact::CallbackHeartbeat{});
      case Tag::chained_invoke_reported: {
        ChainedInvokeStart start;
        start.executed_version = own(from_.optional_text("a version"));
        start.durable_execution_arn = own(from_.optional_text("an ARN"));
        return add(fact::ChainedInvokeReported{
            std::make_shared<const ChainedInvokeStart>(std::move(start))});
      }
    }
  }

  template <class T>
  void add(T fact) {
    if (from_.ok()) out_.emplace_back(head_.at, head_.history_id, head_.operation, std::move(fact));
  }

  ByteReader& from_;
  std::vector<Event>& out_;
  EventHead head_;
};

}  // namespace

void encode(std::span<const Event> events, std::string& out) {
  ByteWriter to(out);
  to.byte(event_format);
  EventHead before;
  for (const Event& event : events) {
    to.byte(static_cast<std::uint8_t>(tags[event.fact.index()]));
    put_time(to, event.at, before.at);
    to.number(event.history_id - before.history_id);  // wraps around, should it ever decrease
    to.number(event.operation);
    engine::visit_fact(FactWriter(to, event.at), event.fact);
    before = {event.at, event.history_id, event.operation};
  }
}

Result<void> decode(std::string_view block, std::vector<Event>& out) {
  const std::size_t size = out.size();
  ByteReader from(block);
  const std::uint8_t format = from.byte("a format");
  if (from.ok() && format != event_format) {
    return Error{ErrorCode::corrupt, "event data of format " + std::to_string(format) +
                                         ": expected 1 to " + std::to_string(event_format) +
                                         " at byte 0; a newer version of durable may read it"};
  }
  EventReaderOfBlock reader(from, out);
  while (from.ok() && !from.at_end()) reader.next();
  if (from.ok()) return {};
  out.erase(out.begin() + static_cast<std::ptrdiff_t>(size), out.end());
  return from.error();
}

}  // namespace durable::store
