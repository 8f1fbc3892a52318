// SPDX-License-Identifier: Apache-2.0
// A user's program: needs the public headers and one compiled room.
#include <durable/base/error.h>

#include <iostream>

int main() {
  const durable::Error error{durable::ErrorCode::service_failure, "expected an answer"};
  std::cout << durable::error_info(error.code).name
            << " is retryable: " << (error.retryable() ? "yes" : "no") << '\n';
}
