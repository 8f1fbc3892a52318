// SPDX-License-Identifier: Apache-2.0
#include "cli/fake_world.h"

#include "cli/run.h"

namespace durable::cli {

FakeWorld::FakeWorld() : transport(std::make_shared<cloud::FakeTransport>()) {}

int FakeWorld::run(const std::vector<std::string>& arguments) {
  out.str("");
  err.str("");
  World world{in,
              out,
              err,
              screen,
              [this](std::string_view name) -> std::optional<std::string> {
                const auto found = variables.find(name);
                if (found == variables.end()) return std::nullopt;
                return found->second;
              },
              clock,
              [this](Duration time) { clock.pass(time); },
              [](Timestamp) -> Duration { return std::chrono::hours{1}; },
              transport,
              [this](const SignerRequest& request) -> Result<std::shared_ptr<cloud::Signer>> {
                signers.push_back(request);
                return std::shared_ptr<cloud::Signer>();
              },
              [this](const std::string& profile) {
                cloud::Surroundings surroundings;
                surroundings.variable = [this, profile](const char* name) {
                  const auto found = variables.find(std::string_view(name));
                  if (std::string_view(name) == "AWS_PROFILE") return std::optional(profile);
                  return found != variables.end() ? std::optional(found->second) : std::nullopt;
                };
                surroundings.read_file = [this](const std::string& path) -> Result<std::string> {
                  const auto found = files.find(path);
                  if (found != files.end()) return found->second;
                  return Error{ErrorCode::resource_not_found, path};
                };
                return cloud::configured_lambda_endpoint(surroundings);
              },
              [this](const ServerCommand& command, World&) -> Result<int> {
                served.push_back(command);
                return 0;
              },
              [this](const ReplayCommand& command, const ReplayRecord&, const std::string& arn,
                     World&) -> Result<ProcessReplay> {
                replayed.emplace_back(command, arn);
                return replay_outcome;
              },
              [this](const ConformanceCommand& command, Session& session) -> Result<int> {
                conformed.push_back(command);
                return conform ? conform(command, session) : 0;
              }};
  world.out_has_reader = [this] { return out_has_reader; };
  return cli::run(arguments, world);
}

std::vector<std::string> FakeWorld::requests() const {
  std::vector<std::string> lines;
  for (const http::OutboundRequest& request : transport->requests()) {
    const std::size_t begin = request.url.find('/', request.url.find("://") + 3);
    lines.push_back(request.method + " " + request.url.substr(begin));
  }
  return lines;
}

std::string history_begin() {
  return R"(
{"EventType":"ExecutionStarted","EventId":1,"Id":"x","Name":"order-7","EventTimestamp":1772366400,
 "ExecutionStartedDetails":{"Input":{"Payload":"{\"id\":7}"},"ExecutionTimeout":900}},
{"EventType":"StepStarted","SubType":"Step","EventId":2,"Id":"1","Name":"charge",
 "EventTimestamp":1772366400.25,"StepStartedDetails":{}},
{"EventType":"StepSucceeded","SubType":"Step","EventId":3,"Id":"1","Name":"charge",
 "EventTimestamp":1772366401.25,"StepSucceededDetails":{"Result":{"Payload":"\"paid\""},"RetryDetails":{"CurrentAttempt":1}}},
{"EventType":"CallbackStarted","SubType":"Callback","EventId":4,"Id":"2","Name":"approve",
 "EventTimestamp":1772366401.5,"CallbackStartedDetails":{"CallbackId":"Y2Ix"}})";
}

std::string history_end() {
  return R"(
{"EventType":"CallbackSucceeded","SubType":"Callback","EventId":5,"Id":"2","Name":"approve",
 "EventTimestamp":1772366431.5,"CallbackSucceededDetails":{"Result":{"Payload":"true"}}},
{"EventType":"ExecutionSucceeded","EventId":6,"Id":"x","EventTimestamp":1772366432,
 "ExecutionSucceededDetails":{"Result":{"Payload":"{\"ok\":true}"}}})";
}

std::string page(std::string_view events) { return R"({"Events":[)" + std::string(events) + "]}"; }

std::string execution_body(std::string_view status, std::string_view rest) {
  std::string body = R"({"DurableExecutionArn":")" + std::string(test_arn);
  body += R"(","DurableExecutionName":"order-7",)"
          R"("FunctionArn":"arn:aws:lambda:us-east-1:123456789012:function:order:$LATEST",)"
          R"("InputPayload":"{\"id\":7}","StartTimestamp":1772366400,"Status":")";
  return body.append(status).append("\"").append(rest).append("}");
}

std::string function_body(bool durable) {
  std::string body = R"({"FunctionName":"order","FunctionArn":)"
                     R"("arn:aws:lambda:us-east-1:123456789012:function:order",)"
                     R"("Version":"$LATEST","Timeout":900)";
  if (durable) body += R"(,"DurableConfig":{"ExecutionTimeout":900,"RetentionPeriodInDays":14})";
  return body + "}";
}

}  // namespace durable::cli
