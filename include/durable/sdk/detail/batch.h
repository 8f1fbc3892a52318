// SPDX-License-Identifier: Apache-2.0
//
// What a map and a parallel have in common, without the types of their items and results.
#pragma once

#include <durable/base/payload.h>
#include <durable/json/json.h>
#include <durable/sdk/detail/operation.h>
#include <durable/sdk/errors.h>
#include <durable/sdk/options.h>
#include <durable/sdk/serdes.h>
#include <durable/sdk/task.h>

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace durable::detail {

/// What runs in the branches of a batch; owns the functions and all that they refer to. One for the
/// whole batch. The coroutines that it makes are destroyed before it is.
class BatchBody {
 public:
  BatchBody() = default;
  BatchBody(const BatchBody&) = delete;
  BatchBody& operator=(const BatchBody&) = delete;
  virtual ~BatchBody() = default;

  [[nodiscard]] virtual std::size_t size() const noexcept = 0;
  /// Calls the user's namer, if there is one, for all branches. Throws what that throws. Once,
  /// before `name`, and while what the namer refers to is there.
  virtual void make_names() {}
  /// The name that the user gave to branch `index`; empty: none.
  [[nodiscard]] virtual std::string_view name(std::size_t index) const = 0;
  /// Calls the user's function, which makes the coroutine without running it. Throws what that
  /// throws.
  [[nodiscard]] virtual TaskHandle create(std::size_t index, DurableContext& context) = 0;
  /// The result of a coroutine of `create` as a payload; absent for void. Throws `SerDesError`.
  /// Pre: it has ended without an exception.
  [[nodiscard]] virtual std::optional<Payload> result(std::size_t index, PromiseBase& promise,
                                                      const SerdesContext& context) = 0;
  /// Whether the payloads of branch `index` are JSON.
  [[nodiscard]] virtual bool is_json(std::size_t index) const noexcept = 0;
};

enum class BatchKind : std::uint8_t { map, parallel };

/// The options of both calls.
struct BatchSettings {
  std::optional<std::size_t> max_concurrency;
  Completion completion;
  Nesting nesting;
  Bodies bodies;
  const PayloadSerdes* serdes;
  const PayloadSerdes* item_serdes;
};

/// Throws `ValidationError` and `UsageError`.
[[nodiscard]] OperationPtr run_batch(ContextCore& context, BatchKind kind, std::string_view name,
                                     const BatchSettings& settings,
                                     std::unique_ptr<BatchBody> body);

/// One item that has begun.
struct BatchItemRecord {
  std::size_t index = 0;
  BatchItemStatus status = BatchItemStatus::started;
  std::string name;
  std::optional<ChildContextError> error;  ///< Of a failed one.
  // The result of one that succeeded: a part of a JSON text, or a payload as its type writes it, or
  // neither for void.
  const json::Node* json = nullptr;
  std::optional<Payload> payload;
};

/// Takes the items of a batch over, in the order of their indexes.
class BatchReader {
 public:
  BatchReader() = default;
  BatchReader(const BatchReader&) = delete;
  BatchReader& operator=(const BatchReader&) = delete;

  /// How many items will follow.
  virtual void reserve(std::size_t count) = 0;
  virtual void add(BatchItemRecord&& item, const SerdesContext& context) = 0;

 protected:
  ~BatchReader() = default;
};

/// Reads the result of an operation that `run_batch` started. Throws `SerDesError`, and what
/// `reader` throws. Pre: succeeded.
[[nodiscard]] CompletionReason read_batch(const Operation& operation, BatchReader& reader);

/// Throws the UsageError for the value of a branch that has none.
[[noreturn]] void raise_no_branch_value(std::size_t index, CompletionReason reason);

/// The value of an item that succeeded. Throws `SerDesError`.
template <class T>
void read_item(const BatchItemRecord& item, const SerdesContext& context, std::optional<T>& out) {
  if (item.status != BatchItemStatus::succeeded) return;
  if (item.json != nullptr) {
    json::Reader reader;
    if (!json::detail::read_new(reader, *item.json, out)) {
      raise_decode_error(reader.failure().error());
    }
  } else {
    out.emplace(Serdes<T>::deserialize(item.payload ? *item.payload : Payload("null"), context));
  }
}

/// Writes the value of a branch's coroutine.
template <class T>
std::optional<Payload> branch_result(PromiseBase& promise, const SerdesContext& context) {
  if constexpr (std::is_void_v<T>) {
    return std::nullopt;
  } else {
    return Serdes<T>::serialize(*static_cast<TypedPromise<T>&>(promise).value, context);
  }
}

/// Whether a `T` stands in a record as JSON.
template <class T>
consteval bool is_json_result() {
  if constexpr (std::is_void_v<T>) {
    return true;
  } else {
    return DefaultSerdes<T>;
  }
}

}  // namespace durable::detail
