// SPDX-License-Identifier: Apache-2.0
#include "cloud/query.h"

#include <gtest/gtest.h>

namespace durable::cloud {
namespace {

TEST(Query, IsEmptyWithoutParameters) { EXPECT_EQ(Query().after("/path"), "/path"); }

TEST(Query, LeavesOutWhatIsAbsent) {
  Query query;
  query.add("Marker", std::optional<std::string>());
  query.add("MaxItems", std::optional<std::int64_t>(7));
  EXPECT_EQ(query.after("/path"), "/path?MaxItems=7");
}

TEST(Query, SortsByNameAndKeepsTheOrderOfEqualNames) {
  Query query;
  query.add("Statuses", std::string("RUNNING"));
  query.add("Qualifier", std::string("1"));
  query.add("Statuses", std::string("FAILED"));
  EXPECT_EQ(query.after("/p"), "/p?Qualifier=1&Statuses=RUNNING&Statuses=FAILED");
}

TEST(Query, EncodesValues) {
  Query query;
  query.add("Marker", std::string("a+b/c=ä &?"));
  EXPECT_EQ(query.after("/p"), "/p?Marker=a%2Bb%2Fc%3D%C3%A4%20%26%3F");
}

TEST(Query, WritesBooleansAndTimes) {
  Query query;
  query.add("ReverseOrder", true);
  query.add("IncludeExecutionData", false);
  query.add("StartedAfter", Timestamp{std::chrono::milliseconds{1'764'664'200'250}});
  EXPECT_EQ(query.after("/p"),
            "/p?IncludeExecutionData=false&ReverseOrder=true&StartedAfter="
            "2025-12-02T08%3A30%3A00.250Z");
}

}  // namespace
}  // namespace durable::cloud
