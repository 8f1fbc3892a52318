// SPDX-License-Identifier: Apache-2.0
//
// What is recorded as the result of a map or a parallel:
// {"all":[{"index":0,"status":"SUCCEEDED","result":...},...],"completionReason":"ALL_COMPLETED"},
// or, where that is too large, a summary of it.
#pragma once

#include <durable/json/json.h>
#include <durable/sdk/options.h>
#include <durable/wire/model.h>

#include "sdk/machine/completion.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace durable::detail {

/// How an item's result stands in the batch's JSON.
enum class Embedded : std::uint8_t {
  json,  ///< As the value that its text is.
  text,  ///< As a string that holds its text.
};

/// Writes a batch's result, in one pass.
class BatchWriter {
 public:
  /// The result absent: there is none.
  void add_succeeded(std::size_t index, std::optional<std::string_view> result, Embedded embedded);
  void add_failed(std::size_t index, const wire::ErrorObject& error);
  void add_started(std::size_t index);

  /// Bytes so far.
  [[nodiscard]] std::size_t size() const noexcept { return text_.size(); }
  /// The whole. Throws `SerDesError` if a text was not UTF-8.
  [[nodiscard]] std::string finish(CompletionReason reason);

 private:
  void begin_item(std::size_t index, BatchItemStatus status);
  void member(std::string_view name);

  std::string text_ = "{\"all\":[";
  std::optional<Error> failure_;
  bool first_ = true;
};

struct StoredItem {
  std::size_t index = 0;
  BatchItemStatus status = BatchItemStatus::started;
  const json::Node* result = nullptr;  ///< Null: none is stored.
  std::optional<wire::ErrorObject> error;
};

/// Reads what a `BatchWriter` wrote.
class StoredBatch {
 public:
  /// Throws `SerDesError`. `text` outlives this object.
  explicit StoredBatch(std::string_view text);

  [[nodiscard]] CompletionReason reason() const noexcept { return reason_; }
  [[nodiscard]] std::size_t size() const noexcept { return items_->size(); }
  /// The next item. Throws `SerDesError`. Pre: fewer than `size()` were read.
  [[nodiscard]] StoredItem next();

 private:
  json::Document document_;
  const json::Node* items_ = nullptr;
  const json::Node* next_ = nullptr;
  CompletionReason reason_ = CompletionReason::all_completed;
};

/// `type`: `MapResult` or `ParallelResult`.
[[nodiscard]] std::string write_summary(std::string_view type,
                                        const machine::BatchSummary& summary);
/// Absent: `text` is no summary.
[[nodiscard]] std::optional<machine::BatchSummary> read_summary(std::string_view text);

}  // namespace durable::detail
