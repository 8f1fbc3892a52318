// SPDX-License-Identifier: Apache-2.0
#include "cloud/request_signer.h"
#include "cloud/digest.h"
#include "cloud/fakes.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace durable::cloud {
namespace {

constexpr const char* published_secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

Credentials key_of(std::string id, std::string secret) {
  return {std::move(id), Secret(std::move(secret)), Secret(), {}};
}

/// Gives what a test puts into it.
class ChangingCredentials final : public CredentialsProvider {
 public:
  [[nodiscard]] Result<Credentials> get() override { return now; }

  Credentials now = key_of("first", "secret");
};

http::OutboundRequest some_request() {
  http::OutboundRequest request;
  request.method = "POST";
  request.url = "http://127.0.0.1:9/2025-12-01/durable-executions/a%3Ab/checkpoint";
  request.body = "{}";
  return request;
}

std::string hex_of(const Secret& key) {
  Digest bytes{};
  EXPECT_EQ(key.reveal().size(), bytes.size());
  std::copy(key.reveal().begin(), key.reveal().end(), bytes.begin());
  return hex(bytes);
}

TEST(SigningKey, IsThePublishedOne) {
  // The example of the General Reference, "Deriving a signing key".
  EXPECT_EQ(hex_of(signing_key("20150830T123600Z", {"us-east-1", "iam"}, Secret(published_secret))),
            "c4afb1cc5771d871763a393e44b703571b55cc28424d1a5e86da6ed3c154a4b9");
}

TEST(SigningKey, ThatIsKeptIsTheOneForItsDayScopeAndSecret) {
  struct Case {
    const char* date;
    SigningScope scope;
    const char* secret;
  };
  const std::array<Case, 8> cases{{{"20150830T000000Z", {"us-east-1", "lambda"}, "secret"},
                                   {"20150830T235959Z", {"us-east-1", "lambda"}, "secret"},
                                   {"20150831T000000Z", {"us-east-1", "lambda"}, "secret"},
                                   {"20150831T000000Z", {"us-east-2", "lambda"}, "secret"},
                                   {"20150831T000000Z", {"us-east-2", "sts"}, "secret"},
                                   {"20150831T000000Z", {"us-east-2", "sts"}, "secreT"},
                                   {"20150831T000000Z", {"us-east-2", "sts"}, ""},
                                   {"20150830T000000Z", {"us-east-1", "lambda"}, "secret"}}};
  SigningKeys keys;
  for (const Case& one : cases) {
    const Secret secret(one.secret);
    const std::string expected = hex_of(signing_key(one.date, one.scope, secret));
    EXPECT_EQ(hex_of(keys.get(one.date, one.scope, secret)), expected) << one.date << one.secret;
    EXPECT_EQ(hex_of(keys.get(one.date, one.scope, secret)), expected) << one.date << one.secret;
  }
}

TEST(SigningKey, IsDerivedOnceADay) {
  SigningKeys keys;
  const Secret secret(published_secret);
  const Secret morning = keys.get("20150830T000000Z", {"r"}, secret);
  const Secret evening = keys.get("20150830T235959Z", {"r"}, Secret(published_secret));

  // The same bytes at the same place: a copy of what is kept.
  EXPECT_EQ(morning.reveal().data(), evening.reveal().data());
  EXPECT_NE(keys.get("20150831T000000Z", {"r"}, secret).reveal().data(), morning.reveal().data());
}

TEST(RequestSigner, SignsAsWithoutAKeptKeyWhateverChanges) {
  const auto provider = std::make_shared<ChangingCredentials>();
  const auto clock = std::make_shared<FakeClock>(Timestamp{std::chrono::hours{24 * 365 * 50}});
  const SigningScope scope{"us-west-2"};
  RequestSigner signer(provider, scope, clock);
  const auto expect_right = [&](const char* situation) {
    http::OutboundRequest request = some_request();
    http::OutboundRequest expected = some_request();
    ASSERT_TRUE(signer.sign(request)) << situation;
    ASSERT_TRUE(sign(expected, provider->now, scope, clock->now()));
    EXPECT_EQ(request.headers, expected.headers) << situation;
  };

  expect_right("first");
  clock->pass(std::chrono::hours{23});
  expect_right("the same day");
  clock->pass(std::chrono::hours{1});
  expect_right("the next day");
  provider->now = key_of("second", "another secret");
  expect_right("other credentials");
  provider->now = key_of("second", "another secreT");
  expect_right("another secret of the same id");
  provider->now = key_of("first", "secret");
  expect_right("the first credentials again");
}

TEST(RequestSigner, SignsOnSeveralThreads) {
  // Two secrets in turn, so that the threads change the kept key all the time.
  class Alternating final : public CredentialsProvider {
   public:
    [[nodiscard]] Result<Credentials> get() override {
      return key_of("id", calls_.fetch_add(1) % 2 == 0 ? "one" : "two");
    }

   private:
    std::atomic<int> calls_ = 0;
  };
  const auto clock = std::make_shared<FakeClock>();
  const SigningScope scope{"us-west-2"};
  RequestSigner signer(std::make_shared<Alternating>(), scope, clock);
  const auto signed_with = [&](const char* secret) {
    http::OutboundRequest request = some_request();
    EXPECT_TRUE(sign(request, key_of("id", secret), scope, clock->now()));
    return header_of(request, "Authorization");
  };
  const std::string one = signed_with("one");
  const std::string two = signed_with("two");

  std::array<int, 4> wrong{};
  std::vector<std::thread> threads;
  for (int& count : wrong) {
    threads.emplace_back([&] {
      for (int i = 0; i < 200; ++i) {
        http::OutboundRequest request = some_request();
        const bool done = static_cast<bool>(signer.sign(request));
        const std::string header = header_of(request, "Authorization");
        if (!done || (header != one && header != two)) ++count;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();

  EXPECT_NE(one, two);
  EXPECT_EQ(wrong, (std::array<int, 4>{}));
}

}  // namespace
}  // namespace durable::cloud
