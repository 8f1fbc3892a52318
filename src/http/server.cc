// SPDX-License-Identifier: Apache-2.0
#include "http/server.h"

#include "http/connection.h"
#include "http/limits.h"

#include <durable/base/assert.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>

#include <cstdint>
#include <future>
#include <thread>
#include <utility>

namespace durable::http {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using Tcp = asio::ip::tcp;

Error listen_error(const ListenerOptions& options, const error_code& error) {
  std::string advice = "Check host and port";
  if (error == asio::error::address_in_use) {
    advice = "Stop the program that uses this port, or choose another one (0: a free one)";
  } else if (error == asio::error::access_denied) {
    advice = "Choose a port from 1024 on, or run with the right to use this one";
  } else if (error.value() == EADDRNOTAVAIL) {
    advice = "Choose an address of this machine, such as 127.0.0.1";
  }
  return {ErrorCode::unavailable, "cannot listen on " + options.host + " port " +
                                      std::to_string(options.port) + ": " + error.message() + ". " +
                                      advice};
}

/// Accepts connections, and keeps them.
class Acceptor : public std::enable_shared_from_this<Acceptor> {
 public:
  Acceptor(asio::io_context& io, std::shared_ptr<Listening> listening)
      : acceptor_(io), retry_(io), listening_(std::move(listening)) {}

  [[nodiscard]] Result<void> open() {
    const ListenerOptions& options = listening_->options;
    error_code error;
    const asio::ip::address address =
        asio::ip::make_address(options.host == "localhost" ? "127.0.0.1" : options.host, error);
    if (error) {
      return Error{ErrorCode::unavailable, "cannot listen on '" + options.host +
                                               "': this is no IP address. Give one of this "
                                               "machine, such as 127.0.0.1, ::1 or 0.0.0.0"};
    }
    const Tcp::endpoint endpoint(address, options.port);
    acceptor_.open(endpoint.protocol(), error);
    if (!error) acceptor_.set_option(Tcp::acceptor::reuse_address(true), error);
    if (!error) acceptor_.bind(endpoint, error);
    if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
    if (!error) acceptor_.non_blocking(true, error);
    if (!error) port_ = acceptor_.local_endpoint(error).port();
    if (error) return listen_error(options, error);
    return {};
  }

  [[nodiscard]] std::uint16_t port() const { return port_; }

  void accept() {
    acceptor_.async_accept(
        [self = shared_from_this()](const error_code& error, Tcp::socket socket) {
          if (!self->acceptor_.is_open()) return;
          if (error) return self->accept_later();
          self->welcome(std::move(socket));
          self->accept();
        });
  }

  void stop() {
    if (listening_->is_stopping) return;
    listening_->is_stopping = true;
    close();
    for (const Deadlines::Kind kind : {Deadlines::Kind::headers, Deadlines::Kind::idle}) {
      // Closing takes a connection out of the queue that is walked.
      const std::list<Deadlines::Timed*> waiting = listening_->deadlines.waiting(kind);
      for (Deadlines::Timed* const connection : waiting) {
        static_cast<Connection*>(connection)->stop();
      }
    }
  }

  void close_all() {
    stop();
    listening_->alive.reset();
    while (Deadlines::Timed* const connection = listening_->deadlines.any()) connection->close();
    const Handler unneeded = std::exchange(listening_->handler, nullptr);
  }

 private:
  void welcome(Tcp::socket socket) {
    using Admission = Connection::Admission;
    bool is_full = listening_->connections >= listening_->options.connections_max;
    if (is_full && close_unused()) is_full = false;
    if (is_full && listening_->refused >= limits::refused_connections_max) return;
    std::make_shared<Connection>(std::move(socket), listening_,
                                 is_full ? Admission::refused : Admission::admitted)
        ->start();
  }

  /// Closes the connection that has been without a request for longest, if for long enough: clients
  /// that keep connections and say nothing must not keep out those that have something to say.
  bool close_unused() {
    const Deadlines::Time now = std::chrono::steady_clock::now();
    for (const Deadlines::Kind kind : {Deadlines::Kind::idle, Deadlines::Kind::headers}) {
      for (Deadlines::Timed* const timed : listening_->deadlines.waiting(kind)) {
        if (listening_->deadlines.waited(*timed, now) < listening_->options.unused_min) break;
        auto* const connection = static_cast<Connection*>(timed);
        if (!connection->is_unused()) continue;
        connection->close();
        return true;
      }
    }
    return false;
  }

  // Most likely no file descriptor is left: others have to close first.
  void accept_later() {
    retry_.expires_after(limits::accept_retry_delay);
    retry_.async_wait([self = shared_from_this()](const error_code& error) {
      if (!error && self->acceptor_.is_open()) self->accept();
    });
  }

  void close() {
    error_code ignored;  // nothing can be done for a socket that does not close
    acceptor_.close(ignored);
    retry_.cancel();
  }

  Tcp::acceptor acceptor_;
  asio::steady_timer retry_;
  std::uint16_t port_ = 0;
  const std::shared_ptr<Listening> listening_;  // owners: this, and its connections
};

class TcpListener final : public Listener {
 public:
  TcpListener(asio::io_context& io, std::shared_ptr<Listening> listening,
              std::shared_ptr<Acceptor> acceptor)
      : io_(io), listening_(std::move(listening)), acceptor_(std::move(acceptor)) {
    asio::post(io_, [acceptor = acceptor_] { acceptor->accept(); });
  }

  ~TcpListener() override {
    std::promise<void> closed;
    asio::post(io_, [this, &closed] {
      acceptor_->close_all();
      closed.set_value();
    });
    closed.get_future().wait();
  }

  [[nodiscard]] std::uint16_t port() const override { return acceptor_->port(); }
  void stop_accepting() override {
    asio::post(io_, [acceptor = acceptor_] { acceptor->stop(); });
  }
  [[nodiscard]] std::size_t connections() const override { return listening_->connections; }

 private:
  asio::io_context& io_;
  const std::shared_ptr<Listening> listening_;
  const std::shared_ptr<Acceptor> acceptor_;  // owners: this, and what it waits for
};

}  // namespace

struct Server::Impl {
  Impl() {
    bell.assign(inbox->bell().listener());
    await_bell();
    thread = std::thread([this] { io.run(); });
  }

  ~Impl() {
    inbox->close();
    io.stop();
    thread.join();
  }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  /// Also keeps the thread running, as long as nothing else is to do.
  void await_bell() {
    bell.async_read_some(asio::buffer(&rings, sizeof rings),
                         [this](const error_code& error, std::size_t) {
                           if (error) return;
                           inbox->drain();
                           await_bell();
                         });
  }

  asio::io_context io{1};
  const std::shared_ptr<Inbox> inbox = std::make_shared<Inbox>();  // owners: this, all exchanges
  asio::posix::stream_descriptor bell{io};
  std::uint64_t rings = 0;
  std::thread thread;
};

Server::Server() : impl_(std::make_unique<Impl>()) {}
Server::~Server() = default;

Result<std::unique_ptr<Listener>> Server::listen(ListenerOptions options, Handler handler) {
  const auto listening =
      std::make_shared<Listening>(impl_->io, impl_->inbox, std::move(options), std::move(handler));
  const auto acceptor = std::make_shared<Acceptor>(impl_->io, listening);
  Result<void> opened = acceptor->open();
  if (!opened) return std::move(opened).error();
  return std::unique_ptr<Listener>(std::make_unique<TcpListener>(impl_->io, listening, acceptor));
}

void Server::post_after(Duration delay, std::function<void()> task) {
  if (delay <= Duration::zero()) return asio::post(impl_->io, std::move(task));
  // Owned by the wait alone, so that it ends with the server.
  const auto timer = std::make_shared<asio::steady_timer>(impl_->io, delay);
  timer->async_wait([timer, task = std::move(task)](const error_code& error) {
    if (!error) task();
  });
}

}  // namespace durable::http
