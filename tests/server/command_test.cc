// SPDX-License-Identifier: Apache-2.0
#include "server/command.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <map>

namespace durable::server {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using Variables = std::map<std::string, std::string, std::less<>>;

Result<void> read(const Variables& variables, ServerOptions& options) {
  return read_environment(
      [&variables](std::string_view name) -> std::optional<std::string> {
        const auto found = variables.find(name);
        return found != variables.end() ? std::optional(found->second) : std::nullopt;
      },
      options);
}

TEST(Command, AnEmptyEnvironmentChangesNothing) {
  ServerOptions options;
  ASSERT_TRUE(read({{"AWS_DEX_PORT", ""}}, options));
  EXPECT_EQ(options.port, 9014);
  EXPECT_EQ(options.host, "127.0.0.1");
  EXPECT_EQ(options.store, StoreKind::sqlite);
}

TEST(Command, EveryVariableOfTheLocalRunnerIsTaken) {
  ServerOptions options;
  ASSERT_TRUE(read({{"AWS_DEX_HOST", "0.0.0.0"},
                    {"AWS_DEX_PORT", "5000"},
                    {"AWS_DEX_LOG_LEVEL", "DEBUG"},
                    {"AWS_DEX_LAMBDA_ENDPOINT", "http://127.0.0.1:3001"},
                    {"AWS_DEX_LOCAL_RUNNER_REGION", "us-west-2"},
                    {"AWS_DEX_LOCAL_RUNNER_MODE", "local"},
                    {"AWS_DEX_STORE_TYPE", "sqlite"},
                    {"AWS_DEX_STORE_PATH", "x.db"},
                    {"AWS_DEX_EXECUTION_TIMEOUT", "60"},
                    {"AWS_DEX_INVOCATION_TIMEOUT", "5"}},
                   options));
  EXPECT_EQ(options.host, "0.0.0.0");
  EXPECT_EQ(options.port, 5000);
  EXPECT_EQ(options.log_level, "DEBUG");
  EXPECT_EQ(options.lambda_endpoint, "http://127.0.0.1:3001");
  EXPECT_EQ(options.region, "us-west-2");
  EXPECT_EQ(options.store_path, "x.db");
  EXPECT_EQ(options.execution_timeout, std::chrono::seconds{60});
  EXPECT_EQ(options.invocation_timeout, std::chrono::seconds{5});
}

TEST(Command, AWrongVariableIsNamedWithWhatItMayBe) {
  ServerOptions options;
  const auto port = read({{"AWS_DEX_PORT", "70000"}}, options);
  ASSERT_FALSE(port);
  EXPECT_EQ(port.error().message,
            "AWS_DEX_PORT: expected a number from 0 to 65535, found \"70000\"");
  EXPECT_FALSE(read({{"AWS_DEX_EXECUTION_TIMEOUT", "soon"}}, options));
  EXPECT_FALSE(read({{"AWS_DEX_INVOCATION_TIMEOUT", "901"}}, options));
  const auto store = read({{"AWS_DEX_STORE_TYPE", "tape"}}, options);
  ASSERT_FALSE(store);
  EXPECT_THAT(store.error().message, HasSubstr("memory, sqlite or filesystem"));
}

TEST(Command, TheFilesystemStoreIsAFolderWithOneFile) {
  ServerOptions options;
  ASSERT_TRUE(set_store("filesystem", "runs", options));
  EXPECT_EQ(options.store_path, "runs/executions.db");
  ASSERT_TRUE(set_store("memory", std::nullopt, options));
  EXPECT_EQ(options.store, StoreKind::memory);
}

TEST(Command, AFunctionsCommandIsSplitAsAShellDoes) {
  const auto function =
      parse_function_option(R"(order=./order --name "two words" 'a "b"' c\ d "")", {});
  ASSERT_TRUE(function.has_value());
  EXPECT_EQ(function->name, "order");
  EXPECT_THAT(function->command,
              ElementsAre("./order", "--name", "two words", "a \"b\"", "c d", ""));
  ASSERT_TRUE(function->durable.has_value());
  EXPECT_EQ(function->durable->execution_timeout, std::chrono::minutes{15});
}

TEST(Command, AFunctionWithoutACommandIsAttached) {
  EXPECT_THAT(parse_function_option("order", {})->command, IsEmpty());
  EXPECT_THAT(parse_function_option("order=", {})->command, IsEmpty());
}

TEST(Command, AFunctionWithoutANameIsRefused) {
  for (const char* text : {"", "=./order", "a b=./order", "f:1=./order", "f='./order"}) {
    EXPECT_FALSE(parse_function_option(text, {}).has_value()) << text;
  }
}

TEST(Command, OnlyAnAddressThatOthersReachIsWarnedOf) {
  for (const char* host : {"127.0.0.1", "127.1.2.3", "::1", "localhost"}) {
    EXPECT_EQ(exposure_warning(host), "") << host;
  }
  EXPECT_THAT(exposure_warning("0.0.0.0"), HasSubstr("listens on 0.0.0.0"));
}

}  // namespace
}  // namespace durable::server
