// SPDX-License-Identifier: Apache-2.0
#include "cloud/fakes.h"

#include <utility>

namespace durable::cloud {

FakeTransport& FakeTransport::then(Answer answer) {
  script_.push_back(std::move(answer));
  return *this;
}

FakeTransport& FakeTransport::then(int status, std::string body, http::Headers headers) {
  http::Response response{status, std::move(headers), std::move(body)};
  return then([response = std::move(response)](const http::OutboundRequest&) { return response; });
}

FakeTransport& FakeTransport::then(Error error) {
  return then([error = std::move(error)](const http::OutboundRequest&) -> Result<http::Response> {
    return error;
  });
}

Result<http::Response> FakeTransport::send(const http::OutboundRequest& request) {
  requests_.push_back(request);
  if (script_.empty()) {
    return Error{ErrorCode::corrupt,
                 "the script has no answer for " + request.method + " " + request.url};
  }
  const Answer answer = std::move(script_.front());
  script_.pop_front();
  return answer(request);
}

Surroundings FakeSurroundings::surroundings() {
  Surroundings made;
  made.variable = [this](const char* name) -> std::optional<std::string> {
    const auto found = variables.find(name);
    if (found == variables.end()) return std::nullopt;
    return found->second;
  };
  made.read_file = [this](const std::string& path) -> Result<std::string> {
    const auto found = files.find(path);
    if (found != files.end()) return found->second;
    return Error{ErrorCode::resource_not_found, "cannot read " + path + ": no such file"};
  };
  made.run_command = [this](const std::string& line) -> Result<std::string> {
    commands_run.push_back(line);
    const auto found = commands.find(line);
    if (found != commands.end()) return found->second;
    return Error{ErrorCode::unavailable, "the command ended with status 127"};
  };
  made.transport = transport;
  made.local_transport = local_transport;
  made.clock = clock;
  return made;
}

Error connection_refused() {
  return {
      ErrorCode::unavailable,
      "no answer from http://127.0.0.1:9: phase connect: refused. The request was not received. "
      "Check that the server runs"};
}

Error answer_lost() {
  return {ErrorCode::unavailable,
          "no answer from http://127.0.0.1:9: phase receive: closed. The request may have been "
          "received. Check the server"};
}

std::string header_of(const http::OutboundRequest& request, std::string_view name) {
  return std::string(http::find_header(request.headers, name).value_or(""));
}

}  // namespace durable::cloud
