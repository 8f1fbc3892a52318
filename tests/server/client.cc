// SPDX-License-Identifier: Apache-2.0
#include "server/client.h"

#include "http/message.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdlib>

namespace durable::server {

std::string HttpAnswer::header(std::string_view name) const {
  std::string_view rest = head;
  while (!rest.empty()) {
    const std::string_view line = rest.substr(0, rest.find("\r\n"));
    rest.remove_prefix(std::min(line.size() + 2, rest.size()));
    const std::size_t colon = line.find(": ");
    if (colon == std::string_view::npos) continue;
    if (http::equals_ignoring_case(line.substr(0, colon), name)) {
      return std::string(line.substr(colon + 2));
    }
  }
  return {};
}

Client::Client(std::uint16_t port)
    : port_(port), socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const auto* const generic = reinterpret_cast<const sockaddr*>(&address);
  if (::connect(socket_, generic, sizeof address) != 0) {
    ::close(socket_);
    socket_ = -1;
  }
}

Client::~Client() {
  if (socket_ >= 0) ::close(socket_);
}

bool Client::send(std::string_view method, std::string_view target, std::string_view body,
                  std::string_view headers) {
  std::string text(method);
  text.append(" ").append(target).append(" HTTP/1.1\r\nHost: 127.0.0.1:");
  text.append(std::to_string(port_)).append("\r\nContent-Length: ");
  text.append(std::to_string(body.size())).append("\r\n").append(headers).append("\r\n");
  text.append(body);
  for (std::string_view rest = text; !rest.empty();) {
    const ssize_t sent = ::send(socket_, rest.data(), rest.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    rest.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

HttpAnswer Client::receive() {
  std::string text;
  HttpAnswer answer;
  std::array<char, 65'536> buffer{};
  for (std::size_t whole = std::string::npos; text.size() < whole;) {
    const ssize_t size = ::recv(socket_, buffer.data(), buffer.size(), 0);
    if (size <= 0) return {};
    text.append(buffer.data(), static_cast<std::size_t>(size));
    const std::size_t end = answer.head.empty() ? text.find("\r\n\r\n") : std::string::npos;
    if (end == std::string::npos) continue;
    answer.head = text.substr(0, end + 2);
    whole = end + 4 + std::strtoul(answer.header("Content-Length").c_str(), nullptr, 10);
  }
  answer.status = std::atoi(text.substr(std::string_view("HTTP/1.1 ").size(), 3).c_str());
  answer.body = text.substr(answer.head.size() + 2);
  return answer;
}

}  // namespace durable::server
