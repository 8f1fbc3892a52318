// SPDX-License-Identifier: Apache-2.0
#include <durable/sdk/handler.h>

#include <durable/sdk/errors.h>

#include <utility>

namespace durable {

void Handler::add_error_name(std::type_index type, std::string name) {
  detail::ErrorNames names = error_names_ ? *error_names_ : detail::ErrorNames();
  names.emplace_back(type, std::move(name));
  error_names_ = std::make_shared<const detail::ErrorNames>(std::move(names));
}

namespace detail {

bool is_blank(const std::optional<Payload>& input) noexcept {
  return !input || input->view().find_first_not_of(" \t\r\n") == std::string_view::npos;
}

void raise_missing_input(const Error& cause) {
  throw SerDesError(
      "the execution has no input, which reads as {}, but the handler's input type does not take "
      "that: " +
      cause.message + ". Start the execution with an input, or make its members optional.");
}

}  // namespace detail
}  // namespace durable
