// SPDX-License-Identifier: Apache-2.0
#include "functions/http_client.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <charconv>
#include <cstdint>
#include <utility>

namespace durable::functions {
namespace {

template <class T>
T number(std::string_view text) {
  T value{};
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

}  // namespace

std::string HttpAnswer::header(std::string_view name) const {
  const std::size_t at = head.find("\r\n" + std::string(name) + ": ");
  if (at == std::string::npos) return {};
  const std::size_t from = at + name.size() + 4;
  return head.substr(from, head.find("\r\n", from) - from);
}

HttpClient::HttpClient(std::string address)
    : address_(std::move(address)), socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  const std::size_t colon = address_.find(':');
  struct sockaddr_in name {};
  name.sin_family = AF_INET;
  name.sin_port = htons(number<std::uint16_t>(std::string_view(address_).substr(colon + 1)));
  ::inet_pton(AF_INET, address_.substr(0, colon).c_str(), &name.sin_addr);
  if (::connect(socket_.get(), reinterpret_cast<struct sockaddr*>(&name), sizeof name) != 0) {
    socket_.reset();
  }
}

bool HttpClient::send(std::string_view method, std::string_view path, std::string_view body,
                      std::string_view headers) {
  std::string text;
  text.append(method).append(" ").append(path).append(" HTTP/1.1\r\nHost: ").append(address_);
  text.append("\r\nContent-Length: ").append(std::to_string(body.size())).append("\r\n");
  text.append(headers).append("\r\n").append(body);
  for (std::string_view rest = text; !rest.empty();) {
    const ssize_t sent = ::send(socket_.get(), rest.data(), rest.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    rest.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

HttpAnswer HttpClient::receive() {
  std::string text;
  std::size_t head_end = std::string::npos;
  std::size_t wanted = std::string::npos;
  std::array<char, 65536> buffer;
  HttpAnswer answer;
  while (text.size() < wanted) {
    const ssize_t size = ::recv(socket_.get(), buffer.data(), buffer.size(), 0);
    if (size <= 0) return {};
    text.append(buffer.data(), static_cast<std::size_t>(size));
    if (head_end != std::string::npos) continue;
    head_end = text.find("\r\n\r\n");
    if (head_end == std::string::npos) continue;
    answer.head = text.substr(0, head_end + 2);
    wanted = head_end + 4 + number<std::size_t>(answer.header("Content-Length"));
  }
  answer.status = number<int>(std::string_view(text).substr(9, 3));
  answer.body = text.substr(head_end + 4);
  return answer;
}

HttpAnswer HttpClient::call(std::string_view method, std::string_view path, std::string_view body,
                            std::string_view headers) {
  if (!send(method, path, body, headers)) return {};
  return receive();
}

}  // namespace durable::functions
