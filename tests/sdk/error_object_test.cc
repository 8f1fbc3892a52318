// SPDX-License-Identifier: Apache-2.0
#include "sdk/error_object.h"

#include <durable/sdk/errors.h>
#include <durable/wire/json.h>

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>

namespace durable {
namespace {

class Binary final : public std::runtime_error, public DescribesError {
 public:
  Binary() : std::runtime_error("caf\xE9 \xC3\xA9") {}
  [[nodiscard]] std::string error_type() const override { return "Type\xFF"; }
  [[nodiscard]] std::optional<std::string> error_data() const override { return "\x80 data"; }
};

TEST(ErrorObject, CanBeRecordedWhateverBytesTheExceptionHas) {
  const wire::ErrorObject error =
      detail::describe_error(std::make_exception_ptr(Binary()), nullptr);

  EXPECT_EQ(error.error_message, "caf\uFFFD \u00E9");
  EXPECT_EQ(error.error_type, "Type\uFFFD");
  EXPECT_EQ(error.error_data, "\uFFFD data");
  EXPECT_TRUE(wire::encode(error));
}

TEST(ErrorObject, KeepsWellFormedTexts) {
  const std::string text = "no stock: \u00FC \u4E2D \U0001F600 \x01";
  const auto error =
      detail::describe_error(std::make_exception_ptr(std::runtime_error(text)), nullptr);
  EXPECT_EQ(error.error_message, text);
}

}  // namespace
}  // namespace durable
