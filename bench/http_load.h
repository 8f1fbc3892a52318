// SPDX-License-Identifier: Apache-2.0
//
// A load generator: keep-alive connections to one port of this machine, each with one request out
// at a time, on one thread. Throws `std::runtime_error` for anything but a complete answer.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace durable::bench {

struct LoadReply {
  int status = 0;
  std::string_view headers;  ///< Until the callback returns, as `body`.
  std::string_view body;
};

class HttpLoad {
 public:
  HttpLoad(std::uint16_t port, std::size_t connections);
  HttpLoad(const HttpLoad&) = delete;
  HttpLoad& operator=(const HttpLoad&) = delete;
  ~HttpLoad();

  /// Sends what `next` gives for a connection, and tells `reply` of the answer; on and on, until
  /// `next` gives the empty text for each connection.
  void run(const std::function<std::string(std::size_t connection)>& next,
           const std::function<void(std::size_t connection, const LoadReply&)>& reply);

  /// One request on the first connection.
  [[nodiscard]] std::string one(const std::string& request);

 private:
  struct Connection {
    int file = -1;
    std::string out;
    std::size_t sent = 0;
    std::string in;
    bool busy = false;
  };
  void start(std::size_t number, std::string request);
  void write(Connection& connection);
  /// Whether the answer is complete; then it has been given to `reply`.
  bool read(std::size_t number, const std::function<void(std::size_t, const LoadReply&)>& reply);

  int epoll_ = -1;
  std::vector<Connection> connections_;
};

/// An HTTP/1.1 request to this machine; `headers` are whole lines.
[[nodiscard]] std::string make_request(std::string_view method, std::string_view target,
                                       std::string_view headers, std::string_view body);

}  // namespace durable::bench
