// SPDX-License-Identifier: Apache-2.0
#include "sdk/batch_record.h"

#include <durable/sdk/batch.h>
#include <durable/sdk/serdes.h>
#include <durable/wire/json.h>

#include <utility>

namespace durable {
namespace detail {
namespace {

[[noreturn]] void raise_unreadable(std::string what) {
  raise_decode_error(
      Error{ErrorCode::invalid_json, "the result of a map or a parallel " + std::move(what)});
}

const json::Node* find_member(const json::Node& object, std::string_view name) noexcept {
  if (object.kind() != json::Kind::object) return nullptr;
  const json::Node* key = object.first();
  for (std::size_t i = 0; i < object.size(); ++i) {
    const json::Node* const value = key->next();
    if (key->text() == name) return value;
    key = value->next();
  }
  return nullptr;
}

template <class E>
std::optional<E> named(const json::Node* node, std::initializer_list<E> values) noexcept {
  if (node == nullptr || node->kind() != json::Kind::string) return std::nullopt;
  for (const E value : values) {
    if (to_string(value) == node->text()) return value;
  }
  return std::nullopt;
}

std::optional<BatchItemStatus> status_of(const json::Node* node) noexcept {
  return named(node,
               {BatchItemStatus::succeeded, BatchItemStatus::failed, BatchItemStatus::started});
}
std::optional<CompletionReason> reason_of(const json::Node* node) noexcept {
  return named(node, {CompletionReason::all_completed, CompletionReason::min_successful_reached,
                      CompletionReason::failure_tolerance_exceeded});
}
std::optional<std::size_t> size_of(const json::Node* node) noexcept {
  if (node == nullptr || node->kind() != json::Kind::integer || node->integer() < 0) {
    return std::nullopt;
  }
  return static_cast<std::size_t>(node->integer());
}

void append_quoted(std::string& text, std::string_view word) {
  text.append(1, '"').append(word).append(1, '"');
}

}  // namespace

void BatchWriter::begin_item(std::size_t index, BatchItemStatus status) {
  text_.append(first_ ? "{\"index\":" : ",{\"index\":");
  first_ = false;
  json::Writer(text_).unsigned_integer(index);
  member("status");
  append_quoted(text_, to_string(status));
}

void BatchWriter::member(std::string_view name) { text_.append(",\"").append(name).append("\":"); }

void BatchWriter::add_succeeded(std::size_t index, std::optional<std::string_view> result,
                                Embedded embedded) {
  begin_item(index, BatchItemStatus::succeeded);
  if (result) {
    member("result");
    if (embedded == Embedded::json) {
      text_.append(*result);
    } else {
      json::Writer writer(text_);
      if (!writer.string(*result) && !failure_) failure_ = writer.failure().error();
    }
  }
  text_.append(1, '}');
}

void BatchWriter::add_failed(std::size_t index, const wire::ErrorObject& error) {
  begin_item(index, BatchItemStatus::failed);
  member("error");
  auto written = wire::encode_to(error, text_);
  if (!written && !failure_) failure_ = std::move(written).error();
  text_.append(1, '}');
}

void BatchWriter::add_started(std::size_t index) {
  begin_item(index, BatchItemStatus::started);
  text_.append(1, '}');
}

std::string BatchWriter::finish(CompletionReason reason) {
  if (failure_) raise_encode_error(*failure_);
  text_.append("],\"completionReason\":");
  append_quoted(text_, to_string(reason));
  text_.append(1, '}');
  return std::move(text_);
}

StoredBatch::StoredBatch(std::string_view text) {
  const Result<void> parsed = document_.parse(text);
  if (!parsed) raise_decode_error(parsed.error());
  items_ = find_member(document_.root(), "all");
  if (items_ == nullptr || items_->kind() != json::Kind::array) {
    raise_unreadable("has no array \"all\"");
  }
  const auto reason = reason_of(find_member(document_.root(), "completionReason"));
  if (!reason) raise_unreadable("has no known \"completionReason\"");
  reason_ = *reason;
  next_ = items_->first();
}

StoredItem StoredBatch::next() {
  const json::Node& node = *std::exchange(next_, next_->next());
  StoredItem item;
  const auto index = size_of(find_member(node, "index"));
  const auto status = status_of(find_member(node, "status"));
  if (!index || !status) {
    raise_unreadable("has an item without a number \"index\" or a known \"status\"");
  }
  item.index = *index;
  item.status = *status;
  if (*status == BatchItemStatus::succeeded) item.result = find_member(node, "result");
  if (*status == BatchItemStatus::failed) {
    item.error.emplace();
    json::Reader reader;
    if (const json::Node* const error = find_member(node, "error");
        error != nullptr && !json::detail::read_value(reader, *error, *item.error)) {
      raise_decode_error(reader.failure().error());
    }
  }
  return item;
}

std::string write_summary(std::string_view type, const machine::BatchSummary& summary) {
  const std::size_t started = summary.begun - summary.succeeded - summary.failed;
  std::string text = "{\"type\":";
  append_quoted(text, type);
  text.append(",\"totalCount\":").append(std::to_string(summary.begun));
  text.append(",\"completionReason\":");
  append_quoted(text, to_string(summary.reason));
  text.append(summary.lists_started ? ",\"startedIndexes\":[" : ",\"completedIndexes\":[");
  for (std::size_t i = 0; i < summary.indexes.size(); ++i) {
    if (i > 0) text.append(1, ',');
    text.append(std::to_string(summary.indexes[i]));
  }
  text.append("],\"startedCount\":").append(std::to_string(started));
  text.append(",\"successCount\":").append(std::to_string(summary.succeeded));
  text.append(",\"failureCount\":").append(std::to_string(summary.failed));
  text.append(",\"status\":");
  append_quoted(
      text, to_string(summary.failed > 0 ? BatchItemStatus::failed : BatchItemStatus::succeeded));
  return text.append(1, '}');
}

std::optional<machine::BatchSummary> read_summary(std::string_view text) {
  json::Document document;
  if (!document.parse(text)) return std::nullopt;
  const json::Node& root = document.root();
  const auto begun = size_of(find_member(root, "totalCount"));
  const auto succeeded = size_of(find_member(root, "successCount"));
  const auto failed = size_of(find_member(root, "failureCount"));
  const auto reason = reason_of(find_member(root, "completionReason"));
  const json::Node* const started = find_member(root, "startedIndexes");
  const json::Node* const indexes =
      started != nullptr ? started : find_member(root, "completedIndexes");
  if (!begun || !succeeded || !failed || !reason || indexes == nullptr ||
      indexes->kind() != json::Kind::array) {
    return std::nullopt;
  }
  machine::BatchSummary summary{*reason, *begun, *succeeded, *failed, {}, started != nullptr};
  summary.indexes.reserve(indexes->size());
  const json::Node* node = indexes->first();
  for (std::size_t i = 0; i < indexes->size(); ++i, node = node->next()) {
    const auto index = size_of(node);
    if (!index) return std::nullopt;
    summary.indexes.push_back(*index);
  }
  return summary;
}

}  // namespace detail

std::string_view to_string(BatchItemStatus status) noexcept {
  switch (status) {
    case BatchItemStatus::succeeded:
      return "SUCCEEDED";
    case BatchItemStatus::failed:
      return "FAILED";
    case BatchItemStatus::started:
      break;
  }
  return "STARTED";
}

std::string_view to_string(CompletionReason reason) noexcept {
  switch (reason) {
    case CompletionReason::min_successful_reached:
      return "MIN_SUCCESSFUL_REACHED";
    case CompletionReason::failure_tolerance_exceeded:
      return "FAILURE_TOLERANCE_EXCEEDED";
    case CompletionReason::all_completed:
      break;
  }
  return "ALL_COMPLETED";
}

void BatchStatistics::count(BatchItemStatus status) noexcept {
  switch (status) {
    case BatchItemStatus::succeeded:
      ++succeeded_;
      break;
    case BatchItemStatus::failed:
      ++failed_;
      break;
    case BatchItemStatus::started:
      ++started_;
      break;
  }
}

}  // namespace durable
