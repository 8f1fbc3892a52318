// SPDX-License-Identifier: Apache-2.0
#include "lambda/error_report.h"

#include <durable/json/writer.h>

#include "sdk/error_object.h"

#include <string_view>
#include <utility>

namespace durable::lambda {
namespace {

/// Our own limit, far below the 6 MiB that the Runtime API takes: a report is for people.
constexpr std::size_t report_size_max = 256UL * 1024;
constexpr std::size_t header_size_max = 200;

void append_text(std::string_view text, std::string& out) {
  const std::size_t begin = out.size();
  json::Writer writer(out);
  if (writer.string(text)) return;
  out.resize(begin);
  std::string plain(text);
  for (char& c : plain) {
    if (static_cast<unsigned char>(c) >= 0x80) c = '?';
  }
  json::Writer again(out);
  static_cast<void>(again.string(plain));  // ASCII can always be written
}

}  // namespace

std::string ErrorReport::header() const {
  std::string value;
  for (const char c : type) {
    if (value.size() == header_size_max) break;
    value += c > ' ' && c < 0x7F ? c : '_';  // anything else would break the header
  }
  if (value.empty()) value = "UnknownError";
  return value.find('.') == std::string::npos ? "Function." + value : value;
}

std::string ErrorReport::body() const {
  std::string out = "{\"errorMessage\":";
  append_text(message, out);
  out += ",\"errorType\":";
  append_text(type, out);
  out += ",\"stackTrace\":[";
  for (const std::string& line : stack_trace) {
    if (&line != stack_trace.data()) out += ',';
    append_text(line, out);
  }
  out += "]}";
  return out;
}

ErrorReport report_of(wire::ErrorObject error) {
  durable::detail::shorten(error, report_size_max);
  ErrorReport report;
  report.type = std::move(error.error_type).value_or("UnknownError");
  report.message = std::move(error.error_message).value_or("");
  report.stack_trace = std::move(error.stack_trace).value_or(std::vector<std::string>());
  return report;
}

ErrorReport report_of(const std::exception_ptr& error) {
  return report_of(durable::detail::describe_error(error, nullptr));
}

}  // namespace durable::lambda
