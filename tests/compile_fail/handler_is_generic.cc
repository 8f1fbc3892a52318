// SPDX-License-Identifier: Apache-2.0
// EXPECT: durable: a handler is a function, or a lambda without auto parameters
#include <durable/durable.h>

durable::Handler right() {
  return [](int input, durable::DurableContext&) -> durable::Task<int> { co_return input; };
}
#ifdef DURABLE_WRONG
durable::Handler wrong() {
  return [](auto input, durable::DurableContext&) -> durable::Task<int> { co_return input; };
}
#endif
