// SPDX-License-Identifier: Apache-2.0
//
// A store that dies and is opened again, for tests that run over each kind of store.
#pragma once

#include "service/codes.h"
#include "service/core_host.h"
#include "store/memory_store.h"
#include "store/sqlite_store.h"
#include "store/temporary_folder.h"

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>

namespace durable::service {

/// Hands everything on to another store.
class ForwardingStore : public store::Store {
 public:
  explicit ForwardingStore(store::Store& kept) : kept_(kept) {}

  store::ExecutionKey next_key() override { return kept_.next_key(); }
  Result<void> commit(std::span<const store::Write> writes) override {
    return kept_.commit(writes);
  }
  Result<store::Revision> read(store::ExecutionKey key, store::Revision first,
                               const store::EventReader& reader) const override {
    return kept_.read(key, first, reader);
  }
  Result<std::optional<store::Summary>> find(store::ExecutionKey key) const override {
    return kept_.find(key);
  }
  Result<std::optional<store::Summary>> find(std::string_view arn) const override {
    return kept_.find(arn);
  }
  Result<std::optional<store::Summary>> find_newest(std::string_view function,
                                                    std::string_view name) const override {
    return kept_.find_newest(function, name);
  }
  Result<store::Page> list(const store::ListQuery& query) const override {
    return kept_.list(query);
  }
  Result<std::vector<store::OpenExecution>> open_executions() const override {
    return kept_.open_executions();
  }
  Result<std::vector<store::ExecutionKey>> remove_expired(Timestamp now,
                                                          std::size_t count_max) override {
    return kept_.remove_expired(now, count_max);
  }

 private:
  store::Store& kept_;
};

/// Lets commits fail, or is cut off after one, as by a kill of the process.
class FaultyStore final : public ForwardingStore {
 public:
  using ForwardingStore::ForwardingStore;

  /// Asked before each commit: the error that it fails with.
  std::function<std::optional<Error>(std::span<const store::Write>)> fault;
  /// Asked before each reading of a log.
  std::function<std::optional<Error>(store::ExecutionKey)> read_fault;
  /// After this commit nothing reaches the store any more; 0: never.
  int dies_after = 0;
  int commits = 0;
  [[nodiscard]] bool dead() const { return dies_after > 0 && commits >= dies_after; }

  Result<void> commit(std::span<const store::Write> writes) override {
    if (dead()) return gone();
    if (fault) {
      if (const auto error = fault(writes)) return *error;
    }
    Result<void> committed = ForwardingStore::commit(writes);
    ++commits;
    return committed;
  }
  Result<store::Revision> read(store::ExecutionKey key, store::Revision first,
                               const store::EventReader& reader) const override {
    if (read_fault) {
      if (const auto error = read_fault(key)) return *error;
    }
    return ForwardingStore::read(key, first, reader);
  }
  Result<std::vector<store::ExecutionKey>> remove_expired(Timestamp now,
                                                          std::size_t count_max) override {
    if (dead()) return gone();
    return ForwardingStore::remove_expired(now, count_max);
  }

  static Error gone() { return {ErrorCode::storage, "the disk is gone"}; }
};

/// The process dies, the memory of the test stays.
struct InMemory {
  std::unique_ptr<store::Store> open() { return std::make_unique<ForwardingStore>(kept); }
  store::MemoryStore kept;
};

struct InSqlite {
  std::unique_ptr<store::Store> open() {
    store::SqliteOptions options;
    options.durability = store::Durability::normal;  // No loss of power here, and much faster.
    auto opened = store::SqliteStore::open(folder.file("store.db"), options);
    if (!opened) throw std::runtime_error(opened.error().message);
    return std::move(*opened);
  }

  store::TemporaryFolder folder;
};

/// A service that can be killed and started again.
template <class Kept>
class World {
 public:
  explicit World(std::map<std::string, Code> codes, ServiceOptions options = test_options())
      : codes_(std::move(codes)), options_(std::move(options)) {
    for (const auto& [name, code] : codes_) functions.add(FakeFunctions::target(name));
    open();
  }

  CoreHost& host() { return *host_; }
  FaultyStore& store() { return *faulty_; }

  /// Ends the process where it stands, and starts another one.
  void restart() {
    now_ = host_->now;
    host_.reset();
    faulty_.reset();
    store_.reset();
    functions.kill_all();
    open();
  }
  void set_now(Timestamp now) { now_ = host_->now = now; }

  FakeFunctions functions;

 private:
  void open() {
    store_ = kept_.open();
    faulty_ = std::make_unique<FaultyStore>(*store_);
    host_ = std::make_unique<CoreHost>(*faulty_, functions, codes_, options_, now_);
  }

  Kept kept_;
  std::map<std::string, Code> codes_;
  ServiceOptions options_;
  Timestamp now_ = first_moment;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<FaultyStore> faulty_;
  std::unique_ptr<CoreHost> host_;
};

using Kinds = ::testing::Types<InMemory, InSqlite>;

}  // namespace durable::service
