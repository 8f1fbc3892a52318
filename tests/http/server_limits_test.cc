// SPDX-License-Identifier: Apache-2.0
#include "http/server.h"

#include "http/serving.h"

#include <gmock/gmock.h>

#include <string>
#include <vector>

namespace durable::http::test {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;
using namespace std::chrono_literals;

ListenerOptions small() { return {.header_bytes_max = 1'000, .body_bytes_max = 1'000}; }

std::string request_with(const std::string& headers) {
  return "POST / HTTP/1.1\r\nHost: localhost\r\n" + headers + "\r\n";
}

/// Sends `bytes`, and reads the refusal, which has to be the last word.
Reply refusal(RawClient client, const std::string& bytes) {
  client.send(bytes);
  Reply reply = client.read_reply();
  EXPECT_THAT(reply.head, HasSubstr("Connection: close\r\n")) << bytes.substr(0, 100);
  EXPECT_THAT(reply.head, HasSubstr("Content-Type: application/json\r\n"));
  EXPECT_THAT(reply.body, StartsWith(R"({"message":")"));
  client.socket().end_sending();
  EXPECT_EQ(client.read_to_end(), "");
  return reply;
}

TEST(ServerLimits, Answers413ToABodyThatIsTooLarge) {
  Serving serving(small());

  EXPECT_EQ(refusal(serving.client(), post("/", std::string(1'001, 'x'))).status, 413);
  EXPECT_EQ(refusal(serving.client(), request_with("Content-Length: 99999999999\r\n")).status, 413);
  EXPECT_EQ(refusal(serving.client(), request_with("Transfer-Encoding: chunked\r\n") + "3e8\r\n" +
                                          std::string(1'000, 'x') + "\r\n1\r\nx\r\n")
                .status,
            413);
  EXPECT_EQ(serving.client().send(post("/", std::string(1'000, 'x'))).read_reply().status, 200);
}

TEST(ServerLimits, LetsAClientReadTheRefusalWhileItSends) {
  Serving serving(small());
  RawClient client = serving.client();

  client.send(post("/", std::string(4'000'000, 'x')));

  EXPECT_EQ(client.read_reply().status, 413);
}

TEST(ServerLimits, Answers431ToHeadersThatAreTooLarge) {
  Serving serving(small());
  std::string many;
  for (int i = 0; i < 100; ++i) many += "X-" + std::to_string(i) + ": 12345\r\n";

  EXPECT_EQ(
      refusal(serving.client(), request_with("X: " + std::string(1'000, 'x') + "\r\n")).status,
      431);
  EXPECT_EQ(refusal(serving.client(), request_with(many)).status, 431);
  EXPECT_EQ(refusal(serving.client(), "GET /" + std::string(1'000, 'x')).status, 431);
  EXPECT_EQ(serving.client()
                .send(request_with("X: " + std::string(900, 'x') + "\r\n"))
                .read_reply()
                .status,
            200);
}

TEST(ServerLimits, Answers400ToWhatIsNoRequest) {
  Serving serving(small());

  const std::vector<std::string> wrong = {
      "hello\r\n\r\n",
      "GET\r\n\r\n",
      "GET / HTTP/2.0\r\nHost: localhost\r\n\r\n",
      "GET / HTTP/1.1\nHost: localhost\n\n",
      "GET / HTTP/1.1\r\nHost: localhost\r\nno colon\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: localhost\r\nX : 1\r\n\r\n",
      "GET / HTTP/1.1\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n\r\n",
      request_with("Content-Length: 1\r\nTransfer-Encoding: chunked\r\n"),
      request_with("Transfer-Encoding: chunked\r\nContent-Length: 1\r\n"),
      request_with("Content-Length: 1\r\nContent-Length: 2\r\n"),
      request_with("Content-Length: -1\r\n"),
      request_with("Content-Length: 1x\r\n"),
      request_with("Transfer-Encoding: gzip\r\n"),
      request_with("Transfer-Encoding: chunked, gzip\r\n"),
      request_with("Transfer-Encoding: gzip, chunked\r\n"),
      request_with("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"),
      request_with("Transfer-Encoding: chunked\r\n") + "zz\r\n",
      request_with("Transfer-Encoding: chunked\r\n") + "1\r\nabc\r\n",
      request_with("Transfer-Encoding: chunked\r\n") + "1;" + std::string(9'000, 'x'),
      "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
      std::string("GET /\0 HTTP/1.1\r\nHost: localhost\r\n\r\n", 36),
  };
  for (const std::string& bytes : wrong) {
    EXPECT_EQ(refusal(serving.client(), bytes).status, 400) << bytes.substr(0, 100);
  }
}

TEST(ServerLimits, Answers421ToAForeignHost) {
  Serving serving({.allowed_hosts = {"durable.test"}});

  for (const char* const host :
       {"evil.test", "localhost.evil.test", "127.0.0.1.evil.test", "127.0.0", "127.0.0.256",
        "durable.test.", "localhost:x", "[evil]", ""}) {
    const std::string request = "GET / HTTP/1.1\r\nHost: " + std::string(host) + "\r\n\r\n";
    const Reply reply = refusal(serving.client(), request);
    EXPECT_EQ(reply.status, 421) << host;
    EXPECT_THAT(reply.body, HasSubstr("Use an IP address or localhost"));
  }
  for (const char* const host :
       {"localhost", "LOCALHOST:80", "127.0.0.1", "127.0.0.1:3000", "10.0.0.1", "[::1]",
        "[2001:db8::1]:80", "durable.test", "Durable.Test:443"}) {
    const std::string request = "GET / HTTP/1.1\r\nHost: " + std::string(host) + "\r\n\r\n";
    EXPECT_EQ(serving.client().send(request).read_reply().status, 200) << host;
  }
}

TEST(ServerLimits, QuotesAForeignHostSoThatTheAnswerIsStillJson) {
  Serving serving;

  const Reply reply = refusal(serving.client(), "GET / HTTP/1.1\r\nHost: a\"b\\\xFF\r\n\r\n");

  EXPECT_THAT(reply.body, HasSubstr(R"('a\"b\\?')"));
}

TEST(ServerLimits, Answers408WhenHeadersOrBodyAreLate) {
  Serving serving({.header_timeout = 30ms, .body_timeout = 30ms});

  EXPECT_EQ(refusal(serving.client(), "GET / HTT").status, 408);
  EXPECT_EQ(refusal(serving.client(), request_with("Content-Length: 9\r\n") + "half").status, 408);
  EXPECT_EQ(refusal(serving.client(), get("/").substr(0, 30)).status, 408);
}

TEST(ServerLimits, GivesEachByteNoTimeOfItsOwn) {
  Serving serving({.header_timeout = 50ms});
  RawClient client = serving.client();
  client.send("GET / HTTP/1.1\r\n");

  // A byte is sent after each answer on a second connection, which takes far less than the
  // time-out; so this one ends only if its bytes do not count.
  RawClient other = serving.client();
  EXPECT_TRUE(eventually([&] {
    EXPECT_EQ(other.send(get("/")).read_reply().status, 200);
    client.send("X");
    return client.socket().can_receive();
  }));

  EXPECT_EQ(client.read_reply().status, 408);
}

TEST(ServerLimits, ClosesASilentConnectionWithoutAWord) {
  Serving serving({.header_timeout = 30ms, .idle_timeout = 30ms});
  RawClient silent = serving.client();
  RawClient idle = serving.client();

  EXPECT_EQ(idle.send(get("/")).read_reply().status, 200);

  EXPECT_EQ(silent.read_to_end(), "");
  EXPECT_EQ(idle.read_to_end(), "");
}

TEST(ServerLimits, ClosesOnAClientThatDoesNotRead) {
  Serving serving({.write_timeout = 50ms}, [](const Request&, Responder responder) {
    responder.respond({200, {}, std::string(64 * 1024 * 1024, 'x')});
  });
  RawClient client = serving.client();
  client.socket().shrink_buffers();

  client.send(get("/"));

  EXPECT_TRUE(eventually([&] { return serving.listener().connections() == 1; }));
  EXPECT_TRUE(eventually([&] { return serving.listener().connections() == 0; }));
}

TEST(ServerLimits, SendsALargeResponseToAClientThatReads) {
  Serving serving({}, [](const Request&, Responder responder) {
    responder.respond({200, {}, std::string(16 * 1024 * 1024, 'x')});
  });
  RawClient client = serving.client();

  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(client.send(get("/")).read_reply().body.size(), 16U * 1024 * 1024);
  }
}

TEST(ServerLimits, Answers503OverTheLimitOfConnections) {
  Serving serving({.connections_max = 2, .unused_min = 1h});
  RawClient first = serving.client();
  RawClient second = serving.client();
  ASSERT_EQ(first.send(get("/")).read_reply().status, 200);
  ASSERT_EQ(second.send(get("/")).read_reply().status, 200);

  const Reply reply = refusal(serving.client(), get("/"));

  EXPECT_EQ(reply.status, 503);
  EXPECT_THAT(reply.head, HasSubstr("Retry-After: 1\r\n"));
  EXPECT_EQ(serving.listener().connections(), 2U);
  EXPECT_EQ(first.send(get("/")).read_reply().status, 200);
}

TEST(ServerLimits, HasRoomAgainWhenAConnectionCloses) {
  Serving serving({.connections_max = 1});
  { EXPECT_EQ(serving.client().send(get("/")).read_reply().status, 200); }
  ASSERT_TRUE(eventually([&] { return serving.listener().connections() == 0; }));

  EXPECT_EQ(serving.client().send(get("/")).read_reply().status, 200);
}

TEST(ServerLimits, MakesRoomByClosingWhatIsUnusedForLongest) {
  Holding holding;
  Serving serving({.connections_max = 3, .unused_min = 0s}, holding.handler());
  RawClient held = serving.client();
  held.send(get("/held"));
  Holding::Held first = holding.take();
  RawClient begun = serving.client();
  begun.send(get("/before") + "GET /begun HTTP/1.1\r\n");
  holding.take().responder.respond({200, {}, "before"});
  ASSERT_EQ(begun.read_reply().body, "before");
  RawClient silent = serving.client();
  ASSERT_TRUE(eventually([&] { return serving.listener().connections() == 3; }));

  RawClient late = serving.client();
  late.send(get("/late"));
  holding.take().responder.respond({200, {}, "late"});

  EXPECT_EQ(late.read_reply().body, "late");
  EXPECT_EQ(silent.read_to_end(), "") << "it said nothing";
  RawClient later = serving.client();
  later.send(get("/later"));
  holding.take().responder.respond({200, {}, "later"});
  EXPECT_EQ(later.read_reply().body, "later");
  EXPECT_EQ(late.read_to_end(), "") << "its request was answered";
  begun.send("Host: localhost\r\n\r\n");
  holding.take().responder.respond({200, {}, "begun"});
  EXPECT_EQ(begun.read_reply().body, "begun");
  first.responder.respond({200, {}, "held"});
  EXPECT_EQ(held.read_reply().body, "held");
}

TEST(ServerLimits, SaysNothingToConnectionsFarOverTheLimit) {
  Serving serving({.connections_max = 0});
  std::vector<RawClient> clients;
  int told = 0;
  int dropped = 0;

  for (int i = 0; i < 300; ++i) clients.push_back(serving.client());
  for (RawClient& client : clients) {
    const Reply reply = client.read_reply();
    told += reply.status == 503 ? 1 : 0;
    dropped += reply.status == 0 ? 1 : 0;
  }

  EXPECT_GE(told, 64);
  EXPECT_GT(dropped, 0);  // those that are told make room for others after two seconds
  EXPECT_EQ(told + dropped, 300);
}

TEST(ServerLimits, LetsTheOwnerWordItsRefusals) {
  ListenerOptions options = small();
  options.connections_max = 1;
  options.header_timeout = 30ms;
  options.refuse = [](const Refusal& refusal) {
    return Response{refusal.status,
                    {{"X-Wait", std::to_string(refusal.retry_after.count())}},
                    '[' + std::string(refusal.method) + '|' + std::string(refusal.target) + "] " +
                        refusal.message};
  };
  Serving serving(options, [](const Request&, const Responder&) {});
  const auto refused = [&serving](const std::string& bytes) {
    EXPECT_TRUE(eventually([&] { return serving.listener().connections() == 0; }));
    return serving.client().send(bytes).read_reply();
  };

  EXPECT_THAT(refused(request_with("Content-Length: 9999\r\n")).body,
              StartsWith("[POST|/] The body"));
  EXPECT_THAT(refused("GET /late HTTP/1.1\r\n").body, StartsWith("[GET|/late] The headers"));
  EXPECT_THAT(refused("hello\r\n\r\n").body, StartsWith("[|] This is no HTTP/1.1 request"));
  EXPECT_THAT(refused(get("/forgotten")).body, StartsWith("[|] The server dropped"));

  options.connections_max = 0;
  Serving nobody(options);
  const Reply full = nobody.client().read_reply();
  EXPECT_EQ(full.status, 503);
  EXPECT_THAT(full.head, HasSubstr("X-Wait: 1000\r\n"));
}

TEST(ServerLimits, AsksForTheBodyOfAClientThatWaitsToBeAsked) {
  Serving serving(small());
  RawClient client = serving.client();
  const std::string head = request_with("Expect: 100-continue\r\nContent-Length: 4\r\n");

  EXPECT_THAT(client.send(head).read_head().head, StartsWith("HTTP/1.1 100 Continue\r\n"));
  EXPECT_EQ(client.send("body").read_reply().body, "POST / body");
  EXPECT_EQ(client.send(head + "body").read_reply().status, 200);  // it did not wait
}

TEST(ServerLimits, RefusesBeforeItAsksForABody) {
  Serving serving(small());

  EXPECT_EQ(
      refusal(serving.client(), request_with("Expect: 100-continue\r\nContent-Length: 4000\r\n"))
          .status,
      413);
  EXPECT_EQ(refusal(serving.client(),
                    "POST / HTTP/1.1\r\nHost: evil.test\r\n"
                    "Expect: 100-continue\r\nContent-Length: 4\r\n\r\n")
                .status,
            421);
}

}  // namespace
}  // namespace durable::http::test
