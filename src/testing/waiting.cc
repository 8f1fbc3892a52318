// SPDX-License-Identifier: Apache-2.0
//
// What a run that is stuck waits for.
#include "testing/local_host.h"
#include "testing/operation_names.h"
#include "testing/print.h"

#include <durable/wire/names.h>

namespace durable {
namespace {

constexpr std::size_t operations_max = 10;
constexpr std::size_t depth_max = 5;

class WaitingList {
 public:
  explicit WaitingList(const LocalHost& host) : host_(host) {}

  void add(const LocalExecution& execution, std::size_t depth) {
    const engine::Execution& state = execution.state;
    for (engine::OperationNumber number = 1; number < state.operation_count(); ++number) {
      const engine::OperationState& operation = state.operation(number);
      if (wire::is_terminal(operation.status)) continue;
      if (operation.type() == wire::OperationType::context) continue;
      if (++found_ <= operations_max) add_operation(state, number, depth);
    }
  }
  [[nodiscard]] std::string text() const {
    if (found_ == 0) return "\n  (no open operation)";
    if (found_ <= operations_max) return text_;
    return text_ + "\n  ... and " + std::to_string(found_ - operations_max) + " more";
  }

 private:
  void add_operation(const engine::Execution& state, engine::OperationNumber number,
                     std::size_t depth) {
    const engine::OperationState& operation = state.operation(number);
    text_ += "\n  " + std::string(2 * depth, ' ') + std::string(wire::to_string(operation.type())) +
             " \"" + operation_path(state, number) + "\" (id " + std::string(operation.info->id()) +
             ", " + std::string(wire::to_string(operation.status)) + "): ";
    switch (operation.type()) {
      case wire::OperationType::callback:
        text_ += host_.scripts().why_unanswered(state, number);
        break;
      case wire::OperationType::chained_invoke:
        add_invoke(state, number, depth);
        break;
      default:
        text_ += operation.due == engine::never
                     ? "nothing makes it due"
                     : "it is due in " + format_duration(operation.due - host_.now());
    }
  }

  void add_invoke(const engine::Execution& state, engine::OperationNumber number,
                  std::size_t depth) {
    const auto& start = state.operation(number).chained_invoke_start;
    if (start == nullptr || !start->durable_execution_arn) {
      text_ += host_.scripts().why_unanswered(state, number);
      return;
    }
    text_ += "it runs as " + *start->durable_execution_arn;
    const ExecutionPtr child = host_.find(*start->durable_execution_arn);
    if (child == nullptr) return;
    if (!child->given_up.empty()) {
      text_ += ": " + child->given_up;
    } else if (depth < depth_max) {
      text_ += ", which waits for:";
      add(*child, depth + 1);
    }
  }

  const LocalHost& host_;
  std::string text_;
  std::size_t found_ = 0;
};

}  // namespace

std::string list_waiting(const LocalHost& host, const ExecutionPtr& execution) {
  WaitingList list(host);
  list.add(*execution, 0);
  return list.text();
}

}  // namespace durable
