// SPDX-License-Identifier: Apache-2.0
#include "cloud/answer.h"

#include <durable/json/value.h>

#include <array>
#include <charconv>
#include <utility>

namespace durable::cloud {
namespace {

constexpr std::size_t excerpt_bytes_max = 200;

/// `com.amazonaws.lambda#Name:http://...` is `Name`.
std::string_view bare_name(std::string_view text) {
  text = text.substr(0, text.find(':'));
  const std::size_t space = text.rfind('#');
  return space == std::string_view::npos ? text : text.substr(space + 1);
}

bool ends_with_any(std::string_view text, std::initializer_list<std::string_view> ends) {
  for (const std::string_view end : ends) {
    if (text.ends_with(end)) return true;
  }
  return false;
}

std::string text_member(const json::Value& body, std::string_view key) {
  const json::Value* member = body.find(key);
  const std::string* text = member == nullptr ? nullptr : member->as_string();
  return text == nullptr ? std::string() : *text;
}

std::string name_in(const http::Response& response, const json::Value& body) {
  if (const auto header = http::find_header(response.headers, "x-amzn-ErrorType")) {
    if (!bare_name(*header).empty()) return std::string(bare_name(*header));
  }
  for (const std::string_view key : {"__type", "Type", "code"}) {
    // Lambda's own `Type` is often only "User" or "Service".
    const std::string text = text_member(body, key);
    if (ends_with_any(bare_name(text), {"Exception", "Error"})) return std::string(bare_name(text));
  }
  return {};
}

/// What a body that is not the service's begins with, in one printable line.
std::string excerpt(std::string_view body) {
  std::string text;
  for (const char c : body.substr(0, excerpt_bytes_max)) {
    const bool printable = c >= ' ' && c <= '~';
    if (printable || text.empty() || text.back() != ' ') text += printable ? c : ' ';
  }
  if (body.size() > excerpt_bytes_max) text += "...";
  return text;
}

std::string message_in(const http::Response& response, const json::Value& body) {
  for (const std::string_view key : {"message", "Message", "errorMessage"}) {
    std::string text = text_member(body, key);
    if (text.empty()) continue;
    const std::string reason = text_member(body, "Reason");
    return reason.empty() ? text : text + " (" + reason + ")";
  }
  std::string text = "HTTP status " + std::to_string(response.status);
  if (response.status >= 300 && response.status < 400) {
    text += ", a redirect";
    if (const auto to = http::find_header(response.headers, "Location")) {
      text += " to " + excerpt(*to);
    }
    return text + ", which is not followed: is the endpoint right?";
  }
  if (body.as_object() != nullptr || response.body.empty()) return text + " without a message";
  return text + ": " + excerpt(response.body);
}

}  // namespace

ErrorCode code_of(std::string_view name, int status) noexcept {
  for (std::size_t i = 0; i < error_code_count; ++i) {
    const auto code = static_cast<ErrorCode>(i);
    if (error_info(code).name == name) return code;
  }
  if (status == 429 || name.starts_with("Throttl")) return ErrorCode::too_many_requests;
  if (status >= 500 || status == 408) return ErrorCode::service_failure;
  if (status == 413) return ErrorCode::request_too_large;
  return ErrorCode::invalid_parameter;
}

ServiceFault fault_of(const http::Response& response) {
  Result<json::Value> parsed = json::Value::parse(response.body);
  const json::Value body = parsed ? std::move(*parsed) : json::Value();
  std::string name = name_in(response, body);
  const ErrorCode code = code_of(name, response.status);
  return {code, std::move(name), message_in(response, body)};
}

Error error_of(ServiceFault fault) {
  if (fault.name.empty()) return {fault.code, std::move(fault.message)};
  return {fault.code, fault.name + ": " + fault.message};
}

std::optional<Duration> retry_after(const http::Response& response) {
  const auto text = http::find_header(response.headers, "Retry-After");
  if (!text) return std::nullopt;
  std::uint32_t seconds = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), seconds);
  if (error != std::errc() || end != text->data() + text->size()) return std::nullopt;
  return std::chrono::seconds{seconds};
}

}  // namespace durable::cloud
