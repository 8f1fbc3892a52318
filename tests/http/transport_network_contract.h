// SPDX-License-Identifier: Apache-2.0
//
// What every Transport must do about TLS and proxies. Parameters as in transport_contract.h.
#pragma once

#include "http/certificates.h"
#include "http/stand_in.h"
#include "http/temporary_file.h"
#include "http/transport.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <thread>

namespace durable::http::test {

using ::testing::AllOf;
using ::testing::AnyOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

/// Speaks TLS with `identity`, and answers every request with the request itself.
inline StandIn::Script tls_echo(const Identity& identity) {
  const std::shared_ptr<SSL_CTX> context(make_server_context(identity));  // owners: the copies
  return [context](Peer& peer) {
    if (!peer.start_tls(context.get())) return;
    for (std::string request = peer.read_request(); !request.empty();
         request = peer.read_request()) {
      peer.write_response(200, request);
    }
  };
}

inline void pump(const Socket& from, const Socket& to) {
  for (std::string piece = from.receive(); !piece.empty(); piece = from.receive()) to.send(piece);
  to.end_sending();
}

/// A proxy that asks for `user:secret` if `is_guarded`, and whose every tunnel leads to `port`.
inline StandIn::Script tunnel_to(std::uint16_t port, bool is_guarded) {
  return [port, is_guarded](Peer& peer) {
    const std::string request = peer.read_request();
    const bool is_known =
        request.find("Proxy-Authorization: Basic dXNlcjpzZWNyZXQ=\r\n") != std::string::npos;
    if (!request.starts_with("CONNECT example.test:443 HTTP/1.1\r\n")) {
      peer.write_response(400, "");
    } else if (is_guarded && !is_known) {
      peer.write_response(407, "", "Proxy-Authenticate: Basic realm=\"x\"\r\n");
    } else {
      const Socket target = Socket::connect(port);
      peer.write("HTTP/1.1 200 Connected\r\n\r\n");
      std::thread back([&] { pump(target, peer.socket()); });
      pump(peer.socket(), target);
      back.join();
    }
  };
}

template <class Maker>
class TransportNetworkContract : public ::testing::Test {
 protected:
  static std::unique_ptr<Transport> make(TransportOptions options = {}) {
    return Maker::make(std::move(options));
  }
  static OutboundRequest request_to(std::string url) {
    OutboundRequest request;
    request.method = "POST";
    request.url = std::move(url);
    request.body = "body";
    return request;
  }
  static std::string https(const StandIn& server, const std::string& host = "localhost") {
    return "https://" + host + ':' + std::to_string(server.port()) + "/%3A";
  }
  static std::string proxy_url(const StandIn& proxy, const std::string& user = "") {
    return "http://" + user + "127.0.0.1:" + std::to_string(proxy.port());
  }
  static void expect_refused(const Result<Response>& response, const char* why) {
    ASSERT_FALSE(response);
    EXPECT_EQ(response.error().code, ErrorCode::unavailable);
    EXPECT_THAT(response.error().message,
                AllOf(HasSubstr("phase TLS"), HasSubstr(why), HasSubstr("was not received")));
  }

  const Identity authority_ = make_authority();
  const TemporaryFile bundle_{authority_.pem()};
};
TYPED_TEST_SUITE_P(TransportNetworkContract);

TYPED_TEST_P(TransportNetworkContract, TrustsTheCertificatesOfTheBundle) {
  const StandIn server(tls_echo(make_server(this->authority_, "DNS:localhost")));
  const auto transport = this->make({.ca_bundle = this->bundle_.path()});

  for (int i = 0; i < 3; ++i) {
    const Result<Response> response = transport->send(this->request_to(this->https(server)));
    ASSERT_TRUE(response) << response.error().message;
    EXPECT_THAT(response->body, AllOf(StartsWith("POST /%3A HTTP/1.1"), HasSubstr("\r\n\r\nbody")));
  }
  EXPECT_EQ(server.connections(), 1U);
}

TYPED_TEST_P(TransportNetworkContract, SendsAndReceivesMegabytesEncrypted) {
  const StandIn server(tls_echo(make_server(this->authority_, "DNS:localhost")));
  OutboundRequest request = this->request_to(this->https(server));
  request.body = std::string(3 * 1024 * 1024, 'x') + "end";

  const Result<Response> response = this->make({.ca_bundle = this->bundle_.path()})->send(request);

  ASSERT_TRUE(response) << response.error().message;
  EXPECT_TRUE(response->body.ends_with(request.body));
}

TYPED_TEST_P(TransportNetworkContract, KnowsAServerByItsAddress) {
  const StandIn server(tls_echo(make_server(this->authority_, "IP:127.0.0.1")));

  const Result<Response> response = this->make({.ca_bundle = this->bundle_.path()})
                                        ->send(this->request_to(this->https(server, "127.0.0.1")));

  EXPECT_TRUE(response) << response.error().message;
}

TYPED_TEST_P(TransportNetworkContract, RefusesAnAuthorityThatItDoesNotKnow) {
  const StandIn server(tls_echo(make_server(make_authority(), "DNS:localhost")));

  this->expect_refused(
      this->make({.ca_bundle = this->bundle_.path()})->send(this->request_to(this->https(server))),
      "certificate");
}

TYPED_TEST_P(TransportNetworkContract, TrustsNoStrangerBySystem) {
  const StandIn server(tls_echo(make_server(this->authority_, "DNS:localhost")));

  this->expect_refused(this->make()->send(this->request_to(this->https(server))), "certificate");
}

TYPED_TEST_P(TransportNetworkContract, RefusesTheCertificateOfAnotherHost) {
  const StandIn server(tls_echo(make_server(this->authority_,
                                            "DNS:other.test,DNS:local*,DNS:*.localhost,"
                                            "IP:127.0.0.2")));
  const auto transport = this->make({.ca_bundle = this->bundle_.path()});

  this->expect_refused(transport->send(this->request_to(this->https(server))), "certificate");
  this->expect_refused(transport->send(this->request_to(this->https(server, "127.0.0.1"))),
                       "certificate");
}

TYPED_TEST_P(TransportNetworkContract, RefusesACertificateThatHasExpired) {
  const StandIn server(tls_echo(make_server(this->authority_, "DNS:localhost", Validity::past)));

  this->expect_refused(
      this->make({.ca_bundle = this->bundle_.path()})->send(this->request_to(this->https(server))),
      "expired");
}

TYPED_TEST_P(TransportNetworkContract, SaysThatTheServerSpeaksNoTls) {
  const StandIn server([](Peer& peer) {
    peer.read();
    peer.write("HTTP/1.1 400 Bad Request\r\n\r\n");
  });

  const Result<Response> response = this->make()->send(this->request_to(this->https(server)));

  ASSERT_FALSE(response);
  EXPECT_THAT(response.error().message, HasSubstr("phase TLS"));
}

TYPED_TEST_P(TransportNetworkContract, SaysThatTheBundleCannotBeRead) {
  const StandIn server(tls_echo(make_server(this->authority_, "DNS:localhost")));

  const Result<Response> response =
      this->make({.ca_bundle = "/nowhere/bundle.pem"})->send(this->request_to(this->https(server)));

  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, ErrorCode::invalid_usage);
  EXPECT_THAT(response.error().message, HasSubstr("/nowhere/bundle.pem"));
}

TYPED_TEST_P(TransportNetworkContract, AsksForATunnelThroughAProxy) {
  const StandIn server(tls_echo(make_server(this->authority_, "DNS:example.test")));
  const StandIn proxy(tunnel_to(server.port(), true));
  const auto transport = this->make(
      {.ca_bundle = this->bundle_.path(), .https_proxy = this->proxy_url(proxy, "user:s%65cret@")});

  for (int i = 0; i < 3; ++i) {
    OutboundRequest request = this->request_to("https://example.test/a%3Ab");
    request.headers = {{"X-Private", "1"}};
    const Result<Response> response = transport->send(request);
    ASSERT_TRUE(response) << response.error().message;
    EXPECT_THAT(response->body,
                AllOf(StartsWith("POST /a%3Ab HTTP/1.1\r\nHost: example.test\r\n"),
                      HasSubstr("X-Private: 1"), Not(HasSubstr("Proxy-Authorization"))));
  }
  EXPECT_EQ(proxy.connections(), 1U);
}

TYPED_TEST_P(TransportNetworkContract, ChecksTheCertificateBehindAProxy) {
  const StandIn server(tls_echo(make_server(this->authority_, "DNS:localhost")));
  const StandIn proxy(tunnel_to(server.port(), false));

  this->expect_refused(
      this->make({.ca_bundle = this->bundle_.path(), .https_proxy = this->proxy_url(proxy)})
          ->send(this->request_to("https://example.test/")),
      "certificate");
}

TYPED_TEST_P(TransportNetworkContract, SaysThatTheProxyRefuses) {
  const StandIn proxy(tunnel_to(1, true));
  const auto transport = this->make({.https_proxy = this->proxy_url(proxy, "user:wrong@")});

  const Result<Response> response = transport->send(this->request_to("https://example.test/"));

  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, ErrorCode::unavailable);
  EXPECT_THAT(response.error().message,
              AllOf(HasSubstr("phase connect"), HasSubstr("407"), HasSubstr("was not received"),
                    Not(HasSubstr("wrong"))));
}

TYPED_TEST_P(TransportNetworkContract, SaysThatItIsTheProxyThatCannotBeReached) {
  // Port 9 is nobody's.
  const auto transport =
      this->make({.http_proxy = "http://127.0.0.1:9", .https_proxy = "http://user:pw@127.0.0.1:9"});
  for (const char* url : {"http://example.test/", "https://example.test/"}) {
    const Result<Response> response = transport->send(this->request_to(url));

    ASSERT_FALSE(response);
    EXPECT_THAT(response.error().message,
                AllOf(HasSubstr("phase connect: the proxy 127.0.0.1:9: "),
                      HasSubstr("was not received"), Not(HasSubstr("pw"))));
  }
}

TYPED_TEST_P(TransportNetworkContract, GivesUpOnAProxyThatStalls) {
  const StandIn proxy([](Peer& peer) { peer.wait_until_closed(); });
  OutboundRequest request = this->request_to("https://example.test/");
  request.connect_timeout = std::chrono::milliseconds{50};

  const Result<Response> response =
      this->make({.https_proxy = this->proxy_url(proxy)})->send(request);

  ASSERT_FALSE(response);
  EXPECT_THAT(response.error().message, HasSubstr("phase connect"));
}

TYPED_TEST_P(TransportNetworkContract, GivesAProxyTheWholePlainUrlUntouched) {
  const StandIn proxy([](Peer& peer) { peer.write_response(200, peer.read_request()); });
  const auto transport = this->make({.http_proxy = this->proxy_url(proxy, "user:secret@")});

  const Result<Response> response =
      transport->send(this->request_to("http://example.test:81/a%3Ab/../c//d?e=%20"));

  ASSERT_TRUE(response) << response.error().message;
  EXPECT_THAT(
      response->body,
      AllOf(StartsWith("POST http://example.test:81/a%3Ab/../c//d?e=%20 HTTP/1.1\r\n"),
            HasSubstr("Host: example.test:81\r\n"),
            HasSubstr("Proxy-Authorization: Basic dXNlcjpzZWNyZXQ=\r\n"), HasSubstr("body")));
}

TYPED_TEST_P(TransportNetworkContract, LeavesTheProxyOutWhereItIsToldTo) {
  const StandIn server([](Peer& peer) { peer.write_response(200, peer.read_request()); });
  const StandIn proxy([](Peer& peer) { peer.write_response(502, peer.read_request()); });
  const std::string url = "http://localhost:" + std::to_string(server.port()) + "/";

  const auto status = [&](std::string no_proxy) {
    const auto transport =
        this->make({.http_proxy = this->proxy_url(proxy), .no_proxy = std::move(no_proxy)});
    return transport->send(this->request_to(url)).value().status;
  };

  EXPECT_EQ(status(""), 502);
  EXPECT_EQ(status("example.test,host"), 502);
  EXPECT_EQ(status("*"), 200);
  EXPECT_EQ(status("example.test, LocalHost"), 200);
  EXPECT_EQ(status(".localhost"), 200);
}

TYPED_TEST_P(TransportNetworkContract, UsesNoProxyOfTheEnvironmentByItself) {
  const StandIn server([](Peer& peer) { peer.write_response(200, peer.read_request()); });
  const StandIn proxy([](Peer& peer) { peer.write_response(502, peer.read_request()); });
  ::setenv("http_proxy", this->proxy_url(proxy).c_str(), 1);

  const Result<Response> response = this->make()->send(this->request_to(server.url()));
  ::unsetenv("http_proxy");

  EXPECT_EQ(response.value().status, 200);
}

TYPED_TEST_P(TransportNetworkContract, RefusesAProxyThatItCannotAsk) {
  for (const char* const proxy : {"https://proxy:1", "socks5://proxy:1", "http://:1", "http://p:x",
                                  "http://user:secret%@p:1"}) {
    const Result<Response> response =
        this->make({.http_proxy = proxy})->send(this->request_to("http://example.test/"));

    ASSERT_FALSE(response) << proxy;
    EXPECT_EQ(response.error().code, ErrorCode::invalid_usage) << response.error().message;
    EXPECT_THAT(response.error().message, Not(HasSubstr("secret")));
  }
}

REGISTER_TYPED_TEST_SUITE_P(TransportNetworkContract, TrustsTheCertificatesOfTheBundle,
                            SendsAndReceivesMegabytesEncrypted, KnowsAServerByItsAddress,
                            RefusesAnAuthorityThatItDoesNotKnow, TrustsNoStrangerBySystem,
                            RefusesTheCertificateOfAnotherHost, RefusesACertificateThatHasExpired,
                            SaysThatTheServerSpeaksNoTls, SaysThatTheBundleCannotBeRead,
                            AsksForATunnelThroughAProxy, ChecksTheCertificateBehindAProxy,
                            SaysThatTheProxyRefuses, SaysThatItIsTheProxyThatCannotBeReached,
                            GivesUpOnAProxyThatStalls, GivesAProxyTheWholePlainUrlUntouched,
                            LeavesTheProxyOutWhereItIsToldTo, UsesNoProxyOfTheEnvironmentByItself,
                            RefusesAProxyThatItCannotAsk);

}  // namespace durable::http::test
