// SPDX-License-Identifier: Apache-2.0
//
// Credentials of a container and of an instance.
#include "cloud/credential_sources.h"
#include "cloud/fakes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace durable::cloud {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

constexpr const char* answer = R"({"Code":"Success","AccessKeyId":"id","SecretAccessKey":"secret",
    "Token":"token","Expiration":"2025-12-02T09:30:00Z"})";

void expect_found(const Result<Lookup>& lookup) {
  ASSERT_TRUE(lookup) << lookup.error().message;
  ASSERT_TRUE(lookup->credentials.has_value()) << lookup->why_not;
  EXPECT_EQ(lookup->credentials->access_key_id, "id");
  EXPECT_EQ(lookup->credentials->secret_access_key.reveal(), "secret");
  EXPECT_EQ(lookup->credentials->session_token.reveal(), "token");
  EXPECT_EQ(lookup->credentials->expiration, Timestamp{std::chrono::seconds{1'764'667'800}});
}

void expect_nothing(const Result<Lookup>& lookup, const std::string& why) {
  ASSERT_TRUE(lookup) << lookup.error().message;
  EXPECT_FALSE(lookup->credentials.has_value());
  EXPECT_THAT(lookup->why_not, HasSubstr(why));
}

void expect_error(const Result<Lookup>& lookup, ErrorCode code, const std::string& text) {
  ASSERT_FALSE(lookup);
  EXPECT_EQ(lookup.error().code, code);
  EXPECT_THAT(lookup.error().message, HasSubstr(text));
}

class ContainerTest : public ::testing::Test {
 protected:
  [[nodiscard]] Result<Lookup> look() { return look_at_container(world.surroundings()); }
  [[nodiscard]] const http::OutboundRequest& sent() const {
    return world.local_transport->requests().at(0);
  }
  FakeSurroundings world;
};

TEST_F(ContainerTest, IsAskedAtItsFixedAddress) {
  world.variables["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"] = "/v2/credentials/1?a=b";
  world.local_transport->then(200, answer);

  expect_found(look());

  EXPECT_EQ(sent().url, "http://169.254.170.2/v2/credentials/1?a=b");
  EXPECT_EQ(header_of(sent(), "Authorization"), "");
  EXPECT_LE(sent().timeout, std::chrono::seconds{2});
}

TEST_F(ContainerTest, IsAskedWithTheTokenOfTheFile) {
  world.variables.insert({{"AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://169.254.170.23/v1/x"},
                          {"AWS_CONTAINER_AUTHORIZATION_TOKEN", "not this"},
                          {"AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", "/token"}});
  world.files["/token"] = "the token\n";
  world.local_transport->then(200, answer);

  expect_found(look());

  EXPECT_EQ(sent().url, "http://169.254.170.23/v1/x");
  EXPECT_EQ(header_of(sent(), "Authorization"), "the token");
}

TEST_F(ContainerTest, IsAskedOnlyWhereATokenIsSafe) {
  world.variables["AWS_CONTAINER_AUTHORIZATION_TOKEN"] = "token";
  for (const char* good : {"https://elsewhere.example/x", "http://localhost:8080/x",
                           "http://127.0.0.1/x", "http://[::1]/x", "http://[fd00:ec2::23]/x"}) {
    world.variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = good;
    world.local_transport->then(200, answer);
    expect_found(look());
  }
  EXPECT_EQ(header_of(sent(), "Authorization"), "token");
  for (const char* bad : {"http://elsewhere.example/x", "http://169.254.170.3/x",
                          "http://127.evil.example/", "http://localhost@evil.example/"}) {
    world.variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = bad;
    expect_error(look(), ErrorCode::invalid_usage, "AWS_CONTAINER_CREDENTIALS_FULL_URI");
  }
  world.variables["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"] = "@evil.example/";
  expect_error(look(), ErrorCode::invalid_usage, "must begin with '/'");
}

TEST_F(ContainerTest, RefusesATokenThatWouldBeTwoHeaders) {
  world.variables.insert({{"AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://localhost/x"},
                          {"AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", "/token"}});
  world.files["/token"] = "s3cr3t\r\nX: 1";
  expect_error(look(), ErrorCode::invalid_usage, "has a line end in it");
  EXPECT_THAT(look().error().message, Not(HasSubstr("s3cr3t")));
  world.files.clear();
  expect_error(look(), ErrorCode::invalid_usage,
               "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: cannot read /token");
}

TEST_F(ContainerTest, IsAskedThreeTimes) {
  world.variables["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"] = "/x";
  world.local_transport->then(503, "").then(connection_refused()).then(200, answer);
  expect_found(look());
  world.local_transport->then(503, "").then(503, "").then(503, "");
  expect_error(look(), ErrorCode::unavailable, "answered HTTP status 503");
  world.local_transport->then(403, "");
  expect_error(look(), ErrorCode::invalid_usage, "answered HTTP status 403");
  EXPECT_TRUE(world.local_transport->said_all());
}

TEST_F(ContainerTest, SaysWhatItsAnswerLacks) {
  world.variables["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"] = "/x";
  world.local_transport->then(200, "{}");
  expect_error(look(), ErrorCode::invalid_usage,
               "the answer of the container's credentials endpoint: it has no text in the member "
               "AccessKeyId");
}

class InstanceTest : public ::testing::Test {
 protected:
  [[nodiscard]] Result<Lookup> look() { return look_at_instance(world.surroundings()); }
  FakeSurroundings world;
};

TEST_F(InstanceTest, IsAskedWithASessionToken) {
  world.local_transport->then(200, "session").then(200, "my-role\n").then(200, answer);

  expect_found(look());

  const auto& requests = world.local_transport->requests();
  ASSERT_THAT(requests, SizeIs(3));
  EXPECT_EQ(requests[0].method, "PUT");
  EXPECT_EQ(requests[0].url, "http://169.254.169.254/latest/api/token");
  EXPECT_EQ(header_of(requests[0], "X-aws-ec2-metadata-token-ttl-seconds"), "21600");
  EXPECT_LE(requests[0].timeout, std::chrono::seconds{1});
  EXPECT_EQ(requests[1].method, "GET");
  EXPECT_EQ(requests[1].url, "http://169.254.169.254/latest/meta-data/iam/security-credentials/");
  EXPECT_EQ(header_of(requests[1], "X-aws-ec2-metadata-token"), "session");
  EXPECT_EQ(requests[2].url,
            "http://169.254.169.254/latest/meta-data/iam/security-credentials/my-role");
  EXPECT_EQ(header_of(requests[2], "X-aws-ec2-metadata-token"), "session");
}

TEST_F(InstanceTest, MayBeAskedElsewhere) {
  world.local_transport->then(connection_refused()).then(connection_refused());
  world.variables["AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE"] = "IPv6";
  expect_nothing(look(), "no answer from http://[fd00:ec2::254]");
  world.variables["AWS_EC2_METADATA_SERVICE_ENDPOINT"] = "http://127.0.0.1:9/";
  expect_nothing(look(), "no answer from http://127.0.0.1:9");
}

TEST_F(InstanceTest, IsNotAskedWhereItIsSwitchedOff) {
  world.variables["AWS_EC2_METADATA_DISABLED"] = "TRUE";
  expect_nothing(look(), "AWS_EC2_METADATA_DISABLED is true");
  EXPECT_THAT(world.local_transport->requests(), SizeIs(0));
}

TEST_F(InstanceTest, HasNothingWithoutAToken) {
  world.local_transport->then(403, "").then(200, "a\r\nb: c");
  expect_nothing(look(), "gave no session token: HTTP status 403");
  expect_nothing(look(), "gave no session token");
}

TEST_F(InstanceTest, HasNothingWithoutARole) {
  world.local_transport->then(200, "t").then(404, "");
  expect_nothing(look(), "the instance has no role");
  world.local_transport->then(200, "t").then(200, "\n");
  expect_nothing(look(), "the instance has no role");
  world.local_transport->then(200, "t").then(200, "../../x");
  expect_nothing(look(), "the instance has no role");
}

TEST_F(InstanceTest, IsAskedAgainAfterAFailure) {
  world.local_transport->then(200, "t").then(500, "").then(200, "r").then(503, "").then(200,
                                                                                        answer);
  expect_found(look());
}

TEST_F(InstanceTest, SaysWhatItsAnswerLacks) {
  world.local_transport->then(200, "t").then(200, "r").then(200, R"({"Code":"Failed"})");
  expect_error(look(), ErrorCode::invalid_usage,
               "the instance's credentials for the role r: it has no text in the member "
               "AccessKeyId");
  world.local_transport->then(200, "t").then(200, "r").then(404, "");
  expect_error(look(), ErrorCode::unavailable, "answered HTTP status 404");
}

}  // namespace
}  // namespace durable::cloud
