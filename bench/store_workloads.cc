// SPDX-License-Identifier: Apache-2.0
#include "bench/store_workloads.h"

#include "bench/folder.h"
#include "engine/operation_index.h"
#include "store/memory_store.h"
#include "store/sqlite_store.h"

#include <memory>
#include <stdexcept>
#include <string>

namespace durable::bench {
namespace {

using engine::Event;
using store::ExecutionKey;
using store::Identity;
using store::Store;
using store::Write;
namespace fact = engine::fact;

constexpr Timestamp start{Duration{1'700'000'000'000}};

Identity identity(std::uint64_t number) {
  const std::string name = "order-" + std::to_string(number);
  Identity identity;
  identity.function_arn = "arn:aws:lambda:us-east-1:123456789012:function:process-orders:7";
  identity.arn = identity.function_arn + "/durable-execution/" + name +
                 "/0e1f9d0c-6a7b-4c8d-9e0f-" + std::to_string(100'000'000'000 + number);
  identity.name = name;
  identity.function_name = "process-orders";
  identity.version = "7";
  identity.started_at = start + Duration{number};
  return identity;
}

/// What the checkpoint of one step appends: about 300 bytes.
std::vector<Event> checkpoint() {
  engine::OperationInfo::Parts parts;
  parts.id = "c4ca4238a0b923820dcc509a6f75849bc4ca4238a0b923820dcc509a6f75849b";
  parts.name = "charge-card";
  parts.sub_type = "Step";
  parts.type = wire::OperationType::step;
  parts.id_hash = engine::hash_id(parts.id);
  std::vector<Event> events;
  events.emplace_back(start, 2, 1,
                      fact::OperationStarted{engine::OperationInfo::make(std::move(parts))});
  events.emplace_back(start, 3, 1,
                      fact::OperationSucceeded{Payload(std::string(190, 'x')), 1, false});
  events.emplace_back(start, 3, 0, fact::CheckpointAccepted{42});
  return events;
}

void require(const Result<void>& result) { result.value(); }

store::Standing asleep() {
  store::Standing standing;
  standing.due_at = start + std::chrono::hours{24};
  return standing;
}

/// Executions that already exist.
void create(Store& store, std::uint64_t count) {
  const std::vector<Event> events = checkpoint();
  std::vector<Identity> identities;
  identities.reserve(count);
  for (std::uint64_t i = 0; i < count; ++i) identities.push_back(identity(i));
  std::vector<Write> writes;
  writes.reserve(count);
  for (const Identity& one : identities) {
    writes.push_back({store.next_key(), 0, events, asleep(), &one});
  }
  require(store.commit(writes));
}

/// `commits` ticks of a host, each with a checkpoint of `width` executions, in turn among 256.
std::uint64_t commit_to(Store& store, std::uint64_t commits, std::uint64_t width) {
  constexpr std::uint64_t executions = 256;
  create(store, executions);
  const std::vector<Event> events = checkpoint();
  std::vector<store::Revision> revisions(executions, events.size());
  std::vector<Write> writes(width);
  std::uint64_t next = 0;
  for (std::uint64_t commit = 0; commit < commits; ++commit) {
    for (Write& write : writes) {
      const std::uint64_t execution = next++ % executions;
      write = {ExecutionKey{static_cast<std::int64_t>(execution) + 1},
               revisions[execution],
               events,
               {},
               nullptr};
      revisions[execution] += events.size();
    }
    require(store.commit(writes));
  }
  return commits * width;
}

Workload memory(std::string_view name, std::uint64_t commits, std::uint64_t width) {
  return {name, "checkpoints/s", "How many checkpoints does the memory store take in a second?",
          [=] {
            store::MemoryStore store;
            return commit_to(store, commits, width);
          }};
}

Workload sqlite(std::string_view name, store::Durability durability, std::uint64_t commits,
                std::uint64_t width) {
  return {name, "checkpoints/s",
          width == 1 ? "How many checkpoints does SQLite take in a second, one a commit?"
                     : "How many checkpoints does SQLite take in a second, 64 a commit?",
          [=] {
            const Folder folder;
            store::SqliteOptions options;
            options.durability = durability;
            const auto store = store::SqliteStore::open(folder.file(), options).value();
            return commit_to(*store, commits, width);
          }};
}

constexpr std::uint64_t sleeping = 10'000;

/// A file with executions asleep, made by the first run and used by all.
std::string sleeping_file(std::shared_ptr<Folder>& folder) {
  if (folder == nullptr) {
    folder = std::make_shared<Folder>();
    create(*store::SqliteStore::open(folder->file(), {}).value(), sleeping);
  }
  return folder->file();
}

Workload open_sleeping() {
  return {"store_open_10k", "executions/s",
          "How fast does a host start that has 10,000 sleeping executions in its file?",
          [folder = std::shared_ptr<Folder>()]() mutable {
            const auto store = store::SqliteStore::open(sleeping_file(folder), {}).value();
            return std::uint64_t{store->open_executions().value().size()};
          }};
}

Workload list_sleeping() {
  return {"store_list_10k", "executions/s",
          "How fast are 10,000 executions listed in pages of 100, the newest first?",
          [folder = std::shared_ptr<Folder>()]() mutable {
            const auto store = store::SqliteStore::open(sleeping_file(folder), {}).value();
            store::ListQuery query;
            query.function_name = "process-orders";
            std::uint64_t count = 0;
            do {
              const store::Page page = store->list(query).value();
              count += page.items.size();
              query.marker = page.next;
            } while (!query.marker.empty());
            return count;
          }};
}

Workload load_long() {
  constexpr std::uint64_t commits = 10'000;
  return {"store_load_10k", "checkpoints/s",
          "How fast is an execution of 10,000 checkpoints read back from SQLite?",
          [folder = std::shared_ptr<Folder>()]() mutable {
            const bool fresh = folder == nullptr;
            if (fresh) folder = std::make_shared<Folder>();
            store::SqliteOptions options;
            options.durability = store::Durability::normal;
            const auto store = store::SqliteStore::open(folder->file(), options).value();
            const std::vector<Event> events = checkpoint();
            const Identity one = identity(0);
            for (std::uint64_t i = 0; fresh && i < commits; ++i) {
              const Write write{ExecutionKey{1}, i * events.size(), events, {}, &one};
              require(store->commit({&write, 1}));
            }
            return load(*store, ExecutionKey{1}).value().size() / events.size();
          }};
}

}  // namespace

std::vector<Workload> store_workloads() {
  return {
      memory("store_memory_w1", 200'000, 1),
      memory("store_memory_w64", 4'000, 64),
      sqlite("store_full_w1", store::Durability::full, 1'000, 1),
      sqlite("store_full_w64", store::Durability::full, 400, 64),
      sqlite("store_normal_w1", store::Durability::normal, 10'000, 1),
      sqlite("store_normal_w64", store::Durability::normal, 800, 64),
      open_sleeping(),
      list_sleeping(),
      load_long(),
  };
}

}  // namespace durable::bench
