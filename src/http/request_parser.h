// SPDX-License-Identifier: Apache-2.0
//
// From bytes to one request, within limits. Reads no socket.
#pragma once

#include "http/message.h"

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace durable::http {

struct ParserLimits {
  std::size_t header_bytes_max = 64 * 1024;
  std::size_t body_bytes_max = 8 * 1024 * 1024;
};

/// Why a request cannot be read, as the answer to it. The connection cannot be used afterwards.
struct ParseFailure {
  int status = 400;
  std::string message;
};

/// Reads one request; make a new one for the next.
class RequestParser {
 public:
  enum class State { headers, body, complete, failed };

  explicit RequestParser(ParserLimits limits);
  RequestParser(const RequestParser&) = delete;
  RequestParser& operator=(const RequestParser&) = delete;
  ~RequestParser();

  /// Takes a prefix of `bytes`, and returns its length; the rest has to be given again, with more.
  /// Stops after the headers, so that they can be judged before the body is awaited.
  std::size_t feed(std::string_view bytes);

  [[nodiscard]] State state() const;
  /// Whether a byte of the request was there.
  [[nodiscard]] bool started() const;
  [[nodiscard]] const ParseFailure& failure() const;  ///< In state `failed`.

  // From state `body` on.
  [[nodiscard]] bool keep_alive() const;
  [[nodiscard]] bool is_http_1_0() const;
  /// Whether the client waits for `100 Continue` before it sends the body.
  [[nodiscard]] bool expects_continue() const;
  /// How many bytes of the body are still to come, if that is known.
  [[nodiscard]] std::size_t body_bytes_expected() const;

  [[nodiscard]] const Request& request() const;
  [[nodiscard]] Request take_request();  ///< In state `complete`.

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace durable::http
