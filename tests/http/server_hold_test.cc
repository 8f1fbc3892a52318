// SPDX-License-Identifier: Apache-2.0
#include "http/server.h"

#include "http/serving.h"

#include <gmock/gmock.h>

#include <atomic>
#include <future>
#include <optional>
#include <string>
#include <vector>

namespace durable::http::test {
namespace {

using ::testing::HasSubstr;
using namespace std::chrono_literals;

TEST(ServerHold, IsAnsweredByAnotherThread) {
  Holding holding;
  Serving serving({}, holding.handler());
  RawClient client = serving.client();

  for (int i = 0; i < 10; ++i) {
    client.send(post("/hold", "x"));
    Holding::Held held = holding.take();
    held.responder.respond({200, {}, held.request.target});
    EXPECT_EQ(client.read_reply().body, "/hold");
  }
}

TEST(ServerHold, OutlastsEveryTimeout) {
  Holding holding;
  Serving serving(
      {.header_timeout = 20ms, .body_timeout = 20ms, .idle_timeout = 20ms, .write_timeout = 20ms},
      holding.handler());
  RawClient client = serving.client();
  client.send(get("/hold"));
  Holding::Held held = holding.take();

  // Three silent connections, one after the other, show that the time has passed.
  for (int i = 0; i < 3; ++i) EXPECT_EQ(serving.client().read_to_end(), "");
  held.responder.respond({200, {}, "still here"});

  EXPECT_EQ(client.read_reply().body, "still here");
}

TEST(ServerHold, KeepsPipelinedRequestsWaiting) {
  Holding holding;
  Serving serving({}, holding.handler());
  RawClient client = serving.client();
  client.send(get("/1") + post("/2", std::string(100'000, 'x')));

  for (const char* const name : {"/1", "/2"}) {
    Holding::Held held = holding.take();
    EXPECT_EQ(held.request.target, name);
    held.responder.respond({200, {}, name});
    EXPECT_EQ(client.read_reply().body, name);
  }
}

TEST(ServerHold, AnswersManyAtOnce) {
  constexpr std::size_t count = 300;
  Holding holding;
  Serving serving({}, holding.handler());
  std::vector<RawClient> clients;
  std::vector<Holding::Held> held;
  for (std::size_t i = 0; i < count; ++i) {
    clients.push_back(serving.client());
    clients.back().send(get('/' + std::to_string(i)));
  }
  for (std::size_t i = 0; i < count; ++i) held.push_back(holding.take());

  for (Holding::Held& one : held) one.responder.respond({200, {}, one.request.target});

  for (std::size_t i = 0; i < count; ++i) {
    EXPECT_EQ(clients[i].read_reply().body, '/' + std::to_string(i));
  }
}

TEST(ServerHold, IsToldThatItsClientLeft) {
  Holding holding;
  Serving serving({}, holding.handler());
  std::optional<RawClient> client(serving.client());
  client->send(get("/hold"));
  Holding::Held held = holding.take();
  std::promise<std::thread::id> gone;
  held.responder.on_abandoned([&] { gone.set_value(std::this_thread::get_id()); });

  client.reset();

  std::future<std::thread::id> told = gone.get_future();
  ASSERT_EQ(told.wait_for(patience), std::future_status::ready);
  EXPECT_NE(told.get(), std::this_thread::get_id());
  held.responder.respond({200, {}, "to nobody"});
  EXPECT_TRUE(eventually([&] { return serving.listener().connections() == 0; }));
}

TEST(ServerHold, IsToldOfAResetToo) {
  Holding holding;
  Serving serving({}, holding.handler());
  RawClient client = serving.client();
  client.send(get("/hold") + get("/pipelined"));
  Holding::Held held = holding.take();
  std::promise<void> gone;
  held.responder.on_abandoned([&] { gone.set_value(); });

  client.socket().reset_on_close();
  client.socket().close();

  EXPECT_EQ(gone.get_future().wait_for(patience), std::future_status::ready);
}

TEST(ServerHold, IsToldSoonWhenTheClientLeftBeforeItAsked) {
  Holding holding;
  Serving serving({}, holding.handler());
  std::optional<RawClient> client(serving.client());
  client->send(get("/hold"));
  Holding::Held held = holding.take();
  client.reset();
  ASSERT_TRUE(eventually([&] { return serving.listener().connections() == 0; }));

  std::mutex not_in_the_call;
  std::promise<void> gone;
  {
    const std::lock_guard lock(not_in_the_call);
    held.responder.on_abandoned([&] {
      const std::lock_guard inner(not_in_the_call);
      gone.set_value();
    });
  }

  EXPECT_EQ(gone.get_future().wait_for(patience), std::future_status::ready);
}

TEST(ServerHold, IsNotToldOfAClientThatLeavesAfterTheAnswer) {
  Holding holding;
  Serving serving({}, holding.handler());
  std::optional<RawClient> client(serving.client());
  client->send(get("/hold"));
  Holding::Held held = holding.take();
  std::atomic<bool> is_told = false;
  held.responder.on_abandoned([&] { is_told = true; });

  held.responder.respond({200, {}, "answer"});
  EXPECT_EQ(client->read_reply().body, "answer");
  client.reset();

  ASSERT_TRUE(eventually([&] { return serving.listener().connections() == 0; }));
  serving.close();
  EXPECT_FALSE(is_told);
}

TEST(ServerHold, Answers500WhenItsResponderIsReplaced) {
  Holding holding;
  Serving serving({}, holding.handler());
  RawClient first = serving.client();
  RawClient second = serving.client();
  first.send(get("/1"));
  Responder responder = holding.take().responder;
  second.send(get("/2"));

  responder = holding.take().responder;
  EXPECT_EQ(first.read_reply().status, 500);
  responder.respond({200, {}, "second"});

  EXPECT_EQ(second.read_reply().body, "second");
}

TEST(ServerHold, DoesNotRunOneHandlerInsideAnother) {
  // The second request releases the first one, behind which a third waits in its connection.
  std::optional<Responder> waiting;
  int depth = 0;
  int deepest = 0;
  Serving serving({}, [&](const Request& request, Responder responder) {
    deepest = std::max(deepest, ++depth);
    if (request.target == "/wait") {
      waiting = std::move(responder);
    } else {
      if (request.target == "/release") waiting->respond({200, {}, "released"});
      responder.respond({200, {}, "done"});
    }
    --depth;
  });
  RawClient first = serving.client();
  first.send(get("/wait") + get("/next"));
  RawClient second = serving.client();
  ASSERT_TRUE(eventually([&] { return serving.listener().connections() == 2; }));

  EXPECT_EQ(second.send(get("/release")).read_reply().body, "done");

  EXPECT_EQ(first.read_reply().body, "released");
  EXPECT_EQ(first.read_reply().body, "done");
  serving.close();
  EXPECT_EQ(deepest, 1);
}

TEST(ServerHold, IsStillAnsweredAfterTheServerStopsToAccept) {
  Holding holding;
  Serving serving({}, holding.handler());
  RawClient idle = serving.client();
  RawClient client = serving.client();
  client.send(get("/hold"));
  Holding::Held held = holding.take();
  const std::uint16_t port = serving.listener().port();

  serving.listener().stop_accepting();

  EXPECT_EQ(idle.read_to_end(), "");
  EXPECT_THROW(RawClient{port}, std::runtime_error);
  held.responder.respond({200, {}, "last"});
  const Reply reply = client.read_reply();
  EXPECT_EQ(reply.body, "last");
  EXPECT_THAT(reply.head, HasSubstr("Connection: close\r\n"));
  client.socket().end_sending();
  EXPECT_EQ(client.read_to_end(), "");
  EXPECT_TRUE(eventually([&] { return serving.listener().connections() == 0; }));
}

TEST(ServerHold, LetsARequestThatHasBegunFinishAfterTheServerStopsToAccept) {
  Serving serving;
  RawClient client = serving.client();
  RawClient idle = serving.client();
  client.send(get("/first")).read_reply();
  client.send(
      "POST / HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\n"
      "Content-Length: 4\r\n\r\n");
  ASSERT_EQ(client.read_head().status, 100);

  serving.listener().stop_accepting();
  ASSERT_EQ(idle.read_to_end(), "");

  EXPECT_EQ(client.send("body").read_reply().body, "POST / body");
}

TEST(ServerHold, EndsSilentlyWithItsListener) {
  Holding holding;
  auto serving = std::make_unique<Serving>(ListenerOptions{}, holding.handler());
  RawClient first = serving->client();
  RawClient second = serving->client();
  first.send(get("/1"));
  Holding::Held held = holding.take();
  second.send(get("/2"));
  Holding::Held other = holding.take();
  held.responder.on_abandoned([] { FAIL() << "nobody has left"; });

  serving->close();

  EXPECT_EQ(first.read_to_end(), "");
  held.responder.respond({200, {}, "too late"});
  other.responder.on_abandoned([] { FAIL() << "nobody has left"; });
  serving.reset();
  other.responder.respond({200, {}, "much too late"});
  EXPECT_EQ(second.read_to_end(), "");
}

TEST(ServerHold, SurvivesAnswersFromManyThreads) {
  constexpr int count = 200;
  Holding holding;
  Serving serving({}, holding.handler());
  std::vector<std::thread> threads;
  for (int t = 0; t < 3; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < count; ++i) {
        Holding::Held held = holding.take();
        held.responder.on_abandoned([] {});
        held.responder.respond({200, {}, held.request.body});
      }
    });
  }

  std::atomic<int> right = 0;
  std::vector<std::thread> clients;
  for (int c = 0; c < 3; ++c) {
    clients.emplace_back([&, c] {
      RawClient client = serving.client();
      for (int i = 0; i < count; ++i) {
        const std::string body = std::to_string(c) + ' ' + std::to_string(i);
        right += client.send(post("/", body)).read_reply().body == body ? 1 : 0;
      }
    });
  }
  for (std::thread& thread : clients) thread.join();
  for (std::thread& thread : threads) thread.join();

  EXPECT_EQ(right, 3 * count);
}

}  // namespace
}  // namespace durable::http::test
