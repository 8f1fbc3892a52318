// SPDX-License-Identifier: Apache-2.0
#include "server/query.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace durable::server {
namespace {

using std::chrono::milliseconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(Query, ReadsEachTypeOfMember) {
  QueryReader query(
      "MaxItems=25&ReverseOrder=true&Marker=a%2Fb%3D&StartedAfter=2025-12-02T08%3A30%3A00Z&"
      "StartedBefore=1764664200.25&Statuses=RUNNING&Statuses=TIMED_OUT");
  EXPECT_EQ(query.integer("MaxItems"), 25);
  EXPECT_EQ(query.boolean("ReverseOrder"), true);
  EXPECT_EQ(query.text("Marker"), "a/b=");
  EXPECT_EQ(query.timestamp("StartedAfter"), Timestamp(milliseconds{1'764'664'200'000}));
  EXPECT_EQ(query.timestamp("StartedBefore"), Timestamp(milliseconds{1'764'664'200'250}));
  EXPECT_THAT(query.statuses("Statuses"),
              ElementsAre(wire::ExecutionStatus::running, wire::ExecutionStatus::timed_out));
  EXPECT_FALSE(query.failure());
}

TEST(Query, WhatIsNotThereIsAbsent) {
  QueryReader query("");
  EXPECT_EQ(query.integer("MaxItems"), std::nullopt);
  EXPECT_EQ(query.boolean("ReverseOrder"), std::nullopt);
  EXPECT_EQ(query.timestamp("StartedAfter"), std::nullopt);
  EXPECT_TRUE(query.statuses("Statuses").empty());
  EXPECT_FALSE(query.failure());
}

TEST(Query, WhatHasAnotherFormIsRefusedWithItsNameAndValue) {
  const auto failure_of_reading = [](std::string_view text, auto&& read) {
    QueryReader query(text);
    static_cast<void>(read(query));
    return query.failure() ? query.failure()->message : std::string("none");
  };
  const auto integer = [](QueryReader& query) { return query.integer("MaxItems"); };
  const auto boolean = [](QueryReader& query) { return query.boolean("ReverseOrder"); };
  const auto time = [](QueryReader& query) { return query.timestamp("StartedAfter"); };
  const auto statuses = [](QueryReader& query) { return query.statuses("Statuses"); };
  for (const char* text : {"MaxItems=", "MaxItems=x", "MaxItems=1x", "MaxItems=1.5",
                           "MaxItems=99999999999999999999"}) {
    EXPECT_THAT(failure_of_reading(text, integer), HasSubstr("at 'maxItems' failed")) << text;
  }
  EXPECT_THAT(failure_of_reading("ReverseOrder=1", boolean), HasSubstr("Value '1'"));
  for (const char* text : {"StartedAfter=soon", "StartedAfter=-1", "StartedAfter=nan",
                           "StartedAfter=1e300", "StartedAfter="}) {
    EXPECT_THAT(failure_of_reading(text, time), HasSubstr("at 'startedAfter' failed")) << text;
  }
  EXPECT_THAT(failure_of_reading("Statuses=DONE", statuses), HasSubstr("RUNNING, SUCCEEDED"));
}

TEST(Query, AtMostTenStatusesAreTaken) {
  std::string text;
  for (int i = 0; i < 11; ++i) text += "Statuses=FAILED&";
  QueryReader query(text);
  EXPECT_EQ(query.statuses("Statuses").size(), 10U);
  EXPECT_TRUE(query.failure());
}

TEST(Query, ABrokenEscapeIsRefused) {
  const QueryReader query("Marker=%2");
  ASSERT_TRUE(query.failure());
  EXPECT_EQ(query.failure()->status, 400);
}

constexpr std::string_view arn_of_an_execution =
    "arn:aws:lambda:us-east-1:123456789012:function:my_f-1:$LATEST/durable-execution/n-1/id_2";

TEST(Query, AnExecutionArnMustBeWellFormed) {
  EXPECT_FALSE(check_execution_arn(arn_of_an_execution));
  EXPECT_FALSE(check_execution_arn(
      "arn:aws-cn:lambda:cn-north-1:123456789012:function:f:7/durable-execution/n/i"));
  for (const std::string_view arn :
       {"", "arn", "arn:aws:lambda:us-east-1:123456789012:function:f:1",
        "arn:aws:lambda:us-east-1:123456789012:function:f:live/durable-execution/n/i",
        "arn:aws:lambda:us-east-1:12345678901:function:f:1/durable-execution/n/i",
        "arn:aws:lambda:us-east-1:123456789012:function:f:1/durable-execution/n",
        "arn:aws:lambda:us-east-1:123456789012:function:f:1/durable-execution/n/i/j",
        "arn:aws:lambda:us-east-1:123456789012:function::1/durable-execution/n/i",
        "nra:aws:lambda:us-east-1:123456789012:function:f:1/durable-execution/n/i"}) {
    const auto failure = check_execution_arn(arn);
    ASSERT_TRUE(failure) << arn;
    EXPECT_THAT(failure->message, HasSubstr("at 'durableExecutionArn' failed"));
  }
  EXPECT_TRUE(check_execution_arn(std::string(arn_of_an_execution) + std::string(1'024, 'x')));
}

TEST(Query, AnExecutionNameIsOneTo64OfLettersDigitsDashAndUnderscore) {
  EXPECT_FALSE(check_execution_name("a"));
  EXPECT_FALSE(check_execution_name(std::string(64, 'Z')));
  for (const std::string& name : {std::string(), std::string(65, 'a'), std::string("a b"),
                                  std::string("a/b"), std::string("ä")}) {
    EXPECT_TRUE(check_execution_name(name)) << name;
  }
}

TEST(Query, ATenantIdHasTheServicesCharacters) {
  EXPECT_FALSE(check_tenant_id("a.b:c/d=e+f-g@h i_j"));
  EXPECT_TRUE(check_tenant_id(""));
  EXPECT_TRUE(check_tenant_id("a#b"));
  EXPECT_TRUE(check_tenant_id(std::string(257, 'a')));
}

}  // namespace
}  // namespace durable::server
