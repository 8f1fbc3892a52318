// SPDX-License-Identifier: Apache-2.0
#include "bench/lambda_workloads.h"

#include "cloud/lambda_client.h"
#include "cloud/request_signer.h"
#include "http/transport.h"
#include "lambda/loop.h"
#include "lambda/service_client.h"

#include <durable/base/system_clock.h>
#include <durable/durable.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

namespace durable::bench {
namespace {

using lambda::ApiServiceClient;
using lambda::Functions;
using lambda::Loop;
using lambda::RuntimeApi;
using lambda::StopSwitch;

constexpr std::uint64_t invocations_each = 500;
constexpr std::uint64_t signatures_each = 1'000;

// What travels is what the local server and the SDK said to each other for this function, with the
// credentials that Amazon's documents use.
constexpr std::string_view event =
    R"({"DurableExecutionArn":"arn:aws:lambda:us-east-1:123456789012:function:hello:$LATEST/)"
    R"(durable-execution/29f50ff2-2c69-4226-b55a-8908815940c2/29f50ff2-2c69-4226-b55a-8908815940c2",)"
    R"("CheckpointToken":"xRlNnQAAAAEAAAAA6bR0Cz4A","InitialExecutionState":{"Operations":[{"Id":)"
    R"("29f50ff2-2c69-4226-b55a-8908815940c2","Type":"EXECUTION","StartTimestamp":1795433738628,)"
    R"("Status":"STARTED","ExecutionDetails":{"InputPayload":"null"}}]},"UpdatedOperationIds":[]})";
constexpr std::string_view checkpointed =
    R"({"CheckpointToken":"xRlNnQAAAAEAAAAB+XpqFZPc","NewExecutionState":{"Operations":[{"Id":"1",)"
    R"("Name":"greet","Type":"STEP","SubType":"Step","StartTimestamp":1795433738.629,)"
    R"("EndTimestamp":1795433738.629,"Status":"SUCCEEDED","StepDetails":{"Attempt":1,)"
    R"("Result":"\"Hello World!\""}}]}})";
constexpr std::string_view answer = R"({"Status":"SUCCEEDED","Result":"\"Hello World!\""})";
constexpr std::string_view checkpoint_url =
    "https://lambda.us-east-1.amazonaws.com/2025-12-01/durable-executions/"
    "arn%3Aaws%3Alambda%3Aus-east-1%3A123456789012%3Afunction%3Ahello%3A%24LATEST%2F"
    "durable-execution%2F29f50ff2-2c69-4226-b55a-8908815940c2%2F"
    "29f50ff2-2c69-4226-b55a-8908815940c2/checkpoint";
constexpr std::string_view checkpoint_body =
    R"({"CheckpointToken":"xRlNnQAAAAEAAAAA6bR0Cz4A","Updates":[{"Id":"1","Name":"greet",)"
    R"("Type":"STEP","SubType":"Step","Action":"START"},{"Id":"1","Name":"greet","Type":"STEP",)"
    R"("SubType":"Step","Action":"SUCCEED","Payload":"\"Hello World!\""}],)"
    R"("ClientToken":"ac465fe0b7059d7c25ea9305f0db081b"})";

std::shared_ptr<cloud::RequestSigner> make_signer() {
  return std::make_shared<cloud::RequestSigner>(
      std::make_shared<cloud::FixedCredentials>(cloud::Credentials{
          .access_key_id = "AKIDEXAMPLE",
          .secret_access_key = cloud::Secret("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"),
          .session_token = cloud::Secret("session"),
          .expiration = {}}),
      cloud::SigningScope{.region = "us-east-1"}, std::make_shared<SystemClock>());
}

/// Plays Lambda: gives `count` invocations, and takes what comes.
class Host final : public http::Transport {
 public:
  explicit Host(std::uint64_t count) : left_(count) {}

  [[nodiscard]] Result<http::Response> send(const http::OutboundRequest& request) override {
    http::Response response;
    response.status = 200;
    if (request.url.ends_with("/next")) {
      if (left_ == 0) return Error{ErrorCode::unavailable, "there are no more"};
      --left_;
      response.headers = {{"Lambda-Runtime-Aws-Request-Id", "23a2e4d8-4e63-4751-a425-0de863993477"},
                          {"Lambda-Runtime-Deadline-Ms", "4102444800000"},
                          {"Lambda-Runtime-Invoked-Function-Arn",
                           "arn:aws:lambda:us-east-1:123456789012:function:hello:$LATEST"}};
      response.body = event;
    } else if (request.url.ends_with("/checkpoint")) {
      response.body = checkpointed;
    } else {
      if (request.body == answer) ++answered_;
      response.status = 202;
    }
    return response;
  }

  [[nodiscard]] std::uint64_t answered() const { return answered_; }

 private:
  std::uint64_t left_;
  std::uint64_t answered_ = 0;
};

class NoLog final : public Logger {
 public:
  [[nodiscard]] bool enabled(LogLevel) const noexcept override { return false; }
  void write(const LogRecord&) noexcept override {}
};

Task<std::string> hello(DurableContext& ctx) {
  co_return co_await ctx.step("greet", [] { return std::string("Hello World!"); });
}

/// A process of `hello` from its first invocation to its last.
std::uint64_t serve_hello() {
  const auto host = std::make_shared<Host>(invocations_each);
  cloud::ClientOptions client;
  client.endpoint = "https://lambda.us-east-1.amazonaws.com";
  client.user_agent = "aws-durable-execution-sdk-cpp/0.1.0";
  cloud::LambdaClient api(host, make_signer(), std::move(client));
  RuntimeApi runtime(*host, "127.0.0.1:9001");
  ApiServiceClient service(api);
  StopSwitch stop([] {});
  const SystemClock clock;
  NoLog logger;
  const Functions::Entry function{"hello", Handler(hello)};
  const lambda::Options options;
  Loop loop(function, options,
            {.api = runtime,
             .stop = stop,
             .clock = clock,
             .logger = logger,
             .service = &service,
             .seed = [] { return std::uint64_t{7}; },
             .set_trace = [](const std::optional<std::string>&) {},
             .flush_output = [] {}});
  static_cast<void>(loop.run());  // ends when there are no more invocations
  if (host->answered() != invocations_each) {
    throw std::runtime_error("expected " + std::to_string(invocations_each) + " answers, found " +
                             std::to_string(host->answered()));
  }
  return invocations_each;
}

std::uint64_t sign_requests(cloud::RequestSigner& signer) {
  for (std::uint64_t i = 0; i < signatures_each; ++i) {
    http::OutboundRequest request;
    request.method = "POST";
    request.url = checkpoint_url;
    request.headers = {{"Content-Type", "application/json"},
                       {"User-Agent", "aws-durable-execution-sdk-cpp/0.1.0"}};
    request.body = checkpoint_body;
    const Result<void> done = signer.sign(request);
    if (!done) throw std::runtime_error(done.error().message);
    if (request.headers.back().name != "Authorization") throw std::runtime_error("not signed");
  }
  return signatures_each;
}

}  // namespace

std::vector<Workload> lambda_workloads() {
  const auto signer = make_signer();
  return {
      {"lambda_warm_hello", "invocations/s",
       "How many warm invocations of a one-step function does a process in Lambda serve in a "
       "second, if every request is answered at once?",
       serve_hello},
      {"sign_request", "signatures/s", "How many checkpoint calls are signed in a second?",
       [signer] { return sign_requests(*signer); }},
  };
}

}  // namespace durable::bench
