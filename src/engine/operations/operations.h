// SPDX-License-Identifier: Apache-2.0
//
// What an update does, one operation type a file. The rules that hold for every type (shape, table
// of transitions, consistency, sizes) have been checked before; what is left is the type's own.
#pragma once

#include "engine/command.h"
#include "engine/draft.h"
#include "engine/refusal.h"

#include <durable/base/result.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

namespace durable::engine {

/// One update that the transition table allows.
struct AllowedUpdate {
  UpdatePlace place;
  std::optional<OperationNumber> number;  ///< Empty: the operation does not exist yet.
  OperationNumber parent = 0;
  std::uint32_t id_hash = 0;

  [[nodiscard]] const wire::OperationUpdate& update() const { return *place.update; }
  /// The parts of a new operation that every type has.
  [[nodiscard]] OperationInfo::Parts parts() const;
};

/// Shares an error for the event and the state. Null for none.
[[nodiscard]] SharedError share(const Boxed<wire::ErrorObject>& error);

// Each returns the operation's number.
[[nodiscard]] Result<OperationNumber> update_context(Draft& draft, const AllowedUpdate& allowed);
[[nodiscard]] Result<OperationNumber> update_step(Draft& draft, const AllowedUpdate& allowed);
[[nodiscard]] Result<OperationNumber> update_wait(Draft& draft, const AllowedUpdate& allowed);
[[nodiscard]] Result<OperationNumber> update_callback(Draft& draft, const AllowedUpdate& allowed);
[[nodiscard]] Result<OperationNumber> update_chained_invoke(Draft& draft,
                                                            const AllowedUpdate& allowed);

/// The largest input or result, by how the execution was started.
[[nodiscard]] std::uint64_t execution_bytes_max(const ExecutionInfo& info);
/// Whether an EXECUTION update may close the execution: its size.
[[nodiscard]] Result<void> check_close(const Draft& draft, UpdatePlace place);
/// Closes the execution as an EXECUTION update says.
void close_by_update(Draft& draft, const wire::OperationUpdate& update);

// ---- Not by update: from outside, and by time ----

[[nodiscard]] Result<void> complete_callback(Draft& draft, const CompleteCallback& command);
[[nodiscard]] Result<void> heartbeat_callback(Draft& draft, const HeartbeatCallback& command);
[[nodiscard]] Result<void> report_chained_invoke(Draft& draft, const ChainedInvokeStarted& command);
[[nodiscard]] Result<void> complete_chained_invoke(Draft& draft,
                                                   const CompleteChainedInvoke& command);

/// Fires every timer that is due, and then the execution's own.
void fire_due(Draft& draft);
void fire_wait(Draft& draft, OperationNumber number);
void fire_step(Draft& draft, OperationNumber number);
void fire_callback(Draft& draft, const Timer& timer);
void fire_execution_timeout(Draft& draft);

}  // namespace durable::engine
