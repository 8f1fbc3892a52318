// SPDX-License-Identifier: Apache-2.0
#include <durable/sdk/invoke.h>

#include <durable/sdk/errors.h>

#include "sdk/machine/limits.h"
#include "sdk/outside.h"

#include <algorithm>
#include <string>
#include <utility>

namespace durable::detail {
namespace {

constexpr CallKind invoke_kind{wire::OperationType::chained_invoke, "ChainedInvoke", "invoke"};

class InvokeOperation final : public OutsideOperation<Operation> {
 public:
  using OutsideOperation::OutsideOperation;

  void start(std::string_view function, std::string_view tenant_id, Payload payload) {
    wire::OperationUpdate& update = make_start(invoke_kind);
    update.payload = std::move(payload);
    wire::ChainedInvokeOptions target;
    target.function_name = std::string(function);
    if (!tenant_id.empty()) target.tenant_id.emplace(tenant_id);
    update.chained_invoke_options = std::move(target);
    send_start();
  }

 private:
  void take(wire::Operation&& recorded) override {
    if (!recorded.chained_invoke_details) return;
    payload_ = std::move(recorded.chained_invoke_details->result);
    error_ = std::move(recorded.chained_invoke_details->error);
  }

  [[nodiscard]] std::string_view kind_name() const noexcept override { return "chained invoke"; }
  [[nodiscard]] std::string_view default_message() const noexcept override {
    switch (status()) {
      case wire::OperationStatus::timed_out:
        return "the invoked function timed out";
      case wire::OperationStatus::stopped:
        return "the invoked function was stopped";
      case wire::OperationStatus::cancelled:
        return "the invoke was cancelled";
      default:
        return "the invoked function failed";
    }
  }

  [[nodiscard]] std::exception_ptr make_error() const override {
    return std::make_exception_ptr(InvokeError(*error_, name_, context_->wire_id(number_)));
  }
};

bool is_letter_or_digit(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

[[noreturn]] void refuse(std::string_view name, const std::string& why) {
  throw ValidationError("invoke " + quoted_name(name) + ": " + why);
}

/// Throws `ValidationError` for a text that the service's model does not allow.
void check_text(std::string_view name, std::string_view what, std::string_view text,
                std::size_t size_max, std::string_view others) {
  const std::string of(what);
  if (text.size() > size_max) {
    refuse(name, "the " + of + " has at most " + std::to_string(size_max) +
                     " characters, but this one has " + std::to_string(text.size()) + ": \"" +
                     std::string(text.substr(0, 40)) + "...\"");
  }
  const auto bad = std::find_if(text.begin(), text.end(), [&](char c) {
    return !is_letter_or_digit(c) && others.find(c) == std::string_view::npos;
  });
  if (bad != text.end()) {
    refuse(name, "the " + of + " has only letters, digits and \"" + std::string(others) +
                     "\", but byte " + std::to_string(bad - text.begin()) + " of this one is " +
                     std::to_string(static_cast<unsigned char>(*bad)) + ": \"" + std::string(text) +
                     "\"");
  }
}

/// What is sent. Made before an id is taken, so that a payload that cannot be sent uses none; and
/// in replays, too, since there it must be refused again.
Payload make_payload(ContextCore& context, std::string_view name, std::string_view function,
                     const InvokeOptions& options, const void* payload, PayloadWriter write) {
  if (function.empty()) {
    refuse(name,
           "the function's name is empty; expected a name or an ARN, with version or alias "
           "where it is a durable function");
  }
  check_text(name, "function's name", function, machine::function_name_size_max, "-_.:$");
  check_text(name, "tenant id", options.tenant_id, machine::tenant_id_size_max, "._:/=+-@ ");
  const SerdesContext serdes(*context.runtime, &context, context.number + 1);
  Payload sent = write(payload, serdes);
  if (options.payload_serdes != nullptr) sent = options.payload_serdes->serialize(sent, serdes);
  if (sent.size() > machine::invoke_payload_size_max) {
    refuse(name, "the payload for \"" + std::string(function) + "\" has at most " +
                     std::to_string(machine::invoke_payload_size_max) +
                     " bytes, but this one has " + std::to_string(sent.size()) +
                     ". Keep large data elsewhere and send where it is.");
  }
  return sent;
}

}  // namespace

OperationPtr run_invoke(ContextCore& context, std::string_view name, std::string_view function,
                        const InvokeOptions& options, const void* payload, PayloadWriter write) {
  Payload sent;
  if (admit(context, invoke_kind, name)) {
    sent = make_payload(context, name, function, options, payload, write);
  }
  auto opened = open_call<InvokeOperation>(context, invoke_kind, name);
  InvokeOperation& invoke = *opened.operation;
  invoke.use_serdes(options.result_serdes);
  if (!opened.admitted) return std::move(opened.operation);
  if (opened.place.record != nullptr) {
    invoke.replay(*opened.place.record);
  } else {
    invoke.start(function, options.tenant_id, std::move(sent));
  }
  return std::move(opened.operation);
}

}  // namespace durable::detail
