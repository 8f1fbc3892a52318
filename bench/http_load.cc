// SPDX-License-Identifier: Apache-2.0
#include "bench/http_load.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <stdexcept>
#include <utility>

namespace durable::bench {
namespace {

constexpr int answer_limit_ms = 30'000;

[[noreturn]] void fail(const char* call) {
  throw std::runtime_error(std::string(call) + " failed: " + std::strerror(errno));
}

int connect_to(std::uint16_t port) {
  const int file = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (file < 0) fail("socket");
  const int on = 1;
  if (::setsockopt(file, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) != 0) fail("setsockopt");
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(file, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    fail("connect");
  }
  return file;
}

/// The value of Content-Length in a block of headers; the servers at hand always send one.
std::size_t content_length(std::string_view headers) {
  constexpr std::string_view name = "\r\nContent-Length: ";
  const std::size_t at = headers.find(name);
  std::size_t length = 0;
  if (at != std::string_view::npos) {
    const char* const first = headers.data() + at + name.size();
    std::from_chars(first, headers.data() + headers.size(), length);
  }
  return length;
}

}  // namespace

HttpLoad::HttpLoad(std::uint16_t port, std::size_t connections)
    : epoll_(::epoll_create1(EPOLL_CLOEXEC)), connections_(connections) {
  if (epoll_ < 0) fail("epoll_create1");
  for (std::size_t i = 0; i < connections; ++i) {
    connections_[i].file = connect_to(port);
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.u64 = i;
    if (::epoll_ctl(epoll_, EPOLL_CTL_ADD, connections_[i].file, &event) != 0) fail("epoll_ctl");
  }
}

HttpLoad::~HttpLoad() {
  for (const Connection& connection : connections_) {
    if (connection.file >= 0) ::close(connection.file);
  }
  if (epoll_ >= 0) ::close(epoll_);
}

void HttpLoad::start(std::size_t number, std::string request) {
  Connection& connection = connections_[number];
  connection.out = std::move(request);
  connection.sent = 0;
  connection.in.clear();
  connection.busy = true;
  write(connection);
}

// Requests are far smaller than a socket's buffer, so that a blocking write ends at once.
void HttpLoad::write(Connection& connection) {
  while (connection.sent < connection.out.size()) {
    const ssize_t count = ::send(connection.file, connection.out.data() + connection.sent,
                                 connection.out.size() - connection.sent, MSG_NOSIGNAL);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) fail("send");
    connection.sent += static_cast<std::size_t>(count);
  }
}

bool HttpLoad::read(std::size_t number,
                    const std::function<void(std::size_t, const LoadReply&)>& reply) {
  Connection& connection = connections_[number];
  std::array<char, 64 * 1024> buffer;
  const ssize_t count = ::recv(connection.file, buffer.data(), buffer.size(), 0);
  if (count < 0 && errno == EINTR) return false;
  if (count <= 0) throw std::runtime_error("the server closed a connection without an answer");
  connection.in.append(buffer.data(), static_cast<std::size_t>(count));

  const std::string_view text = connection.in;
  const std::size_t end = text.find("\r\n\r\n");
  if (end == std::string_view::npos) return false;
  const std::string_view headers = text.substr(0, end);
  const std::size_t length = content_length(headers);
  if (text.size() < end + 4 + length) return false;
  LoadReply answer;
  answer.headers = headers;
  answer.body = text.substr(end + 4, length);
  std::from_chars(text.data() + 9, text.data() + 12, answer.status);
  connection.busy = false;
  reply(number, answer);
  return true;
}

void HttpLoad::run(const std::function<std::string(std::size_t)>& next,
                   const std::function<void(std::size_t, const LoadReply&)>& reply) {
  std::size_t busy = 0;
  const auto go_on = [&](std::size_t number) {
    std::string request = next(number);
    if (request.empty()) return;
    start(number, std::move(request));
    ++busy;
  };
  for (std::size_t i = 0; i < connections_.size(); ++i) go_on(i);
  std::array<epoll_event, 64> events;
  while (busy > 0) {
    const int count =
        ::epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), answer_limit_ms);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) fail("epoll_wait");
    if (count == 0) throw std::runtime_error("no answer in 30 s");
    for (int i = 0; i < count; ++i) {
      const std::size_t number = events[static_cast<std::size_t>(i)].data.u64;
      if (!read(number, reply)) continue;
      --busy;
      go_on(number);
    }
  }
}

std::string HttpLoad::one(const std::string& request) {
  bool asked = false;
  std::string body;
  run(
      [&](std::size_t number) {
        return number == 0 && !std::exchange(asked, true) ? request : std::string();
      },
      [&](std::size_t, const LoadReply& reply) {
        body = std::string(reply.headers) + "\r\n\r\n" + std::string(reply.body);
      });
  return body;
}

std::string make_request(std::string_view method, std::string_view target, std::string_view headers,
                         std::string_view body) {
  std::string request;
  request.reserve(256 + body.size());
  request.append(method).append(" ").append(target).append(" HTTP/1.1\r\nHost: 127.0.0.1\r\n");
  request.append(headers);
  request.append("Content-Length: ").append(std::to_string(body.size())).append("\r\n\r\n");
  return request.append(body);
}

}  // namespace durable::bench
