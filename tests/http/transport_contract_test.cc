// SPDX-License-Identifier: Apache-2.0
#include "http/transport_contract.h"

#include "http/transports.h"

namespace durable::http::test {
namespace {

using Transports = ::testing::Types<Curl, Asio>;
INSTANTIATE_TYPED_TEST_SUITE_P(Http, TransportContract, Transports);

}  // namespace
}  // namespace durable::http::test
