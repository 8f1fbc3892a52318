// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <durable/testing/result.h>

#include <functional>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

namespace durable::detail {

/// A test's word for an execution's status; one that runs is PENDING.
[[nodiscard]] InvocationStatus to_invocation_status(wire::ExecutionStatus status) noexcept;

/// What a run left behind. The outcome is there at once; operations and history are loaded when
/// they are first asked for, since most runs of a benchmark or a crash exploration never look at
/// them.
class RunRecord {
 public:
  struct Outcome {
    std::string execution_arn;
    InvocationStatus status = InvocationStatus::pending;
    std::optional<Payload> result;
    Boxed<ErrorObject> error;
    Timestamp start{};
    Timestamp end{};  ///< The present for an execution that is not at its end.
  };
  struct Contents {
    std::vector<wire::Operation>
        operations;  ///< In the order of their start; the execution itself is not among them.
    std::vector<wire::Event> history;  ///< Oldest first.
    Usage usage;
  };
  /// Where an operation stands in the tree.
  struct Place {
    std::optional<std::size_t> parent;  ///< Absent at the root.
    std::vector<std::size_t> children;
  };

  RunRecord(Outcome outcome, std::function<Contents()> load)
      : outcome_(std::move(outcome)), load_(std::move(load)) {}

  [[nodiscard]] const Outcome& outcome() const noexcept { return outcome_; }
  [[nodiscard]] const std::vector<wire::Operation>& operations() const {
    return loaded().operations;
  }
  [[nodiscard]] const std::vector<wire::Event>& history() const { return loaded().history; }
  [[nodiscard]] const Usage& usage() const { return loaded().usage; }
  [[nodiscard]] const std::vector<TestInvocation>& invocations() const;
  [[nodiscard]] const std::vector<std::size_t>& roots() const;
  [[nodiscard]] const Place& place(std::size_t index) const;
  [[nodiscard]] std::optional<std::size_t> index_of(std::string_view id) const;
  /// What the history tells of the start of a chained invoke; null: there is none with this id.
  [[nodiscard]] const wire::ChainedInvokeStartedDetails* invoke_details(std::string_view id) const;
  /// The operation's name, or its type and id when it has none.
  [[nodiscard]] std::string label(std::size_t index) const;
  [[nodiscard]] std::string path(std::size_t index) const;

 private:
  const Contents& loaded() const;

  Outcome outcome_;
  mutable std::once_flag once_;  // guards all below
  mutable std::function<Contents()> load_;
  mutable Contents contents_;
  mutable std::vector<TestInvocation> invocations_;
  mutable std::vector<Place> places_;
  mutable std::vector<std::size_t> roots_;
  mutable std::unordered_map<std::string_view, std::size_t> by_id_;
  mutable std::unordered_map<std::string_view, const wire::ChainedInvokeStartedDetails*> invokes_;
};

}  // namespace durable::detail
