// SPDX-License-Identifier: Apache-2.0
//
// One request that is being worked on.
#pragma once

#include "http/server.h"
#include "server/errors.h"

#include <durable/base/error.h>
#include <durable/base/time.h>
#include <durable/json/value.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace durable::server {

/// One line of the access log. It holds no payload, no header and no query.
struct AccessRecord {
  std::string_view method;
  std::string_view path;
  std::string_view request_id;
  int status = 0;
  Duration duration{};
};

/// Told of each answer. Thread-safety: called from any thread.
class AccessLog {
 public:
  virtual ~AccessLog() = default;
  virtual void answered(const AccessRecord& record) = 0;
};

class Call;

/// Calls that are held until a function or an execution has ended. Thread-safe.
class HeldCalls {
 public:
  /// False, and nothing is added, if there are `count_max` already.
  [[nodiscard]] bool add(const std::shared_ptr<Call>& call, std::size_t count_max);
  void remove(const Call& call);
  [[nodiscard]] std::size_t size() const;
  /// Answers all of them.
  void fail(const Failure& failure);

 private:
  using Calls = std::map<const Call*, std::weak_ptr<Call>>;

  mutable std::mutex mutex_;  // guards calls_
  Calls calls_;
};

/// What all calls of a server share. Thread-safe.
struct CallBook {
  AccessLog* log = nullptr;                              ///< Null: nothing is logged.
  std::atomic<std::size_t> in_work = 0;                  ///< Calls that are not answered.
  std::array<std::atomic<std::uint64_t>, 6> answered{};  ///< By the status's first digit.
  HeldCalls held;
};

/// The headers that every answer has: what it is, and the request's id.
void add_common_headers(http::Response& response, std::string_view request_id);
/// Counts an answer, and writes its line.
void enter(CallBook& book, const AccessRecord& record);

/// Whether what a task needs is still there. A task is run to its end before `close` returns, and
/// none runs after it. Thread-safe.
class Gate {
 public:
  /// Runs `task` unless the gate is closed. Not to be called inside a task.
  template <class Task>
  void run(const Task& task) {
    const std::lock_guard lock(mutex_);
    if (open_) task();
  }
  void close() {
    const std::lock_guard lock(mutex_);
    open_ = false;
  }

 private:
  std::mutex mutex_;  // guards open_, and is held while a task runs
  bool open_ = true;
};

/// A request with the means to answer it. Thread-safety: `respond`, `fail` and `on_abandoned` may
/// be called from any thread; the rest is only read.
class Call : public std::enable_shared_from_this<Call> {
 public:
  Call(http::Request request, http::Responder responder, std::string request_id,
       std::shared_ptr<CallBook> book);
  ~Call();
  Call(const Call&) = delete;
  Call& operator=(const Call&) = delete;

  [[nodiscard]] http::Request& request() noexcept { return request_; }
  [[nodiscard]] std::string_view request_id() const noexcept { return request_id_; }
  /// What stands for the pattern's parameters in the path.
  std::vector<std::string> parameters;

  /// Answers, with the headers that every answer has. Only the first answer counts.
  void respond(http::Response response);
  void respond(int status, const json::Value& body);
  void fail(const Failure& failure) { respond(to_response(failure)); }
  void fail(const Error& error) { fail(failure_of(error)); }

  /// Enters this call among those that are held, until it is answered or gone. False, and not
  /// entered, if there are `held_max` already.
  [[nodiscard]] bool hold(std::size_t held_max);

  /// As `http::Responder::on_abandoned`.
  void on_abandoned(std::function<void()> gone);

 private:
  http::Request request_;
  const std::string request_id_;
  const std::shared_ptr<CallBook> book_;  // owners: the server, and each call
  const std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();
  std::mutex mutex_;  // guards the two below
  http::Responder responder_;
  bool answered_ = false;
  std::atomic<bool> is_held_ = false;
};

/// Owners: the closures that may answer it.
using CallPtr = std::shared_ptr<Call>;

}  // namespace durable::server
