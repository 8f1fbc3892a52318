// SPDX-License-Identifier: Apache-2.0
#include "functions/environment.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace durable::functions {
namespace {

TEST(Environment, TakesTheVersionFromAnArnThatHasOne) {
  EXPECT_EQ(version_of("arn:aws:lambda:us-east-1:123456789012:function:f:3"), "3");
  EXPECT_EQ(version_of("arn:aws:lambda:us-east-1:123456789012:function:f"), "$LATEST");
  EXPECT_EQ(version_of(""), "$LATEST");
}

TEST(Environment, NamesALogStreamAsLambdaDoes) {
  const Timestamp time = std::chrono::sys_days{std::chrono::year{2026} / 1 / 31};
  EXPECT_EQ(log_stream_name("$LATEST", time, "0a1b"), "2026/01/31/[$LATEST]0a1b");
}

TEST(Environment, LetsAFunctionSetAnyVariable) {
  FunctionSpec spec;
  spec.name = "f";
  spec.environment = {{"AWS_ACCESS_KEY_ID", "mine"}};
  const Environment environment = function_environment(spec, {}, {"127.0.0.1:9", "s"});
  EXPECT_EQ(environment.at("AWS_ACCESS_KEY_ID"), "mine");
  EXPECT_EQ(environment.at("AWS_LAMBDA_RUNTIME_API"), "127.0.0.1:9");
  EXPECT_EQ(environment.count("AWS_ENDPOINT_URL_LAMBDA"), 0U);
}

TEST(Environment, QuotesForAShell) {
  EXPECT_EQ(shell_prefix({{"A", "1"}, {"B", "a b"}, {"C", "$x"}, {"D", "'"}}),
            "env A=1 'B=a b' 'C=$x' 'D='\\'''");
}

TEST(Environment, WritesABlockForAProcess) {
  EXPECT_THAT(environment_block({{"A", "1"}, {"B", ""}}), ::testing::ElementsAre("A=1", "B="));
}

}  // namespace
}  // namespace durable::functions
