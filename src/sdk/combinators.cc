// SPDX-License-Identifier: Apache-2.0
//
// race and any: who comes first, recorded as a step, so that every replay has the same winner.
#include <durable/sdk/combinators.h>

#include <durable/sdk/errors.h>

#include "sdk/calls.h"
#include "sdk/machine/contest.h"
#include "sdk/runtime.h"

#include <charconv>
#include <utility>
#include <vector>

namespace durable::detail {
namespace {

using machine::Contest;

constexpr CallKind race_kind{wire::OperationType::step, "Step", "race"};
constexpr CallKind any_kind{wire::OperationType::step, "Step", "any"};

/// Watches its entries, and records the first of them. When an entry settles, what it has is kept
/// at once, since its future may be gone soon; what follows is left to the queue of the ready,
/// since nothing can be sent while a reply is being taken in.
class RaceOperation final : public Operation {
 public:
  RaceOperation(ContextCore& context, std::uint64_t number, std::string_view name,
                const CallKind& kind, RaceRule rule, std::size_t winner_levels)
      : Operation(context, number, name), kind_(kind), rule_(rule), winner_levels_(winner_levels) {}

  void begin(const Place& place, RaceEntry* entries, std::size_t count) {
    entries_.reserve(count);
    for (std::size_t i = 0; i < count; ++i) entries_.push_back(std::move(entries[i]));
    watchers_ = std::make_unique<Watcher[]>(count);
    if (place.record == nullptr) {
      static_cast<void>(runtime().make_update(*this, kind_, wire::OperationAction::start));
      runtime().queue();
    } else if (!follow(runtime().journal().ask(*place.record))) {
      return;
    }
    contest_.emplace(rule_ == RaceRule::first_success ? Contest::Rule::first_success
                                                      : Contest::Rule::first_settled,
                     count);
    if (rule_ == RaceRule::first_success) failures_.resize(count);
    const bool several = count_settled() > 1;
    for (std::size_t i = 0; i < count; ++i) {
      if (!entries_[i].operation->settled()) {
        watch(i);
      } else {
        note(i, several ? ended_at(*entries_[i].operation) : std::nullopt);
      }
    }
    decide();
  }

  /// What the result's type tells of winners: of this race, and of one that won it.
  [[nodiscard]] const std::vector<std::size_t>& winners() const noexcept { return winners_; }

  /// The value is the winner's, and was written as such.
  [[nodiscard]] SerdesContext serdes_context() const noexcept override {
    return winners_serdes_ ? *winners_serdes_ : Operation::serdes_context();
  }

  void cancel() override {
    for (const RaceEntry& entry : entries_) {
      if (entry.owned) entry.owned->cancel();
    }
  }

 private:
  struct Watcher : Waiter {
    RaceOperation* race = nullptr;
    std::size_t index = 0;
  };

  [[nodiscard]] Runtime& runtime() const noexcept { return *context_->runtime; }

  /// What is recorded of this race. Returns whether it is still to be decided.
  bool follow(const wire::Operation& recorded) {
    switch (recorded.status) {
      case wire::OperationStatus::started:
        return !context_->replay_only;
      case wire::OperationStatus::succeeded:
        follow_winner(recorded);
        return false;
      case wire::OperationStatus::failed:
        if (recorded.step_details) error_ = recorded.step_details->error;
        if (!error_) error_ = wire::ErrorObject{};
        entries_.clear();
        settle(Progress::failed);
        return false;
      default:
        runtime().fail_execution(
            invalid_status(*context_, number_, name_, kind_.call, recorded.status));
        return false;
    }
  }

  void follow_winner(const wire::Operation& recorded) {
    std::string_view text;
    if (recorded.step_details && recorded.step_details->result) {
      text = recorded.step_details->result->view();
    }
    const auto read = std::from_chars(text.data(), text.data() + text.size(), winner_);
    if (text.empty() || read.ec != std::errc() || read.ptr != text.data() + text.size() ||
        winner_ >= entries_.size()) {
      wire::ErrorObject error;
      error.error_type = "NonDeterministicExecutionError";
      error.error_message = "non-deterministic code: " + std::string(kind_.call) + " " +
                            quoted_name(name_) + " in " + path_of(*context_) + " (operation " +
                            context_->wire_id(number_) + ") is recorded as won by future \"" +
                            std::string(text.substr(0, 40)) + "\", but the code now gives it " +
                            std::to_string(entries_.size()) +
                            " futures, counted from 0. In every invocation it must be given the "
                            "same futures in the same order.";
      runtime().fail_execution(std::move(error));
      return;
    }
    decided_ = true;
    if (entries_[winner_].operation->settled()) {
      keep(winner_);
      finish();
    } else {
      watch(winner_);
    }
  }

  void watch(std::size_t index) {
    Watcher& watcher = watchers_[index];
    watcher.race = this;
    watcher.index = index;
    watcher.advance = [](Waiter& waiter) noexcept -> Operation* {
      const Watcher& settled = static_cast<Watcher&>(waiter);
      settled.race->note(settled.index, std::nullopt);
      return nullptr;
    };
    watcher.notify = [](Waiter& waiter) { static_cast<Watcher&>(waiter).race->decide(); };
    entries_[index].operation->wait(watcher);
  }

  [[nodiscard]] std::size_t count_settled() const noexcept {
    std::size_t count = 0;
    for (const RaceEntry& entry : entries_) count += entry.operation->settled() ? 1U : 0U;
    return count;
  }

  /// When the service recorded the end of `operation`, if an earlier invocation has seen it.
  [[nodiscard]] std::optional<Timestamp> ended_at(const Operation& operation) const {
    if (operation.context() == nullptr) return std::nullopt;
    const auto* record = runtime().journal().find(operation.id());
    return record != nullptr ? record->operation->end_timestamp : std::nullopt;
  }

  void note(std::size_t index, std::optional<Timestamp> ended_at) noexcept {
    if (progress_ != Progress::open) return;
    if (decided_) {
      if (index == winner_) keep(index);
      return;
    }
    const std::exception_ptr error = entries_[index].operation->error();
    if (error && !failures_.empty()) failures_[index] = error;
    const auto result = error ? Contest::Result::failed : Contest::Result::succeeded;
    if (contest_->settle(index, result, ended_at)) keep(index);
  }

  /// Takes over what the entry has become.
  void keep(std::size_t index) noexcept {
    Operation& operation = *entries_[index].operation;
    operation.received();
    winners_error_ = operation.error();
    payload_.reset();
    if (winners_error_) return;
    winners_serdes_ = operation.serdes_context();
    raw_text_ = operation.reads_raw_text();
    winners_.assign(winner_levels_, index);
    if (const auto* race = dynamic_cast<const RaceOperation*>(&operation)) {
      winners_.insert(winners_.end(), race->winners_.begin(), race->winners_.end());
    }
    if (!operation.has_payload()) return;
    try {
      payload_ = operation.payload_or_null();
    } catch (...) {
      winners_error_ = std::current_exception();
    }
  }

  void decide() {
    if (progress_ != Progress::open || ticket_ != 0 || runtime().over()) return;
    if (decided_) {  // by the record
      finish();
    } else if (contest_->leader()) {
      decided_ = true;
      winner_ = *contest_->leader();
      runtime().make_update(*this, kind_, wire::OperationAction::succeed).payload =
          Payload(std::to_string(winner_));
      runtime().enqueue_for(*this);
      give_up_losers();
      runtime().send_while_due();
    } else if (contest_->lost()) {
      decided_ = true;
      error_ = all_failed();
      runtime().make_update(*this, kind_, wire::OperationAction::fail).error = *error_;
      runtime().enqueue_for(*this);
      entries_.clear();
      runtime().send_while_due();
    }
  }

  void finish() {
    settle(winners_error_ ? Progress::failed : Progress::succeeded);
    // An invocation that was cut off may have recorded the winner without cancelling the others.
    give_up_losers();
  }

  // The end of this race travels with the cancellations, so that a crash finds both or neither.
  void give_up_losers() {
    std::vector<RaceEntry> entries = std::move(entries_);
    for (std::size_t i = 0; i < entries.size(); ++i) {
      if (entries[i].owned && i != winner_) entries[i].owned->cancel();
    }
  }

  [[nodiscard]] wire::ErrorObject all_failed() const {
    std::string text = std::string(kind_.call) + " " + quoted_name(name_) + ": all " +
                       std::to_string(failures_.size()) + " futures failed";
    for (std::size_t i = 0; i < failures_.size(); ++i) {
      const wire::ErrorObject failure = runtime().describe(failures_[i]);
      text.append(i == 0 ? ": " : "; ").append(std::to_string(i)).append(": ");
      text.append(failure.error_type.value_or("")).append(": ");
      text.append(failure.error_message.value_or(""));
    }
    wire::ErrorObject error;
    error.error_message = std::move(text);
    return runtime().describe(std::make_exception_ptr(
        AllFailedError(std::move(error), name_, context_->wire_id(number_))));
  }

  void acknowledged() override {
    settle(winners_error_ || error_ ? Progress::failed : Progress::succeeded);
  }

  [[nodiscard]] std::exception_ptr make_error() const override {
    if (winners_error_) return winners_error_;
    return std::make_exception_ptr(AllFailedError(*error_, name_, context_->wire_id(number_)));
  }

  void detach() noexcept override {
    watchers_.reset();
    entries_.clear();
    Operation::detach();
  }

  const CallKind& kind_;
  RaceRule rule_;
  std::size_t winner_levels_;
  bool decided_ = false;
  std::size_t winner_ = 0;
  std::vector<std::size_t> winners_;
  std::vector<RaceEntry> entries_;
  std::optional<Contest> contest_;
  std::vector<std::exception_ptr> failures_;  // of any: why each failed
  std::optional<SerdesContext> winners_serdes_;
  std::exception_ptr winners_error_;
  std::unique_ptr<Watcher[]> watchers_;  // one for each entry
};

}  // namespace

OperationPtr run_race(RaceRule rule, std::string_view name, RaceEntry* entries, std::size_t count,
                      std::size_t winner_levels) {
  const CallKind& kind = rule == RaceRule::first_success ? any_kind : race_kind;
  if (name.empty()) name = kind.call;
  if (count == 0) {
    throw ValidationError(std::string(kind.call) + " " + quoted_name(name) +
                          ": there must be at least one future");
  }
  for (std::size_t i = 0; i < count; ++i) {
    if (entries[i].operation == nullptr) raise_empty_future();
    if (entries[i].operation->context() == nullptr) entries[i].operation->raise_error();
  }
  ContextCore& context = *entries[0].operation->context();
  for (std::size_t i = 1; i < count; ++i) {
    if (entries[i].operation->context() == &context) continue;
    context.runtime->misuse(
        std::string(kind.call) + " " + quoted_name(name) + ": future " + std::to_string(i) +
        " was started in " + path_of(*entries[i].operation->context()) + ", but future 0 in " +
        path_of(context) + ". All must come from the context of the body that runs.");
  }
  auto opened = open_call<RaceOperation>(context, kind, name, kind, rule, winner_levels);
  if (opened.admitted) opened.operation->begin(opened.place, entries, count);
  return std::move(opened.operation);
}

std::size_t winner_of(const Operation& race, std::size_t level) noexcept {
  return static_cast<const RaceOperation&>(race).winners()[level];
}

}  // namespace durable::detail
