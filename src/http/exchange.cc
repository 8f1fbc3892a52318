// SPDX-License-Identifier: Apache-2.0
#include "http/exchange.h"

#include <utility>

namespace durable::http {

void Inbox::push(std::shared_ptr<Exchange> exchange) {
  {
    const std::lock_guard lock(mutex_);
    if (closed_) return;
    exchanges_.push_back(std::move(exchange));
    if (exchanges_.size() > 1) return;
  }
  bell_.ring();  // Without the lock, which the server's thread would only wake up to wait for.
}

void Inbox::drain() {
  {
    const std::lock_guard lock(mutex_);
    batch_.swap(exchanges_);
  }
  for (const std::shared_ptr<Exchange>& exchange : batch_) exchange->deliver();
  batch_.clear();
}

void Inbox::close() {
  std::vector<std::shared_ptr<Exchange>> dropped;  // destroyed after the lock is released
  const std::lock_guard lock(mutex_);
  closed_ = true;
  dropped.swap(exchanges_);
}

void Exchange::respond(Reply reply) {
  std::function<void()> unneeded;  // destroyed after the lock is released, as foreign code
  std::unique_lock lock(mutex_);
  if (state_ != State::pending) return;
  state_ = State::answered;
  reply_ = std::move(reply);
  unneeded.swap(gone_);
  const bool is_taken_by_dispatcher = dispatcher_ == std::this_thread::get_id();
  lock.unlock();
  if (!is_taken_by_dispatcher) inbox_->push(shared_from_this());
}

void Exchange::on_abandoned(std::function<void()> gone) {
  std::unique_lock lock(mutex_);
  if (state_ != State::pending && state_ != State::gone) return;
  gone_.swap(gone);
  const bool has_left = state_ == State::gone;
  lock.unlock();
  if (has_left) inbox_->push(shared_from_this());
}

void Exchange::begin_dispatch() {
  const std::lock_guard lock(mutex_);
  dispatcher_ = std::this_thread::get_id();
}

std::optional<Reply> Exchange::end_dispatch() {
  const std::lock_guard lock(mutex_);
  dispatcher_ = {};
  return std::exchange(reply_, std::nullopt);
}

std::optional<Reply> Exchange::take_reply() {
  const std::lock_guard lock(mutex_);
  return std::exchange(reply_, std::nullopt);
}

void Exchange::abandon() {
  std::function<void()> gone;
  {
    const std::lock_guard lock(mutex_);
    if (state_ != State::pending) return;
    state_ = State::gone;
    gone.swap(gone_);
  }
  if (gone) gone();
}

void Exchange::close() {
  std::function<void()> unneeded;
  const std::lock_guard lock(mutex_);
  if (state_ == State::pending) state_ = State::closed;
  unneeded.swap(gone_);
}

void Exchange::deliver() {
  std::function<void()> gone;
  bool is_answered = false;
  {
    const std::lock_guard lock(mutex_);
    is_answered = state_ == State::answered;
    gone.swap(gone_);
  }
  if (is_answered) {
    const std::shared_ptr<Client> client = client_.lock();
    if (client) client->answered(*this);
  } else if (gone && !listening_.expired()) {
    gone();
  }
}

Responder::Responder(std::shared_ptr<Exchange> exchange) : exchange_(std::move(exchange)) {}
Responder::Responder(Responder&&) noexcept = default;

Responder& Responder::operator=(Responder&& other) noexcept {
  Responder previous(std::move(*this));  // answers, if it has not yet
  exchange_ = std::move(other.exchange_);
  return *this;
}

Responder::~Responder() {
  if (exchange_) {
    exchange_->respond(Refusal{
        500, "The server dropped this request without an answer. This is an error of the server"});
  }
}

void Responder::respond(Response response) {
  const std::shared_ptr<Exchange> exchange = std::move(exchange_);
  if (exchange) exchange->respond(std::move(response));
}

void Responder::on_abandoned(std::function<void()> gone) {
  if (exchange_) exchange_->on_abandoned(std::move(gone));
}

}  // namespace durable::http
