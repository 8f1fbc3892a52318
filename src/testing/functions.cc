// SPDX-License-Identifier: Apache-2.0
#include <durable/testing/functions.h>

#include "testing/print.h"

namespace durable::detail {

void throw_unserializable(std::string_view what, const Error& error) {
  throw std::invalid_argument(std::string(what) + " cannot be serialized: " + error.message);
}

void throw_unreadable_input(const InvokeRequest& request, const Error& error) {
  throw std::invalid_argument(
      "the input of function \"" + request.function_name +
      "\" is not what it takes: " + error.message +
      ". Found: " + (request.input ? shorten(request.input->view()) : std::string("no input")));
}

}  // namespace durable::detail
