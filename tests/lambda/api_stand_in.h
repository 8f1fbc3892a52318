// SPDX-License-Identifier: Apache-2.0
//
// The Lambda API of the SDK's fake service, as HTTP: what the JSON of both directions must carry.
#pragma once

#include "http/message.h"

#include <durable/wire/json.h>

#include "sdk/fake_service.h"

#include <string>
#include <string_view>

namespace durable::fake {

/// Answers one request. Not thread-safe: a function has one call out at a time.
class ApiStandIn {
 public:
  explicit ApiStandIn(Service& service) : service_(service) {}

  /// `target` is the path with its query.
  http::Response answer(std::string_view method, std::string_view target, std::string_view body) {
    const http::Request request{std::string(method), std::string(target), {}, {}};
    const std::string_view path = request.path();
    constexpr std::string_view prefix = "/2025-12-01/durable-executions/";
    if (!path.starts_with(prefix)) return refusal(404, "no such path: " + std::string(path));
    if (method == "POST" && path.ends_with("/checkpoint")) return checkpoint(body);
    if (method == "GET" && path.ends_with("/state")) return state(request.query());
    return refusal(404, "no such call: " + std::string(path));
  }

 private:
  static http::Response refusal(int status, const std::string& message) {
    http::Response response;
    response.status = status;
    response.headers.push_back({"Content-Type", "application/json"});
    response.headers.push_back({"X-Amzn-ErrorType", "InvalidParameterValueException"});
    response.body = R"({"Type":"User","message":")" + message + "\"}";
    return response;
  }
  template <class T>
  static http::Response reply(const Result<T>& answered) {
    if (!answered) return refusal(400, answered.error().message);
    http::Response response;
    response.headers.push_back({"Content-Type", "application/json"});
    response.body = wire::encode(*answered).value();
    return response;
  }

  http::Response checkpoint(std::string_view body) {
    auto request = wire::decode<wire::CheckpointDurableExecutionRequest>(body);
    if (!request) return refusal(400, request.error().message);
    http::Response response;
    service_.checkpoint(std::move(*request),
                        [&](const auto& answered) { response = reply(answered); });
    return response;
  }
  http::Response state(std::string_view query) {
    wire::GetDurableExecutionStateRequest request;
    auto parameters = http::parse_query(query).value();
    for (http::QueryParameter& parameter : parameters) {
      if (parameter.name == "CheckpointToken") {
        request.checkpoint_token = std::move(parameter.value);
      } else if (parameter.name == "Marker") {
        request.marker = std::move(parameter.value);
      }
    }
    return reply(service_.get_state(request));
  }

  Service& service_;
};

}  // namespace durable::fake
