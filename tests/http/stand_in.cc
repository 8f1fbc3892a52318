// SPDX-License-Identifier: Apache-2.0
#include "http/stand_in.h"

#include <csignal>
#include <exception>
#include <utility>

namespace durable::http::test {
namespace {

std::size_t content_length(const std::string& head) {
  const std::size_t at = head.find("Content-Length: ");
  return at == std::string::npos ? 0 : std::stoul(head.substr(at + 16));
}

// OpenSSL writes in a way that raises it; only this thread ignores that, not what is tested.
void block_pipe_signal() {
  sigset_t pipe;
  sigemptyset(&pipe);
  sigaddset(&pipe, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &pipe, nullptr);
}

}  // namespace

Peer::~Peer() { SSL_free(session_); }

bool Peer::start_tls(SSL_CTX* context) {
  session_ = SSL_new(context);
  SSL_set_fd(session_, socket_.handle());
  return SSL_accept(session_) == 1;
}

std::string Peer::read() {
  if (!unread_.empty()) return std::exchange(unread_, {});
  if (session_ == nullptr) return socket_.receive();
  std::string piece(16 * 1024, '\0');
  const int count = SSL_read(session_, piece.data(), static_cast<int>(piece.size()));
  piece.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
  return piece;
}

std::string Peer::read_request() {
  std::string request;
  while (true) {
    const std::size_t end = request.find("\r\n\r\n");
    if (end != std::string::npos) {
      const std::size_t size = end + 4 + content_length(request.substr(0, end + 2));
      if (request.size() >= size) {
        unread_ = request.substr(size);
        return request.substr(0, size);
      }
    }
    const std::string more = read();
    if (more.empty()) return {};
    request += more;
  }
}

void Peer::write(std::string_view bytes) {
  if (session_ == nullptr) {
    socket_.send(bytes);
  } else if (!bytes.empty()) {
    SSL_write(session_, bytes.data(), static_cast<int>(bytes.size()));
  }
}

void Peer::write_response(int status, std::string_view body, std::string_view headers) {
  write("HTTP/1.1 " + std::to_string(status) + " Text\r\nContent-Length: " +
        std::to_string(body.size()) + "\r\n" + std::string(headers) + "\r\n" + std::string(body));
}

void Peer::wait_until_closed() {
  while (!read().empty()) {
  }
}

StandIn::StandIn(Script script)
    : script_(std::move(script)), listener_(Socket::listen()), port_(listener_.port()) {
  acceptor_ = std::thread([this] { accept_all(); });
}

StandIn::~StandIn() {
  {
    const std::lock_guard lock(mutex_);
    is_stopping_ = true;
    for (const Socket& socket : sockets_) socket.stop();
  }
  listener_.stop();
  acceptor_.join();
  for (std::thread& thread : threads_) thread.join();  // nobody adds to them any more
}

std::string StandIn::url(std::string_view path) const {
  return "http://127.0.0.1:" + std::to_string(port_) + std::string(path);
}

void StandIn::accept_all() {
  while (true) {
    Socket socket = listener_.accept();
    const std::lock_guard lock(mutex_);
    if (!socket.is_open() || is_stopping_) return;
    Socket& kept = sockets_.emplace_back(std::move(socket));
    threads_.emplace_back([this, &kept, number = connections_++] {
      block_pipe_signal();
      {
        Peer peer(kept, number);
        try {
          script_(peer);
        } catch (const std::exception&) {
          // The client kept the peer waiting for too long, as the test will find.
        }
      }
      const std::lock_guard closing(mutex_);  // the destructor may be about to stop it
      kept.close();
    });
  }
}

}  // namespace durable::http::test
