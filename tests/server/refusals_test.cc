// SPDX-License-Identifier: Apache-2.0
//
// What the HTTP server refuses by itself looks like the rest of the API.
#include "server/api_fixture.h"

#include <gmock/gmock.h>

namespace durable::server {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;

class RefusalsTest : public ApiTest {
 protected:
  /// Checks all but the status and the exception of a refusal.
  void expect_like_the_api(const HttpAnswer& answer, std::string_view exception) const {
    SCOPED_TRACE(answer.head + answer.body);
    EXPECT_EQ(answer.header("x-amzn-ErrorType"), exception);
    EXPECT_EQ(answer.header("x-amzn-RequestId").size(), 36U);
    EXPECT_EQ(answer.header("Content-Type"), "application/json");
    EXPECT_EQ(member(answer, "Type"), "User");
    EXPECT_NE(member(answer, "message"), "absent");
  }
};

TEST_F(RefusalsTest, ABodyThatIsTooLarge) {
  const HttpAnswer answer = post("/2015-03-31/functions/order/invocations?Qualifier=1",
                                 std::string(16 * 1024 * 1024 + 1, 'x'));
  EXPECT_EQ(answer.status, 413);
  expect_like_the_api(answer, "RequestTooLargeException");
  EXPECT_THAT(log_.lines(), Contains("POST /2015-03-31/functions/order/invocations 413"));
  EXPECT_EQ(book_->answered[4], 1U);
}

TEST_F(RefusalsTest, HeadersThatAreTooLarge) {
  const HttpAnswer answer =
      call("GET", "/health", {}, "X: " + std::string(64 * 1024, 'x') + "\r\n");
  EXPECT_EQ(answer.status, 431);
  expect_like_the_api(answer, "RequestHeaderFieldsTooLargeException");
}

TEST_F(RefusalsTest, WhatIsNoRequest) {
  const HttpAnswer answer = call("GET", "/health", {}, "Transfer-Encoding: gzip\r\n");
  EXPECT_EQ(answer.status, 400);
  expect_like_the_api(answer, "MalformedRequestException");
  const HttpAnswer nonsense = call("\x16\x03\x01", "/");
  EXPECT_EQ(nonsense.status, 400);
  expect_like_the_api(nonsense, "MalformedRequestException");
  EXPECT_THAT(log_.lines(), Contains("- - 400"));
}

TEST_F(RefusalsTest, AForeignHostWhateverItsBytesAre) {
  const HttpAnswer answer = call("GET", "/health HTTP/1.1\r\nHost: evil\xFF.test\r\n\r\n");
  EXPECT_EQ(answer.status, 421);
  expect_like_the_api(answer, "MisdirectedRequestException");
  EXPECT_THAT(member(answer, "message"), HasSubstr("'evil\xEF\xBF\xBD.test'"));
}

}  // namespace
}  // namespace durable::server
