// SPDX-License-Identifier: Apache-2.0
#include "sdk/calls.h"

#include "sdk/machine/limits.h"

#include <algorithm>

namespace durable::detail {

std::string quoted_name(std::string_view name) {
  if (name.empty()) return "(no name)";
  std::string text = "\"";
  text.append(name).append(1, '"');
  return text;
}

std::string path_of(const ContextCore& context) {
  if (context.parent == nullptr) return "handler";
  std::string path = path_of(*context.parent);
  path += " > ";
  if (!context.name.empty()) path.append(quoted_name(context.name)).append(1, ' ');
  return path.append(1, '(').append(context.id).append(1, ')');
}

void check_name(const CallKind& kind, std::string_view name) {
  const auto bad =
      std::find_if(name.begin(), name.end(), [](char c) { return c < 0x20 || c > 0x7E; });
  if (bad != name.end()) {
    throw ValidationError(std::string(kind.call) +
                          ": a name has only printable ASCII characters, but byte " +
                          std::to_string(bad - name.begin()) + " of this one is " +
                          std::to_string(static_cast<unsigned char>(*bad)));
  }
  if (name.size() > machine::operation_name_size_max) {
    throw ValidationError(
        std::string(kind.call) + ": a name has at most 256 characters, but this one has " +
        std::to_string(name.size()) + ": \"" + std::string(name.substr(0, 40)) + "...\"");
  }
}

bool admit(ContextCore& context, const CallKind& kind, std::string_view name) {
  if (context.runtime == nullptr) {
    if (context.parent != nullptr && context.parent->runtime != nullptr) {
      return context.parent->runtime->admit(context, kind.call, name);
    }
    // Nothing is left that could be ended; in a destructor not even a throw is possible.
    if (std::uncaught_exceptions() > 0) return false;
    throw UsageError(std::string(kind.call) + " " + quoted_name(name) +
                     ": the context's body has ended; a context cannot be used after that.");
  }
  if (!context.runtime->admit(context, kind.call, name)) return false;
  check_name(kind, name);
  return true;
}

wire::ErrorObject invalid_status(const ContextCore& context, std::uint64_t number,
                                 std::string_view name, std::string_view what,
                                 wire::OperationStatus status) {
  wire::ErrorObject error;
  error.error_type = "InvalidStateError";
  error.error_message = "operation " + context.wire_id(number) + " " + quoted_name(name) + " in " +
                        path_of(context) + " is recorded as " +
                        std::string(wire::to_string(status)) + ", which a " + std::string(what) +
                        " cannot be. The service, or what stands in for it, answered wrongly.";
  return error;
}

}  // namespace durable::detail
