// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/event.h"
#include "engine/execution.h"
#include "store/store.h"

#include <durable/base/result.h>

#include <cstddef>
#include <list>

namespace durable::service {

/// Logs that were read for calls that only read, with the states that they lead to. A few are kept,
/// so that paging through a long history does not read it again for each page.
class Views {
 public:
  struct View {
    store::ExecutionKey key{};
    engine::EventLog log;
    engine::Execution state;
    Timestamp used_at{};
  };

  explicit Views(const store::Store& store) : store_(store) {}

  /// The whole log as the store has it now; valid until the next call. Errors: `Store::read`'s.
  [[nodiscard]] Result<const View*> read(store::ExecutionKey key, Timestamp now);
  /// The same of a log that may end anywhere behind the history event after `reach`: as everybody
  /// waits for who reads, a long one is read in pieces, with the pages that need them.
  [[nodiscard]] Result<const View*> read(store::ExecutionKey key, Timestamp now, std::size_t reach);
  /// Forgets what nobody has asked for lately.
  void clean(Timestamp now);
  [[nodiscard]] std::size_t size() const noexcept { return views_.size(); }

 private:
  const store::Store& store_;
  std::list<View> views_;  // the one used last in front
};

}  // namespace durable::service
