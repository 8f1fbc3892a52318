// SPDX-License-Identifier: Apache-2.0
#include "lambda/endpoint.h"

#include <durable/base/system_clock.h>
#include <gmock/gmock.h>

#include "lambda/fake_transport.h"

#include <map>

namespace durable::lambda {
namespace {

using ::testing::HasSubstr;

Result<ApiAccess> access_with(std::map<std::string, std::string> variables) {
  cloud::Surroundings surroundings;
  surroundings.variable = [variables](const char* name) -> std::optional<std::string> {
    const auto found = variables.find(name);
    if (found == variables.end()) return std::nullopt;
    return found->second;
  };
  surroundings.read_file = [](const std::string& path) -> Result<std::string> {
    return Error{ErrorCode::resource_not_found, path};
  };
  surroundings.run_command = [](const std::string&) -> Result<std::string> {
    return Error{ErrorCode::unavailable, "no programs here"};
  };
  surroundings.transport = std::make_shared<fake::Transport>();
  surroundings.local_transport = surroundings.transport;
  surroundings.clock = std::make_shared<SystemClock>();
  return resolve_access(surroundings, 7);
}

TEST(Endpoint, IsTheRegionsOwnAndSigned) {
  const ApiAccess access = access_with({{"AWS_REGION", "eu-west-1"}}).value();
  EXPECT_EQ(access.options.endpoint, "https://lambda.eu-west-1.amazonaws.com");
  EXPECT_NE(access.signer, nullptr);
  EXPECT_THAT(access.options.user_agent, HasSubstr("aws-durable-execution-sdk-cpp/"));
}

TEST(Endpoint, IsNotSignedForAServerOnThisMachineWithoutCredentials) {
  const ApiAccess access =
      access_with({{"AWS_ENDPOINT_URL_LAMBDA", "http://127.0.0.1:9014"}}).value();
  EXPECT_EQ(access.options.endpoint, "http://127.0.0.1:9014");
  EXPECT_EQ(access.signer, nullptr);
}

TEST(Endpoint, IsSignedWithTheCredentialsOfTheEnvironment) {
  const ApiAccess access = access_with({{"AWS_ENDPOINT_URL_LAMBDA", "http://localhost:9014"},
                                        {"AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"},
                                        {"AWS_SECRET_ACCESS_KEY", "secret"}})
                               .value();
  ASSERT_NE(access.signer, nullptr);
  http::OutboundRequest request;
  request.method = "POST";
  request.url = "http://localhost:9014/x";
  ASSERT_TRUE(access.signer->sign(request));
  EXPECT_THAT(fake::header_of(request, "Authorization"), HasSubstr("Credential=AKIDEXAMPLE/"));
  EXPECT_THAT(fake::header_of(request, "Authorization"), HasSubstr("/us-east-1/lambda/"));
}

TEST(Endpoint, IsSignedForAnyOtherMachine) {
  const ApiAccess access =
      access_with({{"AWS_ENDPOINT_URL", "http://10.0.0.7:80"}, {"AWS_REGION", "us-west-2"}})
          .value();
  EXPECT_NE(access.signer, nullptr);
}

TEST(Endpoint, SaysWhichSettingIsMissing) {
  const auto access = access_with({});
  ASSERT_FALSE(access);
  EXPECT_EQ(access.error().code, ErrorCode::invalid_usage);
  EXPECT_THAT(access.error().message, HasSubstr("AWS_REGION"));
}

TEST(Endpoint, IsNotGivenWithAProxyThatCannotBeAsked) {
  const auto access =
      access_with({{"AWS_REGION", "us-west-2"}, {"https_proxy", "socks5://10.0.0.1:1080"}});
  ASSERT_FALSE(access);
  EXPECT_EQ(access.error().code, ErrorCode::invalid_usage);
  EXPECT_THAT(access.error().message, HasSubstr("a proxy is asked by http:// only"));
  // One that is not asked for this endpoint does no harm.
  EXPECT_TRUE(access_with({{"AWS_REGION", "us-west-2"}, {"http_proxy", "socks5://10.0.0.1:1080"}}));
  EXPECT_TRUE(access_with({{"AWS_REGION", "us-west-2"},
                           {"https_proxy", "socks5://10.0.0.1:1080"},
                           {"no_proxy", "amazonaws.com"}}));
}

TEST(Endpoint, IsNotGivenWithACaBundleThatIsNotThere) {
  const auto access = access_with({{"AWS_REGION", "us-west-2"}, {"AWS_CA_BUNDLE", "/opt/ca.pem"}});
  ASSERT_FALSE(access);
  EXPECT_EQ(access.error().code, ErrorCode::invalid_usage);
  EXPECT_THAT(access.error().message, HasSubstr("CA bundle"));
  EXPECT_THAT(access.error().message, HasSubstr("/opt/ca.pem"));
  // Without TLS nobody looks at it.
  EXPECT_TRUE(access_with(
      {{"AWS_ENDPOINT_URL", "http://127.0.0.1:9014"}, {"AWS_CA_BUNDLE", "/opt/ca.pem"}}));
}

}  // namespace
}  // namespace durable::lambda
