// SPDX-License-Identifier: Apache-2.0
//
// A client that sends exactly what a test says, over plain sockets.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace durable::server {

struct HttpAnswer {
  int status = 0;  ///< 0: the connection ended before the answer was complete.
  std::string head;
  std::string body;

  /// The value of a header, whose name is compared without regard to case; empty if there is none.
  [[nodiscard]] std::string header(std::string_view name) const;
};

/// One connection to this machine. Closed with the object.
class Client {
 public:
  explicit Client(std::uint16_t port);
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  /// `headers` are whole lines with their ends.
  bool send(std::string_view method, std::string_view target, std::string_view body,
            std::string_view headers);
  HttpAnswer receive();

 private:
  const std::uint16_t port_;
  int socket_ = -1;
};

}  // namespace durable::server
