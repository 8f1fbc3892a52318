// SPDX-License-Identifier: Apache-2.0
#include "cloud_runner/served_functions.h"

#include <stdexcept>
#include <vector>

namespace durable::test {

using namespace std::chrono_literals;

Task<std::string> tour(std::string name, DurableContext& ctx) {
  auto inside = [name](DurableContext& child) -> Task<std::string> {
    co_return co_await child.step("greet", [&] { return "Hello " + name; });
  };
  const std::string greeting = co_await ctx.run_in_child_context("inside", inside);
  const auto policy = retry::fixed({.max_attempts = 3, .delay = 1s});
  const int attempts = co_await ctx.step("flaky",
                                         [](StepContext& step) {
                                           if (step.attempt() == 1) throw std::runtime_error("no");
                                           return static_cast<int>(step.attempt());
                                         },
                                         {.retry = policy});
  const std::vector<std::string> texts{"one", "two"};
  auto measure = [](DurableContext& item, const std::string& text) -> Task<int> {
    co_return co_await item.step("size", [&] { return static_cast<int>(text.size()); });
  };
  const auto sizes = co_await ctx.map("sizes", texts, measure);
  co_await ctx.wait("pause", 1s);
  co_return greeting + ", " + std::to_string(attempts) + ", " +
      std::to_string(sizes.results().size());
}

Task<int> inspect(DurableContext& ctx) {
  const std::vector<int> parts{0, 1, 2, 3};
  auto look_at = [](DurableContext& item, int part) -> Task<int> {
    co_await item.step("look",
                       [part] {
                         if (part == 1) throw std::runtime_error("broken");
                       },
                       {.retry = retry::none()});
    co_return co_await item.step("note", [part] { return part; });
  };
  const auto result = co_await ctx.map("parts", parts, look_at);
  co_return static_cast<int>(result.started_count());
}

Task<std::string> ask(DurableContext& ctx) {
  co_return co_await ctx.wait_for_callback<std::string>("approval", [](const std::string&) {});
}

Task<std::string> watch(DurableContext& ctx) {
  const auto seen = co_await durable::settle(ctx.wait_for_callback<std::string>(
      "watch", [](const std::string&) {}, {.heartbeat_timeout = 1s}));
  co_return seen ? *seen : "not seen: " + seen.error_message();
}

Task<int> pile(Pile size, DurableContext& ctx) {
  int height = 0;
  for (int i = 0; i < size.steps; ++i) {
    const std::string layer = co_await ctx.step(
        "layer", [&] { return std::string(static_cast<std::size_t>(size.bytes), 'x'); });
    height += static_cast<int>(layer.size());
  }
  co_return height;
}

Task<int> refuse(std::string reason, DurableContext& ctx) {
  co_await ctx.step("look", [] { return 1; });
  throw std::runtime_error(reason);
}

}  // namespace durable::test
