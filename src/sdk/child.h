// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <durable/sdk/context.h>

#include "sdk/calls.h"
#include "sdk/replay_check.h"
#include "sdk/runtime.h"

#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace durable::detail {

/// One of the service's kinds of CONTEXT.
struct ContextKind {
  CallKind call;
  /// What awaiting one that failed throws.
  std::exception_ptr (*make_error)(wire::ErrorObject error, std::string name, std::string id);
  /// What is recorded of an error that left the body; null: as of any exception.
  wire::ErrorObject (*describe)(const Runtime& runtime, const std::exception_ptr& error) = nullptr;
  /// Whether an operation's serdes writes its result; if not, the body gives it as it is recorded.
  bool serdes_writes = true;
};

/// Throws `ValidationError` if a context inside `context` would be nested too deep.
void check_depth(const ContextCore& context, const CallKind& kind, std::string_view name);

/// A child context: runs a body in a context of its own and records what it returns or throws.
class ChildOperation : public Operation, public BodyOwner {
 public:
  /// `kind` outlives the operation.
  ChildOperation(ContextCore& context, std::uint64_t number, std::string_view name,
                 const ContextKind& kind)
      : Operation(context, number, name), kind_(kind) {}
  ~ChildOperation() override { drop_body(); }

  /// Answers from the record, or runs the body as far as it comes.
  void begin(const Place& place, void* body, std::unique_ptr<Body> (*make)(void* body));

  void body_finished() override;

 protected:
  [[nodiscard]] Runtime& runtime() const noexcept { return *context_->runtime; }

 private:
  /// The context has finished by its record. True: its body runs again to be checked.
  [[nodiscard]] bool checks_end();
  void open_context(machine::Journal::Record* record, bool replay_only);
  void run(void* body, std::unique_ptr<Body> (*make)(void* body));
  void succeed(std::optional<Payload> result);
  void fail(const std::exception_ptr& error);

  [[nodiscard]] std::exception_ptr make_error() const override;
  void detach() noexcept override;
  // The frame goes before the closure that it refers to, and both before the context.
  void drop_body() noexcept;

  const ContextKind& kind_;
  std::optional<DurableContext> child_;
  std::unique_ptr<Body> body_;
  PromiseBase* promise_ = nullptr;
  Runtime::UserFunctionScope run_;
  bool completed_ = false;                 // recorded as such; the body runs for its result alone
  std::unique_ptr<RecordedEnd> expected_;  // what that result must be, where it is checked
};

}  // namespace durable::detail
