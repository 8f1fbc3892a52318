// SPDX-License-Identifier: Apache-2.0
//
// A server that does what a test's script says, with each connection on its own thread.
#pragma once

#include "http/certificates.h"
#include "http/socket.h"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace durable::http::test {

/// The server's end of one connection.
class Peer {
 public:
  Peer(Socket& socket, std::size_t number) : socket_(socket), number_(number) {}
  ~Peer();
  Peer(const Peer&) = delete;
  Peer& operator=(const Peer&) = delete;

  /// Which connection this is; the first is 0.
  [[nodiscard]] std::size_t number() const { return number_; }
  /// Whether the client agreed to speak TLS.
  bool start_tls(SSL_CTX* context);
  /// Head and body as they came; empty when the client sends no more.
  std::string read_request();
  /// One piece of what arrives; empty at the end.
  std::string read();
  void write(std::string_view bytes);
  void write_response(int status, std::string_view body, std::string_view headers = {});
  void wait_until_closed();
  Socket& socket() { return socket_; }

 private:
  Socket& socket_;
  std::size_t number_;
  SSL* session_ = nullptr;
  std::string unread_;
};

class StandIn {
 public:
  using Script = std::function<void(Peer&)>;

  explicit StandIn(Script script);
  ~StandIn();
  StandIn(const StandIn&) = delete;
  StandIn& operator=(const StandIn&) = delete;

  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] std::string url(std::string_view path = "/") const;
  [[nodiscard]] std::size_t connections() const { return connections_; }

 private:
  void accept_all();

  Script script_;
  Socket listener_;
  std::uint16_t port_ = 0;
  std::atomic<std::size_t> connections_ = 0;
  mutable std::mutex mutex_;
  std::list<Socket> sockets_;         // guarded by mutex_
  std::vector<std::thread> threads_;  // guarded by mutex_
  bool is_stopping_ = false;          // guarded by mutex_
  std::thread acceptor_;
};

}  // namespace durable::http::test
