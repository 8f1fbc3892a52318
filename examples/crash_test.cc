// SPDX-License-Identifier: Apache-2.0
//
// A payment that is made once wherever the process dies, and the test that proves it.
#include <durable/durable.h>
#include <durable/testing/gtest.h>

#include <set>
#include <string>

namespace {

/// Stands for a payment provider that knows idempotency keys.
class Bank {
 public:
  void reset() { keys_.clear(); }
  std::string charge(const std::string& key) {
    keys_.insert(key);  // a second charge with the same key is the first one
    return "receipt for " + key;
  }
  [[nodiscard]] std::size_t charges() const { return keys_.size(); }

 private:
  std::set<std::string> keys_;
};

Bank bank;

durable::Task<std::string> pay(std::string order, durable::DurableContext& ctx) {
  std::string receipt = co_await ctx.step("charge", [&] { return bank.charge(order); });
  co_await ctx.step("mail", [&] { return receipt.size(); });
  co_return receipt;
}

}  // namespace

DURABLE_CRASH_TEST(Payment, ChargesOnceWhereverTheProcessDies, .handler = pay) {
  bank.reset();
  auto result = durable_runner.run("order-7");
  EXPECT_THAT(result, durable::HasResult("receipt for order-7"));
  EXPECT_EQ(bank.charges(), 1);
}
