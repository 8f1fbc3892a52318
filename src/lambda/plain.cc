// SPDX-License-Identifier: Apache-2.0
#include <durable/lambda/plain.h>

#include <durable/sdk/errors.h>

#include <vector>

namespace durable::lambda {

void PlainContext::log(LogLevel level, std::string_view message,
                       std::initializer_list<LogField> fields) const {
  if (!logger_.enabled(level)) return;
  std::vector<LogField> all;
  all.reserve(fields.size() + 1);
  all.push_back({"requestId", info_.request_id});
  all.insert(all.end(), fields.begin(), fields.end());
  logger_.write({level, message, all});
}

namespace detail {

bool is_blank(std::string_view event) noexcept {
  return event.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

void raise_unreadable_event(const Error& cause) {
  throw SerDesError("the event of the invocation cannot be read as the function's input: " +
                    cause.message);
}
void raise_unwritable_result(const Error& cause) {
  throw SerDesError("the function's result cannot be written as JSON: " + cause.message);
}

}  // namespace detail
}  // namespace durable::lambda
