// SPDX-License-Identifier: Apache-2.0
#include "store/store_contract.h"

#include "store/memory_store.h"
#include "store/sqlite_store.h"
#include "store/temporary_folder.h"

namespace durable::store {
namespace {

class InMemory {
 public:
  Store& store() { return store_; }
  void reopen() {}

 private:
  MemoryStore store_;
};

class InSqlite {
 public:
  InSqlite() { reopen(); }
  Store& store() { return *store_; }
  void reopen() {
    store_.reset();
    SqliteOptions options;
    options.durability = Durability::normal;  // Nothing here takes the power away.
    store_ = SqliteStore::open(folder_.file("store.db"), options).value();
  }

 private:
  TemporaryFolder folder_;
  std::unique_ptr<SqliteStore> store_;
};

INSTANTIATE_TYPED_TEST_SUITE_P(Memory, StoreContract, InMemory);
INSTANTIATE_TYPED_TEST_SUITE_P(Sqlite, StoreContract, InSqlite);

}  // namespace
}  // namespace durable::store
