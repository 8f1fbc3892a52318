// SPDX-License-Identifier: Apache-2.0
#include "cloud/answer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace durable::cloud {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

http::Response answer(int status, std::string body, http::Headers headers = {}) {
  return {status, std::move(headers), std::move(body)};
}

TEST(Answer, FindsEachExceptionOfTheTableByItsName) {
  for (std::size_t i = 0; i < error_code_count; ++i) {
    const ErrorInfo& row = error_info(static_cast<ErrorCode>(i));
    EXPECT_EQ(code_of(row.name, row.http_status), row.code) << row.name;
  }
}

TEST(Answer, TakesTheCodeOfAnUnknownExceptionFromTheStatus) {
  EXPECT_EQ(code_of("EC2ThrottledException", 502), ErrorCode::service_failure);
  EXPECT_EQ(code_of("", 429), ErrorCode::too_many_requests);
  EXPECT_EQ(code_of("ThrottlingException", 400), ErrorCode::too_many_requests);
  EXPECT_EQ(code_of("", 413), ErrorCode::request_too_large);
  EXPECT_EQ(code_of("RequestTimeoutException", 408), ErrorCode::service_failure);
  EXPECT_EQ(code_of("AccessDeniedException", 403), ErrorCode::invalid_parameter);
}

TEST(Answer, DoesNotTakeAPathThatNobodyServesForAnExecutionThatIsNotThere) {
  EXPECT_EQ(code_of("", 404), ErrorCode::invalid_parameter);
}

TEST(Answer, ReadsTheNameFromTheHeader) {
  const ServiceFault fault =
      fault_of(answer(404, R"({"Type":"User","Message":"Durable Execution does not exist"})",
                      {{"X-Amzn-Errortype", "ResourceNotFoundException:http://internal/x/"}}));
  EXPECT_EQ(fault.code, ErrorCode::resource_not_found);
  EXPECT_EQ(fault.name, "ResourceNotFoundException");
  EXPECT_EQ(fault.message, "Durable Execution does not exist");
}

TEST(Answer, ReadsTheNameFromTheBodyWithoutItsNamespace) {
  const ServiceFault fault = fault_of(answer(
      400, R"({"__type":"com.amazonaws.lambda#CallbackTimeoutException","message":"late"})"));
  EXPECT_EQ(fault.code, ErrorCode::callback_closed);
  EXPECT_EQ(error_of(fault).message, "CallbackTimeoutException: late");
}

TEST(Answer, ReadsTheNameFromTheMemberTypeWhereItIsOne) {
  EXPECT_EQ(fault_of(answer(500, R"({"Type":"ServiceException","Message":"x"})")).name,
            "ServiceException");
  EXPECT_EQ(fault_of(answer(500, R"({"Type":"Service","Message":"x"})")).name, "");
}

TEST(Answer, NamesTheReasonOfAThrottle) {
  const ServiceFault fault =
      fault_of(answer(429, R"({"Reason":"CallerRateLimitExceeded","message":"Rate exceeded"})"));
  EXPECT_EQ(fault.code, ErrorCode::too_many_requests);
  EXPECT_EQ(fault.message, "Rate exceeded (CallerRateLimitExceeded)");
}

TEST(Answer, ShowsOneShortLineOfABodyThatIsNotTheServices) {
  const Error error = error_of(
      fault_of(answer(502, "<html>\r\n\r\n<b>Bad \x1b[31mGateway</b>" + std::string(500, 'x'))));
  EXPECT_EQ(error.code, ErrorCode::service_failure);
  EXPECT_THAT(error.message, HasSubstr("HTTP status 502: <html> <b>Bad [31mGateway</b>xx"));
  EXPECT_THAT(error.message, Not(HasSubstr("\x1b")));
  EXPECT_LT(error.message.size(), 250U);
}

TEST(Answer, ExplainsARedirect) {
  const Error error = error_of(fault_of(answer(301, "", {{"Location", "https://elsewhere/\nx"}})));
  EXPECT_EQ(error.code, ErrorCode::invalid_parameter);
  EXPECT_THAT(error.message, HasSubstr("redirect to https://elsewhere/ x, which is not followed"));
}

TEST(Answer, SaysThatThereIsNoMessage) {
  EXPECT_EQ(error_of(fault_of(answer(500, ""))).message, "HTTP status 500 without a message");
  EXPECT_EQ(error_of(fault_of(answer(500, "{}"))).message, "HTTP status 500 without a message");
}

TEST(Answer, ReadsRetryAfterInSecondsOnly) {
  EXPECT_EQ(retry_after(answer(429, "", {{"retry-after", "7"}})), std::chrono::seconds{7});
  EXPECT_EQ(retry_after(answer(429, "")), std::nullopt);
  EXPECT_EQ(retry_after(answer(429, "", {{"Retry-After", "Wed, 21 Oct 2026 07:28:00 GMT"}})),
            std::nullopt);
  EXPECT_EQ(retry_after(answer(429, "", {{"Retry-After", "-1"}})), std::nullopt);
  EXPECT_EQ(retry_after(answer(429, "", {{"Retry-After", "99999999999999"}})), std::nullopt);
}

}  // namespace
}  // namespace durable::cloud
