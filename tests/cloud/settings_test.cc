// SPDX-License-Identifier: Apache-2.0
#include "cloud/settings.h"
#include "cloud/fakes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace durable::cloud {
namespace {

using ::testing::HasSubstr;

constexpr const char* config_path = "/home/user/.aws/config";

class SettingsTest : public ::testing::Test {
 protected:
  [[nodiscard]] Settings settings(const SettingsWishes& wishes = {}) {
    Result<Settings> found = resolve_settings(world.surroundings(), wishes);
    EXPECT_TRUE(found) << found.error().message;
    return found ? *found : Settings();
  }
  void expect_error(const std::string& text, const SettingsWishes& wishes = {}) {
    const Result<Settings> found = resolve_settings(world.surroundings(), wishes);
    ASSERT_FALSE(found);
    EXPECT_EQ(found.error().code, ErrorCode::invalid_usage);
    EXPECT_THAT(found.error().message, HasSubstr(text));
  }
  FakeSurroundings world;
};

TEST_F(SettingsTest, TakeTheRegionFromTheFirstPlaceThatHasOne) {
  EXPECT_EQ(settings({.default_region = "us-west-2"}).region, "us-west-2");
  world.files[config_path] = "[default]\nregion=eu-west-1\n";
  EXPECT_EQ(settings({.default_region = "us-west-2"}).region, "eu-west-1");
  world.variables["AWS_DEFAULT_REGION"] = "eu-west-2";
  EXPECT_EQ(settings().region, "eu-west-2");
  world.variables["AWS_REGION"] = "eu-west-3";
  EXPECT_EQ(settings().region, "eu-west-3");
  EXPECT_EQ(settings({.region = "eu-north-1"}).region, "eu-north-1");
}

TEST_F(SettingsTest, NeedARegion) {
  expect_error(
      "no region: AWS_REGION and AWS_DEFAULT_REGION are not set, and the profile "
      "'default' in /home/user/.aws/config has no region; set AWS_REGION");
}

TEST_F(SettingsTest, KnowTheDomainOfEachPartition) {
  EXPECT_EQ(*service_endpoint("lambda", "us-west-2"), "https://lambda.us-west-2.amazonaws.com");
  EXPECT_EQ(*service_endpoint("lambda", "cn-north-1"),
            "https://lambda.cn-north-1.amazonaws.com.cn");
  EXPECT_EQ(*service_endpoint("sts", "us-gov-west-1"), "https://sts.us-gov-west-1.amazonaws.com");
}

TEST_F(SettingsTest, RefuseARegionThatIsNoNameOfAHost) {
  for (const char* region : {"us_west", "evil.example/", "US-WEST-2", "-a", "a-", "a b",
                             "a23456789012345678901234567890123456789012345678901234567890abcd"}) {
    expect_error("' is no region: expected a name such as us-west-2", {.region = region});
  }
}

TEST_F(SettingsTest, TakeTheEndpointFromTheFirstPlaceThatHasOne) {
  world.variables["AWS_REGION"] = "us-west-2";
  EXPECT_EQ(settings().endpoint, "https://lambda.us-west-2.amazonaws.com");
  EXPECT_EQ(settings().endpoint_source, "region");
  world.files[config_path] = "[default]\nendpoint_url=http://profile\n";
  EXPECT_EQ(settings().endpoint, "http://profile");
  EXPECT_EQ(settings().endpoint_source, "endpoint_url of the profile 'default'");
  world.files[config_path] +=
      "services=mine\n[services mine]\nsts =\n  endpoint_url=http://sts\nlambda =\n"
      "  retries = 1\n  endpoint_url = http://services\n";
  EXPECT_EQ(settings().endpoint, "http://services");
  world.variables["AWS_ENDPOINT_URL"] = "http://all/";
  EXPECT_EQ(settings().endpoint, "http://all");
  world.variables["AWS_ENDPOINT_URL_LAMBDA"] = "http://lambda:1//";
  EXPECT_EQ(settings().endpoint, "http://lambda:1");
  world.variables["LAMBDA_ENDPOINT"] = "http://test";
  EXPECT_EQ(settings().endpoint, "http://test");
  EXPECT_EQ(settings({.endpoint = "http://flag"}).endpoint, "http://flag");
}

TEST_F(SettingsTest, MayLeaveOutConfiguredEndpoints) {
  world.variables.insert({{"AWS_REGION", "us-west-2"},
                          {"AWS_ENDPOINT_URL", "http://all"},
                          {"AWS_ENDPOINT_URL_LAMBDA", "http://lambda"},
                          {"AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "True"}});
  EXPECT_EQ(settings().endpoint, "https://lambda.us-west-2.amazonaws.com");
  EXPECT_EQ(*sts_endpoint(world.surroundings()), "https://sts.us-west-2.amazonaws.com");
  world.variables["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"] = "false";
  world.files[config_path] = "[default]\nignore_configured_endpoint_urls=true\n";
  EXPECT_EQ(settings().endpoint, "http://lambda");
  world.variables.erase("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS");
  EXPECT_EQ(settings().endpoint, "https://lambda.us-west-2.amazonaws.com");
}

TEST_F(SettingsTest, RefuseAnEndpointThatIsNoUrl) {
  world.variables.insert({{"AWS_REGION", "us-west-2"}, {"LAMBDA_ENDPOINT", "localhost:8080"}});
  expect_error("LAMBDA_ENDPOINT must be a URL such as http://127.0.0.1:8080, not 'localhost:8080'");
  world.variables["LAMBDA_ENDPOINT"] = "http://h/?token=secret";
  expect_error("not 'http://h/'");
}

TEST_F(SettingsTest, TakeCertificatesAndProxies) {
  world.variables.insert({{"AWS_REGION", "us-west-2"},
                          {"HTTPS_PROXY", "http://upper"},
                          {"HTTP_PROXY", "http://plain"},
                          {"NO_PROXY", "a,b"}});
  world.files[config_path] = "[default]\nca_bundle=/profile.pem\n";
  http::TransportOptions options = settings().transport;
  EXPECT_EQ(options.ca_bundle, "/profile.pem");
  EXPECT_EQ(options.https_proxy, "http://upper");
  EXPECT_EQ(options.http_proxy, "http://plain");
  EXPECT_EQ(options.no_proxy, "a,b");

  world.variables.insert({{"AWS_CA_BUNDLE", "/env.pem"},
                          {"https_proxy", "http://lower"},
                          {"http_proxy", "http://low"},
                          {"no_proxy", "*"}});
  options = transport_settings(world.surroundings()).value();
  EXPECT_EQ(options.ca_bundle, "/env.pem");
  EXPECT_EQ(options.https_proxy, "http://lower");
  EXPECT_EQ(options.http_proxy, "http://low");
  EXPECT_EQ(options.no_proxy, "*");
}

TEST_F(SettingsTest, SayWhereTheConfigFileIsWrong) {
  world.files[config_path] = "x";
  expect_error("/home/user/.aws/config: line 1: ");
}

TEST_F(SettingsTest, NameTheUserAgent) {
  EXPECT_EQ(user_agent("1.2.3"), "aws-durable-execution-sdk-cpp/1.2.3");
}

}  // namespace
}  // namespace durable::cloud
