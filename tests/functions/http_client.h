// SPDX-License-Identifier: Apache-2.0
//
// The smallest HTTP client that a function's process needs; blocks.
#pragma once

#include "functions/file_descriptor.h"

#include <string>
#include <string_view>

namespace durable::functions {

struct HttpAnswer {
  int status = 0;  ///< 0: no connection, or it was closed before the end.
  std::string head;
  std::string body;

  /// A header's value; empty if there is none.
  [[nodiscard]] std::string header(std::string_view name) const;
};

/// One connection, kept alive.
class HttpClient {
 public:
  /// `address` as in AWS_LAMBDA_RUNTIME_API.
  explicit HttpClient(std::string address);

  bool send(std::string_view method, std::string_view path, std::string_view body = {},
            std::string_view headers = {});
  HttpAnswer receive();
  HttpAnswer call(std::string_view method, std::string_view path, std::string_view body = {},
                  std::string_view headers = {});

 private:
  std::string address_;
  FileDescriptor socket_;
};

}  // namespace durable::functions
