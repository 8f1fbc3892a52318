// SPDX-License-Identifier: Apache-2.0
#include "cli/aws.h"

#include "cloud/fakes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace durable::cli {
namespace {

using ::testing::HasSubstr;

class AwsSigner : public ::testing::Test {
 protected:
  AwsSigner() {
    world.variables["AWS_REGION"] = "us-west-2";
    world.variables["AWS_ACCESS_KEY_ID"] = "OF_ENVIRONMENT";
    world.variables["AWS_SECRET_ACCESS_KEY"] = "secret";
    world.variables["AWS_SESSION_TOKEN"] = "token";
    world.files["/home/user/.aws/config"] =
        "[profile dev]\naws_access_key_id = OF_PROFILE\naws_secret_access_key = s\n";
  }

  http::OutboundRequest signed_with(const std::string& profile) {
    auto signer = make_signer(world.surroundings(),
                              {"https://lambda.us-west-2.amazonaws.com", "", profile, false});
    EXPECT_TRUE(signer);
    http::OutboundRequest request;
    request.url = "https://lambda.us-west-2.amazonaws.com/";
    const Result<void> done = (*signer)->sign(request);
    EXPECT_TRUE(done) << done.error().message;
    return request;
  }

  cloud::FakeSurroundings world;
};

TEST_F(AwsSigner, TakesTheEnvironmentFirst) {
  world.variables["AWS_PROFILE"] = "dev";
  EXPECT_THAT(cloud::header_of(signed_with(""), "Authorization"), HasSubstr("=OF_ENVIRONMENT/"));
}

TEST_F(AwsSigner, TakesAProfileThatTheFlagNamesWhateverTheEnvironmentHas) {
  world.variables["AWS_PROFILE"] = "another";
  world.variables["AWS_WEB_IDENTITY_TOKEN_FILE"] = "/token";
  const http::OutboundRequest request = signed_with("dev");
  EXPECT_THAT(cloud::header_of(request, "Authorization"), HasSubstr("=OF_PROFILE/"));
  EXPECT_EQ(cloud::header_of(request, "X-Amz-Security-Token"), "");
}

}  // namespace
}  // namespace durable::cli
