// SPDX-License-Identifier: Apache-2.0
#include <durable/base/result.h>

#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace {

using durable::Error;
using durable::ErrorCode;
using durable::Result;
using durable::ResultError;

Result<int> half(int number) {
  if (number % 2 != 0) return Error{ErrorCode::invalid_usage, "expected an even number"};
  return number / 2;
}

TEST(Result, HoldsAValue) {
  const Result<int> result = half(4);
  ASSERT_TRUE(result);
  EXPECT_EQ(result.value(), 2);
  EXPECT_EQ(*result, 2);
}

TEST(Result, HoldsAnError) {
  const Result<int> result = half(3);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error(), (Error{ErrorCode::invalid_usage, "expected an even number"}));
}

TEST(Result, ThrowsItsErrorWhenItsValueIsTaken) {
  try {
    static_cast<void>(half(3).value());
    FAIL() << "value() returned";
  } catch (const ResultError& error) {
    EXPECT_STREQ(error.what(), "expected an even number");
    EXPECT_EQ(error.error().code, ErrorCode::invalid_usage);
  }
}

TEST(Result, GivesUpWhatCannotBeCopied) {
  Result<std::unique_ptr<std::string>> result = std::make_unique<std::string>("a");
  EXPECT_EQ(result->get()->size(), 1U);
  const std::unique_ptr<std::string> taken = std::move(result).value();
  EXPECT_EQ(*taken, "a");
}

TEST(Result, MayCarrySuccessAlone) {
  const Result<void> good;
  EXPECT_TRUE(good);
  const Result<void> bad = Error{ErrorCode::unavailable, "no answer"};
  EXPECT_FALSE(bad);
  EXPECT_THROW(static_cast<void>(bad.value()), ResultError);
}

TEST(Result, ConvertsWhatItsValueIsMadeOf) {
  const Result<std::string> result = "text";
  EXPECT_EQ(result.value(), "text");
}

TEST(ResultDeathTest, StopsWhenTheOtherSideIsRead) {
  const Result<int> good = half(4);
  const Result<int> bad = half(3);
  EXPECT_DEATH(static_cast<void>(good.error()), "internal error");
  EXPECT_DEATH(static_cast<void>(*bad), "internal error");
}

}  // namespace
