// SPDX-License-Identifier: Apache-2.0
//
// Plain sockets for tests that must say exactly what travels. Every call gives up after a generous
// time by an exception, so that a fault cannot hang a test.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace durable::http::test {

class Socket {
 public:
  Socket() = default;
  explicit Socket(int handle) : handle_(handle) {}
  Socket(Socket&& other) noexcept;
  Socket& operator=(Socket&& other) noexcept;
  ~Socket();

  static Socket connect(std::uint16_t port);
  /// On a free port of loopback.
  static Socket listen();

  [[nodiscard]] std::uint16_t port() const;
  /// Not open when `stop` was called.
  [[nodiscard]] Socket accept() const;
  [[nodiscard]] bool is_open() const { return handle_ >= 0; }
  [[nodiscard]] int handle() const { return handle_; }

  /// Whether all could be sent.
  bool send(std::string_view bytes) const;  // NOLINT(modernize-use-nodiscard): peers may be gone
  /// What has arrived, at least one byte; empty at the end, or after a reset.
  [[nodiscard]] std::string receive() const;
  [[nodiscard]] std::string receive_to_end() const;
  /// Whether `receive` would return at once.
  [[nodiscard]] bool can_receive() const;

  void end_sending() const;
  /// Ends what another thread does with this socket.
  void stop() const;
  /// Makes the close a reset.
  void reset_on_close() const;
  void close();
  /// Makes the kernel keep as little as it can for the other side to read.
  void shrink_buffers() const;

 private:
  int handle_ = -1;
};

/// A response as a client reads it.
struct Reply {
  int status = 0;
  std::string head;  ///< Status line and headers.
  std::string body;
};

/// A client that sends what it is told to.
class RawClient {
 public:
  explicit RawClient(std::uint16_t port) : socket_(Socket::connect(port)) {}

  RawClient& send(std::string_view bytes) {
    socket_.send(bytes);
    return *this;
  }
  /// One response with Content-Length; status 0 if the connection ends first.
  Reply read_reply();
  /// The same without a body, as for HEAD.
  Reply read_head();
  /// Waits until the server closes; whatever else it sent.
  std::string read_to_end() { return std::exchange(unread_, {}) + socket_.receive_to_end(); }
  Socket& socket() { return socket_; }

 private:
  Socket socket_;
  std::string unread_;
};

/// A request without a body that asks for `target`.
std::string get(std::string_view target);
/// A POST with `body`.
std::string post(std::string_view target, std::string_view body);

}  // namespace durable::http::test
