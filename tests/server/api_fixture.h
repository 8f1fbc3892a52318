// SPDX-License-Identifier: Apache-2.0
//
// The API over real HTTP and a real service, with functions that do what a test says.
#pragma once

#include "server/api.h"
#include "server/client.h"
#include "store/memory_store.h"

#include <durable/json/value.h>

#include <gtest/gtest.h>

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

namespace durable::server {

/// How long a test waits for what must come.
inline constexpr auto patience = std::chrono::seconds{30};

/// Functions of a catalog whose invocations wait until a test ends them.
class ParkedFunctions final : public service::Functions {
 public:
  struct Running {
    service::Invocation invocation;
    std::function<void(service::InvocationOutcome)> ended;
  };

  explicit ParkedFunctions(const Catalog& catalog) : catalog_(catalog) {}

  Result<service::FunctionTarget> resolve(
      std::string_view function, std::optional<std::string_view> qualifier) const override {
    const auto reference = parse_function(function, qualifier);
    if (!reference) return reference.error();
    const FunctionDefinition* const known = catalog_.find(reference->name);
    if (known == nullptr) return catalog_.not_found(*reference);
    return catalog_.target(*known, Catalog::version_of(known, reference->qualifier));
  }

  void invoke(service::Invocation invocation,
              std::function<void(service::InvocationOutcome)> ended) override {
    const std::lock_guard lock(mutex_);
    running_.push_back({std::move(invocation), std::move(ended)});
    came_.notify_all();
  }

  /// The next invocation; fails the test if none comes.
  Running next() {
    std::unique_lock lock(mutex_);
    if (!came_.wait_for(lock, patience, [this] { return !running_.empty(); })) {
      ADD_FAILURE() << "no invocation came";
      return {{}, [](const service::InvocationOutcome&) {}};
    }
    Running first = std::move(running_.front());
    running_.pop_front();
    return first;
  }
  [[nodiscard]] std::size_t waiting() {
    const std::lock_guard lock(mutex_);
    return running_.size();
  }

 private:
  const Catalog& catalog_;
  std::mutex mutex_;  // guards running_
  std::condition_variable came_;
  std::deque<Running> running_;
};

/// Keeps what would be logged.
class KeptLog final : public AccessLog {
 public:
  void answered(const AccessRecord& record) override {
    const std::lock_guard lock(mutex_);
    lines_.push_back(std::string(record.method) + " " + std::string(record.path) + " " +
                     std::to_string(record.status));
  }
  std::vector<std::string> lines() {
    const std::lock_guard lock(mutex_);
    return lines_;
  }

 private:
  std::mutex mutex_;  // guards lines_
  std::vector<std::string> lines_;
};

class ApiTest : public ::testing::Test {
 protected:
  explicit ApiTest(const ApiOptions& options = {});
  ~ApiTest() override;

  /// Sends one request on a connection of its own. `headers` are whole lines.
  HttpAnswer call(std::string_view method, std::string_view target, std::string_view body = {},
                  std::string_view headers = {}) const;
  /// As above, without waiting for the answer here.
  std::future<HttpAnswer> later(std::string method, std::string target, std::string body = {},
                                std::string headers = {}) const;
  HttpAnswer get(std::string_view target) const { return call("GET", target); }
  HttpAnswer post(std::string_view target, std::string_view body = {}) const {
    return call("POST", target, body);
  }
  [[nodiscard]] std::uint16_t port() const { return listener_->port(); }

  /// Starts an execution of `order` by an Event; its ARN.
  std::string start(std::string_view body = R"({"id":7})", std::string_view name = {}) const;
  [[nodiscard]] static std::string execution(std::string_view arn, std::string_view rest = {});
  /// The body as JSON; fails the test if it is none.
  static json::Value json_of(const HttpAnswer& answer);
  /// A member by its dotted path as text; "absent" if it is not there.
  static std::string member(const json::Value& value, std::string_view path);
  static std::string member(const HttpAnswer& answer, std::string_view path) {
    return member(json_of(answer), path);
  }

  /// What the function of an invocation was given.
  static json::Value event_of(const ParkedFunctions::Running& running);
  static void answer(const ParkedFunctions::Running& running, std::string_view output) {
    running.ended(service::InvocationAnswer{std::string(output)});
  }
  static void succeed(const ParkedFunctions::Running& running) {
    answer(running, R"({"Status":"SUCCEEDED","Result":"{\"done\":true}"})");
  }
  /// Checkpoints with the invocation's token; what is answered.
  HttpAnswer checkpoint(std::string_view arn, std::string_view token,
                        std::string_view updates) const;
  /// Whether `condition` comes true. It is asked again and again, with a request in between.
  bool eventually(const std::function<bool()>& condition) const;

  std::shared_ptr<CallBook> book_ = std::make_shared<CallBook>();
  KeptLog log_;
  Catalog catalog_{"123456789012", "us-east-1"};
  ParkedFunctions functions_{catalog_};
  store::MemoryStore store_;
  http::Server http_;
  std::shared_ptr<Gate> gate_ = std::make_shared<Gate>();
  std::unique_ptr<service::Service> service_;
  std::unique_ptr<Api> api_;
  std::unique_ptr<http::Listener> listener_;
};

}  // namespace durable::server
