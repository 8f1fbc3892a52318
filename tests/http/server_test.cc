// SPDX-License-Identifier: Apache-2.0
#include "http/server.h"

#include "http/serving.h"

#include <gmock/gmock.h>

#include <string>

namespace durable::http::test {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;
using namespace std::chrono_literals;

std::string with_headers(const std::string& first_line, const std::string& headers) {
  return first_line + "\r\nHost: localhost\r\n" + headers + "\r\n";
}

TEST(Server, AnswersManyRequestsOnOneConnection) {
  Serving serving;
  RawClient client = serving.client();

  for (int i = 0; i < 50; ++i) {
    const std::string body(static_cast<std::size_t>(i) * 1'000, 'x');
    const Reply reply = client.send(post("/a?b=" + std::to_string(i), body)).read_reply();

    ASSERT_EQ(reply.status, 200);
    EXPECT_EQ(reply.body, "POST /a?b=" + std::to_string(i) + ' ' + body);
  }
  EXPECT_EQ(serving.listener().connections(), 1U);
}

TEST(Server, AnswersPipelinedRequestsInOrder) {
  Serving serving;
  RawClient client = serving.client();
  std::string all;
  for (int i = 0; i < 1'000; ++i) all += post('/' + std::to_string(i), std::to_string(i));

  std::thread sender([&] { client.send(all); });

  for (int i = 0; i < 1'000; ++i) {
    const std::string number = std::to_string(i);
    EXPECT_EQ(client.read_reply().body, "POST /" + number + ' ' + number);
  }
  sender.join();
}

TEST(Server, LeavesTheTargetAsItWasSent) {
  Serving serving;
  RawClient client = serving.client();

  for (const char* const target : {"/a%3Ab%3a/../x//y?q=%20+&r", "//", "/%", "*", "http://a/b"}) {
    EXPECT_EQ(client.send(get(target)).read_reply().body, "GET " + std::string(target) + ' ');
  }
}

TEST(Server, TakesARequestByteByByte) {
  Serving serving;
  RawClient client = serving.client();

  for (const char byte : "\r\n" + post("/slow", "body")) client.send(std::string(1, byte));

  EXPECT_EQ(client.read_reply().body, "POST /slow body");
}

TEST(Server, ReadsABodyInChunks) {
  Serving serving;
  RawClient client = serving.client();
  client.send(with_headers("PUT /c HTTP/1.1", "Transfer-Encoding: chunked\r\n"));

  client.send("3\r\nabc\r\n").send("2;ext=1\r\nde\r\n0\r\nX-Trailer: t\r\n\r\n");

  EXPECT_EQ(client.read_reply().body, "PUT /c abcde");
  EXPECT_EQ(client.send(get("/next")).read_reply().body, "GET /next ");
}

TEST(Server, SendsNoBodyInAnswerToHead) {
  Serving serving;
  RawClient client = serving.client();

  const Reply reply = client.send("HEAD /h HTTP/1.1\r\nHost: localhost\r\n\r\n").read_head();

  EXPECT_THAT(reply.head, HasSubstr("Content-Length: 8\r\n"));
  EXPECT_EQ(client.send(get("/next")).read_reply().body, "GET /next ");
}

TEST(Server, SendsNoLengthWhereThereCanBeNoBody) {
  Serving serving({}, [](const Request&, Responder responder) {
    responder.respond({204, {}, "none of this"});
  });
  RawClient client = serving.client();

  for (int i = 0; i < 2; ++i) {
    const Reply reply = client.send(get("/")).read_reply();
    EXPECT_THAT(reply.head, StartsWith("HTTP/1.1 204 No Content\r\n"));
    EXPECT_THAT(reply.head, Not(HasSubstr("Content-Length")));
  }
}

TEST(Server, ClosesAfterAnHttp10RequestUnlessItSaysKeepAlive) {
  Serving serving;
  RawClient kept = serving.client();
  RawClient closed = serving.client();

  for (int i = 0; i < 2; ++i) {
    const Reply reply = kept.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n").read_reply();
    EXPECT_THAT(reply.head, HasSubstr("Connection: keep-alive\r\n"));
  }
  const Reply reply = closed.send("GET / HTTP/1.0\r\n\r\n").read_reply();
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(closed.read_to_end(), "");
}

TEST(Server, ClosesWhenTheClientOrTheHandlerSaysSo) {
  Serving serving({}, [](const Request& request, Responder responder) {
    Response response;
    if (request.target == "/close") response.headers = {{"connection", "Close"}};
    responder.respond(std::move(response));
  });
  RawClient first = serving.client();
  RawClient second = serving.client();

  first.send(with_headers("GET / HTTP/1.1", "Connection: close\r\n") + get("/ignored"));
  second.send(get("/close"));

  for (RawClient* const client : {&first, &second}) {
    EXPECT_THAT(client->read_reply().head, HasSubstr("Connection: close\r\n"));
    client->socket().end_sending();
    EXPECT_EQ(client->read_to_end(), "");
  }
}

TEST(Server, AnswersAClientThatEndsItsSideWithTheRequest) {
  Serving serving;
  RawClient client = serving.client();

  client.send(get("/1") + get("/2")).socket().end_sending();

  EXPECT_EQ(client.read_reply().body, "GET /1 ");
  EXPECT_EQ(client.read_reply().body, "GET /2 ");
  EXPECT_EQ(client.read_to_end(), "");
}

TEST(Server, MakesTheFramingHeadersItself) {
  Serving serving({}, [](const Request&, Responder responder) {
    responder.respond({200,
                       {{"content-length", "99"},
                        {"Transfer-Encoding", "chunked"},
                        {"X-A", "1\r\nX-Injected: 2"}},
                       "body"});
  });

  const Reply reply = serving.client().send(get("/")).read_reply();

  EXPECT_EQ(reply.body, "body");
  EXPECT_THAT(reply.head, HasSubstr("\r\nX-A: 1  X-Injected: 2\r\n"));
  EXPECT_THAT(reply.head, HasSubstr("\r\nDate: "));
  EXPECT_THAT(reply.head, Not(HasSubstr("99")));
  EXPECT_THAT(reply.head, Not(HasSubstr("chunked")));
}

TEST(Server, Answers500ForAHandlerThatThrowsOrForgets) {
  Serving serving({}, [](const Request& request, Responder responder) {
    if (request.target == "/throw") throw std::runtime_error("private");
    if (request.target == "/throw-late") {
      const Responder moved = std::move(responder);
      throw 1;
    }
  });
  RawClient client = serving.client();

  for (const char* const target : {"/throw", "/throw-late", "/forget"}) {
    const Reply reply = client.send(get(target)).read_reply();
    EXPECT_EQ(reply.status, 500) << target;
    EXPECT_THAT(reply.body, HasSubstr("error of the server"));
    EXPECT_THAT(reply.body, Not(HasSubstr("private")));
  }
}

TEST(Server, ServesSeveralListenersWithTheirOwnHandlers) {
  Server server;
  const auto handler = [](std::string name) {
    return [name](const Request&, Responder responder) { responder.respond({200, {}, name}); };
  };
  const auto first = server.listen({}, handler("first")).value();
  auto second = server.listen({}, handler("second")).value();
  RawClient of_first(first->port());

  EXPECT_EQ(of_first.send(get("/")).read_reply().body, "first");
  EXPECT_EQ(RawClient(second->port()).send(get("/")).read_reply().body, "second");
  second.reset();
  EXPECT_EQ(of_first.send(get("/")).read_reply().body, "first");
}

TEST(Server, SaysWhyItCannotListen) {
  Serving serving;
  const auto error = [&](ListenerOptions options) {
    return serving.server().listen(std::move(options), answer).error();
  };

  const Error in_use = error({.port = serving.listener().port()});
  EXPECT_EQ(in_use.code, ErrorCode::unavailable);
  EXPECT_THAT(in_use.message,
              HasSubstr("127.0.0.1 port " + std::to_string(serving.listener().port())));
  EXPECT_THAT(in_use.message, HasSubstr("Stop the program that uses this port"));
  EXPECT_THAT(error({.host = "192.0.2.1"}).message, HasSubstr("address of this machine"));
  EXPECT_THAT(error({.host = "example.test"}).message, HasSubstr("no IP address"));
}

TEST(Server, ListensOnIpv6) {
  Server server;
  const auto listener = server.listen({.host = "::1"}, answer);
  if (!listener) GTEST_SKIP() << "no IPv6 here: " << listener.error().message;
  EXPECT_NE((*listener)->port(), 0);
}

TEST(Server, RunsPostedTasksByTheirDelay) {
  std::mutex mutex;
  std::string order;
  Server server;
  const auto task = [&](char name) {
    return [&, name] {
      const std::lock_guard lock(mutex);
      order += name;
    };
  };

  server.post_after(20ms, task('c'));
  server.post_after(1ms, task('b'));
  server.post_after(0ms, task('a'));

  EXPECT_TRUE(eventually([&] {
    const std::lock_guard lock(mutex);
    return order.size() == 3;
  }));
  EXPECT_EQ(order, "abc");
}

TEST(Server, DropsTasksThatAreLeft) {
  const auto alive = std::make_shared<int>(0);
  {
    Server server;
    server.post_after(1h, [alive] { FAIL(); });
  }
  EXPECT_EQ(alive.use_count(), 1);
}

}  // namespace
}  // namespace durable::http::test
