// SPDX-License-Identifier: Apache-2.0
//
// The result of a batch: as it is recorded, and as it is read. The first run reads it from what it
// has just recorded, as a replay does.
#include <durable/sdk/batch.h>
#include <durable/sdk/errors.h>

#include "sdk/batch.h"
#include "sdk/batch_record.h"
#include "sdk/machine/limits.h"

#include <utility>

namespace durable::detail {

using Item = machine::BatchSchedule::Item;

Embedded BatchOperation::embedded(std::size_t index) const noexcept {
  return !keeps_item_records() && body_->is_json(index) ? Embedded::json : Embedded::text;
}

Payload BatchOperation::plain(std::size_t index, const Payload& recorded) const {
  if (settings_.item_serdes == nullptr) return recorded;
  return settings_.item_serdes->deserialize(recorded, SerdesContext(runtime(), &inner_, index + 1));
}

std::optional<Payload> BatchOperation::make_record() const {
  const auto is_too_large = [](std::size_t size) {
    return size > machine::context_result_size_max;
  };
  BatchWriter writer;
  for (std::size_t i = 0; i < schedule_.total(); ++i) {
    const End& end = ends_[i];
    switch (schedule_.item(i)) {
      case Item::succeeded:
        if (!end.result) {
          writer.add_succeeded(i, std::nullopt, Embedded::json);
        } else {
          const Payload text = keeps_item_records() ? *end.result : plain(i, *end.result);
          writer.add_succeeded(i, text.view(), embedded(i));
        }
        break;
      case Item::failed:
        writer.add_failed(i, *end.error);
        break;
      case Item::running:
      case Item::left_running:
        writer.add_started(i);
        break;
      case Item::waiting:
      case Item::left_out:
        break;
    }
    // A serdes may make it small, so that it needs the whole.
    if (settings_.serdes == nullptr && is_too_large(writer.size())) return std::nullopt;
  }
  std::optional<Payload> record = to_record(Payload(writer.finish(reason_)));
  if (is_too_large(record->size())) record.reset();
  return record;
}

CompletionReason BatchOperation::read(BatchReader& reader) const {
  if (stored_) return read_stored(reader);
  reader.reserve(schedule_.counts().total);
  for (std::size_t i = 0; i < schedule_.total(); ++i) {
    BatchItemRecord record;
    record.index = i;
    const End& end = ends_[i];
    switch (schedule_.item(i)) {
      case Item::waiting:
      case Item::left_out:
        continue;
      case Item::succeeded:
        record.status = BatchItemStatus::succeeded;
        if (end.result) record.payload = plain(i, *end.result);
        break;
      case Item::failed:
        record.status = BatchItemStatus::failed;
        record.error = error_of(i, *end.error);
        break;
      case Item::running:
      case Item::left_running:
        break;
    }
    record.name = name_of(i);
    reader.add(std::move(record), SerdesContext(runtime(), &inner_, i + 1));
  }
  return reason_;
}

CompletionReason BatchOperation::read_stored(BatchReader& reader) const {
  const Payload text = payload_or_null();
  StoredBatch stored(text.view());
  reader.reserve(stored.size());
  for (std::size_t i = 0; i < stored.size(); ++i) {
    StoredItem item = stored.next();
    if (item.index >= body_->size()) {
      fail_as_divergent("is recorded with item " + std::to_string(item.index) +
                        ", but is now given " + std::to_string(body_->size()) + " items");
      throw NonDeterministicExecutionError("a recorded item is not among those of the code");
    }
    BatchItemRecord record;
    record.index = item.index;
    record.status = item.status;
    record.name = name_of(item.index);
    if (item.error) record.error = error_of(item.index, std::move(*item.error));
    if (item.result != nullptr) {
      if (embedded(item.index) == Embedded::json) {
        record.json = item.result;
      } else {
        Payload recorded(item.result->text());
        record.payload = keeps_item_records() ? plain(item.index, recorded) : recorded;
      }
    }
    reader.add(std::move(record), SerdesContext(runtime(), &inner_, item.index + 1));
  }
  return stored.reason();
}

CompletionReason read_batch(const Operation& operation, BatchReader& reader) {
  return static_cast<const BatchOperation&>(operation).read(reader);
}

void raise_no_branch_value(std::size_t index, CompletionReason reason) {
  throw UsageError("values() gives the values of all branches of a parallel, but branch " +
                   std::to_string(index) + " had none when the parallel was complete (" +
                   std::string(to_string(reason)) +
                   "). Use item<I>() where not every branch has "
                   "to succeed.");
}

}  // namespace durable::detail
