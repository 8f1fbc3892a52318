// SPDX-License-Identifier: Apache-2.0
#include "http/transport_contract.h"

#include "http/transports.h"

namespace durable::http::test {
namespace {

using Transports = ::testing::Types<Curl, Asio>;
INSTANTIATE_TYPED_TEST_SUITE_P(Http, TransportContract, Transports);

TEST(CurlTransport, EndsARequestThatIsCalledOff) {
  std::stop_source stop;
  const StandIn server([&stop](Peer& peer) {
    peer.read_request();
    stop.request_stop();
    peer.wait_until_closed();
  });
  const auto transport = make_curl_transport();
  OutboundRequest request;
  request.url = server.url();
  request.timeout = std::chrono::minutes{10};
  request.stop = stop.get_token();

  const Result<Response> response = transport->send(request);

  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, ErrorCode::unavailable);
  EXPECT_THAT(response.error().message, ::testing::HasSubstr("the request was called off"));
  request.stop = {};
  request.timeout = std::chrono::milliseconds{50};
  EXPECT_THAT(transport->send(request).error().message, ::testing::HasSubstr("phase receive"))
      << "the handle is used again";
}

}  // namespace
}  // namespace durable::http::test
