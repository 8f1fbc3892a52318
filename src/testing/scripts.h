// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/command.h"
#include "engine/execution.h"

#include <durable/testing/scripts.h>

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace durable {

namespace detail {

/// What a test wrote with `on_callback` or `on_invoke`.
struct Script {
  enum class Subject : std::uint8_t { callback, invoke };
  struct Heartbeat {};
  /// What happens after `delay`. An invoke has one part, and a InvokeFunction makes its outcome.
  struct Part {
    Duration delay{};
    std::variant<engine::CallbackSuccess, engine::CallbackFailure, Heartbeat,
                 engine::CompleteChainedInvoke, InvokeFunction>
        action;
  };

  Script(Subject script_subject, std::string_view script_name)
      : subject(script_subject), name(script_name) {}

  /// Whether it was told anything at all.
  [[nodiscard]] bool complete() const noexcept { return ignores || !parts.empty(); }
  [[nodiscard]] bool used_up() const noexcept { return times && used >= *times; }
  [[nodiscard]] bool used_enough() const noexcept { return used >= times.value_or(1); }
  /// As it stands in the test: `on_callback("approval")`.
  [[nodiscard]] std::string text() const;

  Subject subject;
  std::string name;
  std::vector<Part> parts;
  Duration next_delay{};  ///< Of the part that is not written yet.
  std::optional<std::uint32_t> times;
  std::uint32_t used = 0;
  bool ignores = false;
  bool is_optional = false;
};

}  // namespace detail

/// The scripts of one runner, and which callbacks and invokes came.
class ScriptBook {
 public:
  /// Throws `std::invalid_argument` when `name` is empty.
  std::shared_ptr<detail::Script> add(detail::Script::Subject subject, std::string_view name);

  /// The script that serves this new callback or chained invoke, which is counted as used; null:
  /// none does.
  detail::Script* take(const engine::Execution& execution, engine::OperationNumber number);

  /// Why no script moves this open callback or chained invoke on, and what to write for it: for the
  /// message of a run that is stuck.
  [[nodiscard]] std::string why_unanswered(const engine::Execution& execution,
                                           engine::OperationNumber number) const;

  /// One line for each script that did not serve as often as it should.
  [[nodiscard]] std::vector<std::string> unused() const;
  /// All of them and what came instead; empty when there is none.
  [[nodiscard]] std::string report() const;

 private:
  void note_seen(const engine::Execution& execution, engine::OperationNumber number);
  [[nodiscard]] std::string why_unused(const detail::Script& script) const;

  std::vector<std::shared_ptr<detail::Script>> scripts_;  // owners: this, and the test's handles
  std::map<std::string, std::uint32_t> seen_callbacks_;   // by path, how many
  std::map<std::string, std::uint32_t> seen_invokes_;     // by function and path, how many
};

}  // namespace durable
