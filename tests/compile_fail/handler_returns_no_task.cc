// SPDX-License-Identifier: Apache-2.0
// EXPECT: durable: a handler is durable::Task<R>(Input, durable::DurableContext&) or
// durable::Task<R>(durable::DurableContext&)
#include <durable/durable.h>

durable::Task<int> right(int input, durable::DurableContext&) { co_return input; }
int wrong(int input, durable::DurableContext&) { return input; }

durable::Handler make() {
#ifdef DURABLE_WRONG
  return wrong;
#endif
  return right;
}
