// SPDX-License-Identifier: Apache-2.0
#include <durable/base/assert.h>

#include <cstdio>
#include <cstdlib>

namespace durable::detail {

void assertion_failed(const char* condition, const char* file, int line) noexcept {
  std::fprintf(stderr,
               "durable: internal error: expected `%s` at %s:%d. This is a bug in durable; please "
               "report it with the "
               "input that led here.\n",
               condition, file, line);
  std::abort();
}

}  // namespace durable::detail
