// SPDX-License-Identifier: Apache-2.0
#include "sdk/error_object.h"

#include <durable/sdk/errors.h>
#include <durable/sdk/outcome.h>

#include "sdk/machine/limits.h"
#include "sdk/utf8.h"

#include <cxxabi.h>
#include <cstdlib>
#include <typeinfo>
#include <utility>

namespace durable {

OperationError::OperationError(wire::ErrorObject error, std::string operation_name,
                               std::string operation_id)
    : DurableError(error.error_message.value_or("")),
      details_(std::make_shared<const Details>(
          Details{std::move(error), std::move(operation_name), std::move(operation_id)})) {}

std::string_view OperationError::error_type() const noexcept {
  return details_->error.error_type ? std::string_view(*details_->error.error_type)
                                    : std::string_view();
}

namespace detail {

std::string class_name(const std::type_info& type) {
  int status = 0;
  char* demangled = abi::__cxa_demangle(type.name(), nullptr, nullptr, &status);
  std::string name = status == 0 ? demangled : type.name();
  std::free(demangled);
  return name;
}

namespace {

const std::string* given_name(const std::type_info& type, const ErrorNames* names) {
  if (names == nullptr) return nullptr;
  for (const auto& [named, name] : *names) {
    if (named == std::type_index(type)) return &name;
  }
  return nullptr;
}

wire::ErrorObject describe(const std::exception& error, const ErrorNames* names) {
  wire::ErrorObject object;
  object.error_message = error.what();
  if (const std::string* name = given_name(typeid(error), names)) {
    object.error_type = *name;
  } else if (const auto* own = dynamic_cast<const DurableError*>(&error)) {
    object.error_type = std::string(own->class_name());
  } else if (const auto* described = dynamic_cast<const DescribesError*>(&error)) {
    object.error_type = described->error_type();
    object.error_data = described->error_data();
  } else {
    object.error_type = class_name(typeid(error));
  }
  if (const auto* wrapped = dynamic_cast<const OperationError*>(&error)) {
    object.error_data = wrapped->error().error_data;
  }
  return object;
}

/// The record is JSON, and what an exception says may be any bytes: a part of a binary file, a text
/// in another encoding. A failure that could not be recorded would fail the whole execution.
void repair(std::optional<std::string>& text) {
  if (text) text = repair_utf8(*text);
}

// Cuts `text` to `size` bytes at a boundary of UTF-8, and says so.
void cut(std::string& text, std::size_t size) {
  const std::string note = " [shortened from " + std::to_string(text.size()) + " bytes]";
  size = size > note.size() ? size - note.size() : 0;
  while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xC0U) == 0x80U) --size;
  text.resize(size);
  text += note;
}

}  // namespace

void shorten(wire::ErrorObject& error, std::size_t size_max) {
  const auto size = [](const std::optional<std::string>& text) { return text ? text->size() : 0; };
  std::size_t stack = 0;
  if (error.stack_trace) {
    for (const std::string& line : *error.stack_trace) stack += line.size();
  }
  std::size_t total =
      size(error.error_type) + size(error.error_message) + size(error.error_data) + stack;
  if (total > size_max && error.error_data) {
    total -= error.error_data->size();
    error.error_data.reset();
  }
  if (total > size_max && error.stack_trace) {
    total -= stack;
    error.stack_trace.reset();
  }
  if (total > size_max && size(error.error_type) > 1'024) {
    total -= error.error_type->size();
    cut(*error.error_type, 1'024);
    total += error.error_type->size();
  }
  if (total > size_max && error.error_message) {
    cut(*error.error_message, size_max - (total - error.error_message->size()));
  }
}

wire::ErrorObject describe_error(const std::exception_ptr& error, const ErrorNames* names) {
  wire::ErrorObject object;
  try {
    std::rethrow_exception(error);
  } catch (const std::exception& known) {
    object = describe(known, names);
  } catch (const DescribesError& described) {
    object.error_type = described.error_type();
    object.error_data = described.error_data();
    object.error_message = "an exception that is no std::exception";
  } catch (const std::string& text) {
    object.error_type = "UnknownError";
    object.error_message = text;
  } catch (const char* text) {
    object.error_type = "UnknownError";
    object.error_message = text;
  } catch (...) {
    object.error_type = "UnknownError";
    object.error_message = "an exception that is no std::exception";
  }
  repair(object.error_type);
  repair(object.error_message);
  repair(object.error_data);
  return object;
}

std::string class_name_of(const std::exception_ptr& error) {
  return describe_error(error, nullptr).error_type.value_or("");
}
std::string message_of(const std::exception_ptr& error) {
  return describe_error(error, nullptr).error_message.value_or("");
}

}  // namespace detail
}  // namespace durable
