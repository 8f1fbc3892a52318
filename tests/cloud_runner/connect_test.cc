// SPDX-License-Identifier: Apache-2.0
#include "testing/cloud/connect.h"

#include "cloud/fakes.h"
#include "testing/cloud/messages.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace durable {
namespace {

using ::testing::HasSubstr;

TEST(CloudConnection, TakesTheRegionOfAnArn) {
  EXPECT_EQ(region_of("arn:aws:lambda:eu-west-1:123456789012:function:MyFunction:live"),
            "eu-west-1");
  EXPECT_EQ(region_of("MyFunction:$LATEST"), std::nullopt);
  EXPECT_EQ(region_of("arn:aws:lambda"), std::nullopt);
  EXPECT_EQ(region_of("arn:aws:lambda::123456789012:function:MyFunction"), std::nullopt);
}

TEST(CloudConnection, SignsAllButWhatGoesToALocalServerWithoutKeys) {
  cloud::FakeSurroundings fake;
  EXPECT_TRUE(is_signed("https://lambda.us-west-2.amazonaws.com", fake.surroundings()));
  EXPECT_FALSE(is_signed("http://127.0.0.1:9014", fake.surroundings()));
  fake.variables["AWS_ACCESS_KEY_ID"] = "AKIDEXAMPLE";
  EXPECT_TRUE(is_signed("http://127.0.0.1:9014", fake.surroundings()));
}

TEST(CloudConnection, IsMadeWithoutARegionOrCredentials) {
  cloud::FakeSurroundings fake;
  EXPECT_TRUE(connect("MyFunction:$LATEST", {}, fake.surroundings()));
  EXPECT_TRUE(fake.commands_run.empty());
}

TEST(CloudConnection, NamesTheSettingThatIsWrong) {
  cloud::FakeSurroundings fake;
  fake.variables["LAMBDA_ENDPOINT"] = "localhost:9014";
  const auto connected = connect("MyFunction:$LATEST", {}, fake.surroundings());
  ASSERT_FALSE(connected);
  EXPECT_EQ(connected.error().code, ErrorCode::invalid_usage);
  EXPECT_THAT(connected.error().message, HasSubstr("LAMBDA_ENDPOINT"));
}

TEST(FunctionName, IsQualifiedByAVersionOrAnAlias) {
  EXPECT_TRUE(is_qualified("MyFunction:$LATEST"));
  EXPECT_TRUE(is_qualified("arn:aws:lambda:eu-west-1:123456789012:function:MyFunction:7"));
  EXPECT_FALSE(is_qualified("MyFunction"));
  EXPECT_FALSE(is_qualified("arn:aws:lambda:eu-west-1:123456789012:function:MyFunction"));
}

}  // namespace
}  // namespace durable
