// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace durable {

/// A place where the code does not do what is recorded.
struct ReplayDivergence {
  std::string where;         ///< E.g. `call 2 in handler > "ship" (3)`.
  std::string operation_id;  ///< Empty where it is about no single operation.
  std::string recorded;      ///< What the record has there.
  std::string now;           ///< What the code does.
};

/// Turns an invocation into a check: it replays what is recorded and does nothing else. No body of
/// a step runs, nothing is sent, and nothing is logged. A call that is not recorded, and an
/// operation that the record leaves open, wait for ever, unless their context is recorded as
/// finished: then they are a divergence, which ends the invocation. Child contexts that are
/// recorded as finished run again, too, and must come to the same end.
///
/// A host gives one through `InvocationEnvironment::replay_check`, and reads it afterwards.
struct ReplayCheck {
  std::optional<ReplayDivergence> divergence;  ///< The first.
  /// The ids of recorded operations that the code did not ask for; only if the handler has ended.
  std::vector<std::string> left_over;
};

}  // namespace durable
