// SPDX-License-Identifier: Apache-2.0
#include "sdk/batch.h"

#include <durable/sdk/errors.h>

#include "sdk/batch_record.h"
#include "sdk/completion_rule.h"
#include "sdk/machine/limits.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace durable::detail {
namespace {

using Item = machine::BatchSchedule::Item;

bool has_begun(Item item) noexcept { return item != Item::waiting && item != Item::left_out; }

}  // namespace

BatchOperation::BatchOperation(ContextCore& context, std::uint64_t number, std::string_view name,
                               const BatchWords& words, const BatchSettings& settings,
                               std::unique_ptr<BatchBody> body)
    : Operation(context, number, name),
      words_(words),
      settings_(settings),
      body_(std::move(body)),
      schedule_(body_->size(), completion_rule(settings.completion, body_->size()),
                settings.max_concurrency) {
  if (context.runtime != nullptr) use_serdes(context.runtime->serdes_for(settings.serdes));
}

void BatchOperation::begin(const Place& place) {
  inner_.id = context_->wire_id(number_);
  if (place.record != nullptr) {
    wire::Operation& recorded = runtime().journal().ask(*place.record);
    if (wire::is_terminal(recorded.status)) {
      if (!take_completed(recorded)) return;
      // Of branches that were left running nothing is asked again.
      place.record->entered = runtime().checks_replay() && summary_->all_ended();
    } else if (recorded.status != wire::OperationStatus::started) {
      runtime().fail_execution(
          invalid_status(*context_, number_, name_, words_.batch.call, recorded.status));
      return;
    } else if (!enters_unfinished(*context_)) {
      return;
    } else {
      place.record->entered = true;
    }
  } else {
    static_cast<void>(runtime().make_update(*this, words_.batch, wire::OperationAction::start));
    runtime().queue();
    if (runtime().stopped()) return;
  }
  open_context(place.record);
  begin_recorded();
  go_on();
}

bool BatchOperation::take_completed(wire::Operation& recorded) {
  const bool has_details = recorded.context_details.has_value();
  if (recorded.status == wire::OperationStatus::failed) {
    error_ = has_details && recorded.context_details->error ? *recorded.context_details->error
                                                            : wire::ErrorObject{};
    settle(Progress::failed);
    return false;
  }
  if (recorded.status != wire::OperationStatus::succeeded) {
    runtime().fail_execution(
        invalid_status(*context_, number_, name_, words_.batch.call, recorded.status));
    return false;
  }
  const std::optional<Payload> result =
      has_details ? recorded.context_details->result : std::nullopt;
  if (!has_details || !recorded.context_details->replay_children.value_or(false)) {
    payload_ = result;
    stored_ = true;
    summary_ = runtime().checks_replay() ? summary_of_record() : std::nullopt;
    if (!summary_) {
      settle(Progress::succeeded);
      return false;
    }
  } else {
    summary_ = read_summary(result ? result->view() : std::string_view());
  }
  if (!summary_) {
    wire::ErrorObject error;
    error.error_type = "InvalidStateError";
    error.error_message = "the recorded summary of the " + std::string(words_.batch.call) + " " +
                          quoted_name(name_) + " (operation " + context_->wire_id(number_) +
                          ") cannot be read. The service, or what stands in for it, must keep the "
                          "payload of a context whose children are replayed.";
    runtime().fail_execution(std::move(error));
    return false;
  }
  auto again = machine::BatchSchedule::again(body_->size(), *summary_);
  if (!again) {
    fail_as_divergent("is recorded with at least " + std::to_string(summary_->begun) +
                      " items, but is now given " + std::to_string(body_->size()));
    return false;
  }
  schedule_ = std::move(*again);
  return true;
}

std::optional<machine::BatchSummary> BatchOperation::summary_of_record() const {
  machine::BatchSummary summary;
  summary.lists_started = false;
  try {
    const Payload text = payload_or_null();
    StoredBatch stored(text.view());
    summary.reason = stored.reason();
    for (std::size_t i = 0; i < stored.size(); ++i) {
      const StoredItem item = stored.next();
      summary.begun = std::max(summary.begun, item.index + 1);
      if (item.status == BatchItemStatus::started) continue;
      ++(item.status == BatchItemStatus::succeeded ? summary.succeeded : summary.failed);
      summary.indexes.push_back(item.index);
    }
  } catch (const SerDesError&) {
    return std::nullopt;  // whoever awaits the batch is told
  }
  return summary;
}

void BatchOperation::open_context(machine::Journal::Record* record) {
  inner_.scope = {Scope::Kind::workflow, &runtime(), this, &inner_};
  inner_.runtime = &runtime();
  inner_.parent = context_;
  inner_.record = record;
  inner_.name = name_;
  inner_.depth = context_->depth;  // the branches are a level deeper
  inner_.replay_only = context_->replay_only || summary_.has_value();
  inner_.offload_bodies = context_->offload_bodies;
  ends_.resize(schedule_.total());
  branches_.resize(schedule_.total());
  phase_ = Phase::running;
}

machine::Journal::Record* BatchOperation::position_of(std::size_t index) {
  auto* const of_batch = static_cast<machine::Journal::Record*>(inner_.record);
  if (of_batch == nullptr) return nullptr;
  machine::Journal::Record* const position = of_batch->child(index + 1);
  const bool is_known =
      position != nullptr && (position->operation != nullptr || position->has_children());
  if (is_known || !runtime().journal().has_irregular()) return position;
  return runtime().journal().locate(inner_.wire_id(index + 1));
}

void BatchOperation::begin_recorded() {
  // What has ended in an earlier invocation counts before anything runs on, so that a batch which
  // was complete when that invocation was cut off is complete again, with the same items.
  auto* const of_batch = static_cast<machine::Journal::Record*>(inner_.record);
  if (of_batch == nullptr || !of_batch->children || is_flat() || summary_) return;
  advancing_ = true;
  const std::size_t count = std::min(of_batch->children->records.size(), schedule_.total());
  for (std::size_t i = 0; i < count && !runtime().over(); ++i) {
    const wire::Operation* const recorded = of_batch->children->records[i].operation;
    if (recorded != nullptr && wire::is_terminal(recorded->status)) begin_branch(i);
  }
  advancing_ = false;
}

void BatchOperation::begin_branch(std::size_t index) {
  schedule_.begin(index);
  const std::string name = name_of(index);
  machine::Journal::Record* record = position_of(index);
  if (!is_flat()) {
    if (record != nullptr && record->operation == nullptr && record->has_children()) {
      fail_as_divergent("is recorded with flat branches, but is now nested");
      return;
    }
    inner_.number = index;  // what the place follows on
    try {
      const Place place = runtime().take_place(inner_, words_.branch, name);
      if (place.beyond_record) return;  // a replay is checked, and ends here
      record = place.record;
    } catch (const NonDeterministicExecutionError&) {
      return;  // the execution has failed by it
    }
    if (record != nullptr && answer_from_record(index, *record)) return;
  } else if (record != nullptr && record->operation != nullptr) {
    fail_as_divergent("is recorded with nested branches, but is now flat");
    return;
  }
  branches_[index] = std::make_unique<BatchBranch>(*this, inner_, index, name);
  if (!is_flat()) {
    Place place{};
    place.number = index + 1;
    place.record = record;
    runtime().opened(*branches_[index], place);
  }
  branches_[index]->begin(record);
}

bool BatchOperation::answer_from_record(std::size_t index, machine::Journal::Record& record) {
  wire::Operation& recorded = runtime().journal().ask(record);
  if (recorded.status == wire::OperationStatus::started && enters_unfinished(inner_)) return false;
  const bool has_ended = recorded.status == wire::OperationStatus::succeeded ||
                         recorded.status == wire::OperationStatus::failed;
  if (has_ended && runtime().checks_replay()) return false;  // its body is checked
  std::optional<wire::ContextDetails>& details = recorded.context_details;
  switch (recorded.status) {
    case wire::OperationStatus::succeeded:
      if (details && details->replay_children.value_or(false)) return false;
      branch_ended(index, details ? details->result : std::nullopt, {});
      return true;
    case wire::OperationStatus::failed:
      branch_ended(index, std::nullopt,
                   details && details->error ? *details->error : wire::ErrorObject{});
      return true;
    default:
      runtime().fail_execution(
          invalid_status(inner_, index + 1, name_of(index), words_.batch.call, recorded.status));
      return true;
  }
}

void BatchOperation::branch_ended(std::size_t index, std::optional<Payload> result,
                                  Boxed<wire::ErrorObject> error) {
  schedule_.end(index, !error.has_value());
  ends_[index] = {std::move(result), std::move(error)};
  if (branches_[index] != nullptr) ended_.push_back(index);
  if (!advancing_ && !linked()) runtime().make_ready(*this);
}

void BatchOperation::take() { go_on(); }

void BatchOperation::go_on() {
  if (advancing_ || phase_ != Phase::running) return;
  advancing_ = true;
  while (!runtime().over()) {
    for (const std::size_t index : ended_) branches_[index].reset();
    ended_.clear();
    if (schedule_.reason()) {
      complete();
      break;
    }
    const auto index = schedule_.next();
    if (!index) break;
    begin_branch(*index);
  }
  advancing_ = false;
}

void BatchOperation::complete() {
  phase_ = Phase::over;
  drop_branches();
  if (runtime().over()) return;
  if (summary_) {
    const machine::BatchCounts& counts = schedule_.counts();
    if (counts.succeeded != summary_->succeeded || counts.failed != summary_->failed) {
      fail_as_divergent("is recorded with " + std::to_string(summary_->failed) +
                        " failed items, but running it again for its result gave " +
                        std::to_string(counts.failed));
      return;
    }
    reason_ = summary_->reason;
    settle(Progress::succeeded);
    return;
  }
  reason_ = *schedule_.reason();
  // An item that an earlier invocation began, and this one did not come to, has begun.
  std::size_t begun = schedule_.total();
  while (begun > 0 && !has_begun(schedule_.item(begun - 1))) {
    const machine::Journal::Record* const position = position_of(begun - 1);
    if (position != nullptr && (position->operation != nullptr || position->has_children())) break;
    --begun;
  }
  for (std::size_t i = 0; i < begun; ++i) {
    if (schedule_.item(i) == Item::waiting) schedule_.begin(i);
  }
  std::optional<Payload> record;
  try {
    record = make_record();
  } catch (...) {
    runtime().fail_execution(runtime().describe(std::current_exception()));
    return;
  }
  wire::OperationUpdate& update =
      runtime().make_update(*this, words_.batch, wire::OperationAction::succeed);
  if (record) {
    update.payload = record;
    payload_ = std::move(record);
    stored_ = true;
    ends_ = {};
  } else {
    machine::BatchSummary summary = schedule_.summary();
    summary.reason = reason_;
    update.payload.emplace(write_summary(words_.summary_type, summary));
    update.context_options.emplace().replay_children = true;
  }
  runtime().queue_for(*this);
}

std::string BatchOperation::name_of(std::size_t index) const {
  const std::string_view given = body_->name(index);
  if (!given.empty()) return std::string(given);
  std::array<char, 20> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), index).ptr;
  std::string name(words_.branch_name);
  return name.append(digits.data(), end);
}

ChildContextError BatchOperation::error_of(std::size_t index, wire::ErrorObject error) const {
  return {std::move(error), name_of(index), inner_.wire_id(index + 1)};
}

void BatchOperation::fail_as_divergent(std::string_view what) const {
  wire::ErrorObject error;
  error.error_type = "NonDeterministicExecutionError";
  error.error_message = "non-deterministic code: the " + std::string(words_.batch.call) + " " +
                        quoted_name(name_) + " in " + path_of(*context_) + " (operation " +
                        context_->wire_id(number_) + ") " + std::string(what) +
                        ". Its items may depend only on the input and on results of operations; "
                        "let running executions finish on the version that they started with.";
  runtime().fail_execution(std::move(error));
}

void BatchOperation::drop_branches() noexcept {
  const Runtime::DestructionGuard guard(context_ != nullptr ? context_->runtime : nullptr);
  for (std::unique_ptr<BatchBranch>& branch : branches_) branch.reset();
  ended_.clear();
}

void BatchOperation::detach() noexcept {
  phase_ = Phase::over;
  drop_branches();
  inner_.parent = nullptr;  // may be gone before this operation is
  Operation::detach();
}

std::exception_ptr BatchOperation::make_error() const {
  return std::make_exception_ptr(ChildContextError(*error_, name_, context_->wire_id(number_)));
}

}  // namespace durable::detail
