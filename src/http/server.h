// SPDX-License-Identifier: Apache-2.0
//
// An HTTP/1.1 server whose connections, headers, bodies and times are bounded. Knows no domain.
#pragma once

#include "http/message.h"

#include <durable/base/result.h>
#include <durable/base/time.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace durable::http {

class Exchange;  // one request that waits for its response; private to the room

/// Answers one request, once, at any time and from any thread. Dropped without an answer, it
/// answers with a refusal, 500. Move-only.
class Responder {
 public:
  explicit Responder(std::shared_ptr<Exchange> exchange);
  Responder(Responder&&) noexcept;
  Responder& operator=(Responder&&) noexcept;
  ~Responder();

  /// Sends `response`. To a client that has gone it is dropped.
  void respond(Response response);

  /// Calls `gone` at most once, on the server's thread, when the client leaves before `respond`.
  /// If it has left already, calls it soon, never inside this call. For requests that are held. A
  /// client that ends its sending side counts as gone; a listener that closes tells nobody.
  void on_abandoned(std::function<void()> gone);

 private:
  std::shared_ptr<Exchange> exchange_;  // owners: this, and the connection
};

/// Called on the server's one thread, which it must not block. Throwing answers with a refusal,
/// 500.
using Handler = std::function<void(Request request, Responder responder)>;

/// What the server answers by itself: to what is no request, or is over a limit, and in place of a
/// handler that failed. Texts are valid during the call that is given them.
struct Refusal {
  int status = 500;
  std::string message;                      ///< Expected, found, what to try. May have any bytes.
  std::string_view method = {};             ///< As far as the request was read; empty: not so far.
  std::string_view target = {};             ///< As above.
  Duration retry_after = Duration::zero();  ///< Zero: the same request will be refused again.
};

/// Words a refusal. Called on the server's thread, which it must not block; must not throw. Not
/// called once its listener has closed.
using RefusalFormatter = std::function<Response(const Refusal& refusal)>;

/// `{"message": ...}`, with Retry-After where it says something.
[[nodiscard]] Response plain_refusal(const Refusal& refusal);

/// What one listener allows. What is over a limit is answered (413 body, 431 headers, 408 time,
/// 503 connections with Retry-After), and the connection closed.
struct ListenerOptions {
  std::string host = "127.0.0.1";  ///< An address of this machine; IPv4 or IPv6.
  std::uint16_t port = 0;          ///< 0: a free one.
  std::size_t header_bytes_max = 64 * 1024;
  std::size_t body_bytes_max = 8 * 1024 * 1024;
  std::size_t connections_max = 2'048;
  /// When all connections are taken, one that has been without a request for so long makes room.
  Duration unused_min = std::chrono::seconds{1};
  Duration header_timeout = std::chrono::seconds{10};  ///< For request line and headers together.
  Duration body_timeout = std::chrono::seconds{60};
  Duration idle_timeout = std::chrono::seconds{75};   ///< Between two requests.
  Duration write_timeout = std::chrono::seconds{30};  ///< For a client to read each 256 KiB.
  /// Host header names that are accepted besides IP addresses and `localhost`, without port;
  /// others are answered 421, so that a web page cannot reach this server by rebinding a name.
  std::vector<std::string> allowed_hosts = {};
  RefusalFormatter refuse = plain_refusal;
};

class Listener {
 public:
  virtual ~Listener() = default;
  [[nodiscard]] virtual std::uint16_t port() const = 0;
  /// Accepts no more connections and closes idle ones. Requests in work are still answered, with
  /// `Connection: close`. Thread-safe; returns at once.
  virtual void stop_accepting() = 0;
  /// How many connections are open. Thread-safe.
  [[nodiscard]] virtual std::size_t connections() const = 0;
  // The destructor closes everything; no handler of it runs after that, and no function given to
  // `on_abandoned`. Responders that are left may still be used, in vain. Not to be called on the
  // server's thread.
};

/// One thread that serves any number of listeners.
class Server {
 public:
  Server();
  ~Server();  ///< Ends the thread. All listeners must be gone.
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// Listens and serves from now on. Thread-safe. Errors: `unavailable` with address, reason and
  /// what to try (port in use, no such address).
  [[nodiscard]] Result<std::unique_ptr<Listener>> listen(ListenerOptions options, Handler handler);

  /// Runs `task` on the server's thread after `delay`. Thread-safe. Tasks left when the server ends
  /// are dropped.
  void post_after(Duration delay, std::function<void()> task);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace durable::http
