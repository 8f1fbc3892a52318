// SPDX-License-Identifier: Apache-2.0
//
// One operation as the engine holds it: what never changes (`OperationInfo`), and what does
// (`OperationState`).
#pragma once

#include <durable/base/payload.h>
#include <durable/base/time.h>
#include <durable/wire/model.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace durable::engine {

/// The position of an operation in the order of starts; 0 is EXECUTION itself.
using OperationNumber = std::uint32_t;

/// An error as recorded. Null: none. Owners: the event that recorded it, and the state it led to.
using SharedError = std::shared_ptr<const wire::ErrorObject>;

/// A time that never comes.
inline constexpr Timestamp never = Timestamp::max();

/// What a CHAINED_INVOKE asks for.
struct ChainedInvokeTarget {
  std::string function_name;
  std::optional<std::string> tenant_id;
  std::optional<std::string> x_amzn_trace_id;
  std::optional<Payload> input;
  friend bool operator==(const ChainedInvokeTarget&, const ChainedInvokeTarget&) = default;
};

/// The part of an operation that its START fixes for ever. Its texts stand right behind it, in the
/// same allocation: there is one of these for each operation, and nothing else holds as much.
class OperationInfo {
 public:
  struct Parts {
    std::string_view id;
    std::optional<std::string_view> name;
    std::optional<std::string_view> sub_type;
    wire::OperationType type = wire::OperationType::unknown;
    OperationNumber parent = 0;
    std::uint32_t id_hash = 0;
    /// WAIT: its length. CALLBACK: its time-out, 0 for none. In seconds.
    std::uint32_t timeout_s = 0;
    /// CALLBACK: its heartbeat time-out, 0 for none. In seconds.
    std::uint32_t heartbeat_timeout_s = 0;
    std::unique_ptr<const ChainedInvokeTarget> chained_invoke = nullptr;
  };
  [[nodiscard]] static std::shared_ptr<const OperationInfo> make(Parts&& parts);

  OperationInfo(const OperationInfo&) = delete;
  OperationInfo& operator=(const OperationInfo&) = delete;
  ~OperationInfo() = default;

  [[nodiscard]] wire::OperationType type() const noexcept { return type_; }
  [[nodiscard]] std::string_view id() const noexcept { return {text(), id_size_}; }
  [[nodiscard]] std::optional<std::string_view> sub_type() const noexcept {
    if (!has_sub_type_) return std::nullopt;
    return std::string_view(text() + id_size_, sub_type_size_);
  }
  [[nodiscard]] std::optional<std::string_view> name() const noexcept {
    if (!has_name_) return std::nullopt;
    return std::string_view(text() + id_size_ + sub_type_size_, name_size_);
  }
  /// The enclosing CONTEXT; 0 at the root.
  [[nodiscard]] OperationNumber parent() const noexcept { return parent_; }
  [[nodiscard]] std::uint32_t id_hash() const noexcept { return id_hash_; }
  [[nodiscard]] std::uint32_t timeout_s() const noexcept { return timeout_s_; }
  [[nodiscard]] std::uint32_t heartbeat_timeout_s() const noexcept { return heartbeat_timeout_s_; }
  /// Not null exactly for a CHAINED_INVOKE.
  [[nodiscard]] const ChainedInvokeTarget* chained_invoke() const noexcept {
    return chained_invoke_.get();
  }

  friend bool operator==(const OperationInfo& a, const OperationInfo& b);

 private:
  template <class T>
  friend class WithTextAllocator;  // makes these, and room for the text behind them
  explicit OperationInfo(Parts&& parts);
  // Id, sub type and name, one after the other.
  [[nodiscard]] const char* text() const noexcept {
    return reinterpret_cast<const char*>(this + 1);
  }

  std::unique_ptr<const ChainedInvokeTarget> chained_invoke_;
  std::uint32_t id_size_;
  std::uint32_t sub_type_size_;
  std::uint32_t name_size_;
  std::uint32_t id_hash_;
  OperationNumber parent_;
  std::uint32_t timeout_s_;
  std::uint32_t heartbeat_timeout_s_;
  wire::OperationType type_;
  bool has_sub_type_;
  bool has_name_;
};

/// What the host has told about a started CHAINED_INVOKE.
struct ChainedInvokeStart {
  std::optional<std::string> executed_version;
  std::optional<std::string> durable_execution_arn;
  friend bool operator==(const ChainedInvokeStart&, const ChainedInvokeStart&) = default;
};

/// The part of an operation that changes.
struct OperationState {
  /// Owners: this state, and the event that started the operation.
  std::shared_ptr<const OperationInfo> info;
  std::optional<Payload> result;
  SharedError error;
  /// CHAINED_INVOKE that was reported as started. Owners: this state, and the event.
  std::shared_ptr<const ChainedInvokeStart> chained_invoke_start;
  Timestamp started_at{};
  Timestamp ended_at{};   ///< Meaningful once terminal.
  Timestamp due = never;  ///< WAIT: its end; STEP: its next attempt; CALLBACK: its time-out.
  Timestamp heartbeat_due = never;  ///< CALLBACK: when its heartbeat is missing.
  std::uint32_t attempt = 0;        ///< STEP: attempts that have ended.
  wire::OperationStatus status = wire::OperationStatus::unknown;
  bool replay_children = false;  ///< CONTEXT: its result is made again from its children.
  bool unseen = false;           ///< Changed since the running invocation was last told.
  bool updated = false;          ///< Changed from outside since the last completed invocation.

  [[nodiscard]] wire::OperationType type() const noexcept { return info->type(); }
  /// Whether something outside the function's code will change this operation: a reason to suspend.
  [[nodiscard]] bool open() const noexcept;

  friend bool operator==(const OperationState& a, const OperationState& b);
};

inline bool OperationState::open() const noexcept {
  switch (type()) {
    case wire::OperationType::step:
      return status == wire::OperationStatus::pending || status == wire::OperationStatus::ready;
    case wire::OperationType::wait:
    case wire::OperationType::callback:
    case wire::OperationType::chained_invoke:
      return status == wire::OperationStatus::started;
    case wire::OperationType::execution:
    case wire::OperationType::context:
    case wire::OperationType::unknown:
      break;
  }
  return false;
}

/// The size by which limits measure an error: the bytes of all its fields.
[[nodiscard]] std::uint64_t size_of(const wire::ErrorObject& error) noexcept;

}  // namespace durable::engine
