// SPDX-License-Identifier: Apache-2.0
//
// Where executions are kept: each as a log of events, and a short summary that a host can look up
// without reading the log. A store interprets neither.
#pragma once

#include "engine/event.h"

#include <durable/base/result.h>
#include <durable/base/time.h>
#include <durable/wire/model.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace durable::store {

/// Names an execution inside one store; from `Store::next_key`. Larger means created later.
enum class ExecutionKey : std::int64_t {};

/// How many events the log of an execution has; 0: there is no such execution.
using Revision = std::uint64_t;

/// What the start of an execution fixes for ever.
struct Identity {
  std::string arn;  ///< No two executions of a store have the same one.
  std::string name;
  std::string function_name;  ///< By which `list` and `find_newest` know the function.
  std::string function_arn;   ///< With its version.
  std::string version;
  Timestamp started_at{};
  // What its host has to know of it again after a restart; the store does not look at it.
  std::optional<std::string> tenant_id;
  std::optional<std::string> trace_header;
  std::optional<std::int64_t> retention_days;  ///< Absent: kept by a version that did not say.
  friend bool operator==(const Identity&, const Identity&) = default;
};

/// What may be another thing after each commit.
struct Standing {
  wire::ExecutionStatus status = wire::ExecutionStatus::running;
  /// When the host wants to look at the execution again by itself; `never`: only when asked.
  Timestamp due_at = engine::never;
  std::optional<Timestamp> ended_at;
  Timestamp expires_at = engine::never;  ///< Of a closed execution: when it may be removed.
  friend bool operator==(const Standing&, const Standing&) = default;
};

/// What is known of an execution without its log.
struct Summary {
  ExecutionKey key{};
  Revision revision = 0;
  Identity identity;
  Standing standing;
  friend bool operator==(const Summary&, const Summary&) = default;
};

/// What one tick of the host appends to one execution.
struct Write {
  ExecutionKey key{};
  Revision expected = 0;                  ///< The present revision; 0 creates the execution.
  std::span<const engine::Event> events;  ///< Appended in order. At least one.
  Standing standing;                      ///< Replaces what it was.
  const Identity* identity = nullptr;     ///< Not null where `expected` is 0, else unused.
};

/// An execution that is not closed, and when it is due.
struct OpenExecution {
  ExecutionKey key{};
  Timestamp due_at = engine::never;
  friend bool operator==(const OpenExecution&, const OpenExecution&) = default;
};

/// By start time; executions that started in the same millisecond by key.
enum class Order : std::uint8_t { newest_first, oldest_first };

/// Which executions to list. An absent or empty filter lets everything pass.
struct ListQuery {
  std::optional<std::string> function_name;
  std::optional<std::string> version;
  std::optional<std::string> execution_name;
  std::vector<wire::ExecutionStatus> statuses;
  std::optional<Timestamp> started_after;   ///< Not at this very time.
  std::optional<Timestamp> started_before;  ///< Not at this very time.
  Order order = Order::newest_first;
  std::string marker;           ///< `Page::next` of the page before; empty: from the beginning.
  std::size_t items_max = 100;  ///< At least 1.
};

struct Page {
  std::vector<Summary> items;
  std::string next;  ///< Opaque. Empty: there is no further page.
};

/// How many executions one `list` looks at. It may answer with a page that is not full, even an
/// empty one, and still have a next page; so a filter that nothing passes stalls nobody.
inline constexpr std::size_t examined_max = 10'000;

/// What a reader of events says to each.
enum class Reading : std::uint8_t { go_on, stop };
using EventReader = std::function<Reading(engine::Event event)>;

/// Durable home of executions. `MemoryStore` is the reference; `SqliteStore` survives the process.
/// One contract suite (tests/store/store_contract.h) runs over both.
///
/// Threading: none; all calls come from one thread. Calls block.
/// Errors of every call: `storage` (the disk refuses; the call may succeed later) and `corrupt`
/// (what is stored is damaged; the message says where), besides those named at the call.
class Store {
 public:
  Store() = default;
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;
  virtual ~Store() = default;

  /// A key for an execution that is to be created. Never given out twice by this object.
  [[nodiscard]] virtual ExecutionKey next_key() = 0;

  /// Appends all `writes` in order, with one disk sync. When it succeeds they survive a kill or a
  /// loss of power; when it fails none of them happened, and the store can be used as before.
  /// Errors: `conflict` when an `expected` is not the present revision, or a new ARN exists.
  [[nodiscard]] virtual Result<void> commit(std::span<const Write> writes) = 0;

  /// Calls `reader` with the events from number `first` on, counted from 0, oldest first, until it
  /// says stop. Returns the revision. Events before `first` cost little: their data is not read.
  /// Errors: `resource_not_found`.
  [[nodiscard]] virtual Result<Revision> read(ExecutionKey key, Revision first,
                                              const EventReader& reader) const = 0;

  [[nodiscard]] virtual Result<std::optional<Summary>> find(ExecutionKey key) const = 0;
  [[nodiscard]] virtual Result<std::optional<Summary>> find(std::string_view arn) const = 0;
  /// The one that was created last of all with this name, closed ones included.
  [[nodiscard]] virtual Result<std::optional<Summary>> find_newest(
      std::string_view function_name, std::string_view execution_name) const = 0;

  /// One page. Commits between two pages neither repeat nor hide an execution that was there all
  /// the time. Errors: `invalid_parameter` for a marker that no page gave.
  [[nodiscard]] virtual Result<Page> list(const ListQuery& query) const = 0;

  /// All executions whose status is RUNNING, by key: what a host that starts has to look after.
  [[nodiscard]] virtual Result<std::vector<OpenExecution>> open_executions() const = 0;

  /// Removes closed executions with their logs that expire at `now` or before, the earliest first,
  /// at most `count_max` of them. Returns their keys.
  [[nodiscard]] virtual Result<std::vector<ExecutionKey>> remove_expired(Timestamp now,
                                                                         std::size_t count_max) = 0;
};

/// The whole log. Errors: as `Store::read`.
[[nodiscard]] Result<engine::EventLog> load(const Store& store, ExecutionKey key);

}  // namespace durable::store
