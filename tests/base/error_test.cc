// SPDX-License-Identifier: Apache-2.0
#include <durable/base/error.h>

#include <gtest/gtest.h>

#include <set>
#include <string_view>

namespace {

using durable::error_info;
using durable::ErrorCode;
using durable::ErrorKind;

TEST(ErrorTable, HasARowForEachCode) {
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < durable::error_code_count; ++i) {
    const auto& row = error_info(static_cast<ErrorCode>(i));
    EXPECT_EQ(static_cast<std::size_t>(row.code), i);
    EXPECT_TRUE(names.insert(row.name).second) << row.name << " stands twice";
    EXPECT_GE(row.http_status, 400);
    EXPECT_LT(row.http_status, 600);
  }
}

TEST(ErrorTable, HasTheServicesNamesAndStatuses) {
  EXPECT_EQ(error_info(ErrorCode::invalid_parameter).name, "InvalidParameterValueException");
  EXPECT_EQ(error_info(ErrorCode::invalid_parameter).http_status, 400);
  EXPECT_EQ(error_info(ErrorCode::resource_not_found).http_status, 404);
  EXPECT_EQ(error_info(ErrorCode::execution_already_started).http_status, 409);
  EXPECT_EQ(error_info(ErrorCode::callback_closed).name, "CallbackTimeoutException");
  EXPECT_EQ(error_info(ErrorCode::callback_closed).http_status, 400);
  EXPECT_EQ(error_info(ErrorCode::request_too_large).http_status, 413);
  EXPECT_EQ(error_info(ErrorCode::too_many_requests).http_status, 429);
  EXPECT_EQ(error_info(ErrorCode::service_failure).name, "ServiceException");
  EXPECT_EQ(error_info(ErrorCode::service_failure).http_status, 500);
  for (const auto code : {ErrorCode::key_access_denied, ErrorCode::key_disabled,
                          ErrorCode::key_invalid_state, ErrorCode::key_not_found}) {
    EXPECT_EQ(error_info(code).http_status, 502);
    EXPECT_EQ(error_info(code).kind, ErrorKind::refusal);
  }
}

TEST(Error, IsRetryableWhenItIsWeather) {
  for (std::size_t i = 0; i < durable::error_code_count; ++i) {
    const auto code = static_cast<ErrorCode>(i);
    const bool weather = code == ErrorCode::too_many_requests ||
                         code == ErrorCode::service_failure || code == ErrorCode::unavailable ||
                         code == ErrorCode::storage;
    EXPECT_EQ((durable::Error{code, ""}.retryable()), weather) << error_info(code).name;
  }
}

}  // namespace
