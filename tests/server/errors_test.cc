// SPDX-License-Identifier: Apache-2.0
#include "server/errors.h"

#include <durable/json/value.h>

#include <gtest/gtest.h>

#include <map>

namespace durable::server {
namespace {

struct Shape {
  ErrorCode code;
  int status;
  const char* exception;
  const char* member;
};

// Status and member names as the service's model has them; the rest is this project's.
constexpr Shape shapes[] = {
    {ErrorCode::invalid_parameter, 400, "InvalidParameterValueException", "message"},
    {ErrorCode::resource_not_found, 404, "ResourceNotFoundException", "Message"},
    {ErrorCode::execution_already_started, 409, "DurableExecutionAlreadyStartedException",
     "Message"},
    {ErrorCode::callback_closed, 400, "CallbackTimeoutException", "Message"},
    {ErrorCode::request_too_large, 413, "RequestTooLargeException", "message"},
    {ErrorCode::invalid_json, 400, "InvalidRequestContentException", "message"},
    {ErrorCode::key_access_denied, 502, "KMSAccessDeniedException", "Message"},
    {ErrorCode::too_many_requests, 429, "TooManyRequestsException", "message"},
    {ErrorCode::service_failure, 500, "ServiceException", "Message"},
    {ErrorCode::storage, 500, "ServiceException", "Message"},
    {ErrorCode::conflict, 500, "ServiceException", "Message"},
    {ErrorCode::corrupt, 500, "ServiceException", "Message"},
};

std::string header(const http::Response& response, std::string_view name) {
  return std::string(http::find_header(response.headers, name).value_or(""));
}

TEST(Errors, HaveTheStatusTheExceptionAndTheMessageMemberOfTheModel) {
  for (const Shape& shape : shapes) {
    SCOPED_TRACE(shape.exception);
    const http::Response response = to_response(failure_of({shape.code, "why"}));
    EXPECT_EQ(response.status, shape.status);
    EXPECT_EQ(header(response, "x-amzn-ErrorType"), shape.exception);
    const auto body = json::Value::parse(response.body).value();
    ASSERT_NE(body.find(shape.member), nullptr) << response.body;
    EXPECT_EQ(*body.find(shape.member), json::Value("why"));
    EXPECT_EQ(*body.find("Type"), json::Value(shape.status < 500 ? "User" : "Service"));
  }
}

TEST(Errors, HaveANameForAllThatTheHttpServerRefuses) {
  for (const auto& [status, exception] :
       std::map<int, std::string>{{400, "MalformedRequestException"},
                                  {408, "RequestTimeoutException"},
                                  {413, "RequestTooLargeException"},
                                  {418, "MalformedRequestException"},
                                  {421, "MisdirectedRequestException"},
                                  {431, "RequestHeaderFieldsTooLargeException"},
                                  {500, "ServiceException"},
                                  {503, "ServiceUnavailableException"}}) {
    http::Refusal refusal{status, "why"};
    refusal.retry_after = Duration{1'200};
    const http::Response response = to_response(failure_of(refusal));
    EXPECT_EQ(response.status, status);
    EXPECT_EQ(header(response, "x-amzn-ErrorType"), exception);
    EXPECT_EQ(header(response, "Retry-After"), "2");
    EXPECT_NE(response.body.find("why"), std::string::npos) << response.body;
  }
}

TEST(Errors, EveryCodeHasAStatusOfAnError) {
  for (std::size_t i = 0; i < error_code_count; ++i) {
    const Failure failure = failure_of({static_cast<ErrorCode>(i), "why"});
    EXPECT_GE(failure.status, 400) << i;
    EXPECT_LE(failure.status, 503) << i;
    EXPECT_FALSE(failure.exception.empty()) << i;
  }
}

TEST(Errors, ABusyServerSaysWhenToComeBack) {
  const http::Response response = to_response(failure_of({ErrorCode::too_many_requests, "busy"}));
  EXPECT_EQ(header(response, "Retry-After"), "1");
  EXPECT_NE(response.body.find("\"Reason\":\"CallerRateLimitExceeded\""), std::string::npos);
}

TEST(Errors, AMessageThatIsNotUtf8IsReplaced) {
  const http::Response response = to_response(parameter_failure("found \xFF"));
  EXPECT_TRUE(json::Value::parse(response.body).has_value()) << response.body;
}

TEST(Errors, AValidationFailureNamesValueMemberAndConstraint) {
  const Failure failure = validation_failure("a b", "durableExecutionName", "Member must be x");
  EXPECT_EQ(failure.status, 400);
  EXPECT_EQ(failure.exception, "ValidationException");
  EXPECT_EQ(failure.message,
            "1 validation error detected: Value 'a b' at 'durableExecutionName' failed to satisfy "
            "constraint: Member must be x");
}

}  // namespace
}  // namespace durable::server
