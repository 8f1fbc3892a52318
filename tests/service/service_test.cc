// SPDX-License-Identifier: Apache-2.0
//
// The thread around the core: many callers, real time, skipped time, the end.
#include "service/service.h"

#include "service/codes.h"
#include "service/fake_functions.h"
#include "service/identity.h"
#include "store/memory_store.h"
#include "store/sqlite_store.h"
#include "store/temporary_folder.h"

#include <atomic>
#include <cmath>
#include <condition_variable>
#include <deque>
#include <future>
#include <mutex>
#include <thread>

namespace durable::service {
namespace {

/// A call, and the wait for its answer. Generous: a machine may be slow.
template <class T, class Call>
Result<T> await(Call call) {
  auto answered = std::make_shared<std::promise<Result<T>>>();
  auto answer = answered->get_future();
  call([answered](Result<T> result) { answered->set_value(std::move(result)); });
  if (answer.wait_for(60s) != std::future_status::ready) {
    return Error{ErrorCode::unavailable, "the test got no answer"};
  }
  return answer.get();
}

/// Runs functions on threads of its own.
class ThreadedFunctions final : public Functions {
 public:
  explicit ThreadedFunctions(std::map<std::string, Code> codes, std::size_t threads = 4)
      : codes_(std::move(codes)) {
    for (const auto& [name, code] : codes_) known_.add(FakeFunctions::target(name));
    for (std::size_t i = 0; i < threads; ++i) threads_.emplace_back([this] { run(); });
  }
  ThreadedFunctions(const ThreadedFunctions&) = delete;
  ThreadedFunctions& operator=(const ThreadedFunctions&) = delete;
  ~ThreadedFunctions() override {
    {
      const std::lock_guard lock(mutex_);
      ends_ = true;
    }
    changed_.notify_all();
    for (std::thread& thread : threads_) thread.join();
  }
  /// Where their checkpoints go. None runs before.
  void attach(Service* service) {
    {
      const std::lock_guard lock(mutex_);
      service_ = service;
    }
    changed_.notify_all();
  }

  Result<FunctionTarget> resolve(std::string_view function,
                                 std::optional<std::string_view> qualifier) const override {
    return known_.resolve(function, qualifier);
  }
  void invoke(Invocation invocation, std::function<void(InvocationOutcome)> ended) override {
    {
      const std::lock_guard lock(mutex_);
      waiting_.push_back({std::move(invocation), std::move(ended)});
    }
    changed_.notify_one();
  }

 private:
  void run() {
    for (;;) {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [this] { return ends_ || (service_ != nullptr && !waiting_.empty()); });
      if (ends_) return;
      FakeFunctions::Running next = std::move(waiting_.front());
      waiting_.pop_front();
      Service* const service = service_;
      lock.unlock();
      Call call(next.invocation, [service](wire::CheckpointDurableExecutionRequest request) {
        using Response = wire::CheckpointDurableExecutionResponse;
        return await<Response>([&](Reply<Response> reply) {
          service->checkpoint(std::move(request), std::move(reply));
        });
      });
      next.ended(codes_.at(next.invocation.target.name)(call));
    }
  }

  FakeFunctions known_;
  const std::map<std::string, Code> codes_;
  std::mutex mutex_;  // guards what follows, up to the threads
  std::condition_variable changed_;
  std::deque<FakeFunctions::Running> waiting_;
  Service* service_ = nullptr;
  bool ends_ = false;
  std::vector<std::thread> threads_;
};

StartCall start_of(const std::string& function, std::optional<std::string> name = {}) {
  StartCall call;
  call.target = FakeFunctions::target(function);
  call.name = std::move(name);
  call.input = Payload("{}");
  return call;
}

Result<Ended> run(Service& service, StartCall call) {
  const auto started =
      await<Started>([&](auto reply) { service.start(std::move(call), std::move(reply)); });
  if (!started) return started.error();
  return await<Ended>([&](auto reply) { service.wait_for_end(started->arn, std::move(reply)); });
}

TEST(Service, ServesManyCallersAtOnce) {
  constexpr int callers = 8;
  constexpr int calls = 25;
  store::MemoryStore store;
  ThreadedFunctions functions({{"orders", one_step}});
  auto service = Service::open(store, functions);
  ASSERT_TRUE(service.has_value());
  functions.attach(service->get());

  std::atomic<int> succeeded_count = 0;
  std::vector<std::thread> threads;
  for (int caller = 0; caller < callers; ++caller) {
    threads.emplace_back([&] {
      for (int i = 0; i < calls; ++i) {
        const auto ended = run(**service, start_of("orders"));
        if (ended && ended->status == wire::ExecutionStatus::succeeded) ++succeeded_count;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();

  EXPECT_EQ(succeeded_count, callers * calls);
  const auto rows = await<wire::ListDurableExecutionsByFunctionResponse>([&](auto reply) {
    wire::ListDurableExecutionsByFunctionRequest request;
    request.function_name = "orders";
    request.max_items = 1000;
    (*service)->list(std::move(request), std::move(reply));
  });
  EXPECT_EQ(rows->durable_executions.size(), std::size_t{callers * calls});
}

TEST(Service, SkipsAYearThatAnExecutionSleeps) {
  store::MemoryStore store;
  ThreadedFunctions functions({{"orders", [](Call& call) {
                                  if (call.find("w") == nullptr) {
                                    EXPECT_TRUE(
                                        call.checkpoint({wait_start("w", 31'536'000)}).has_value());
                                  }
                                  if (!call.is("w", OperationStatus::succeeded)) {
                                    return answer(pending());
                                  }
                                  return answer(succeeded());
                                }}});
  ServiceOptions options;
  options.time_mode = TimeMode::skipped;
  auto service = Service::open(store, functions, options);
  ASSERT_TRUE(service.has_value());
  functions.attach(service->get());

  const Timestamp before = (*service)->now();
  const auto ended = run(**service, start_of("orders"));
  ASSERT_TRUE(ended.has_value()) << ended.error().message;
  EXPECT_EQ(ended->status, wire::ExecutionStatus::succeeded);
  EXPECT_GE((*service)->now() - before, 24h * 365);
}

TEST(Service, SkippedTimeWaitsForWhatComesFromOutside) {
  store::MemoryStore store;
  ThreadedFunctions functions({{"orders", await_callback}, {"sleepy", wait_an_hour}});
  ServiceOptions options;
  options.time_mode = TimeMode::skipped;
  auto service = Service::open(store, functions, options);
  ASSERT_TRUE(service.has_value());
  functions.attach(service->get());
  const Timestamp before = (*service)->now();
  const auto started =
      await<Started>([&](auto reply) { (*service)->start(start_of("orders"), std::move(reply)); });
  ASSERT_TRUE(started.has_value());
  std::optional<std::string> id;
  while (!id) {
    const auto history = await<wire::GetDurableExecutionHistoryResponse>([&](auto reply) {
      wire::GetDurableExecutionHistoryRequest request;
      request.durable_execution_arn = started->arn;
      (*service)->history(std::move(request), std::move(reply));
    });
    ASSERT_TRUE(history.has_value());
    for (const wire::Event& event : history->events) {
      const auto* details = std::get_if<wire::CallbackStartedDetails>(&event.details);
      if (details != nullptr) id = details->callback_id;
    }
  }
  EXPECT_LT((*service)->now() - before, 30min) << "the callback's hour was not skipped";

  const auto done = await<void>([&](Reply<void> reply) {
    (*service)->callback_success({*id, Payload("1")}, std::move(reply));
  });
  EXPECT_TRUE(done.has_value());
  const auto ended =
      await<Ended>([&](auto reply) { (*service)->wait_for_end(started->arn, std::move(reply)); });
  EXPECT_EQ(ended->result, Payload("1"));
}

TEST(Service, RunsFasterWhenTimeIsScaled) {
  store::MemoryStore store;
  ThreadedFunctions functions({{"orders", wait_an_hour}});
  ServiceOptions options;
  options.time_mode = TimeMode::scaled;
  options.time_scale = 360'000;  // an hour in ten milliseconds
  auto service = Service::open(store, functions, options);
  ASSERT_TRUE(service.has_value());
  functions.attach(service->get());
  const auto ended = run(**service, start_of("orders"));
  ASSERT_TRUE(ended.has_value()) << ended.error().message;
  EXPECT_EQ(ended->status, wire::ExecutionStatus::succeeded);
}

TEST(Service, RefusesATimeScaleThatNoClockCanFollow) {
  store::MemoryStore store;
  FakeFunctions functions;
  ServiceOptions options;
  options.time_mode = TimeMode::scaled;
  for (const double scale : {0.0, -1.0, 1e6 + 1, 1e300, std::nan("")}) {
    options.time_scale = scale;
    const auto service = Service::open(store, functions, options);
    ASSERT_FALSE(service.has_value()) << scale;
    EXPECT_EQ(service.error().code, ErrorCode::invalid_usage);
    EXPECT_NE(service.error().message.find("at most 1000000"), std::string::npos);
  }
  options.time_scale = ServiceOptions::time_scale_max;
  EXPECT_TRUE(Service::open(store, functions, options).has_value());
}

TEST(Service, RefusesWhenItsMailboxIsFull) {
  store::MemoryStore store;
  FakeFunctions functions;
  functions.add(FakeFunctions::target("orders"));
  ServiceOptions options;
  options.mailbox_max = 1;
  auto service = Service::open(store, functions, options);
  ASSERT_TRUE(service.has_value());

  // The first reply holds the service's thread, so that the calls behind it wait.
  std::promise<void> reached;
  std::promise<void> released;
  (*service)->start(start_of("orders"), [&](const auto&) {
    reached.set_value();
    released.get_future().wait();
  });
  reached.get_future().wait();
  std::promise<void> second;
  (*service)->start(start_of("orders"), [&](const auto&) { second.set_value(); });
  std::optional<Error> refused;
  (*service)->start(start_of("orders"), [&](const auto& started) { refused = started.error(); });
  ASSERT_TRUE(refused.has_value()) << "inside the call";
  EXPECT_EQ(refused->code, ErrorCode::too_many_requests);
  EXPECT_EQ((*service)->metrics().refused_busy, 1U);

  released.set_value();
  second.get_future().wait();
  (*service)->forget(1);
}

TEST(Service, AnswersAllThatWaitWhenItEnds) {
  store::MemoryStore store;
  FakeFunctions functions;
  functions.add(FakeFunctions::target("orders"));
  auto service = Service::open(store, functions);
  ASSERT_TRUE(service.has_value());
  const auto started =
      await<Started>([&](auto reply) { (*service)->start(start_of("orders"), std::move(reply)); });
  ASSERT_TRUE(started.has_value());

  std::optional<Result<Ended>> ended;
  std::optional<Result<Started>> last;
  (*service)->wait_for_end(started->arn, [&](Result<Ended> result) { ended = result; });
  (*service)->start(start_of("orders"), [&](Result<Started> result) { last = result; });
  service->reset();

  ASSERT_TRUE(ended.has_value() && !ended->has_value());
  EXPECT_EQ(ended->error().code, ErrorCode::unavailable);
  ASSERT_TRUE(last.has_value());
  EXPECT_TRUE(last->has_value()) << "it was in the mailbox in time";
  EXPECT_EQ(store.open_executions()->size(), 2U);
  // The invocation that still runs ends into the void.
  functions.take()->ended(InvocationAnswer{"{\"Status\":\"SUCCEEDED\"}"});
}

TEST(Service, GoesOnWhereTheLastOneStood) {
  store::TemporaryFolder folder;
  std::string arn;
  {
    auto store = store::SqliteStore::open(folder.file("store.db"), {});
    ASSERT_TRUE(store.has_value());
    FakeFunctions functions;  // Nothing that begins there ends.
    functions.add(FakeFunctions::target("orders"));
    auto service = Service::open(**store, functions);
    ASSERT_TRUE(service.has_value());
    const auto started = await<Started>(
        [&](auto reply) { (*service)->start(start_of("orders", "n"), std::move(reply)); });
    ASSERT_TRUE(started.has_value());
    arn = started->arn;
  }
  auto store = store::SqliteStore::open(folder.file("store.db"), {});
  ASSERT_TRUE(store.has_value());
  ThreadedFunctions functions({{"orders", one_step}});
  auto service = Service::open(**store, functions);
  ASSERT_TRUE(service.has_value());
  functions.attach(service->get());
  const auto ended = run(**service, start_of("orders", "n"));
  ASSERT_TRUE(ended.has_value()) << ended.error().message;
  EXPECT_EQ(ended->arn, arn);
  EXPECT_EQ(ended->status, wire::ExecutionStatus::succeeded);
}

}  // namespace
}  // namespace durable::service
