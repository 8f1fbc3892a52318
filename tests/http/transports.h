// SPDX-License-Identifier: Apache-2.0
//
// The parameters of the contracts' fixtures.
#pragma once

#include "http/transport.h"

#include <memory>
#include <utility>

namespace durable::http::test {

struct Curl {
  static std::unique_ptr<Transport> make(TransportOptions options) {
    return make_curl_transport(std::move(options));
  }
};

struct Asio {
  static std::unique_ptr<Transport> make(TransportOptions options) {
    return make_asio_transport(std::move(options));
  }
};

}  // namespace durable::http::test
