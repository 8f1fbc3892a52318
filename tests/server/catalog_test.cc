// SPDX-License-Identifier: Apache-2.0
#include "server/catalog.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace durable::server {
namespace {

using ::testing::HasSubstr;

struct Named {
  const char* text;
  const char* name;
  const char* qualifier;  // null: none
};

TEST(Catalog, TakesEveryFormOfAFunctionsNameApart) {
  constexpr Named cases[] = {
      {"f", "f", nullptr},
      {"f:$LATEST", "f", "$LATEST"},
      {"my_f-1:live", "my_f-1", "live"},
      {"function:f", "f", nullptr},
      {"123456789012:f", "f", nullptr},
      {"123456789012:function:f:7", "f", "7"},
      {"arn:aws:lambda:us-east-1:123456789012:function:f", "f", nullptr},
      {"arn:aws:lambda:eu-west-1:999999999999:function:f:$LATEST", "f", "$LATEST"},
  };
  for (const Named& named : cases) {
    const auto reference = parse_function(named.text);
    ASSERT_TRUE(reference.has_value()) << named.text;
    EXPECT_EQ(reference->name, named.name) << named.text;
    EXPECT_EQ(reference->qualifier.value_or("none"),
              named.qualifier != nullptr ? named.qualifier : "none")
        << named.text;
  }
}

TEST(Catalog, RefusesWhatNamesNoFunction) {
  for (const std::string& text :
       {std::string(), std::string("a b"), std::string("f:"), std::string("f:a:b"),
        std::string("f:a b"), std::string("arn:aws:lambda:us-east-1:123456789012:layer:f"),
        std::string(257, 'f'), std::string("f:$OLDEST")}) {
    const auto reference = parse_function(text);
    ASSERT_FALSE(reference.has_value()) << text;
    EXPECT_EQ(reference.error().code, ErrorCode::invalid_parameter);
  }
}

TEST(Catalog, TwoQualifiersMustAgree) {
  EXPECT_EQ(parse_function("f:1", "1")->qualifier, "1");
  EXPECT_EQ(parse_function("f", "live")->qualifier, "live");
  const auto differing = parse_function("f:1", "2");
  ASSERT_FALSE(differing.has_value());
  EXPECT_THAT(differing.error().message, HasSubstr("does not match the specified qualifier"));
}

FunctionDefinition named(std::string name) {
  FunctionDefinition definition;
  definition.name = std::move(name);
  return definition;
}

TEST(Catalog, AQualifierMeansAVersion) {
  FunctionDefinition definition = named("f");
  definition.aliases["live"] = "7";
  EXPECT_EQ(Catalog::version_of(&definition, std::nullopt), "$LATEST");
  EXPECT_EQ(Catalog::version_of(&definition, "$LATEST"), "$LATEST");
  EXPECT_EQ(Catalog::version_of(&definition, "12"), "12");
  EXPECT_EQ(Catalog::version_of(&definition, "live"), "7");
  EXPECT_EQ(Catalog::version_of(&definition, "other"), "$LATEST");
  EXPECT_EQ(Catalog::version_of(nullptr, "live"), "$LATEST");
}

TEST(Catalog, ATargetHasTheFunctionsArnWithItsVersion) {
  Catalog catalog("123456789012", "eu-west-1");
  FunctionDefinition definition = named("f");
  definition.durable.emplace();
  definition.timeout = std::chrono::seconds{30};
  ASSERT_TRUE(catalog.add(definition));
  const service::FunctionTarget target = catalog.target(*catalog.find("f"), "3");
  EXPECT_EQ(target.arn, "arn:aws:lambda:eu-west-1:123456789012:function:f:3");
  EXPECT_EQ(target.version, "3");
  EXPECT_EQ(target.timeout, std::chrono::seconds{30});
  EXPECT_TRUE(target.durable.has_value());
}

TEST(Catalog, ANameIsGivenOnceAndIsAName) {
  Catalog catalog("123456789012", "us-east-1");
  ASSERT_TRUE(catalog.add(named("f")));
  const auto again = catalog.add(named("f"));
  ASSERT_FALSE(again);
  EXPECT_THAT(again.error().message, HasSubstr("\"f\" is given twice"));
  EXPECT_FALSE(catalog.add(named("")));
  EXPECT_FALSE(catalog.add(named("a:b")));
  EXPECT_FALSE(catalog.add(named(std::string(65, 'a'))));
  EXPECT_EQ(catalog.size(), 1U);
}

TEST(Catalog, AnUnknownFunctionIsNamedByItsArn) {
  const Catalog catalog("123456789012", "us-east-1");
  EXPECT_EQ(catalog.find("f"), nullptr);
  const Error error = catalog.not_found({"f", std::nullopt});
  EXPECT_EQ(error.code, ErrorCode::resource_not_found);
  EXPECT_EQ(error.message,
            "Function not found: arn:aws:lambda:us-east-1:123456789012:function:f:$LATEST");
}

}  // namespace
}  // namespace durable::server
