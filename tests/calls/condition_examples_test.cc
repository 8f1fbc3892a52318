// SPDX-License-Identifier: Apache-2.0
//
// The examples of docs/operations for polls, retries, races and waits.
#include <durable/durable.h>
#include <durable/testing/gtest.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace {

using namespace std::chrono_literals;

namespace jobs {
struct Job {
  std::string id;
  std::string status = "queued";
  int asked = 0;
};
Job ask(const Job& job) {
  const int asked = job.asked + 1;
  return {job.id, asked < 3 ? "running" : "succeeded", asked};
}
}  // namespace jobs

using jobs::Job;

durable::Task<Job> wait_for_job(std::string id, durable::DurableContext& ctx) {
  const Job first{.id = id};
  co_return co_await ctx.wait_for_condition(
      "job", first, [](const Job& job) { return jobs::ask(job); },
      {.until = [](const Job& job) { return job.status == "succeeded"; },
       .poll = {.max_attempts = 30, .initial = 2s, .max = 1min}});
}

durable::Task<Job> wait_with_a_strategy(std::string id, durable::DurableContext& ctx) {
  const Job first{.id = id};
  co_return co_await ctx.wait_for_condition(
      "job", first, [](const Job& job) { return jobs::ask(job); },
      {.strategy = [](const Job& job, const durable::PollContext& poll) {
        if (job.status == "succeeded") return durable::PollDecision::satisfied();
        if (job.status == "failed") return durable::PollDecision::give_up("job " + job.id);
        return durable::PollDecision::again_after(poll.attempt < 10 ? 5s : 60s);
      }});
}

TEST(Examples, PollsAJob) {
  durable::DurableFunctionTestRunner plain(wait_for_job);
  durable::DurableFunctionTestRunner strategy(wait_with_a_strategy);

  EXPECT_EQ(plain.run("7").result<Job>().asked, 3);
  EXPECT_EQ(strategy.run("7").duration(), durable::Duration(10s));
}

namespace travel {
int calls = 0;
std::string book_flight() {
  if (++calls < 2) throw std::runtime_error("the fare has changed");
  return "flight";
}
std::string book_hotel() { return "hotel"; }
}  // namespace travel

durable::Task<std::string> book(durable::DurableContext& ctx) {
  co_return co_await ctx.with_retry(
      "book",
      [](durable::DurableContext& attempt_ctx,
         std::uint32_t attempt) -> durable::Task<std::string> {
        attempt_ctx.logger().info("attempt " + std::to_string(attempt));
        std::string hotel = co_await attempt_ctx.step("hotel", travel::book_hotel);
        std::string flight = co_await attempt_ctx.step("flight", travel::book_flight,
                                                       {.retry = durable::retry::none()});
        co_return hotel + " and " + flight;
      },
      {.retry = durable::retry::exponential({.max_attempts = 3, .initial = 1min})});
}

TEST(Examples, BooksTogether) {
  travel::calls = 0;
  durable::DurableFunctionTestRunner runner(book);

  EXPECT_THAT(runner.run(), durable::HasResult("hotel and flight"));
}

durable::DurableFuture<int> ask_shop(durable::DurableContext& ctx, std::string_view shop,
                                     durable::Duration takes, int price) {
  return ctx.run_in_child_context(
      shop, [takes, price](durable::DurableContext& shop_ctx) -> durable::Task<int> {
        co_await shop_ctx.wait("answer", takes);
        co_return price;
      });
}

durable::Task<std::string> first_price(durable::DurableContext& ctx) {
  auto north = ask_shop(ctx, "north", 2h, 70);
  auto south = ask_shop(ctx, "south", 30min, 80);
  auto price = durable::any("price", north, south);  // the first shop that answers at all
  auto first = co_await durable::race(price, ctx.wait("patience", 1h));
  if (first.index() == 1) co_return "nobody answered";
  co_return "costs " + std::to_string(std::get<0>(first));
}

TEST(Examples, TakesTheFirstPrice) {
  durable::DurableFunctionTestRunner runner(first_price);

  const auto result = runner.run();

  EXPECT_THAT(result, durable::HasResult("costs 80"));
  EXPECT_THAT(result.get_wait("patience"), durable::HasStatus(durable::OperationStatus::cancelled));
  EXPECT_EQ(result.duration(), durable::Duration(30min));
}

durable::Task<int> all_prices(durable::DurableContext& ctx) {
  std::vector<durable::DurableFuture<int>> shops;
  shops.push_back(ask_shop(ctx, "north", 2h, 70));
  shops.push_back(ask_shop(ctx, "south", 30min, 80));
  auto outcomes = co_await durable::all_settled(shops);
  int sum = 0;
  for (const auto& outcome : outcomes) sum += outcome ? *outcome : 0;
  co_return sum;
}

TEST(Examples, AddsAllPrices) {
  durable::DurableFunctionTestRunner runner(all_prices);

  EXPECT_THAT(runner.run(), durable::HasResult(150));
}

durable::Task<std::string> order_with_grace(bool withdrawn, durable::DurableContext& ctx) {
  auto grace = ctx.wait("grace period", 24h);
  const bool known = co_await ctx.step("withdrawn", [&] { return withdrawn; });
  if (known) {
    grace.cancel();
    co_return "withdrawn";
  }
  co_await grace;
  co_return "sent";
}

TEST(Examples, CancelsAGracePeriod) {
  durable::DurableFunctionTestRunner runner(order_with_grace);

  const auto withdrawn = runner.run(true);

  EXPECT_THAT(withdrawn, durable::HasResult("withdrawn"));
  EXPECT_EQ(withdrawn.duration(), durable::Duration(0));
  EXPECT_EQ(runner.run(false).duration(), durable::Duration(24h));
}

}  // namespace
