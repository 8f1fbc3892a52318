// SPDX-License-Identifier: Apache-2.0
#include "hello_world.h"

#include <durable/testing/gtest.h>

using namespace std::chrono_literals;

DURABLE_TEST(HelloWorld, Greets, .handler = examples::hello_world,
             .lambda_function_name = "hello world") {
  auto result = durable_runner.run("World", {.timeout = 10s});
  EXPECT_EQ(result.status(), InvocationStatus::succeeded);
  EXPECT_EQ(result.result<std::string>(), "Hello World!");
  EXPECT_THAT(result.get_step("greet"), durable::CompletedOnce());
}
