// SPDX-License-Identifier: Apache-2.0
#include "store/store.h"

#include <utility>

namespace durable::store {

Result<engine::EventLog> load(const Store& store, ExecutionKey key) {
  engine::EventLog log;
  const Result<Revision> read = store.read(key, 0, [&log](engine::Event event) {
    log.push_back(std::move(event));
    return Reading::go_on;
  });
  if (!read) return read.error();
  return log;
}

}  // namespace durable::store
