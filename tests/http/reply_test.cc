// SPDX-License-Identifier: Apache-2.0
#include "http/reply.h"

#include "http/server.h"

#include <gtest/gtest.h>

namespace durable::http {
namespace {

std::string head_of(const Response& response, const ReplyFrame& frame = {}) {
  std::string head;
  append_head(head, response, frame);
  return head;
}

TEST(Reply, HasALengthAndNothingThatNobodyAskedFor) {
  EXPECT_EQ(head_of({404, {{"X", "1"}}, "body"}),
            "HTTP/1.1 404 Not Found\r\nX: 1\r\nContent-Length: 4\r\n\r\n");
}

TEST(Reply, SaysWhatBecomesOfTheConnection) {
  EXPECT_EQ(head_of({200, {}, ""}, {.after = AfterReply::close, .date = "then"}),
            "HTTP/1.1 200 OK\r\nDate: then\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(head_of({200, {}, ""}, {.is_http_1_0 = true}),
            "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: keep-alive\r\n\r\n");
}

TEST(Reply, HasABodyOnlyWhereThereCanBeOne) {
  EXPECT_TRUE(sends_body({200, {}, "x"}, {}));
  EXPECT_FALSE(sends_body({200, {}, ""}, {}));
  EXPECT_FALSE(sends_body({200, {}, "x"}, {.is_head = true}));
  EXPECT_FALSE(sends_body({304, {}, "x"}, {}));
}

TEST(Reply, KnowsTheReasonsOfCommonStatuses) {
  EXPECT_EQ(reason_of(200), "OK");
  EXPECT_EQ(reason_of(431), "Request Header Fields Too Large");
  EXPECT_EQ(reason_of(504), "Gateway Timeout");
  EXPECT_EQ(reason_of(299), "");
  EXPECT_EQ(reason_of(999), "");
}

TEST(Reply, WritesDatesAsHttpDoes) {
  using std::chrono::seconds;
  using std::chrono::sys_seconds;
  EXPECT_EQ(http_date(sys_seconds{seconds{784'111'777}}), "Sun, 06 Nov 1994 08:49:37 GMT");
  EXPECT_EQ(http_date(sys_seconds{seconds{0}}), "Thu, 01 Jan 1970 00:00:00 GMT");
  EXPECT_EQ(http_date(sys_seconds{seconds{1'709'251'199}}), "Thu, 29 Feb 2024 23:59:59 GMT");
}

TEST(Reply, QuotesAMessageAsJson) {
  EXPECT_EQ(plain_refusal({400, "a \"b\" \\ \n \xFF"}).body, R"({"message":"a \"b\" \\ ? ?"})");
}

}  // namespace
}  // namespace durable::http
