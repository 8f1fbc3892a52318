// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "store/store.h"

#include <durable/base/error.h>

#include <functional>
#include <memory>
#include <utility>

namespace durable::server {

/// Tells of what the disk or the file refuses, since whoever asked sees no more than that his call
/// failed, and often nobody asked. What a caller did wrong is not told.
class WatchedStore final : public store::Store {
 public:
  /// Called inside the call that fails, for each one.
  using Failed = std::function<void(const Error&)>;

  WatchedStore(std::unique_ptr<store::Store> kept, Failed failed)
      : kept_(std::move(kept)), failed_(std::move(failed)) {}

  store::ExecutionKey next_key() override { return kept_->next_key(); }
  Result<void> commit(std::span<const store::Write> writes) override {
    return told(kept_->commit(writes));
  }
  Result<store::Revision> read(store::ExecutionKey key, store::Revision first,
                               const store::EventReader& reader) const override {
    return told(kept_->read(key, first, reader));
  }
  Result<std::optional<store::Summary>> find(store::ExecutionKey key) const override {
    return told(kept_->find(key));
  }
  Result<std::optional<store::Summary>> find(std::string_view arn) const override {
    return told(kept_->find(arn));
  }
  Result<std::optional<store::Summary>> find_newest(
      std::string_view function_name, std::string_view execution_name) const override {
    return told(kept_->find_newest(function_name, execution_name));
  }
  Result<store::Page> list(const store::ListQuery& query) const override {
    return told(kept_->list(query));
  }
  Result<std::vector<store::OpenExecution>> open_executions() const override {
    return told(kept_->open_executions());
  }
  Result<std::vector<store::ExecutionKey>> remove_expired(Timestamp now,
                                                          std::size_t count_max) override {
    return told(kept_->remove_expired(now, count_max));
  }

 private:
  template <class T>
  Result<T> told(Result<T> result) const {
    if (!result) {
      const Error& error = result.error();
      if (error.code == ErrorCode::storage || error.code == ErrorCode::corrupt) failed_(error);
    }
    return result;
  }

  const std::unique_ptr<store::Store> kept_;
  const Failed failed_;
};

}  // namespace durable::server
