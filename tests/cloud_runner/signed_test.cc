// SPDX-License-Identifier: Apache-2.0
//
// A server that requires signatures, and the clients that people have: ours over both transports,
// boto3 and the AWS CLI. What is signed with the server's key is answered; what is tampered with,
// or signed with another, is refused as the service refuses it.
#include "cloud/lambda_client.h"
#include "cloud/request_signer.h"
#include "cloud/system_clock.h"
#include "server/server.h"

#include <durable/testing/cloud_runner.h>
#include <durable/testing/gtest.h>

#include <sys/wait.h>

#include <array>
#include <cstdio>
#include <functional>
#include <memory>
#include <ostream>
#include <string>

namespace durable {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr const char* key_id = "AKIDOFTHISTEST";
constexpr const char* secret = "a/secret+of this=test";

/// Signs, and then lets a test change what was signed.
class TamperingSigner final : public cloud::Signer {
 public:
  using Change = std::function<void(http::OutboundRequest&)>;

  TamperingSigner(std::unique_ptr<cloud::Signer> signer, Change change)
      : signer_(std::move(signer)), change_(std::move(change)) {}
  Result<void> sign(http::OutboundRequest& request) override {
    Result<void> is_signed = signer_->sign(request);
    if (is_signed) change_(request);
    return is_signed;
  }

 private:
  std::unique_ptr<cloud::Signer> signer_;
  Change change_;
};

cloud::Credentials credentials(const std::string& id, const std::string& key) {
  return {.access_key_id = id,
          .secret_access_key = cloud::Secret(key),
          .session_token = {},
          .expiration = {}};
}

std::unique_ptr<cloud::Signer> sign_with(const std::string& id, const std::string& key) {
  return std::make_unique<cloud::RequestSigner>(
      std::make_shared<cloud::FixedCredentials>(credentials(id, key)),
      cloud::SigningScope{"us-west-2"}, std::make_shared<cloud::SystemClock>());
}

struct Kind {
  const char* name;
  std::unique_ptr<http::Transport> (*make)(http::TransportOptions);
};

/// For GoogleTest, which would name a test by the addresses in it.
void PrintTo(const Kind& kind, std::ostream* out) { *out << kind.name; }

class RequiringServer : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    server::ServerOptions options;
    options.port = 0;
    options.store = server::StoreKind::memory;
    options.time_mode = service::TimeMode::skipped;
    options.required_keys = {credentials(key_id, secret)};
    server::FunctionDefinition& function = options.functions.emplace_back();
    function.name = "tour";
    function.command = {DURABLE_SERVED_FUNCTIONS, "tour"};
    function.durable.emplace();
    auto opened = server::Server::open(std::move(options));
    ASSERT_TRUE(opened) << opened.error().message;
    server_ = *std::move(opened);
  }
  static void TearDownTestSuite() { server_.reset(); }

  static inline std::unique_ptr<server::Server> server_;
};

class SignedRequests : public RequiringServer, public ::testing::WithParamInterface<Kind> {
 protected:
  static std::shared_ptr<cloud::LambdaClient> client(std::unique_ptr<cloud::Signer> signer) {
    cloud::ClientOptions options;
    options.endpoint = server_->url();
    return std::make_shared<cloud::LambdaClient>(GetParam().make({}), std::move(signer), options);
  }
  static void expect_refused(std::unique_ptr<cloud::Signer> signer, const std::string& error) {
    wire::InvokeRequest request;
    request.function_name = "tour:$LATEST";
    request.invocation_type = wire::InvocationType::event;
    request.payload = Payload("\"World\"");
    const auto answer = client(std::move(signer))->invoke(request);
    ASSERT_FALSE(answer);
    EXPECT_THAT(answer.error().message, StartsWith(error));
  }
  static void expect_tampering_refused(const TamperingSigner::Change& change) {
    expect_refused(std::make_unique<TamperingSigner>(sign_with(key_id, secret), change),
                   "InvalidSignatureException: The request signature we calculated does not match");
  }
};

TEST_P(SignedRequests, RunAFunctionWhoseOwnRequestsAreSignedToo) {
  DurableFunctionCloudTestRunner runner("tour:$LATEST", {}, client(sign_with(key_id, secret)));
  EXPECT_THAT(runner.run("World"), HasResult("Hello World, 2, 2"));
}

TEST_P(SignedRequests, AreRefusedWithAnUnknownKey) {
  expect_refused(sign_with("AKIDOFANOTHER", secret),
                 "UnrecognizedClientException: The security token included in the request is "
                 "invalid.");
}

TEST_P(SignedRequests, AreRefusedWithAnotherSecret) {
  expect_refused(sign_with(key_id, "another"),
                 "InvalidSignatureException: The request signature we calculated does not match");
}

TEST_P(SignedRequests, AreRefusedWithoutASignature) {
  expect_refused(nullptr, "MissingAuthenticationTokenException: Missing Authentication Token");
}

TEST_P(SignedRequests, AreRefusedWhenAnythingWasChanged) {
  expect_tampering_refused([](auto& request) { request.body = "\"Mars\""; });
  expect_tampering_refused([](auto& request) { request.url += "?Qualifier=1"; });
  expect_tampering_refused([](auto& request) { request.method = "PUT"; });
  expect_tampering_refused([](auto& request) {
    for (http::Header& header : request.headers) {
      if (header.name == "X-Amz-Invocation-Type") header.value = "DryRun";
    }
  });
}

TEST_P(SignedRequests, ThatAreRefusedTellTheUserWhatToCheck) {
  DurableFunctionCloudTestRunner runner("tour:$LATEST", {}, client(sign_with("AKIDX", secret)));
  try {
    runner.run("World");
    FAIL() << "nothing was thrown";
  } catch (const CloudCallError& error) {
    EXPECT_THAT(error.what(), AllOf(StartsWith("Failed to invoke Lambda function tour:$LATEST: "
                                               "UnrecognizedClientException"),
                                    HasSubstr("Check that the credentials are those of")));
  }
}

INSTANTIATE_TEST_SUITE_P(Transport, SignedRequests,
                         ::testing::Values(Kind{"curl", http::make_curl_transport},
                                           Kind{"asio", http::make_asio_transport}),
                         [](const auto& made) { return std::string(made.param.name); });

/// The clients of others, as programs; each makes its own wrong requests.
class SignedByOthers : public RequiringServer {
 protected:
  static void run(const std::string& script) {
    const std::string command =
        "env -u AWS_PROFILE -u AWS_SESSION_TOKEN DURABLE_URL=" + server_->url() +
        " AWS_ACCESS_KEY_ID=" + key_id + " AWS_SECRET_ACCESS_KEY='" + secret +
        "' AWS_REGION=us-west-2 AWS_DEFAULT_REGION=us-west-2 AWS_EC2_METADATA_DISABLED=true "
        "AWS_CONFIG_FILE=/dev/null AWS_SHARED_CREDENTIALS_FILE=/dev/null AWS_MAX_ATTEMPTS=1 "
        "no_proxy=127.0.0.1 NO_PROXY=127.0.0.1 " +
        script + " 2>&1";
    std::string text;
    std::FILE* pipe = popen(command.c_str(), "r");
    ASSERT_NE(pipe, nullptr);
    std::array<char, 4096> buffer{};
    while (const std::size_t read = std::fread(buffer.data(), 1, buffer.size(), pipe)) {
      text.append(buffer.data(), read);
    }
    const int status = pclose(pipe);
    constexpr int skipped = 77;
    constexpr int no_such_program = 127;
    const int code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    if (code == skipped || code == no_such_program) GTEST_SKIP() << text;
    EXPECT_EQ(code, 0) << text;
  }
};

TEST_F(SignedByOthers, Boto3) { run("python3 " DURABLE_SIGNED_SCRIPTS "/signed_boto3.py"); }
TEST_F(SignedByOthers, TheAwsCli) { run("sh " DURABLE_SIGNED_SCRIPTS "/signed_aws_cli.sh"); }

}  // namespace
}  // namespace durable
