// SPDX-License-Identifier: Apache-2.0
#include "engine/transitions.h"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <tuple>

namespace durable::engine {
namespace {

using wire::OperationAction;
using wire::OperationStatus;
using wire::OperationType;
using Row = std::tuple<OperationType, std::optional<OperationStatus>, OperationAction>;

// Written out, not derived: every transition that is allowed. All others are refused.
const std::set<Row> allowed{
    {OperationType::execution, std::nullopt, OperationAction::succeed},
    {OperationType::execution, std::nullopt, OperationAction::fail},
    {OperationType::execution, OperationStatus::started, OperationAction::succeed},
    {OperationType::execution, OperationStatus::started, OperationAction::fail},
    {OperationType::context, std::nullopt, OperationAction::start},
    {OperationType::context, OperationStatus::started, OperationAction::succeed},
    {OperationType::context, OperationStatus::started, OperationAction::fail},
    {OperationType::step, std::nullopt, OperationAction::start},
    {OperationType::step, OperationStatus::ready, OperationAction::start},
    {OperationType::step, OperationStatus::started, OperationAction::succeed},
    {OperationType::step, OperationStatus::started, OperationAction::fail},
    {OperationType::step, OperationStatus::started, OperationAction::retry},
    {OperationType::step, OperationStatus::ready, OperationAction::succeed},
    {OperationType::step, OperationStatus::ready, OperationAction::fail},
    {OperationType::step, OperationStatus::ready, OperationAction::retry},
    {OperationType::wait, std::nullopt, OperationAction::start},
    {OperationType::wait, OperationStatus::started, OperationAction::cancel},
    {OperationType::callback, std::nullopt, OperationAction::start},
    {OperationType::chained_invoke, std::nullopt, OperationAction::start},
    {OperationType::chained_invoke, OperationStatus::started, OperationAction::cancel},
};

TEST(Transitions, ExactlyTheListedOnesAreAllowed) {
  int seen = 0;
  for (int type = 0; type <= static_cast<int>(OperationType::unknown); ++type) {
    for (int status = -1; status <= static_cast<int>(OperationStatus::unknown); ++status) {
      for (int action = 0; action <= static_cast<int>(OperationAction::unknown); ++action) {
        const auto found =
            status < 0 ? std::nullopt : std::optional(static_cast<OperationStatus>(status));
        const Row row{static_cast<OperationType>(type), found,
                      static_cast<OperationAction>(action)};
        const Refusal refusal = transition(std::get<0>(row), found, std::get<2>(row));
        EXPECT_EQ(refusal.empty(), allowed.contains(row))
            << "type " << type << " status " << status << " action " << action << ": " << refusal;
        ++seen;
      }
    }
  }
  EXPECT_EQ(seen, 7 * 10 * 6);
}

TEST(Transitions, RefusalsSayWhatIsWrong) {
  struct Case {
    OperationType type;
    std::optional<OperationStatus> status;
    OperationAction action;
    std::string_view text;
  };
  const Case cases[] = {
      {OperationType::step, OperationStatus::started, OperationAction::start,
       "Invalid current STEP state to start."},
      {OperationType::step, OperationStatus::pending, OperationAction::retry,
       "Invalid current STEP state to re-attempt."},
      {OperationType::step, std::nullopt, OperationAction::succeed,
       "Invalid current STEP state to close."},
      {OperationType::context, OperationStatus::started, OperationAction::start,
       "Cannot start a CONTEXT that already exist."},
      {OperationType::context, std::nullopt, OperationAction::succeed,
       "Invalid current CONTEXT state to close."},
      {OperationType::wait, OperationStatus::succeeded, OperationAction::start,
       "Cannot start a WAIT that already exist."},
      {OperationType::wait, OperationStatus::succeeded, OperationAction::cancel,
       "Cannot cancel a WAIT that does not exist or has already completed."},
      {OperationType::callback, OperationStatus::started, OperationAction::start,
       "Cannot start a CALLBACK that already exist."},
      {OperationType::chained_invoke, OperationStatus::failed, OperationAction::start,
       "Cannot start a CHAINED_INVOKE that already exist."},
      {OperationType::wait, OperationStatus::started, OperationAction::succeed,
       "Invalid action for the given operation type."},
      {OperationType::unknown, std::nullopt, OperationAction::start, "Invalid operation type."},
  };
  for (const Case& one : cases) {
    EXPECT_EQ(transition(one.type, one.status, one.action), one.text);
  }
}

}  // namespace
}  // namespace durable::engine
