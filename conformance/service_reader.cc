// SPDX-License-Identifier: Apache-2.0
#include "conformance/service_reader.h"

#include "http/message.h"

#include <durable/wire/json.h>

#include <iterator>
#include <utility>

#include "conformance/log_lines.h"

namespace durable::conformance {
namespace {

constexpr std::size_t pages_max = 1'000;

Error unexpected(const std::string& what, const std::string& path) {
  return {ErrorCode::corrupt, what + " (GET " + path + ")"};
}

/// The elements of the array `key`; null where it is none.
const json::Value::Array* list_of(const json::Value& body, std::string_view key) {
  const json::Value* const list = body.find(key);
  return list != nullptr ? list->as_array() : nullptr;
}

}  // namespace

Result<ServiceHistory> read_history(cloud::LambdaClient& client, const std::string& execution_arn) {
  const std::string path =
      "/2025-12-01/durable-executions/" + http::percent_encode(execution_arn) + "/history";
  ServiceHistory history;
  std::string marker;
  for (std::size_t page = 0; page < pages_max; ++page) {
    const Result<http::Response> answer =
        client.call("GET", path + "?IncludeExecutionData=true&MaxItems=1000" + marker, "");
    if (!answer) return answer.error();
    auto typed = wire::decode<wire::GetDurableExecutionHistoryResponse>(answer->body);
    if (!typed) return unexpected(typed.error().message, path);
    const Result<json::Value> body = json::Value::parse(answer->body);
    const json::Value::Array* const sent = body ? list_of(*body, "Events") : nullptr;
    if (sent == nullptr) return unexpected("Events: expected a list", path);
    history.sent.insert(history.sent.end(), sent->begin(), sent->end());
    history.events.insert(history.events.end(), std::make_move_iterator(typed->events.begin()),
                          std::make_move_iterator(typed->events.end()));
    if (!typed->next_marker || typed->next_marker->empty()) return history;
    marker = "&Marker=" + http::percent_encode(*typed->next_marker);
  }
  return unexpected("the history has more than " + std::to_string(pages_max) + " pages", path);
}

Result<std::vector<json::Value>> read_log(cloud::LambdaClient& client, std::string_view function,
                                          std::string_view execution_arn) {
  const std::string path = "/durable/functions/" + http::percent_encode(function) + "/logs";
  std::vector<json::Value> found;
  std::int64_t last = 0;
  for (std::size_t page = 0; page < pages_max; ++page) {
    const Result<http::Response> answer =
        client.call("GET", path + "?MaxItems=1000&After=" + std::to_string(last), "");
    if (!answer) return answer.error();
    const Result<json::Value> body = json::Value::parse(answer->body);
    const json::Value::Array* const lines = body ? list_of(*body, "Lines") : nullptr;
    if (lines == nullptr) return unexpected("Lines: expected a list", path);
    if (lines->empty()) return found;
    for (const json::Value& line : *lines) {
      const json::Value* const text = line.find("Text");
      const json::Value* const number = line.find("Number");
      if (text == nullptr || text->as_string() == nullptr || number == nullptr) {
        return unexpected("a line of the log: expected Number and Text", path);
      }
      last = number->as_integer().value_or(last);
      if (text->as_string()->find(execution_arn) == std::string::npos) continue;
      found.push_back(to_log_line(*text->as_string()));
    }
  }
  return unexpected("the log has more than " + std::to_string(pages_max) + " pages", path);
}

}  // namespace durable::conformance
