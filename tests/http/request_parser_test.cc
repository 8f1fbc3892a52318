// SPDX-License-Identifier: Apache-2.0
#include "http/request_parser.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace durable::http {
namespace {

using State = RequestParser::State;

struct Fed {
  State state;
  std::size_t taken;
};

// Gives `bytes` in pieces of `size`, as a connection would.
Fed feed(RequestParser& parser, std::string_view bytes, std::size_t size) {
  std::size_t taken = 0;
  std::size_t given = 0;
  while (given < bytes.size() && parser.state() != State::failed &&
         parser.state() != State::complete) {
    given = std::min(given + size, bytes.size());
    for (std::size_t count = 1; count > 0 && parser.state() != State::complete;) {
      count = parser.feed(bytes.substr(taken, given - taken));
      taken += count;
    }
  }
  return {parser.state(), taken};
}

constexpr std::string_view two =
    "\r\nPOST /a%3A HTTP/1.1\r\nHost: h\r\nX: 1\r\n  folded\r\nTransfer-Encoding: chunked\r\n\r\n"
    "5;e=\"x\"\r\nhello\r\n06\r\n world\r\n0\r\nT: 1\r\n\r\nGET /next";

TEST(RequestParser, ReadsTheSameWhateverThePieces) {
  for (std::size_t size = 1; size <= two.size(); ++size) {
    RequestParser parser({});
    const Fed fed = feed(parser, two, size);

    ASSERT_EQ(fed.state, State::complete) << size;
    EXPECT_EQ(two.substr(fed.taken), "GET /next") << size;
    const Request request = parser.take_request();
    EXPECT_EQ(request.method, "POST");
    EXPECT_EQ(request.target, "/a%3A");
    EXPECT_EQ(request.body, "hello world");
    EXPECT_EQ(request.headers.size(), 3U);
    EXPECT_EQ(find_header(request.headers, "X"), "1 folded");
    EXPECT_TRUE(parser.keep_alive());
  }
}

TEST(RequestParser, BoundsTheHeadersWhateverThePieces) {
  const std::string head = "GET / HTTP/1.1\r\nHost: h\r\nX: " + std::string(100, 'x') + "\r\n\r\n";
  for (std::size_t size = 1; size <= head.size(); ++size) {
    RequestParser exact({.header_bytes_max = head.size()});
    RequestParser narrow({.header_bytes_max = head.size() - 1});

    EXPECT_EQ(feed(exact, head, size).state, State::complete) << size;
    EXPECT_EQ(feed(narrow, head, size).state, State::failed) << size;
    EXPECT_EQ(narrow.failure().status, 431) << size;
  }
}

TEST(RequestParser, StopsAfterTheHeaders) {
  RequestParser parser({});
  const std::string_view head =
      "PUT / HTTP/1.1\r\nContent-Length: 3\r\nExpect: 100-Continue\r\n\r\n";

  EXPECT_EQ(parser.feed(std::string(head) + "abc"), head.size());

  EXPECT_EQ(parser.state(), State::body);
  EXPECT_EQ(parser.body_bytes_expected(), 3U);
  EXPECT_TRUE(parser.expects_continue());
  EXPECT_EQ(parser.feed("ab"), 2U);
  EXPECT_EQ(parser.body_bytes_expected(), 1U);
  EXPECT_EQ(parser.feed("cd"), 1U);
  EXPECT_EQ(parser.state(), State::complete);
}

TEST(RequestParser, CountsEmptyLinesBeforeARequest) {
  RequestParser parser({.header_bytes_max = 100});
  std::string lines;
  for (int i = 0; i < 100; ++i) lines += "\r\n";

  EXPECT_EQ(feed(parser, "\r\n", 1).state, State::headers);
  EXPECT_FALSE(parser.started());
  EXPECT_EQ(feed(parser, lines, 7).state, State::failed);
}

TEST(RequestParser, ExpectsNothingOfAnOldClient) {
  RequestParser parser({});
  parser.feed("PUT / HTTP/1.0\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n");

  EXPECT_TRUE(parser.is_http_1_0());
  EXPECT_FALSE(parser.expects_continue());
  EXPECT_FALSE(parser.keep_alive());
}

}  // namespace
}  // namespace durable::http
