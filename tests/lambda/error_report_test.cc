// SPDX-License-Identifier: Apache-2.0
#include "lambda/error_report.h"

#include <durable/sdk/errors.h>

#include <gtest/gtest.h>

#include <stdexcept>

namespace durable::lambda {
namespace {

TEST(ErrorReport, IsTheJsonThatTheRuntimeApiAsksFor) {
  const ErrorReport report{"Runtime.X", "it \"broke\"", {"a", "b"}};
  EXPECT_EQ(report.body(),
            R"({"errorMessage":"it \"broke\"","errorType":"Runtime.X","stackTrace":["a","b"]})");
}

TEST(ErrorReport, RepairsTextThatIsNotUtf8) {
  const ErrorReport report{"E", "bad \xff byte", {}};
  EXPECT_EQ(report.body(), R"({"errorMessage":"bad ? byte","errorType":"E","stackTrace":[]})");
}

TEST(ErrorReport, GivesTheHeaderACategory) {
  EXPECT_EQ((ErrorReport{"Runtime.NoSuchHandler", "", {}}.header()), "Runtime.NoSuchHandler");
  EXPECT_EQ((ErrorReport{"std::runtime_error", "", {}}.header()), "Function.std::runtime_error");
  EXPECT_EQ((ErrorReport{"", "", {}}.header()), "Function.UnknownError");
}

TEST(ErrorReport, LetsNothingIntoTheHeaderThatWouldEndIt) {
  EXPECT_EQ((ErrorReport{"a b\r\nX: y", "", {}}.header()), "Function.a_b__X:_y");
  EXPECT_EQ((ErrorReport{std::string(1000, 'x'), "", {}}.header().size()), 209U);
}

TEST(ErrorReport, NamesExceptionsByTheirClass) {
  const ErrorReport standard = report_of(std::make_exception_ptr(std::out_of_range("no such row")));
  EXPECT_EQ(standard.type, "std::out_of_range");
  EXPECT_EQ(standard.message, "no such row");
  EXPECT_EQ(report_of(std::make_exception_ptr(SerDesError("x"))).type, "SerDesError");
  EXPECT_EQ(report_of(std::make_exception_ptr(42)).type, "UnknownError");
}

TEST(ErrorReport, ShortensALongMessage) {
  const ErrorReport report =
      report_of(std::make_exception_ptr(std::runtime_error(std::string(1'000'000, 'x'))));
  EXPECT_LE(report.message.size(), 256UL * 1024);
  EXPECT_NE(report.message.find("shortened from 1000000 bytes"), std::string::npos);
}

}  // namespace
}  // namespace durable::lambda
