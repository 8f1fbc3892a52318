// SPDX-License-Identifier: Apache-2.0
//
// What the plugins of one invocation are told. It lives beside the operations and knows them by
// their ids, from the updates that are sent and from what the service tells: so every kind of call
// is told of without doing anything for it.
#pragma once

#include <durable/sdk/plugin.h>

#include "sdk/runtime.h"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace durable::detail {

class PluginHost {
 public:
  /// For the plugins of `runtime`'s function.
  explicit PluginHost(Runtime& runtime);

  /// The state is loaded, or could not be.
  void invocation_started();
  void invocation_ended(const InvocationOutcome& outcome);

  /// A call has been made.
  void opened(const Operation& operation, const Place& place);
  /// An update is being put together; its ids, names and types are set.
  void updating(const wire::OperationUpdate& update);
  /// These updates go out in one call.
  void sending(const std::vector<wire::OperationUpdate>& updates);
  /// The service tells of these operations, in answer to that call.
  void told(const std::vector<wire::Operation>& operations);
  /// The updates of the last call are recorded.
  void acknowledged();

  /// Adds what the plugins add to a line.
  void enrich(const LogRecord& line, LogFields& fields);

 private:
  friend class UserFunctionRun;

  /// An operation that is open, as far as this invocation knows it.
  struct Open {
    std::optional<Timestamp> started;
    std::uint32_t attempts_made = 0;
    bool replayed = false;
  };
  /// An update that ends an operation and is out.
  struct Ending {
    wire::OperationUpdate update;
    std::uint32_t attempt = 0;  // of steps: the one that it ends
    std::optional<Timestamp> ended;
  };

  template <class F>
  void each(std::string_view hook, F&& call) noexcept;
  void report(std::size_t plugin, std::string_view hook, std::string_view what) noexcept;
  [[nodiscard]] bool killed() const noexcept;
  [[nodiscard]] std::optional<Timestamp> now() const;
  [[nodiscard]] InvocationInfo invocation() const;
  [[nodiscard]] OperationInfo info_of(const wire::Operation& recorded) const;
  void tell_changes(const std::vector<const wire::Operation*>& changed);
  void tell_end(const wire::Operation& recorded);
  void tell_end(Ending& ending);

  Runtime& runtime_;
  const std::vector<std::shared_ptr<Plugin>>& plugins_;
  std::vector<bool> faulty_;  // has been reported
  std::vector<std::unique_ptr<PluginScope>> scopes_;
  std::optional<Timestamp> started_;
  bool first_ = false;

  std::unordered_map<std::string, Open> open_;
  // Ended while no invocation ran, and not yet come to by the code. Ordered, for the end.
  std::map<std::string, const wire::Operation*> ended_before_;
  // The updates that are out, by id: the place in endings_ of one that ends its operation.
  std::unordered_map<std::string, std::optional<std::size_t>> sent_;
  std::vector<Ending> endings_;
};

/// A run of a function of the user's.
class UserFunctionRun {
 public:
  /// A body of an operation.
  UserFunctionRun(PluginHost& host, const Operation& operation, const CallKind& kind,
                  std::uint32_t attempt, bool replaying_children);
  /// The handler.
  explicit UserFunctionRun(PluginHost& host);
  UserFunctionRun(const UserFunctionRun&) = delete;
  UserFunctionRun& operator=(const UserFunctionRun&) = delete;
  ~UserFunctionRun() = default;

  /// `error` null: it did not come to its end; else what it threw, if anything.
  void end(const std::exception_ptr* error) noexcept;

 private:
  void start();

  PluginHost& host_;
  std::string id_;
  std::string parent_id_;
  std::string name_;
  UserFunctionInfo info_;
  std::vector<std::unique_ptr<PluginScope>> scopes_;
};

}  // namespace durable::detail
