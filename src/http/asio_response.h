// SPDX-License-Identifier: Apache-2.0
//
// From bytes to one response, within a limit. Reads no socket.
#pragma once

#include "http/message.h"

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace durable::http {

/// Reads the response to one request. Interim responses (100, 103) are passed over.
class ResponseParser {
 public:
  enum class State { incomplete, complete, failed, too_large };
  enum class BodyRule { by_headers, none };  ///< None: the request was HEAD or CONNECT.

  ResponseParser(std::size_t bytes_max, BodyRule rule);
  ResponseParser(const ResponseParser&) = delete;
  ResponseParser& operator=(const ResponseParser&) = delete;
  ~ResponseParser();

  /// Takes a prefix of `bytes`, and returns its length; the rest has to be given again, with more.
  std::size_t feed(std::string_view bytes);
  /// No more bytes come: this is how a body of unknown length ends, and an error otherwise.
  void end();

  [[nodiscard]] State state() const;
  /// Whether a byte has come.
  [[nodiscard]] bool started() const;
  [[nodiscard]] const std::string& cause() const;  ///< In state `failed`.
  [[nodiscard]] bool keep_alive() const;           ///< In state `complete`.
  [[nodiscard]] Response take();                   ///< In state `complete`.

 private:
  class Impl;
  void restart();

  const std::size_t bytes_max_;
  const BodyRule rule_;
  bool started_ = false;
  std::unique_ptr<Impl> impl_;
};

}  // namespace durable::http
