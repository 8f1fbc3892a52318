// SPDX-License-Identifier: Apache-2.0
#include <stdexcept>
#include <string>
#include <vector>

#include "conformance/suites/support.h"

namespace durable::conformance {
namespace {

constexpr const char* echo = "conformance-echo:$LATEST";
constexpr const char* echo_per_tenant = "conformance-echo-per-tenant:$LATEST";
constexpr const char* failing = "conformance-failing:$LATEST";

/// The targets take longer than it takes the caller's invocation to end, since histories are
/// expected to tell of its end first.
constexpr Duration target_time = 1s;

Task<json::Value> echo_target(json::Value input, DurableContext& ctx) {
  co_await ctx.wait("work", target_time);
  co_return co_await ctx.step("echo", [&] { return input; });
}
Task<void> failing_target(json::Value, DurableContext& ctx) {
  co_await ctx.wait("work", target_time);
  throw std::runtime_error("the target always fails");
}

struct NamedPayload {
  std::string name;
  std::string payload;
};

Task<std::string> named(NamedPayload input, DurableContext& ctx) {
  co_return co_await ctx.invoke<std::string>(input.name, echo, input.payload);
}

Task<json::Value> echoed(json::Value input, DurableContext& ctx) {
  co_return co_await ctx.invoke<json::Value>("echo", echo, input);
}

Task<void> failing_invoke(DurableContext& ctx) { co_await ctx.invoke("fails", failing, nullptr); }

Task<std::string> caught_failure(DurableContext& ctx) {
  const auto outcome = co_await settle(ctx.invoke("fails", failing, nullptr));
  co_return outcome.failed_with<InvokeError>() ? "fallback" : "no failure";
}

/// Nearly as large as the payload of a chained invoke may be.
Task<std::size_t> large_payload(DurableContext& ctx) {
  constexpr std::size_t size = 900'000;
  const std::string payload(size, 'x');
  const std::string answer = co_await ctx.invoke<std::string>("large", echo, payload);
  co_return answer.size();
}

struct Tenant {
  std::string tenantId;  // NOLINT(readability-identifier-naming): a member of the input's JSON
  std::string payload;
};

Task<std::string> for_a_tenant(Tenant input, DurableContext& ctx) {
  co_return co_await ctx.invoke<std::string>("tenant", echo_per_tenant, input.payload,
                                             {.tenant_id = input.tenantId});
}

Task<std::string> invoke_then_wait(DurableContext& ctx) {
  const std::string text = "cached";
  std::string answer = co_await ctx.invoke<std::string>("echo", echo, text);
  co_await ctx.wait("pause", 1s);
  co_return answer;
}

Task<std::string> caught_failure_then_wait(DurableContext& ctx) {
  const auto outcome = co_await settle(ctx.invoke("fails", failing, nullptr));
  co_await ctx.wait("pause", 1s);
  co_return outcome.failed_with<InvokeError>() ? "caught" : "no failure";
}

Task<std::string> step_then_invoke(DurableContext& ctx) {
  const std::string value = co_await ctx.step("prepare", [] { return "value"; });
  co_return co_await ctx.invoke<std::string>("echo", echo, value);
}

Task<std::string> two_invokes(DurableContext& ctx) {
  const std::string text = "first";
  const std::string first = co_await ctx.invoke<std::string>("first", echo, text);
  const std::string both = first + " second";
  co_return co_await ctx.invoke<std::string>("second", echo, both);
}

struct Data {
  std::string data;
};

/// Sends text in capitals, as JSON.
class UpperCaseJson final : public PayloadSerdes {
 public:
  Payload serialize(const Payload& plain, const SerdesContext&) const override {
    const std::string text = upper(json::decode<Data>(plain.view()).value().data);
    return Payload(json::encode(Data{text}).value());
  }
  Payload deserialize(const Payload& stored, const SerdesContext&) const override { return stored; }
};

Task<Data> custom_payload_serdes(Data input, DurableContext& ctx) {
  static const UpperCaseJson upper_case_json;
  co_return co_await ctx.invoke<Data>("upper", echo, input, {.payload_serdes = &upper_case_json});
}

}  // namespace

std::vector<Function> invoke_functions() {
  return {{"5-2", plain(named)},
          {"5-3", plain(echoed)},
          {"5-5", plain(failing_invoke)},
          {"5-6", plain(caught_failure)},
          {"5-7", plain(large_payload)},
          {"5-8", plain(for_a_tenant)},
          {"5-9", plain(invoke_then_wait)},
          {"5-10", plain(caught_failure_then_wait)},
          {"5-11", plain(step_then_invoke)},
          {"5-14", plain(two_invokes)},
          {"5-15", plain(custom_payload_serdes)}};
}

std::vector<InvokedFunction> invoked_functions() {
  return {{"conformance-echo", plain(echo_target)},
          {"conformance-echo-per-tenant", plain(echo_target), true},
          {"conformance-failing", plain(failing_target)}};
}

}  // namespace durable::conformance
