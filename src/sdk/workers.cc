// SPDX-License-Identifier: Apache-2.0
#include "sdk/workers.h"

#include "sdk/machine/limits.h"

#include <algorithm>
#include <system_error>
#include <utility>

namespace durable::detail {

/// The step as its body sees it: what a log line or a serdes asks about it.
class WorkerCall::Self final : public Operation {
 public:
  using Operation::Operation;

 private:
  [[nodiscard]] std::exception_ptr make_error() const override { return nullptr; }
};

WorkerCall::WorkerCall(WorkerCallOwner& owner, const ContextCore& context, std::uint64_t number,
                       std::string_view name, std::uint32_t attempt, const PayloadSerdes* serdes,
                       std::unique_ptr<OffloadedBody> body)
    : owner_(owner), body_(std::move(body)), context_name_(context.name), attempt_(attempt) {
  context_.runtime = context.runtime;
  context_.id = context.id;
  context_.name = context_name_;
  context_.depth = context.depth;
  context_.worker_call = this;
  context_.log_fields = context.inherited_log_fields();
  self_ = std::make_unique<Self>(context_, number, name);
  self_->use_serdes(serdes);
}

void WorkerCall::run() noexcept {
  try {
    StepContext step(context_, *self_, attempt_);
    result = self_->to_record(body_->run(step, self_->serdes_context(), returned));
  } catch (...) {
    error = std::current_exception();
  }
  body_.reset();  // what the body owns ends where it was used
}

Workers::Workers(std::mutex& mutex, std::condition_variable& arrived, const WorkerOptions& options,
                 std::stop_token stop)
    : mutex_(mutex),
      arrived_(arrived),
      options_(options),
      stop_(std::move(stop)),
      on_stop_(stop_, [this] { ask_to_stop(); }) {
  if (options_.order_seed) random_.emplace(*options_.order_seed);
}

void Workers::submit(CallPtr call) {
  Lock lock(mutex_);
  room_.wait(lock, [this] { return waiting_.size() < machine::waiting_bodies_max; });
  call->order_ = ++submitted_;
  ++waited_for_;
  ++outstanding_;
  if (stop_.stop_requested()) call->stop_.request_stop();
  const bool all_taken = waiting_.size() >= threads_.size() - running_.size();
  if (all_taken && !add_thread() && threads_.empty()) {
    run(std::move(call), lock);
    return;
  }
  waiting_.push_back(std::move(call));
  wanted_.notify_one();
}

bool Workers::add_thread() {
  if (threads_.size() >= std::max<std::size_t>(options_.threads_max, 1)) return false;
  try {
    threads_.emplace_back([this] { work(); });
    return true;
  } catch (const std::system_error&) {
    return false;  // the system has no more; those that there are do it
  }
}

void Workers::work() noexcept {
  Lock lock(mutex_);
  while (true) {
    wanted_.wait(lock, [this] { return closed_ || !waiting_.empty(); });
    if (closed_) return;
    CallPtr call = std::move(waiting_.front());
    waiting_.pop_front();
    room_.notify_one();
    if (!call->abandoned_) run(std::move(call), lock);
  }
}

void Workers::run(CallPtr call, Lock& lock) noexcept {
  call->state_ = WorkerCall::State::running;
  running_.push_back(call);
  lock.unlock();
  call->run();
  lock.lock();
  running_.erase(std::find(running_.begin(), running_.end(), call));
  call->state_ = WorkerCall::State::ended;
  if (!call->abandoned_) {
    --outstanding_;
    ended_.push_back(std::move(call));
    if (has_news()) arrived_.notify_one();
    return;
  }
  keep_lines_of(*call);
  lock.unlock();
  call.reset();  // with what the body gave, whose destructor is the user's
  lock.lock();
}

void Workers::abandon(WorkerCall& call) noexcept {
  std::unique_ptr<OffloadedBody> body;
  bool running = false;
  {
    const std::lock_guard lock(mutex_);
    if (call.abandoned_) return;
    call.abandoned_ = true;
    --waited_for_;
    if (call.state_ != WorkerCall::State::ended) --outstanding_;
    running = call.state_ == WorkerCall::State::running;
    if (call.state_ == WorkerCall::State::waiting) body = std::move(call.body_);
  }
  if (running) call.stop_.request_stop();
}

bool Workers::has_news() const noexcept {
  if (!lines_.empty()) return true;
  return !ended_.empty() && (!options_.order_seed || outstanding_ == 0);
}

std::shared_ptr<WorkerCall> Workers::take() {
  CallPtr call;
  do {
    call = take_ended();
  } while (call != nullptr && call->abandoned_);
  if (call == nullptr) return nullptr;
  --waited_for_;
  const std::lock_guard lock(mutex_);
  keep_lines_of(*call);
  return call;
}

Workers::CallPtr Workers::take_ended() {
  if (shuffled_.empty()) {
    const std::lock_guard lock(mutex_);
    if (random_ && outstanding_ > 0) return nullptr;
    shuffled_.swap(ended_);
    if (random_) {
      std::sort(shuffled_.begin(), shuffled_.end(),
                [](const CallPtr& a, const CallPtr& b) { return a->order_ < b->order_; });
      for (std::size_t i = shuffled_.size(); i > 1; --i) {
        std::swap(shuffled_[i - 1], shuffled_[random_->below(i)]);
      }
    }
  }
  if (shuffled_.empty()) return nullptr;
  CallPtr call = std::move(shuffled_.front());
  shuffled_.pop_front();
  return call;
}

void Workers::keep_line(WorkerCall& call, KeptLine line) {
  const std::lock_guard lock(mutex_);
  if (options_.order_seed) {
    call.lines_.push_back(std::move(line));
  } else {
    lines_.push_back(std::move(line));
    arrived_.notify_one();
  }
}

void Workers::keep_lines_of(WorkerCall& call) {
  std::move(call.lines_.begin(), call.lines_.end(), std::back_inserter(lines_));
  call.lines_.clear();
}

std::vector<KeptLine> Workers::take_lines() {
  const std::lock_guard lock(mutex_);
  return std::exchange(lines_, {});
}

void Workers::ask_to_stop() noexcept {
  std::vector<CallPtr> calls;
  {
    const std::lock_guard lock(mutex_);
    calls = running_;
    calls.insert(calls.end(), waiting_.begin(), waiting_.end());
  }
  for (const CallPtr& call : calls) call->stop_.request_stop();
}

void Workers::stop() noexcept {
  ask_to_stop();
  const std::lock_guard lock(mutex_);
  closed_ = true;
  wanted_.notify_all();
}

void Workers::join() noexcept {
  stop();
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
  const std::lock_guard lock(mutex_);
  for (const CallPtr& call : ended_) keep_lines_of(*call);
}

}  // namespace durable::detail
