// SPDX-License-Identifier: Apache-2.0
#include "http/transport_network_contract.h"

#include "http/transports.h"

namespace durable::http::test {
namespace {

using Transports = ::testing::Types<Curl, Asio>;
INSTANTIATE_TYPED_TEST_SUITE_P(Http, TransportNetworkContract, Transports);

TEST(AsioTransport, TrustsTheFileThatTheEnvironmentNames) {
  const Identity authority = make_authority();
  const TemporaryFile bundle(authority.pem());
  const StandIn server(tls_echo(make_server(authority, "DNS:localhost")));
  OutboundRequest request;
  request.url = "https://localhost:" + std::to_string(server.port()) + "/";

  ::setenv("SSL_CERT_FILE", bundle.path().c_str(), 1);
  const Result<Response> response = make_asio_transport()->send(request);
  ::unsetenv("SSL_CERT_FILE");

  EXPECT_TRUE(response) << response.error().message;
}

}  // namespace
}  // namespace durable::http::test
