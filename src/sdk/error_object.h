// SPDX-License-Identifier: Apache-2.0
//
// Exceptions as data.
#pragma once

#include <durable/sdk/handler.h>
#include <durable/wire/model.h>

#include <cstddef>
#include <exception>
#include <string>
#include <typeinfo>

namespace durable::detail {

/// The name of a class as the source has it.
[[nodiscard]] std::string class_name(const std::type_info& type);

/// What is recorded of an exception: its type by the names given, by its own word or by its class;
/// `UnknownError` for what is no std::exception.
[[nodiscard]] wire::ErrorObject describe_error(const std::exception_ptr& error,
                                               const ErrorNames* names);

/// Cuts data, then the stack, then the message, so that all fields together have at most `size_max`
/// bytes.
void shorten(wire::ErrorObject& error, std::size_t size_max);

}  // namespace durable::detail
