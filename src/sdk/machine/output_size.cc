// SPDX-License-Identifier: Apache-2.0
#include "sdk/machine/output_size.h"

namespace durable::machine {

std::size_t json_string_size(std::string_view text) noexcept {
  std::size_t size = text.size() + 2;
  for (const char c : text) {
    switch (c) {
      case '"':
      case '\\':
      case '\b':
      case '\f':
      case '\n':
      case '\r':
      case '\t':
        size += 1;
        break;
      default:
        if (static_cast<unsigned char>(c) < 0x20) size += 5;  // \u00XX
    }
  }
  return size;
}

std::size_t success_output_size(std::string_view result) noexcept {
  constexpr std::string_view frame = R"({"Status":"SUCCEEDED","Result":})";
  return frame.size() + json_string_size(result);
}

std::size_t failure_output_size(const wire::ErrorObject& error) noexcept {
  constexpr std::string_view frame =
      R"({"Status":"FAILED","Error":{"ErrorMessage":,"ErrorType":,"ErrorData":,"StackTrace":[]}})";
  std::size_t size = frame.size();
  for (const auto* text : {&error.error_message, &error.error_type, &error.error_data}) {
    if (*text) size += json_string_size(**text);
  }
  if (error.stack_trace) {
    for (const std::string& line : *error.stack_trace) size += json_string_size(line) + 1;
  }
  return size;
}

}  // namespace durable::machine
