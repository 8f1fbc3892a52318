// SPDX-License-Identifier: Apache-2.0
#include "trial.h"

namespace examples {

using namespace std::chrono_literals;

durable::Task<std::string> run_trial(std::string customer, durable::DurableContext& ctx) {
  auto subscribed = co_await ctx.create_callback<std::string>("subscribed");
  co_await ctx.step("welcome", [&] { return "sent to " + customer + " with " + subscribed.id(); });

  auto first =
      co_await durable::race("end of trial", subscribed.result(), ctx.wait("two-weeks", 14 * 24h));

  if (first.index() == 1) co_return customer + " leaves";
  co_return customer + " takes " + std::get<0>(first);
}

}  // namespace examples
