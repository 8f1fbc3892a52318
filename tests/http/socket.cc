// SPDX-License-Identifier: Apache-2.0
#include "http/socket.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <stdexcept>

namespace durable::http::test {
namespace {

constexpr time_t patience_s = 30;

[[noreturn]] void fail(const char* what) {
  throw std::runtime_error(std::string(what) + ": " + std::strerror(errno));
}

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

Socket patient(int handle) {
  Socket socket(handle);
  const timeval patience{patience_s, 0};
  setsockopt(handle, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  setsockopt(handle, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  return socket;
}

}  // namespace

Socket::Socket(Socket&& other) noexcept : handle_(std::exchange(other.handle_, -1)) {}

Socket& Socket::operator=(Socket&& other) noexcept {
  std::swap(handle_, other.handle_);
  return *this;
}

Socket::~Socket() { close(); }

void Socket::close() {
  if (handle_ >= 0) ::close(std::exchange(handle_, -1));
}

Socket Socket::connect(std::uint16_t port) {
  Socket socket = patient(::socket(AF_INET, SOCK_STREAM, 0));
  const sockaddr_in address = loopback(port);
  if (::connect(socket.handle_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    fail("connect");
  }
  return socket;
}

Socket Socket::listen() {
  Socket socket(::socket(AF_INET, SOCK_STREAM, 0));
  const sockaddr_in address = loopback(0);
  if (::bind(socket.handle_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      ::listen(socket.handle_, 64) != 0) {
    fail("listen");
  }
  return socket;
}

std::uint16_t Socket::port() const {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  if (getsockname(handle_, reinterpret_cast<sockaddr*>(&address), &size) != 0) fail("getsockname");
  return ntohs(address.sin_port);
}

Socket Socket::accept() const {
  const int handle = ::accept(handle_, nullptr, nullptr);
  return handle < 0 ? Socket{} : patient(handle);
}

bool Socket::send(std::string_view bytes) const {
  while (!bytes.empty()) {
    const ssize_t count = ::send(handle_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) fail("send");
    if (count <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

std::string Socket::receive() const {
  std::array<char, 64 * 1024> buffer{};
  const ssize_t count = ::recv(handle_, buffer.data(), buffer.size(), 0);
  if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) fail("nothing arrived");
  return count <= 0 ? std::string{} : std::string(buffer.data(), static_cast<std::size_t>(count));
}

std::string Socket::receive_to_end() const {
  std::string all;
  for (std::string piece = receive(); !piece.empty(); piece = receive()) all += piece;
  return all;
}

bool Socket::can_receive() const {
  pollfd entry{handle_, POLLIN, 0};
  return ::poll(&entry, 1, 0) > 0;
}

void Socket::end_sending() const { ::shutdown(handle_, SHUT_WR); }
void Socket::stop() const { ::shutdown(handle_, SHUT_RDWR); }

void Socket::reset_on_close() const {
  const linger at_once{1, 0};
  setsockopt(handle_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}

void Socket::shrink_buffers() const {
  const int small = 4'096;
  setsockopt(handle_, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
}

Reply RawClient::read_head() {
  std::size_t end = std::string::npos;
  while ((end = unread_.find("\r\n\r\n")) == std::string::npos) {
    const std::string more = socket_.receive();
    if (more.empty()) return {};
    unread_ += more;
  }
  Reply reply;
  reply.head = unread_.substr(0, end + 2);
  unread_.erase(0, end + 4);
  reply.status = std::stoi(reply.head.substr(reply.head.find(' ') + 1));
  return reply;
}

Reply RawClient::read_reply() {
  Reply reply = read_head();
  const std::size_t at = reply.head.find("Content-Length: ");
  if (at == std::string::npos) return reply;
  const std::size_t length = std::stoul(reply.head.substr(at + 16));
  while (unread_.size() < length) {
    const std::string more = socket_.receive();
    if (more.empty()) return {};
    unread_ += more;
  }
  reply.body = unread_.substr(0, length);
  unread_.erase(0, length);
  return reply;
}

std::string get(std::string_view target) {
  return "GET " + std::string(target) + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
}

std::string post(std::string_view target, std::string_view body) {
  return "POST " + std::string(target) +
         " HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + std::to_string(body.size()) +
         "\r\n\r\n" + std::string(body);
}

}  // namespace durable::http::test
