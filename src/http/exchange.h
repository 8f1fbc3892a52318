// SPDX-License-Identifier: Apache-2.0
//
// What lies between a request and its response, and the way back from other threads.
#pragma once

#include "http/bell.h"
#include "http/message.h"
#include "http/server.h"

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <variant>
#include <vector>

namespace durable::http {

/// How a request is answered: by its handler, or in its place.
using Reply = std::variant<Response, Refusal>;

/// The side of a connection that an exchange speaks to. On the server's thread only.
class Client {
 public:
  Client() = default;
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;
  virtual ~Client() = default;

  /// `exchange` has its response; it need not be the one that this client waits for.
  virtual void answered(Exchange& exchange) = 0;
};

/// Carries exchanges to the server's thread: many in one wake-up. Thread-safe. Holds at most as
/// many as there are exchanges.
class Inbox {
 public:
  /// Rings for the first of a batch: the server's thread is to call `drain`.
  [[nodiscard]] const Bell& bell() const noexcept { return bell_; }

  void push(std::shared_ptr<Exchange> exchange);
  /// On the server's thread.
  void drain();
  /// From now on everything pushed is dropped.
  void close();

 private:
  std::mutex mutex_;
  std::vector<std::shared_ptr<Exchange>> exchanges_;  // guarded by mutex_
  bool closed_ = false;                               // guarded by mutex_
  Bell bell_;
  std::vector<std::shared_ptr<Exchange>> batch_;  // the server's thread's
};

/// One request that waits for its response.
class Exchange : public std::enable_shared_from_this<Exchange> {
 public:
  /// `listening` expires when the listener closes: nobody is told anything after that.
  Exchange(std::shared_ptr<Inbox> inbox, std::weak_ptr<Client> client,
           std::weak_ptr<const void> listening)
      : inbox_(std::move(inbox)), client_(std::move(client)), listening_(std::move(listening)) {}

  // From any thread.
  void respond(Reply reply);
  void on_abandoned(std::function<void()> gone);

  // On the server's thread.
  /// Between these two, a response that this thread gives waits to be taken: a handler that answers
  /// at once costs no detour.
  void begin_dispatch();
  [[nodiscard]] std::optional<Reply> end_dispatch();
  /// At most once there is one.
  [[nodiscard]] std::optional<Reply> take_reply();
  /// The client has left before the response: whoever answers is told.
  void abandon();
  /// The listener closes: nobody is told.
  void close();
  /// Called by the inbox.
  void deliver();

 private:
  enum class State { pending, answered, gone, closed };

  const std::shared_ptr<Inbox> inbox_;  // owners: the server, and all exchanges
  const std::weak_ptr<Client> client_;
  const std::weak_ptr<const void> listening_;
  std::mutex mutex_;
  State state_ = State::pending;  // guarded by mutex_, like all below
  std::thread::id dispatcher_;    // the thread that is in the handler; none: no thread
  std::optional<Reply> reply_;
  std::function<void()> gone_;
};

}  // namespace durable::http
