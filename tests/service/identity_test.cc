// SPDX-License-Identifier: Apache-2.0
#include "service/identity.h"

#include <gtest/gtest.h>

#include <cstddef>

namespace durable::service {
namespace {

TEST(Identity, ReadsEveryFormOfAFunctionsName) {
  const auto read = [](std::string_view text) {
    const FunctionText function = read_function_text(text);
    return std::string(function.name) + "|" + std::string(function.qualifier);
  };
  EXPECT_EQ(read("orders"), "orders|");
  EXPECT_EQ(read("orders:live"), "orders|live");
  EXPECT_EQ(read("orders:$LATEST"), "orders|$LATEST");
  EXPECT_EQ(read("123456789012:function:orders"), "orders|");
  EXPECT_EQ(read("123456789012:function:orders:7"), "orders|7");
  EXPECT_EQ(read("arn:aws:lambda:us-east-1:123456789012:function:orders"), "orders|");
  EXPECT_EQ(read("arn:aws:lambda:us-east-1:123456789012:function:orders:7"), "orders|7");
}

TEST(Identity, AcceptsTheNamesThatTheServiceDoes) {
  for (const std::string& name :
       {std::string("a"), std::string("order-1_B"), std::string(64, 'x')}) {
    EXPECT_TRUE(check_execution_name(name).has_value()) << name;
  }
  for (const std::string& name :
       {std::string(), std::string("a b"), std::string("a/b"), std::string("a:b"),
        std::string("\xC3\xA9"), std::string(65, 'x')}) {
    const auto checked = check_execution_name(name);
    ASSERT_FALSE(checked.has_value()) << name;
    EXPECT_EQ(checked.error().code, ErrorCode::invalid_parameter);
  }
}

TEST(Identity, NamesTheChildOfAnInvokeAlwaysTheSame) {
  const std::string name = child_name("arn:a", "1");
  EXPECT_EQ(name, child_name("arn:a", "1"));
  EXPECT_NE(name, child_name("arn:a", "2"));
  EXPECT_NE(name, child_name("arn:b", "1"));
  EXPECT_TRUE(check_execution_name(name).has_value()) << name;
}

TEST(Identity, MakesIdsOfTheUsualForm) {
  IdSource seeded(7);
  IdSource same(7);
  IdSource chance(0);
  const std::string id = seeded.uuid();
  EXPECT_EQ(id, same.uuid());
  for (const std::string& text : {id, seeded.uuid(), chance.uuid()}) {
    ASSERT_EQ(text.size(), 36U) << text;
    for (const std::size_t dash : {8U, 13U, 18U, 23U}) EXPECT_EQ(text[dash], '-') << text;
    EXPECT_EQ(text[14], '4') << text;
    EXPECT_NE(std::string("89ab").find(text[19]), std::string::npos) << text;
  }
  EXPECT_NE(chance.uuid(), chance.uuid());
}

}  // namespace
}  // namespace durable::service
