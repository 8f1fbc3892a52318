// SPDX-License-Identifier: Apache-2.0
//
// A map or a parallel, and its branches. The batch is a context of its own, in which each branch is
// the operation numbered by its index, from 1.
#pragma once

#include <durable/sdk/context.h>
#include <durable/sdk/detail/batch.h>

#include "sdk/batch_record.h"
#include "sdk/calls.h"
#include "sdk/machine/completion.h"
#include "sdk/replay_check.h"
#include "sdk/runtime.h"

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace durable::detail {

class BatchOperation;

/// What tells a map from a parallel.
struct BatchWords {
  CallKind batch;
  CallKind branch;
  std::string_view branch_name;  // the default one, without the index
  std::string_view summary_type;
};

/// A branch that runs, or whose end is not recorded yet.
class BatchBranch final : public Operation, public BodyOwner {
 public:
  BatchBranch(BatchOperation& batch, ContextCore& context, std::size_t index,
              std::string_view name);
  ~BatchBranch() override { drop(); }

  /// Runs the branch as far as it comes. `record`: its position in the journal, if there is one.
  void begin(machine::Journal::Record* record);
  void body_finished() override;

 private:
  [[nodiscard]] Runtime& runtime() const noexcept { return *context_->runtime; }
  [[nodiscard]] std::size_t index() const noexcept { return number_ - 1; }
  void open_context(machine::Journal::Record* record, bool replay_only);
  void run();
  /// Remembers how `recorded` says that the branch ended, where the body is checked against it.
  void expect(const wire::Operation& recorded);
  void succeed(std::optional<Payload> result);
  void fail(const std::exception_ptr& error);
  void end();

  void acknowledged() override { end(); }
  void detach() noexcept override;
  [[nodiscard]] std::exception_ptr make_error() const override { return nullptr; }
  // The frame goes before the context that it uses.
  void drop() noexcept;

  BatchOperation& batch_;
  DurableContext child_;
  Runtime::UserFunctionScope run_;
  TaskHandle frame_{nullptr};
  bool recorded_ = false;  // as ended; the body runs for its result alone
  bool checked_ = false;   // recorded as ended, in a check of the record
  std::unique_ptr<RecordedEnd> expected_;
};

class BatchOperation final : public Operation, private Turn {
 public:
  BatchOperation(ContextCore& context, std::uint64_t number, std::string_view name,
                 const BatchWords& words, const BatchSettings& settings,
                 std::unique_ptr<BatchBody> body);
  ~BatchOperation() override { drop_branches(); }

  /// Answers from the record, or begins the branches that may.
  void begin(const Place& place);

  /// See `read_batch`.
  CompletionReason read(BatchReader& reader) const;

  // ---- For branches ----

  [[nodiscard]] BatchBody& body() noexcept { return *body_; }
  [[nodiscard]] const BatchWords& words() const noexcept { return words_; }
  [[nodiscard]] const BatchSettings& settings() const noexcept { return settings_; }
  /// Whether the batch is recorded as complete, and its branches run again.
  [[nodiscard]] bool runs_again() const noexcept { return summary_.has_value(); }
  [[nodiscard]] bool is_flat() const noexcept { return settings_.nesting == Nesting::flat; }
  /// Whether anything more can happen before the end of a branch that succeeds is recorded.
  [[nodiscard]] bool waits_for_success() const noexcept { return schedule_.success_matters(); }
  /// A branch has come to its end, which is recorded as far as it is to be.
  void branch_ended(std::size_t index, std::optional<Payload> result,
                    Boxed<wire::ErrorObject> error);

 private:
  enum class Phase : std::uint8_t { opening, running, over };
  struct End {
    std::optional<Payload> result;  // as recorded
    Boxed<wire::ErrorObject> error;
  };

  [[nodiscard]] Runtime& runtime() const noexcept { return *context_->runtime; }
  [[nodiscard]] std::string name_of(std::size_t index) const;
  [[nodiscard]] ChildContextError error_of(std::size_t index, wire::ErrorObject error) const;

  /// Takes the record of a batch that is complete over. False: it has its answer, or never will.
  bool take_completed(wire::Operation& recorded);
  /// Which items the recorded result says have ended; absent: it cannot be read.
  [[nodiscard]] std::optional<machine::BatchSummary> summary_of_record() const;
  void open_context(machine::Journal::Record* record);
  [[nodiscard]] machine::Journal::Record* position_of(std::size_t index);
  void begin_recorded();
  void begin_branch(std::size_t index);
  bool answer_from_record(std::size_t index, machine::Journal::Record& record);

  // Begins what may begin, one branch after the other from this loop: a branch that runs to its end
  // at once only takes notes.
  void go_on();
  void complete();
  [[nodiscard]] std::optional<Payload> make_record() const;
  /// The result of an item as its type writes it.
  [[nodiscard]] Payload plain(std::size_t index, const Payload& recorded) const;
  /// Whether the batch's record holds the items' results as they are recorded, since nothing else
  /// would protect what their serdes hides.
  [[nodiscard]] bool keeps_item_records() const noexcept {
    return settings_.item_serdes != nullptr && settings_.serdes == nullptr;
  }
  [[nodiscard]] Embedded embedded(std::size_t index) const noexcept;
  CompletionReason read_stored(BatchReader& reader) const;
  void fail_as_divergent(std::string_view what) const;
  void drop_branches() noexcept;

  void take() override;
  void detach() noexcept override;
  [[nodiscard]] std::exception_ptr make_error() const override;

  const BatchWords& words_;
  const BatchSettings settings_;
  std::unique_ptr<BatchBody> body_;
  ContextCore inner_;
  machine::BatchSchedule schedule_;
  std::vector<End> ends_;
  // By index; null where a branch has not begun or is done with.
  std::vector<std::unique_ptr<BatchBranch>> branches_;
  std::vector<std::size_t> ended_;                // branches to be destroyed
  std::optional<machine::BatchSummary> summary_;  // of a batch whose result is made again
  CompletionReason reason_ = CompletionReason::all_completed;
  Phase phase_ = Phase::opening;
  bool advancing_ = false;
  bool stored_ = false;  // the whole result is in payload_
};

}  // namespace durable::detail
