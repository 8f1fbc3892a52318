// SPDX-License-Identifier: Apache-2.0
//
// Tests as a user has them, for gtest_modes_test.cc to run in each mode. Some fail on purpose.
#include <durable/durable.h>
#include <durable/testing/gtest.h>

#include <iostream>
#include <string>

namespace {

durable::Task<std::string> hello(std::string name, durable::DurableContext& ctx) {
  co_return co_await ctx.step("greet", [&] { return "Hello " + name + "!"; });
}

DURABLE_TEST(HelloWorld, Greets, .handler = hello, .lambda_function_name = "hello world",
             .cloud = {.timeout = std::chrono::seconds{5}}) {
  std::cout << "body runs in mode "
            << (durable_runner.mode() == RunnerMode::local ? "local" : "cloud") << "\n";
  EXPECT_THAT(durable_runner.run("World"), durable::HasResult("Hello World!"));
}

DURABLE_TEST(Local, HasNoCloudName, .handler = hello) {
  EXPECT_THAT(durable_runner.run("World"), durable::Succeeded());
}

DURABLE_TEST(Cloud, HasNoHandler, .lambda_function_name = "hello world") {
  EXPECT_THAT(durable_runner.run("World"), durable::Succeeded());
}

DURABLE_CRASH_TEST(Hello, Survives, .handler = hello) {
  EXPECT_THAT(durable_runner.run("World"), durable::Succeeded());
}

class Numbers : public ::testing::TestWithParam<int> {};
TEST_P(Numbers, AreSmall) { EXPECT_LT(GetParam(), 10); }
INSTANTIATE_TEST_SUITE_P(Some, Numbers, ::testing::Values(1, 2));

}  // namespace
