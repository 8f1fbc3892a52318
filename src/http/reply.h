// SPDX-License-Identifier: Apache-2.0
//
// The bytes of responses.
#pragma once

#include "http/message.h"

#include <chrono>
#include <string>
#include <string_view>

namespace durable::http {

enum class AfterReply { keep_open, close };

/// How a response is to be written for one request.
struct ReplyFrame {
  bool is_head = false;      ///< The request was HEAD: the body is not sent, its length is.
  bool is_http_1_0 = false;  ///< Its clients have to be told that the connection stays open.
  AfterReply after = AfterReply::keep_open;
  std::string_view date = {};  ///< As HTTP writes it; empty: none.
};

/// Appends status line and headers of `response` to `out`. What a handler says of Content-Length,
/// Transfer-Encoding and Date is left out, and control characters in its headers become blanks.
void append_head(std::string& out, const Response& response, const ReplyFrame& frame);

/// Whether a body follows the head.
[[nodiscard]] bool sends_body(const Response& response, const ReplyFrame& frame);

/// The words after the status; empty for an unknown one.
[[nodiscard]] std::string_view reason_of(int status);

/// A time as the header Date gives it, such as `Sun, 06 Nov 1994 08:49:37 GMT`.
[[nodiscard]] std::string http_date(std::chrono::sys_seconds time);

}  // namespace durable::http
