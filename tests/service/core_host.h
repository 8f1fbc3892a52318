// SPDX-License-Identifier: Apache-2.0
//
// A core on a clock that the test owns, with functions whose code stands in the test.
#pragma once

#include "service/call.h"
#include "service/core.h"
#include "service/fake_functions.h"

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace durable::service {

inline constexpr Timestamp first_moment{Duration{1'700'000'000'000}};

inline ServiceOptions test_options() {
  ServiceOptions options;
  options.seed = 7;
  return options;
}

class CoreHost {
 public:
  CoreHost(store::Store& store, FakeFunctions& functions, std::map<std::string, Code> codes,
           ServiceOptions options = test_options(), Timestamp begins_at = first_moment)
      : functions_(functions),
        codes_(std::move(codes)),
        now(begins_at),
        core(store, functions, options,
             [inbox = inbox_](Message message) { inbox->push_back(std::move(message)); }) {
    const auto restored = core.restore(now);
    EXPECT_TRUE(restored.has_value()) << restored.error().message;
  }

  // ---- Calls: each ticks until it is answered ----
  template <class T, class Request>
  Result<T> call(Request request) {
    auto message = std::make_shared<std::optional<Result<T>>>();
    request.reply = [message](Result<T> result) {
      EXPECT_FALSE(message->has_value()) << "answered twice";
      message->emplace(std::move(result));
    };
    core.take(Message(std::move(request)), now);
    for (int i = 0; i < 1000 && !message->has_value(); ++i) tick();
    EXPECT_TRUE(message->has_value()) << "never answered";
    if (!message->has_value()) return Error{ErrorCode::unavailable, "never answered"};
    return std::move(**message);
  }
  Result<Started> start(StartCall start) {
    return call<Started>(StartMessage{std::move(start), nullptr});
  }
  Result<Started> start(const std::string& function, std::optional<std::string> name = {},
                        std::optional<Payload> input = Payload("{}")) {
    StartCall start;
    start.target = FakeFunctions::target(function);
    start.name = std::move(name);
    start.input = std::move(input);
    return this->start(std::move(start));
  }
  Result<wire::CheckpointDurableExecutionResponse> checkpoint(
      wire::CheckpointDurableExecutionRequest request) {
    return call<wire::CheckpointDurableExecutionResponse>(
        CheckpointMessage{std::move(request), nullptr});
  }
  Result<wire::StopDurableExecutionResponse> stop(const std::string& arn,
                                                  Boxed<wire::ErrorObject> error = {}) {
    return call<wire::StopDurableExecutionResponse>(StopMessage{{arn, std::move(error)}, nullptr});
  }
  Result<void> succeed_callback(const std::string& id, const std::string& result) {
    return call<void>(CallbackMessage{
        id, engine::CompleteCallback{id, engine::CallbackSuccess{Payload(result)}}, nullptr});
  }
  Result<void> heartbeat(const std::string& id) {
    return call<void>(CallbackMessage{id, engine::HeartbeatCallback{id}, nullptr});
  }
  Result<wire::GetDurableExecutionResponse> get(const std::string& arn) {
    return call<wire::GetDurableExecutionResponse>(GetMessage{{arn, std::nullopt}, nullptr});
  }
  Result<wire::GetDurableExecutionHistoryResponse> history(
      wire::GetDurableExecutionHistoryRequest request) {
    return call<wire::GetDurableExecutionHistoryResponse>(
        HistoryMessage{std::move(request), nullptr});
  }
  std::vector<wire::EventType> history_types(const std::string& arn) {
    wire::GetDurableExecutionHistoryRequest request;
    request.durable_execution_arn = arn;
    request.max_items = 1000;
    std::vector<wire::EventType> types;
    const auto page = history(std::move(request));
    EXPECT_TRUE(page.has_value());
    if (!page) return types;
    for (const wire::Event& event : page->events) types.push_back(event.event_type);
    return types;
  }
  Result<wire::ListDurableExecutionsByFunctionResponse> list(
      wire::ListDurableExecutionsByFunctionRequest request) {
    return call<wire::ListDurableExecutionsByFunctionResponse>(
        ListMessage{std::move(request), nullptr});
  }

  /// Waits without letting anything happen; the answer comes into the returned place.
  std::shared_ptr<std::optional<Result<Ended>>> wait(const std::string& arn,
                                                     std::uint64_t waiter = 1) {
    auto place = std::make_shared<std::optional<Result<Ended>>>();
    core.take(Message(WaitMessage{waiter, arn,
                                  [place](Result<Ended> ended) {
                                    EXPECT_FALSE(place->has_value()) << "told twice";
                                    place->emplace(std::move(ended));
                                  }}),
              now);
    return place;
  }

  // ---- Letting things happen ----
  void tick() {
    std::vector<Message> batch;
    batch.swap(*inbox_);
    for (Message& message : batch) core.take(std::move(message), now);
    core.tick(now);
  }
  /// Runs the function that was invoked first. False: none was.
  bool run_one() {
    auto running = functions_.take();
    if (!running) return false;
    ++invocations;
    Call call(running->invocation, [this](wire::CheckpointDurableExecutionRequest request) {
      return checkpoint(std::move(request));
    });
    const auto code = codes_.find(running->invocation.target.name);
    EXPECT_NE(code, codes_.end()) << running->invocation.target.name;
    running->ended(code->second(call));
    return true;
  }
  /// Until nothing more happens at this time.
  void settle() {
    for (int i = 0; i < 100'000; ++i) {
      tick();
      const auto due = core.next_due();
      const bool more = run_one() || !inbox_->empty() || core.is_ready() || (due && *due <= now);
      if (!more) return;
    }
    FAIL() << "it never comes to rest";
  }
  void pass(Duration time) {
    now += time;
    settle();
  }
  /// Passes time from one due moment to the next until the execution has ended.
  ExecutionStatus finish(const std::string& arn) {
    settle();
    for (int i = 0; i < 10'000; ++i) {
      const auto got = get(arn);
      EXPECT_TRUE(got.has_value()) << (got ? "" : got.error().message);
      if (!got || got->status != ExecutionStatus::running) {
        return got ? got->status : ExecutionStatus::unknown;
      }
      now = std::max(now, core.next_due().value_or(now));
      settle();
    }
    ADD_FAILURE() << "it never ends: " << arn;
    return ExecutionStatus::unknown;
  }

 private:
  FakeFunctions& functions_;
  std::map<std::string, Code> codes_;
  // Owners: this, and the invocations that run.
  std::shared_ptr<std::vector<Message>> inbox_ = std::make_shared<std::vector<Message>>();

 public:
  Timestamp now;
  int invocations = 0;
  Core core;
};

}  // namespace durable::service
