// SPDX-License-Identifier: Apache-2.0
#include <durable/json/detail/enum_names.h>
#include <durable/wire/names.h>

namespace durable::wire {

using json::detail::enumerator_name;

std::string_view to_string(OperationType value) noexcept { return enumerator_name(value); }
std::string_view to_string(OperationAction value) noexcept { return enumerator_name(value); }
std::string_view to_string(OperationStatus value) noexcept { return enumerator_name(value); }
std::string_view to_string(ExecutionStatus value) noexcept { return enumerator_name(value); }
std::string_view to_string(InvocationOutputStatus value) noexcept { return enumerator_name(value); }
std::string_view to_string(InvocationType value) noexcept { return enumerator_name(value); }
std::string_view to_string(EventType value) noexcept { return enumerator_name(value); }

template <class E>
E from_string(std::string_view name) noexcept {
  return json::detail::enumerator_named<E>(name).value_or(E::unknown);
}

template OperationType from_string(std::string_view) noexcept;
template OperationAction from_string(std::string_view) noexcept;
template OperationStatus from_string(std::string_view) noexcept;
template ExecutionStatus from_string(std::string_view) noexcept;
template InvocationOutputStatus from_string(std::string_view) noexcept;
template InvocationType from_string(std::string_view) noexcept;
template EventType from_string(std::string_view) noexcept;

}  // namespace durable::wire
