// SPDX-License-Identifier: Apache-2.0
// EXPECT: durable: this result type has no JSON form: use a plain aggregate, a std type, or
// specialise durable::Serdes<T>
#include <durable/durable.h>

class Account {
 public:
  Account() = default;

 private:
  int number_ = 0;
};

durable::Task<int> handler(durable::DurableContext& ctx) {
  co_await ctx.step([] { return 1; });
#ifdef DURABLE_WRONG
  co_await ctx.step([] { return Account(); });
#endif
  co_return 1;
}
