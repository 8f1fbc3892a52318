// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <vector>

#include "conformance/suites/support.h"

namespace durable::conformance {
namespace {

Task<std::string> with_a_heartbeat_of(Duration timeout, std::string name, DurableContext& ctx) {
  auto callback = co_await ctx.create_callback(name, {.heartbeat_timeout = timeout});
  co_return co_await callback.result();
}
Task<std::string> heartbeat_of_5s(std::string name, DurableContext& ctx) {
  co_return co_await with_a_heartbeat_of(5s, std::move(name), ctx);
}
Task<std::string> heartbeat_of_10s(std::string name, DurableContext& ctx) {
  co_return co_await with_a_heartbeat_of(10s, std::move(name), ctx);
}

Task<std::string> callback_alone(std::string name, DurableContext& ctx) {
  auto callback = co_await ctx.create_callback(name);
  co_return co_await callback.result();
}

Task<std::string> callback_and_step(std::string name, DurableContext& ctx) {
  auto callback = co_await ctx.create_callback(name);
  co_await ctx.step("work", [] {});
  co_return co_await callback.result();
}

Task<std::string> callback_with_timeout_and_step(std::string name, DurableContext& ctx) {
  auto callback = co_await ctx.create_callback(name, {.timeout = 5s});
  co_await ctx.step("work", [] {});
  co_return co_await callback.result();
}

Task<std::string> callback_during_a_wait(std::string name, DurableContext& ctx) {
  auto callback = co_await ctx.create_callback(name);
  co_await ctx.wait("pause", 5s);
  co_return co_await callback.result();
}

Task<std::string> timeout_during_a_wait(std::string name, DurableContext& ctx) {
  auto callback = co_await ctx.create_callback(name, {.timeout = 3s});
  co_await ctx.wait("pause", 6s);
  co_return co_await callback.result();
}

Task<std::string> callback_then_wait(std::string name, DurableContext& ctx) {
  auto callback = co_await ctx.create_callback(name);
  std::string result = co_await callback.result();
  co_await ctx.wait("pause", 2s);
  co_return result;
}

Task<std::string> caught_timeout_then_wait(std::string name, DurableContext& ctx) {
  auto callback = co_await ctx.create_callback(name, {.timeout = 3s});
  const auto outcome = co_await settle(callback.result());
  std::string message = outcome ? *outcome : "caught: " + outcome.error_message();
  co_await ctx.wait("pause", 2s);
  co_return message;
}

struct Count {
  std::int64_t count = 0;
  std::int64_t doubled = 0;
};

Task<Count> callback_of_a_number(std::string name, DurableContext& ctx) {
  auto callback = co_await ctx.create_callback<std::int64_t>(name);
  const std::int64_t count = co_await callback.result();
  co_return Count{count, 2 * count};
}

Task<std::vector<std::string>> two_callbacks_in_order(std::vector<std::string> names,
                                                      DurableContext& ctx) {
  auto a = co_await ctx.create_callback(names.at(0));
  auto b = co_await ctx.create_callback(names.at(1));
  std::vector<std::string> results;
  results.push_back(co_await a.result());
  results.push_back(co_await b.result());
  co_return results;
}

Task<std::vector<std::string>> two_callbacks_in_reverse(std::vector<std::string> names,
                                                        DurableContext& ctx) {
  auto a = co_await ctx.create_callback(names.at(0));
  auto b = co_await ctx.create_callback(names.at(1));
  std::string of_b = co_await b.result();
  std::vector<std::string> results;
  results.push_back(co_await a.result());
  results.push_back(std::move(of_b));
  co_return results;
}

}  // namespace

std::vector<Function> callback_functions() {
  return {{"4-4", plain(heartbeat_of_5s)},
          {"4-5", plain(heartbeat_of_10s)},
          {"4-6", plain(callback_alone)},
          {"4-7", plain(callback_and_step)},
          {"4-8", plain(callback_with_timeout_and_step)},
          {"4-9", plain(callback_during_a_wait)},
          {"4-10", plain(callback_during_a_wait)},
          {"4-11", plain(timeout_during_a_wait)},
          {"4-12", plain(callback_then_wait)},
          {"4-14", plain(caught_timeout_then_wait)},
          {"4-16", plain(callback_of_a_number)},
          {"4-18", plain(two_callbacks_in_order)},
          {"4-19", plain(two_callbacks_in_reverse)}};
}

}  // namespace durable::conformance
