// SPDX-License-Identifier: Apache-2.0
//
// What a map or a parallel gives: the items that have begun, each with what became of it.
#pragma once

#include <durable/sdk/detail/batch.h>
#include <durable/sdk/errors.h>
#include <durable/sdk/future.h>
#include <durable/sdk/options.h>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace durable {

/// The service's word: `SUCCEEDED`, `FAILED`, `STARTED`.
[[nodiscard]] std::string_view to_string(BatchItemStatus status) noexcept;
/// The official SDKs' word: `ALL_COMPLETED`, `MIN_SUCCESSFUL_REACHED`,
/// `FAILURE_TOLERANCE_EXCEEDED`.
[[nodiscard]] std::string_view to_string(CompletionReason reason) noexcept;

/// One item of a map, or one branch of a parallel, that has begun. `R`: what its branch returns.
template <class R>
struct BatchItem {
  using Value = detail::NonVoid<R>;

  std::size_t index = 0;  ///< Among all items or branches, from 0.
  BatchItemStatus status = BatchItemStatus::started;
  std::string name;                        ///< As given, or `map-item-0`, `parallel-branch-0`, ...
  std::optional<Value> result;             ///< Where it succeeded.
  std::optional<ChildContextError> error;  ///< Where it failed: what left its branch.
};

namespace detail {
template <class R>
BatchItem<R> item_of(BatchItemRecord&& record, const SerdesContext& context) {
  BatchItem<R> item;
  item.index = record.index;
  item.status = record.status;
  item.name = std::move(record.name);
  item.error = std::move(record.error);
  if constexpr (std::is_void_v<R>) {
    if (item.status == BatchItemStatus::succeeded) item.result.emplace();
  } else {
    read_item(record, context, item.result);
  }
  return item;
}
}  // namespace detail

/// Why a batch was complete, and how many of its items came how far. Items that have not begun are
/// in no count.
class BatchStatistics {
 public:
  [[nodiscard]] CompletionReason completion_reason() const noexcept { return reason_; }
  /// `failed` if an item has failed, whatever the reason for the completion; else `succeeded`.
  [[nodiscard]] BatchItemStatus status() const noexcept {
    return has_failure() ? BatchItemStatus::failed : BatchItemStatus::succeeded;
  }
  [[nodiscard]] bool has_failure() const noexcept { return failed_ > 0; }
  [[nodiscard]] std::size_t total_count() const noexcept { return succeeded_ + failed_ + started_; }
  [[nodiscard]] std::size_t success_count() const noexcept { return succeeded_; }
  [[nodiscard]] std::size_t failure_count() const noexcept { return failed_; }
  [[nodiscard]] std::size_t started_count() const noexcept { return started_; }

 protected:
  BatchStatistics() = default;
  void count(BatchItemStatus status) noexcept;
  void complete(CompletionReason reason) noexcept { reason_ = reason; }

 private:
  std::size_t succeeded_ = 0;
  std::size_t failed_ = 0;
  std::size_t started_ = 0;
  CompletionReason reason_ = CompletionReason::all_completed;
};

/// The result of `ctx.map`, and of `ctx.parallel` over a vector: the items that have begun, in the
/// order of their indexes, however they ended. Owns all that it gives.
template <class R>
class BatchResult : public BatchStatistics {
 public:
  using Item = BatchItem<R>;
  using Value = typename Item::Value;

  [[nodiscard]] const std::vector<Item>& items() const& noexcept { return items_; }
  [[nodiscard]] std::vector<Item>&& items() && noexcept { return std::move(items_); }

  /// Those of one status. The pointers live as long as this object.
  [[nodiscard]] std::vector<const Item*> succeeded() const& {
    return those(BatchItemStatus::succeeded);
  }
  [[nodiscard]] std::vector<const Item*> failed() const& { return those(BatchItemStatus::failed); }
  [[nodiscard]] std::vector<const Item*> started() const& {
    return those(BatchItemStatus::started);
  }
  std::vector<const Item*> succeeded() && = delete;
  std::vector<const Item*> failed() && = delete;
  std::vector<const Item*> started() && = delete;

  /// The values of the items that succeeded, in the order of their indexes.
  [[nodiscard]] std::vector<Value> results() const& {
    std::vector<Value> values;
    values.reserve(success_count());
    for (const Item& item : items_) {
      if (item.result) values.push_back(*item.result);
    }
    return values;
  }
  [[nodiscard]] std::vector<Value> results() && {
    std::vector<Value> values;
    values.reserve(success_count());
    for (Item& item : items_) {
      if (item.result) values.push_back(std::move(*item.result));
    }
    return values;
  }
  /// The errors of the items that failed, in the order of their indexes.
  [[nodiscard]] std::vector<ChildContextError> errors() const {
    std::vector<ChildContextError> errors;
    for (const Item& item : items_) {
      if (item.error) errors.push_back(*item.error);
    }
    return errors;
  }
  /// Throws the `ChildContextError` of the first item that failed, if one did.
  void throw_if_error() const {
    for (const Item& item : items_) {
      if (item.error) throw ChildContextError(*item.error);
    }
  }

 private:
  friend struct detail::ResultReader<BatchResult<R>>;
  class Reader;

  [[nodiscard]] std::vector<const Item*> those(BatchItemStatus status) const {
    std::vector<const Item*> found;
    for (const Item& item : items_) {
      if (item.status == status) found.push_back(&item);
    }
    return found;
  }

  std::vector<Item> items_;
};

template <class R>
class BatchResult<R>::Reader final : public detail::BatchReader {
 public:
  explicit Reader(BatchResult& result) noexcept : result_(result) {}
  void reserve(std::size_t count) override { result_.items_.reserve(count); }
  void add(detail::BatchItemRecord&& record, const SerdesContext& context) override {
    result_.items_.push_back(detail::item_of<R>(std::move(record), context));
    result_.count(record.status);
  }

 private:
  BatchResult& result_;
};

namespace detail {

template <class R>
struct ResultReader<BatchResult<R>> {
  static BatchResult<R> read(const Operation& operation) {
    BatchResult<R> result;
    typename BatchResult<R>::Reader reader(result);
    result.complete(read_batch(operation, reader));
    return result;
  }
};

}  // namespace detail
}  // namespace durable
