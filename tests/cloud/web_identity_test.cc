// SPDX-License-Identifier: Apache-2.0
#include "cloud/credential_sources.h"
#include "cloud/fakes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace durable::cloud {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

constexpr const char* answer = R"(<AssumeRoleWithWebIdentityResponse xmlns="https://sts/">
  <AssumeRoleWithWebIdentityResult>
    <Credentials>
      <SessionToken>to&amp;ken</SessionToken>
      <SecretAccessKey>sec/ret</SecretAccessKey>
      <Expiration>2025-12-02T09:30:00Z</Expiration>
      <AccessKeyId>id</AccessKeyId>
    </Credentials>
  </AssumeRoleWithWebIdentityResult>
</AssumeRoleWithWebIdentityResponse>)";

class WebIdentityTest : public ::testing::Test {
 protected:
  WebIdentityTest() {
    world.variables.insert({{"AWS_WEB_IDENTITY_TOKEN_FILE", "/token"},
                            {"AWS_ROLE_ARN", "arn:aws:iam::1:role/r"},
                            {"AWS_ROLE_SESSION_NAME", "me"},
                            {"AWS_REGION", "eu-west-1"}});
    world.files["/token"] = "jwt+token\n";
  }
  [[nodiscard]] Result<Lookup> look() { return look_for_web_identity(world.surroundings()); }
  void expect_error(const std::string& text) {
    const auto lookup = look();
    ASSERT_FALSE(lookup);
    EXPECT_THAT(lookup.error().message, HasSubstr(text));
    EXPECT_THAT(lookup.error().message, Not(HasSubstr("jwt")));
  }

  FakeSurroundings world;
};

TEST_F(WebIdentityTest, AsksStsOfTheRegion) {
  world.transport->then(200, answer);

  const auto lookup = look();

  ASSERT_TRUE(lookup) << lookup.error().message;
  const Credentials& credentials = lookup->credentials.value();
  EXPECT_EQ(credentials.access_key_id, "id");
  EXPECT_EQ(credentials.secret_access_key.reveal(), "sec/ret");
  EXPECT_EQ(credentials.session_token.reveal(), "to&ken");
  EXPECT_EQ(credentials.expiration, Timestamp{std::chrono::seconds{1'764'667'800}});
  const http::OutboundRequest& request = world.transport->requests().at(0);
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.url, "https://sts.eu-west-1.amazonaws.com/");
  EXPECT_EQ(request.body,
            "Action=AssumeRoleWithWebIdentity&RoleArn=arn%3Aaws%3Aiam%3A%3A1%3Arole%2Fr&"
            "RoleSessionName=me&Version=2011-06-15&WebIdentityToken=jwt%2Btoken");
  EXPECT_EQ(header_of(request, "Content-Type"), "application/x-www-form-urlencoded");
}

TEST_F(WebIdentityTest, TakesTheSettingsOfTheProfileToo) {
  world.variables.erase("AWS_WEB_IDENTITY_TOKEN_FILE");
  world.variables.erase("AWS_ROLE_SESSION_NAME");
  world.variables.erase("AWS_REGION");
  world.files["/home/user/.aws/config"] =
      "[default]\nrole_arn=arn:r\nweb_identity_token_file=/token\nrole_session_name=you\n";
  world.transport->then(200, answer);

  ASSERT_TRUE(look());

  const http::OutboundRequest& request = world.transport->requests().at(0);
  EXPECT_EQ(request.url, "https://sts.amazonaws.com/");
  EXPECT_THAT(request.body, HasSubstr("RoleArn=arn%3Ar&RoleSessionName=you&"));
}

TEST_F(WebIdentityTest, NamesTheSessionByTheTime) {
  world.variables.erase("AWS_ROLE_SESSION_NAME");
  world.transport->then(200, answer);

  ASSERT_TRUE(look());

  EXPECT_THAT(world.transport->requests().at(0).body,
              HasSubstr("&RoleSessionName=durable-1764664200250&"));
}

TEST_F(WebIdentityTest, AsksTheEndpointThatIsConfigured) {
  world.variables["AWS_ENDPOINT_URL_STS"] = "http://127.0.0.1:9/sts/";
  world.transport->then(200, answer);

  ASSERT_TRUE(look());

  EXPECT_EQ(world.transport->requests().at(0).url, "http://127.0.0.1:9/sts/");
}

TEST_F(WebIdentityTest, IsNotThereWithoutAFile) {
  world.variables.erase("AWS_WEB_IDENTITY_TOKEN_FILE");

  const auto lookup = look();

  ASSERT_TRUE(lookup) << lookup.error().message;
  EXPECT_FALSE(lookup->credentials.has_value());
  EXPECT_THAT(lookup->why_not, HasSubstr("AWS_WEB_IDENTITY_TOKEN_FILE is not set"));
}

TEST_F(WebIdentityTest, NeedsARole) {
  world.variables.erase("AWS_ROLE_ARN");
  expect_error("AWS_WEB_IDENTITY_TOKEN_FILE is set, but AWS_ROLE_ARN is not");
}

TEST_F(WebIdentityTest, NeedsTheFile) {
  world.files.clear();
  expect_error("AWS_WEB_IDENTITY_TOKEN_FILE: cannot read /token");
}

TEST_F(WebIdentityTest, SaysWhyStsRefused) {
  world.transport->then(400,
                        "<ErrorResponse><Error><Type>Sender</Type><Code>ExpiredTokenException"
                        "</Code><Message>Token &lt;x&gt; expired</Message></Error>"
                        "</ErrorResponse>");
  expect_error(
      "STS refused the role arn:aws:iam::1:role/r: ExpiredTokenException: Token <x> "
      "expired");
  EXPECT_THAT(world.transport->requests(), SizeIs(1));
}

TEST_F(WebIdentityTest, AsksThreeTimes) {
  world.transport->then(500, "").then(connection_refused()).then(200, answer);

  EXPECT_TRUE(look());

  world.transport->then(500, "").then(500, "").then(502, "");
  expect_error("HTTP status 502");
  EXPECT_TRUE(world.transport->said_all());
}

TEST_F(WebIdentityTest, RefusesAnAnswerThatLacksSomething) {
  for (const char* broken :
       {"", "<AccessKeyId>id</AccessKeyId>", "<AccessKeyId>id", "<AccessKeyId>id</Other>",
        "<AccessKeyId>a</AccessKeyId><SecretAccessKey>b</SecretAccessKey>"}) {
    world.transport->then(200, broken);
    expect_error("STS's answer lacks AccessKeyId, SecretAccessKey or SessionToken");
  }
  world.transport->then(200,
                        "<AccessKeyId>a</AccessKeyId><SecretAccessKey>b</SecretAccessKey>"
                        "<SessionToken>c</SessionToken>");
  expect_error("STS: Expiration is no time in ISO 8601");
}

}  // namespace
}  // namespace durable::cloud
