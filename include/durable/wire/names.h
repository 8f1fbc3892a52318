// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <durable/wire/model.h>

#include <string_view>

namespace durable::wire {

/// The service's spelling: `CHAINED_INVOKE`, `TIMED_OUT`, `StepStarted`, `RequestResponse`. Of
/// `unknown` it is `UNKNOWN` or `Unknown`, which the service does not know.
[[nodiscard]] std::string_view to_string(OperationType value) noexcept;
[[nodiscard]] std::string_view to_string(OperationAction value) noexcept;
[[nodiscard]] std::string_view to_string(OperationStatus value) noexcept;
[[nodiscard]] std::string_view to_string(ExecutionStatus value) noexcept;
[[nodiscard]] std::string_view to_string(InvocationOutputStatus value) noexcept;
[[nodiscard]] std::string_view to_string(InvocationType value) noexcept;
[[nodiscard]] std::string_view to_string(EventType value) noexcept;

/// The enumerator that the service spells `name`; `unknown` for any other text. Defined for the
/// enumerations above.
template <class E>
[[nodiscard]] E from_string(std::string_view name) noexcept;

}  // namespace durable::wire
