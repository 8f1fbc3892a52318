// SPDX-License-Identifier: Apache-2.0
//
// Texts as they travel, member by member from the service's public model (API version 2015-03-31).
// They hold every member that this library knows, so reading and writing them again must lose
// nothing.
#include <durable/json/value.h>
#include <durable/wire/json.h>

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>

namespace {

namespace wire = durable::wire;
using durable::json::Value;

std::string golden(const std::string& name) {
  std::ifstream file(std::string(DURABLE_GOLDEN_DIR) + "/" + name);
  EXPECT_TRUE(file) << "missing golden file " << name;
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

template <class T>
void expect_nothing_is_lost(const std::string& name) {
  const std::string text = golden(name);
  const auto value = wire::decode<T>(text);
  ASSERT_TRUE(value) << value.error().message;
  EXPECT_EQ(wire::encode(*value).value(), Value::parse(text).value().dump().value());
}

TEST(Golden, InvocationEvent) {
  expect_nothing_is_lost<wire::InvocationInput>("invocation_input.json");
}
TEST(Golden, CheckpointRequest) {
  expect_nothing_is_lost<wire::CheckpointDurableExecutionRequest>("checkpoint_request.json");
}
TEST(Golden, CheckpointResponse) {
  expect_nothing_is_lost<wire::CheckpointDurableExecutionResponse>("checkpoint_response.json");
}
TEST(Golden, History) {
  expect_nothing_is_lost<wire::GetDurableExecutionHistoryResponse>("history.json");
}
TEST(Golden, Execution) {
  expect_nothing_is_lost<wire::GetDurableExecutionResponse>("execution.json");
}
TEST(Golden, Listing) {
  expect_nothing_is_lost<wire::ListDurableExecutionsByFunctionResponse>("listing.json");
}

}  // namespace
