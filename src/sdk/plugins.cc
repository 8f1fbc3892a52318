// SPDX-License-Identifier: Apache-2.0
#include "sdk/plugins.h"

#include "sdk/error_object.h"

#include <typeinfo>
#include <utility>

namespace durable::detail {
namespace {

std::string_view text_of(const std::optional<std::string>& text) noexcept {
  return text ? std::string_view(*text) : std::string_view();
}

std::uint32_t attempts_of(const wire::Operation& recorded) noexcept {
  if (!recorded.step_details) return 0;
  return static_cast<std::uint32_t>(recorded.step_details->attempt.value_or(0));
}

/// The status that an update gives to its operation, if it ends it.
std::optional<wire::OperationStatus> end_of(wire::OperationAction action) noexcept {
  switch (action) {
    case wire::OperationAction::succeed:
      return wire::OperationStatus::succeeded;
    case wire::OperationAction::fail:
      return wire::OperationStatus::failed;
    case wire::OperationAction::cancel:
      return wire::OperationStatus::cancelled;
    default:
      return std::nullopt;
  }
}

template <class Details>
void take_outcome(const Details& details, OperationInfo& info) {
  if (!details) return;
  if (details->result) info.result = &*details->result;
  if (details->error) info.error = &*details->error;
}

}  // namespace

PluginHost::PluginHost(Runtime& runtime)
    : runtime_(runtime),
      plugins_(runtime.settings().plugins),
      faulty_(plugins_.size(), false),
      started_(now()) {}

template <class F>
void PluginHost::each(std::string_view hook, F&& call) noexcept {
  // A process that was killed runs nothing any more.
  if (killed()) return;
  const ForeignCode guard(runtime_, Scope::Kind::plugin);
  for (std::size_t i = 0; i < plugins_.size(); ++i) {
    try {
      call(*plugins_[i]);
    } catch (const std::exception& error) {
      report(i, hook, error.what());
    } catch (...) {
      report(i, hook, "an exception that is no std::exception");
    }
  }
}

void PluginHost::report(std::size_t plugin, std::string_view hook, std::string_view what) noexcept {
  if (faulty_[plugin]) return;
  faulty_[plugin] = true;
  Logger* logger = runtime_.environment().logger;
  if (logger == nullptr || !logger->enabled(LogLevel::warning)) return;
  const Plugin& object = *plugins_[plugin];
  const std::string name = class_name(typeid(object));
  const std::string message = "plugin " + std::to_string(plugin + 1) + " (" + name +
                              ") threw from " + std::string(hook) + ": " + std::string(what) +
                              ". The execution goes on without what it would have done; further "
                              "errors of this plugin in this invocation are not reported.";
  const LogField fields[] = {{"executionArn", runtime_.arn()},
                             {"requestId", runtime_.environment().request_id},
                             {"plugin", name}};
  logger->write({LogLevel::warning, message, fields});
}

bool PluginHost::killed() const noexcept {
  const KillSwitch* kill_switch = runtime_.environment().kill_switch;
  return kill_switch != nullptr && kill_switch->killed();
}

std::optional<Timestamp> PluginHost::now() const {
  const Clock* clock = runtime_.environment().clock;
  return clock != nullptr ? std::optional(clock->now()) : std::nullopt;
}

InvocationInfo PluginHost::invocation() const {
  InvocationInfo info;
  info.execution_arn = runtime_.arn();
  info.request_id = runtime_.environment().request_id;
  info.first = first_;
  info.operations_count = runtime_.journal().operation_count();
  info.updated_operations_count = runtime_.updated_operations_count();
  if (const wire::Operation* execution = runtime_.journal().execution(); execution != nullptr) {
    info.execution_started = execution->start_timestamp;
  }
  info.started = started_;
  return info;
}

void PluginHost::invocation_started() {
  first_ = !runtime_.journal().has_operations();
  const InvocationInfo info = invocation();
  each("on_invocation_start", [&](Plugin& plugin) { plugin.on_invocation_start(info); });
  each("around_invocation", [&](Plugin& plugin) {
    if (auto scope = plugin.around_invocation(info)) scopes_.push_back(std::move(scope));
  });
  if (!runtime_.input_.updated_operation_ids) return;
  std::vector<const wire::Operation*> changed;
  for (const std::string& id : *runtime_.input_.updated_operation_ids) {
    const machine::Journal::Record* record = runtime_.journal().find(id);
    if (record == nullptr) continue;
    changed.push_back(record->operation);
    if (wire::is_terminal(record->operation->status)) ended_before_.emplace(id, record->operation);
  }
  tell_changes(changed);
}

void PluginHost::invocation_ended(const InvocationOutcome& outcome) {
  // After a failed invocation the service lists them again.
  if (!std::holds_alternative<InvocationFailure>(outcome)) {
    for (const auto& [id, recorded] : std::exchange(ended_before_, {})) tell_end(*recorded);
  }
  while (!scopes_.empty()) scopes_.pop_back();
  InvocationEndInfo info;
  static_cast<InvocationInfo&>(info) = invocation();
  info.ended = now();
  if (const auto* failure = std::get_if<InvocationFailure>(&outcome)) {
    info.verdict = InvocationVerdict::invocation_failed;
    info.error = &failure->error;
  } else {
    const auto& output = std::get<wire::InvocationOutput>(outcome);
    if (output.status == wire::InvocationOutputStatus::succeeded) {
      info.verdict = InvocationVerdict::succeeded;
    } else if (output.status == wire::InvocationOutputStatus::failed) {
      info.verdict = InvocationVerdict::failed;
    }
    if (output.error) info.error = &*output.error;
  }
  each("on_invocation_end", [&](Plugin& plugin) { plugin.on_invocation_end(info); });
}

OperationInfo PluginHost::info_of(const wire::Operation& recorded) const {
  OperationInfo info;
  info.execution_arn = runtime_.arn();
  info.id = recorded.id;
  info.parent_id = text_of(recorded.parent_id);
  info.name = text_of(recorded.name);
  info.type = recorded.type;
  info.sub_type = text_of(recorded.sub_type);
  info.status = recorded.status;
  info.started = recorded.start_timestamp;
  info.ended = recorded.end_timestamp;
  if (recorded.type == wire::OperationType::step) {
    info.attempt = attempts_of(recorded) + (wire::is_terminal(recorded.status) ? 0 : 1);
  }
  info.replayed = true;
  take_outcome(recorded.step_details, info);
  take_outcome(recorded.context_details, info);
  take_outcome(recorded.callback_details, info);
  take_outcome(recorded.chained_invoke_details, info);
  return info;
}

void PluginHost::opened(const Operation& operation, const Place& place) {
  std::string id = operation.context_->wire_id(operation.number_);
  if (place.record == nullptr) {
    open_.try_emplace(std::move(id));
    return;
  }
  const wire::Operation& recorded = *place.record->operation;
  if (!wire::is_terminal(recorded.status)) {
    open_.insert_or_assign(
        std::move(id), Open{recorded.start_timestamp, attempts_of(recorded), /*replayed=*/true});
    const OperationInfo info = info_of(recorded);
    each("on_operation_start", [&](Plugin& plugin) { plugin.on_operation_start(info); });
    return;
  }
  const bool listed = runtime_.input_.updated_operation_ids.has_value();
  const bool ended = listed ? ended_before_.erase(id) > 0
                            : runtime_.is_fresh(*operation.context_, place.number, *place.record);
  if (ended) tell_end(recorded);
}

void PluginHost::updating(const wire::OperationUpdate& update) {
  if (update.action != wire::OperationAction::start) return;
  Open& open = open_[update.id];
  if (open.replayed || open.started) return;  // another attempt
  open.started = now();
  OperationInfo info;
  info.execution_arn = runtime_.arn();
  info.id = update.id;
  info.parent_id = text_of(update.parent_id);
  info.name = text_of(update.name);
  info.type = update.type;
  info.sub_type = text_of(update.sub_type);
  info.status = wire::OperationStatus::started;
  info.started = open.started;
  info.attempt = update.type == wire::OperationType::step ? 1 : 0;
  each("on_operation_start", [&](Plugin& plugin) { plugin.on_operation_start(info); });
}

void PluginHost::sending(const std::vector<wire::OperationUpdate>& updates) {
  sent_.clear();
  endings_.clear();
  for (const wire::OperationUpdate& update : updates) {
    if (update.type == wire::OperationType::execution) continue;
    std::optional<std::size_t>& place = sent_[update.id];
    const bool is_step = update.type == wire::OperationType::step;
    if (!end_of(update.action)) {
      if (update.action == wire::OperationAction::retry) ++open_[update.id].attempts_made;
      continue;
    }
    place = endings_.size();
    const std::uint32_t attempt = is_step ? open_[update.id].attempts_made + 1 : 0;
    endings_.push_back({update, attempt, std::nullopt});
  }
}

void PluginHost::told(const std::vector<wire::Operation>& operations) {
  std::vector<const wire::Operation*> changed;
  std::vector<const wire::Operation*> ended;
  for (const wire::Operation& recorded : operations) {
    const auto open = open_.find(recorded.id);
    if (open != open_.end()) {
      if (recorded.start_timestamp) open->second.started = recorded.start_timestamp;
      open->second.attempts_made = attempts_of(recorded);
    }
    if (const auto sent = sent_.find(recorded.id); sent != sent_.end()) {
      if (sent->second) {
        endings_[*sent->second].ended = recorded.end_timestamp;
      } else if (wire::is_terminal(recorded.status)) {
        ended.push_back(&recorded);  // by the time that its start was recorded
      }
      continue;
    }
    if (open == open_.end()) {
      // One that the code has not come to yet, or of which all has been told.
      const machine::Journal::Record* record = runtime_.journal().find(recorded.id);
      if (record == nullptr || record->asked || wire::is_terminal(record->operation->status)) {
        continue;
      }
    }
    changed.push_back(&recorded);
    if (wire::is_terminal(recorded.status)) ended.push_back(&recorded);
  }
  tell_changes(changed);
  for (const wire::Operation* recorded : ended) tell_end(*recorded);
}

void PluginHost::acknowledged() {
  for (Ending& ending : std::exchange(endings_, {})) tell_end(ending);
  sent_.clear();
}

void PluginHost::tell_changes(const std::vector<const wire::Operation*>& changed) {
  if (changed.empty()) return;
  std::vector<OperationInfo> infos;
  infos.reserve(changed.size());
  for (const wire::Operation* recorded : changed) infos.push_back(info_of(*recorded));
  const OperationChangeInfo change{runtime_.arn(), infos, runtime_.journal().operation_count()};
  each("on_operation_change", [&](Plugin& plugin) { plugin.on_operation_change(change); });
}

void PluginHost::tell_end(const wire::Operation& recorded) {
  OperationInfo info = info_of(recorded);
  if (const auto open = open_.find(recorded.id); open != open_.end()) {
    info.replayed = open->second.replayed;
    if (!info.started) info.started = open->second.started;
    open_.erase(open);
  }
  if (!info.ended) info.ended = now();
  each("on_operation_end", [&](Plugin& plugin) { plugin.on_operation_end(info); });
}

void PluginHost::tell_end(Ending& ending) {
  const wire::OperationUpdate& update = ending.update;
  OperationInfo info;
  info.execution_arn = runtime_.arn();
  info.id = update.id;
  info.parent_id = text_of(update.parent_id);
  info.name = text_of(update.name);
  info.type = update.type;
  info.sub_type = text_of(update.sub_type);
  info.status = *end_of(update.action);
  info.attempt = ending.attempt;
  info.ended = ending.ended ? ending.ended : now();
  if (update.payload) info.result = &*update.payload;
  if (update.error) info.error = &*update.error;
  if (const auto open = open_.find(update.id); open != open_.end()) {
    info.started = open->second.started;
    info.replayed = open->second.replayed;
    open_.erase(open);
  }
  each("on_operation_end", [&](Plugin& plugin) { plugin.on_operation_end(info); });
}

void PluginHost::enrich(const LogRecord& line, LogFields& fields) {
  each("enrich_log", [&](Plugin& plugin) { plugin.enrich_log(line, fields); });
}

// ---- Runs of users' functions ----

namespace {
/// The id of the context that operations of `context` are recorded under.
const std::string& recorded_parent(const ContextCore& context) {
  const ContextCore* recorded = &context;
  while (recorded->is_virtual) recorded = recorded->parent;
  return recorded->id;
}
}  // namespace

UserFunctionRun::UserFunctionRun(PluginHost& host, const Operation& operation, const CallKind& kind,
                                 std::uint32_t attempt, bool replaying_children)
    : host_(host),
      id_(operation.context_->wire_id(operation.number_)),
      parent_id_(recorded_parent(*operation.context_)),
      name_(operation.name_) {
  info_.type = kind.type;
  info_.sub_type = kind.sub_type;
  info_.attempt = attempt;
  info_.replayed = operation.watched_;
  info_.replaying_children = replaying_children;
  start();
}

UserFunctionRun::UserFunctionRun(PluginHost& host)
    : host_(host), id_(host.runtime_.journal().execution()->id) {
  info_.type = wire::OperationType::execution;
  info_.replayed = info_.replaying_children = !host.first_;
  start();
}

void UserFunctionRun::start() {
  info_.execution_arn = host_.runtime_.arn();
  info_.id = id_;
  info_.parent_id = parent_id_;
  info_.name = name_;
  info_.started = host_.now();
  host_.each("on_user_function_start",
             [&](Plugin& plugin) { plugin.on_user_function_start(info_); });
  host_.each("around_user_function", [&](Plugin& plugin) {
    if (auto scope = plugin.around_user_function(info_)) scopes_.push_back(std::move(scope));
  });
}

void UserFunctionRun::end(const std::exception_ptr* error) noexcept {
  while (!scopes_.empty()) scopes_.pop_back();
  UserFunctionEndInfo info;
  static_cast<UserFunctionInfo&>(info) = info_;
  info.ended = host_.now();
  std::optional<wire::ErrorObject> thrown;
  if (error != nullptr) {
    info.outcome = UserFunctionOutcome::succeeded;
    if (*error != nullptr) {
      info.outcome = UserFunctionOutcome::failed;
      info.error = &thrown.emplace(host_.runtime_.describe(*error));
    }
  }
  host_.each("on_user_function_end", [&](Plugin& plugin) { plugin.on_user_function_end(info); });
}

void Runtime::UserFunctionScope::Delete::operator()(UserFunctionRun* run) const noexcept {
  delete run;
}

void Runtime::UserFunctionScope::begin(Runtime& runtime, const Operation& operation,
                                       const CallKind& kind, std::uint32_t attempt,
                                       bool replaying_children) {
  run_.reset(new UserFunctionRun(*runtime.plugins_, operation, kind, attempt, replaying_children));
}

void Runtime::UserFunctionScope::begin(Runtime& runtime) {
  run_.reset(new UserFunctionRun(*runtime.plugins_));
}

void Runtime::UserFunctionScope::end(const std::exception_ptr* error) noexcept {
  const std::unique_ptr<UserFunctionRun, Delete> run = std::move(run_);
  run->end(error);
}

}  // namespace durable::detail
