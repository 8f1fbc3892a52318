// SPDX-License-Identifier: Apache-2.0
//
// What every Transport must do. A fixture's parameter has a static `make(TransportOptions)`.
#pragma once

#include "http/stand_in.h"
#include "http/transport.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace durable::http::test {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::Not;
using ::testing::StartsWith;
using namespace std::chrono_literals;

inline OutboundRequest request_to(std::string url) {
  OutboundRequest request;
  request.url = std::move(url);
  return request;
}

inline OutboundRequest post_to(std::string url, std::string body) {
  OutboundRequest request = request_to(std::move(url));
  request.method = "POST";
  request.body = std::move(body);
  return request;
}

/// Answers every request with the request itself.
inline void echo(Peer& peer) {
  for (std::string request = peer.read_request(); !request.empty(); request = peer.read_request()) {
    peer.write_response(200, request);
  }
}

template <class Maker>
class TransportContract : public ::testing::Test {
 protected:
  static std::unique_ptr<Transport> make(TransportOptions options = {}) {
    return Maker::make(std::move(options));
  }
};
TYPED_TEST_SUITE_P(TransportContract);

TYPED_TEST_P(TransportContract, BringsStatusHeadersAndBodyBack) {
  const StandIn server([](Peer& peer) {
    peer.read_request();
    peer.write_response(418, "short", "X-One:  a b \r\nX-Two:\r\n");
  });

  const Result<Response> response = this->make()->send(request_to(server.url()));

  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(response->status, 418);
  EXPECT_EQ(response->body, "short");
  EXPECT_EQ(find_header(response->headers, "x-one"), "a b");
  EXPECT_EQ(find_header(response->headers, "x-two"), "");
}

TYPED_TEST_P(TransportContract, SendsTheBytesOfTheUrlUntouched) {
  const StandIn server(echo);
  const auto transport = this->make();

  for (const char* const target : {"/a%3Ab%3a", "/a:b", "/../x/./y//z", "/%2e%2E/", "//", "/?",
                                   "/a?b=c%20d+e&&f", "/~'()*!$,;=@"}) {
    const Result<Response> response = transport->send(request_to(server.url(target)));

    ASSERT_TRUE(response) << response.error().message;
    EXPECT_THAT(response->body, StartsWith("GET " + std::string(target) + " HTTP/1.1\r\n"));
  }
  const Result<Response> bare = transport->send(request_to(server.url("")));
  EXPECT_THAT(bare.value().body, StartsWith("GET / HTTP/1.1\r\n"));
}

TYPED_TEST_P(TransportContract, SendsTheGivenHeadersAndNoneOfItsOwnChoice) {
  const StandIn server(echo);
  OutboundRequest request = post_to(server.url("/p"), "body");
  request.headers = {{"X-A", "1"}, {"X-Empty", ""}, {"Host", "ignored"}, {"Content-Length", "9"}};

  const Result<Response> response = this->make()->send(request);

  ASSERT_TRUE(response) << response.error().message;
  const std::string host = "Host: 127.0.0.1:" + std::to_string(server.port()) + "\r\n";
  EXPECT_THAT(response->body,
              AllOf(StartsWith("POST /p HTTP/1.1\r\n"), HasSubstr(host), HasSubstr("X-A: 1\r\n"),
                    HasSubstr("X-Empty:"), HasSubstr("Content-Length: 4\r\n")));
  for (const char* const name : {"ignored", "Accept", "User-Agent", "Expect", "Content-Type"}) {
    EXPECT_THAT(response->body, Not(HasSubstr(name)));
  }
}

TYPED_TEST_P(TransportContract, SendsEveryMethodWithItsBody) {
  const StandIn server(echo);
  const auto transport = this->make();

  for (const char* const method : {"GET", "POST", "PUT", "PATCH", "DELETE"}) {
    for (const std::string& body : {std::string(), std::string("b\0c", 3)}) {
      OutboundRequest request = request_to(server.url("/m"));
      request.method = method;
      request.body = body;

      const Result<Response> response = transport->send(request);

      ASSERT_TRUE(response) << response.error().message;
      EXPECT_THAT(response->body, StartsWith(std::string(method) + " /m HTTP/1.1\r\n"));
      EXPECT_EQ(response->body.substr(response->body.find("\r\n\r\n") + 4), body) << method;
    }
  }
  EXPECT_THAT(transport->send(post_to(server.url(), "")).value().body,
              HasSubstr("Content-Length: 0\r\n"));
}

TYPED_TEST_P(TransportContract, AwaitsNoBodyAfterHead) {
  const StandIn server([](Peer& peer) {
    while (!peer.read_request().empty()) peer.write("HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n");
  });
  OutboundRequest request = request_to(server.url());
  request.method = "HEAD";

  const auto transport = this->make();
  for (int i = 0; i < 2; ++i) {
    const Result<Response> response = transport->send(request);
    ASSERT_TRUE(response) << response.error().message;
    EXPECT_EQ(response->body, "");
    EXPECT_EQ(find_header(response->headers, "Content-Length"), "7");
  }
}

TYPED_TEST_P(TransportContract, SendsAndReceivesMegabytes) {
  const StandIn server(echo);
  std::string body(6 * 1024 * 1024, 'x');
  body.front() = 'a';
  body.back() = 'z';

  const Result<Response> response = this->make()->send(post_to(server.url(), body));

  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(response->body.substr(response->body.size() - body.size()), body);
}

TYPED_TEST_P(TransportContract, ReadsChunksAndReusesTheConnectionAfterThem) {
  const StandIn server([](Peer& peer) {
    while (!peer.read_request().empty()) {
      for (const char* const piece :
           {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "3\r\nabc",
            "\r\n2;x=y\r\nde\r\n", "0\r\nTrailer: t\r\n\r\n"}) {
        peer.write(piece);
      }
    }
  });
  const auto transport = this->make();

  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(transport->send(request_to(server.url())).value().body, "abcde");
  }
  EXPECT_EQ(server.connections(), 1U);
}

TYPED_TEST_P(TransportContract, ReadsABodyThatEndsWithTheConnection) {
  const StandIn server([](Peer& peer) {
    peer.read_request();
    peer.write("HTTP/1.1 200 OK\r\n\r\nto the end");
  });

  EXPECT_EQ(this->make()->send(request_to(server.url())).value().body, "to the end");
}

TYPED_TEST_P(TransportContract, PassesOverInterimResponses) {
  const StandIn server([](Peer& peer) {
    peer.read_request();
    peer.write("HTTP/1.1 100 Continue\r\nX-No: 1\r\n\r\nHTTP/1.1 103 Hints\r\n\r\n");
    peer.write_response(204, "");
  });

  const Result<Response> response = this->make()->send(request_to(server.url()));

  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(response->status, 204);
  EXPECT_EQ(find_header(response->headers, "X-No"), std::nullopt);
}

TYPED_TEST_P(TransportContract, FollowsNoRedirect) {
  const StandIn server([](Peer& peer) {
    peer.read_request();
    peer.write_response(302, "", "Location: /elsewhere\r\n");
  });

  EXPECT_EQ(this->make()->send(request_to(server.url())).value().status, 302);
}

TYPED_TEST_P(TransportContract, UsesOneConnectionForRequestsInARow) {
  const StandIn server(echo);
  const auto transport = this->make();

  for (int i = 0; i < 5; ++i) ASSERT_TRUE(transport->send(post_to(server.url(), "x")));

  EXPECT_EQ(server.connections(), 1U);
}

TYPED_TEST_P(TransportContract, OpensAnotherConnectionWhenTheServerSaysThatItCloses) {
  const StandIn server([](Peer& peer) {
    peer.read_request();
    peer.write_response(200, "bye", "Connection: close\r\n");
  });
  const auto transport = this->make();

  for (int i = 0; i < 3; ++i) ASSERT_TRUE(transport->send(request_to(server.url())));

  EXPECT_EQ(server.connections(), 3U);
}

TYPED_TEST_P(TransportContract, ReplacesAnIdleConnectionThatTheServerHasClosed) {
  const StandIn server([](Peer& peer) {  // closes after one response, and does not say so
    peer.write_response(200, peer.read_request());
  });
  const auto transport = this->make();

  for (int i = 0; i < 20; ++i) {
    const Result<Response> response = transport->send(post_to(server.url(), "body"));
    ASSERT_TRUE(response) << response.error().message;
    EXPECT_THAT(response->body, HasSubstr("body"));
  }
}

TYPED_TEST_P(TransportContract, ReplacesAKeptConnectionThatBreaksUnderARequest) {
  const StandIn server([](Peer& peer) {
    peer.write_response(200, peer.read_request());
    if (peer.number() > 0) return echo(peer);
    peer.read_request();
    peer.socket().reset_on_close();
  });
  const auto transport = this->make();

  for (int i = 0; i < 3; ++i) {
    const Result<Response> response = transport->send(post_to(server.url(), "body"));
    ASSERT_TRUE(response) << response.error().message;
  }
  EXPECT_EQ(server.connections(), 2U);
}

TYPED_TEST_P(TransportContract, ServesManyThreadsAtTheSameTime) {
  const StandIn server(echo);
  const auto transport = this->make();
  std::vector<std::thread> threads;
  std::atomic<int> right = 0;

  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 20; ++i) {
        const std::string body = std::to_string(t) + ' ' + std::to_string(i);
        const Result<Response> response = transport->send(post_to(server.url(), body));
        right += response && response->body.ends_with("\r\n\r\n" + body) ? 1 : 0;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();

  EXPECT_EQ(right, 160);
}

TYPED_TEST_P(TransportContract, RefusesAResponseThatIsTooLarge) {
  const StandIn server([](Peer& peer) {
    const std::string request = peer.read_request();
    if (request.starts_with("GET /length")) peer.write_response(200, std::string(20'000, 'x'));
    if (request.starts_with("GET /end"))
      peer.write("HTTP/1.1 200 OK\r\n\r\n" + std::string(20'000, 'x'));
    if (request.starts_with("GET /chunk")) {
      peer.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n8000\r\n" +
                 std::string(0x8000, 'x'));
    }
    if (request.starts_with("GET /headers")) {
      peer.write_response(200, "", "X-Much: " + std::string(20'000, 'x') + "\r\n");
    }
    peer.wait_until_closed();
  });
  const auto transport = this->make({.response_bytes_max = 10'000});

  for (const char* const path : {"/length", "/end", "/chunk", "/headers"}) {
    const Result<Response> response = transport->send(request_to(server.url(path)));

    ASSERT_FALSE(response) << path;
    EXPECT_EQ(response.error().code, ErrorCode::request_too_large) << response.error().message;
    EXPECT_THAT(response.error().message, HasSubstr("10000 bytes"));
  }
}

TYPED_TEST_P(TransportContract, SaysThatNobodyListens) {
  std::uint16_t port = 0;
  { port = Socket::listen().port(); }

  const Result<Response> response =
      this->make()->send(request_to("http://127.0.0.1:" + std::to_string(port) + "/"));

  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, ErrorCode::unavailable);
  EXPECT_THAT(response.error().message,
              AllOf(HasSubstr("127.0.0.1:" + std::to_string(port)), HasSubstr("phase connect"),
                    HasSubstr("was not received")));
}

TYPED_TEST_P(TransportContract, SaysThatANameIsUnknown) {
  const Result<Response> response = this->make()->send(request_to("http://nobody.invalid:1/"));

  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, ErrorCode::unavailable);
  EXPECT_THAT(response.error().message,
              AllOf(HasSubstr("nobody.invalid"), HasSubstr("phase resolve"),
                    HasSubstr("was not received")));
}

TYPED_TEST_P(TransportContract, SaysThatTheServerClosedBeforeItsResponse) {
  const StandIn server([](Peer& peer) { peer.read_request(); });

  const Result<Response> response = this->make()->send(post_to(server.url(), "x"));

  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, ErrorCode::unavailable);
  EXPECT_THAT(response.error().message,
              AllOf(HasSubstr("phase receive"), HasSubstr("may have been received")));
}

TYPED_TEST_P(TransportContract, SaysThatTheResponseIsNotComplete) {
  const StandIn server([](Peer& peer) {
    const std::string request = peer.read_request();
    if (request.starts_with("GET /head")) peer.write("HTTP/1.1 200 OK\r\nX-A");
    if (request.starts_with("GET /body"))
      peer.write("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf");
    if (request.starts_with("GET /chunk")) {
      peer.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nhalf");
    }
  });
  const auto transport = this->make();

  for (const char* const path : {"/body", "/chunk"}) {
    const Result<Response> response = transport->send(request_to(server.url(path)));
    ASSERT_FALSE(response) << path;
    EXPECT_EQ(response.error().code, ErrorCode::unavailable);
    EXPECT_THAT(response.error().message, HasSubstr("phase receive")) << path;
  }
}

TYPED_TEST_P(TransportContract, SaysThatWhatAnswersIsNoHttp) {
  const StandIn server([](Peer& peer) {
    peer.read_request();
    peer.write("SSH-2.0-OpenSSH_9.2\r\n\r\n");
  });

  const Result<Response> response = this->make()->send(request_to(server.url()));

  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, ErrorCode::unavailable);
}

TYPED_TEST_P(TransportContract, GivesUpOnAServerThatStalls) {
  const StandIn server([](Peer& peer) {
    const std::string request = peer.read_request();
    if (request.starts_with("GET /half"))
      peer.write("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nha");
    peer.wait_until_closed();
  });
  const auto transport = this->make();

  for (const char* const path : {"/silent", "/half"}) {
    OutboundRequest request = request_to(server.url(path));
    request.timeout = 50ms;
    const Result<Response> response = transport->send(request);

    ASSERT_FALSE(response) << path;
    EXPECT_EQ(response.error().code, ErrorCode::unavailable);
    EXPECT_THAT(response.error().message,
                AllOf(HasSubstr("phase receive"), HasSubstr("may have been received")));
  }
}

TYPED_TEST_P(TransportContract, GivesUpOnAServerThatDoesNotFinishTheHandshake) {
  const StandIn server([](Peer& peer) { peer.wait_until_closed(); });
  OutboundRequest request = request_to("https://127.0.0.1:" + std::to_string(server.port()) + "/");
  request.connect_timeout = 50ms;

  const Result<Response> response = this->make()->send(request);

  ASSERT_FALSE(response);
  EXPECT_THAT(response.error().message,
              AllOf(HasSubstr("phase TLS"), HasSubstr("was not received")));
}

TYPED_TEST_P(TransportContract, WaitsWithoutATimeoutWhenItIsZero) {
  const StandIn server(echo);
  OutboundRequest request = request_to(server.url());
  request.timeout = 0ms;

  EXPECT_TRUE(this->make()->send(request));
}

TYPED_TEST_P(TransportContract, RefusesWhatIsNoUrl) {
  const auto transport = this->make();

  for (const char* const url :
       {"", "/path", "ftp://host/", "http://", "http://host:port/", "http://host:0/",
        "http://host:99999/", "http://a b/", "http://h/a b", "http://h/\r\nX: y", "http://h/#f",
        "http://[::1/", "http://\xC3\xA4/"}) {
    const Result<Response> response = transport->send(request_to(url));
    ASSERT_FALSE(response) << url;
    EXPECT_EQ(response.error().code, ErrorCode::invalid_usage) << url;
  }
}

TYPED_TEST_P(TransportContract, NeverNamesAPasswordOfAUrl) {
  const Result<Response> response = this->make()->send(request_to("http://user:secret@host/"));

  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, ErrorCode::invalid_usage);
  EXPECT_THAT(response.error().message, Not(HasSubstr("secret")));
}

TYPED_TEST_P(TransportContract, RefusesHeadersThatWouldSmuggleOthers) {
  const auto transport = this->make();

  for (const Header& header : {Header{"X\r\nY", "1"}, Header{"X", "1\r\nY: 2"}, Header{"X:", "1"},
                               Header{"", "1"}, Header{"X", std::string("\0", 1)}}) {
    OutboundRequest request = request_to("http://127.0.0.1:1/");
    request.headers = {header};
    const Result<Response> response = transport->send(request);
    ASSERT_FALSE(response);
    EXPECT_EQ(response.error().code, ErrorCode::invalid_usage) << response.error().message;
  }
  OutboundRequest request = request_to("http://127.0.0.1:1/");
  request.method = "GET /x HTTP/1.1\r\n";
  EXPECT_EQ(transport->send(request).error().code, ErrorCode::invalid_usage);
}

REGISTER_TYPED_TEST_SUITE_P(
    TransportContract, BringsStatusHeadersAndBodyBack, SendsTheBytesOfTheUrlUntouched,
    SendsTheGivenHeadersAndNoneOfItsOwnChoice, SendsEveryMethodWithItsBody, AwaitsNoBodyAfterHead,
    SendsAndReceivesMegabytes, ReadsChunksAndReusesTheConnectionAfterThem,
    ReadsABodyThatEndsWithTheConnection, PassesOverInterimResponses, FollowsNoRedirect,
    UsesOneConnectionForRequestsInARow, OpensAnotherConnectionWhenTheServerSaysThatItCloses,
    ReplacesAnIdleConnectionThatTheServerHasClosed, ReplacesAKeptConnectionThatBreaksUnderARequest,
    ServesManyThreadsAtTheSameTime, RefusesAResponseThatIsTooLarge, SaysThatNobodyListens,
    SaysThatANameIsUnknown, SaysThatTheServerClosedBeforeItsResponse,
    SaysThatTheResponseIsNotComplete, SaysThatWhatAnswersIsNoHttp, GivesUpOnAServerThatStalls,
    GivesUpOnAServerThatDoesNotFinishTheHandshake, WaitsWithoutATimeoutWhenItIsZero,
    RefusesWhatIsNoUrl, NeverNamesAPasswordOfAUrl, RefusesHeadersThatWouldSmuggleOthers);

}  // namespace durable::http::test
