// SPDX-License-Identifier: Apache-2.0
#include "cli/replay_functions.h"

#include <durable/durable.h>

#include <chrono>
#include <cstdlib>
#include <stdexcept>
#include <thread>

namespace durable::cli {
namespace {

using namespace std::chrono_literals;

/// What is different from the order as it was.
struct Change {
  std::string label = "label";
  bool extra = false;
  bool hasty = false;
  std::string mark = "!";
  bool fails = false;
  bool crashes = false;
  bool is_slow = false;
};

Task<std::string> order(const Note& note, const Change& change, std::string id,
                        DurableContext& ctx) {
  const int price = co_await ctx.step("reserve", [&] {
    note("reserve");
    return 3;
  });
  if (change.crashes) std::_Exit(3);
  if (change.is_slow) std::this_thread::sleep_for(1h);  // until it is killed
  if (!change.hasty) co_await ctx.wait("cool", 1h);
  const std::string label =
      co_await ctx.run_in_child_context("ship", [&](DurableContext& child) -> Task<std::string> {
        const std::string text = co_await child.step(std::string_view(change.label), [&] {
          note("label");
          return id + "-" + std::to_string(price);
        });
        co_await child.wait("truck", 10min);
        co_return text + change.mark;
      });
  if (change.fails) throw std::runtime_error("no paper");
  const std::vector<int> items{1, 2, 3};
  auto map = ctx.map("pack", items, [&](DurableContext& branch, const int& item) -> Task<int> {
    co_await branch.wait("pause", std::chrono::minutes(item));
    co_return co_await branch.step("box", [&] {
      note("box");
      return item * 2;
    });
  });
  const auto boxes = co_await map;
  if (change.extra) co_await ctx.step("extra", [] { return 1; });
  co_return label + std::to_string(boxes.items().size());
}

Task<std::string> trial(std::string customer, DurableContext& ctx) {
  co_await race("end", ctx.wait("weeks", 48h), ctx.wait("days", 24h));
  co_return customer + " leaves";
}

Task<std::string> large(DurableContext& ctx) {
  co_return co_await ctx.run_in_child_context(
      "large", [](DurableContext& child) -> Task<std::string> {
        const int size = co_await child.step("size", [] { return 300'000; });
        co_return std::string(static_cast<std::size_t>(size), 'x');
      });
}

Task<int> leaves(DurableContext& ctx) {
  {
    auto dropped = ctx.run_in_child_context("dropped", [](DurableContext& child) -> Task<int> {
      co_await child.step("begun", [] { return 1; });
      co_await child.wait("never", 24h);
      co_return co_await child.step("not reached", [] { return 2; });
    });
    co_await ctx.wait("meanwhile", 1s);  // it comes as far as it can
  }
  auto timer = ctx.wait("timer", 48h);
  co_await ctx.wait("short", 1s);
  co_return co_await ctx.step("last", [] { return 3; });
}

}  // namespace

std::vector<NamedHandler> replay_functions(const Note& note) {
  const auto changed = [&note](Change change) {
    return Handler([note, change = std::move(change)](std::string id, DurableContext& ctx) {
      return order(note, change, std::move(id), ctx);
    });
  };
  return {{"order", changed({})},
          {"renamed", changed({.label = "tag"})},
          {"extra", changed({.extra = true})},
          {"hasty", changed({.hasty = true})},
          {"other", changed({.mark = "?"})},
          {"failing", changed({.fails = true})},
          {"crashing", changed({.crashes = true})},
          {"slow", changed({.is_slow = true})},
          {"trial", Handler(trial)},
          {"large", Handler(large)},
          {"leaves", Handler(leaves)}};
}

Handler replay_function(std::string_view name, const Note& note) {
  for (NamedHandler& known : replay_functions(note)) {
    if (known.name == name) return std::move(known.handler);
  }
  throw std::invalid_argument("there is no function " + std::string(name));
}

}  // namespace durable::cli
