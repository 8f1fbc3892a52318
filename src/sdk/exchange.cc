// SPDX-License-Identifier: Apache-2.0
//
// The invocation's side of the service: one checkpoint call at a time, the token chain, and what a
// reply means for the operations that wait.
#include "sdk/calls.h"
#include "sdk/machine/limits.h"
#include "sdk/plugins.h"
#include "sdk/runtime.h"

#include <algorithm>
#include <cctype>
#include <utility>

namespace durable::detail {
namespace {

bool is_key_error(ErrorCode code) noexcept {
  return code == ErrorCode::key_access_denied || code == ErrorCode::key_disabled ||
         code == ErrorCode::key_invalid_state || code == ErrorCode::key_not_found;
}

// The service's text for a token that is not the present one begins so; its case has varied.
bool is_token_error(const Error& error) {
  constexpr std::string_view begin = "invalid checkpoint token";
  return error.code == ErrorCode::invalid_parameter && error.message.size() >= begin.size() &&
         std::equal(begin.begin(), begin.end(), error.message.begin(), [](char a, char b) {
           return a == static_cast<char>(std::tolower(static_cast<unsigned char>(b)));
         });
}

bool is_refusal(const Error& error) {
  return error.code == ErrorCode::invalid_parameter && !is_token_error(error);
}

bool has_text(const std::optional<std::string>& text) noexcept { return text && !text->empty(); }

}  // namespace

Timestamp Runtime::now_for_batching() const {
  return environment_.batch.async_hold && environment_.clock != nullptr ? environment_.clock->now()
                                                                        : Timestamp{};
}

void Runtime::seal(Operation* operation, machine::Batcher::Urgency urgency) {
  batcher_.seal(urgency, now_for_batching());
  queued_.operations.push_back(operation);
  if (operation != nullptr) {
    operation->ticket_ = queued_.base + queued_.operations.size() - 1;
  }
}

void Runtime::queue() {
  if (checks_replay()) return;
  seal(nullptr, machine::Batcher::Urgency::may_wait);
  send_if_held_too_long();
}

void Runtime::queue_cancel() {
  if (checks_replay()) return;
  ++cancels_queued_;
  queue();
}

void Runtime::queue_for(Operation& operation) {
  enqueue_for(operation);
  send_while_due();
}

void Runtime::enqueue_for(Operation& operation) {
  if (checks_replay()) return;
  seal(&operation, machine::Batcher::Urgency::waited_for);
}

void Runtime::queue_later_for(Operation& operation) {
  if (checks_replay()) return;
  seal(&operation, machine::Batcher::Urgency::may_wait);
  send_if_held_too_long();
}

void Runtime::send_if_held_too_long() {
  if (environment_.batch.async_hold && !call_out_ && batcher_.due(now_for_batching())) send();
}

void Runtime::forget_ticket(std::uint64_t ticket) noexcept {
  if (ticket >= queued_.base) {
    queued_.operations[ticket - queued_.base] = nullptr;
  } else if (ticket >= out_base_ && ticket - out_base_ < out_.size()) {
    out_[ticket - out_base_] = nullptr;
  }
}

void Runtime::send_while_due() {
  while (!call_out_ && batcher_.waited_for() && !over()) send();
  if (!inline_reply_ || batcher_.size() < machine::held_updates_max) return;
  crowded_ = true;
  take_inline_reply();
  while (!call_out_ && batcher_.waited_for() && !over()) send();
}

wire::CheckpointDurableExecutionRequest Runtime::begin_call() {
  wire::CheckpointDurableExecutionRequest request{
      .durable_execution_arn = input_.durable_execution_arn,
      .checkpoint_token = std::move(token_),
      .updates = batcher_.take(),
      .client_token = {}};
  if (cancels_queued_ > 0) keep_without_cancels(request);
  if (plugins_ != nullptr) plugins_->sending(request.updates);
  const std::size_t count = request.updates.size();
  out_base_ = queued_.base + queued_.head;
  if (queued_.head == 0 && count == queued_.operations.size()) {
    out_.clear();
    std::swap(out_, queued_.operations);
    queued_.base += count;
  } else {
    const auto first = queued_.operations.begin() + static_cast<std::ptrdiff_t>(queued_.head);
    out_.assign(first, first + static_cast<std::ptrdiff_t>(count));
    queued_.head += count;
    if (queued_.head == queued_.operations.size()) {
      queued_.base += queued_.head;
      queued_.operations.clear();
      queued_.head = 0;
    }
  }
  call_out_ = true;
  sending_ = true;
  return request;
}

void Runtime::keep_without_cancels(const wire::CheckpointDurableExecutionRequest& request) {
  const auto is_cancel = [](const wire::OperationUpdate& update) {
    return update.action == wire::OperationAction::cancel;
  };
  const auto cancels = std::count_if(request.updates.begin(), request.updates.end(), is_cancel);
  if (cancels == 0) return;
  cancels_queued_ -= static_cast<std::size_t>(cancels);
  std::erase_if(without_cancels_.emplace(request).updates, is_cancel);
}

void Runtime::send() {
  DURABLE_ASSERT(!call_out_ && !stopped_);
  client_.checkpoint(begin_call(), reply_taker());
  called();
}

void Runtime::send_again() {
  if (!std::exchange(send_again_, false)) return;
  wire::CheckpointDurableExecutionRequest request = std::move(*without_cancels_);
  without_cancels_.reset();
  call_out_ = true;
  sending_ = true;
  client_.checkpoint(std::move(request), reply_taker());
  called();
}

ServiceClient::CheckpointDone Runtime::reply_taker() {
  return [this](Result<wire::CheckpointDurableExecutionResponse>&& reply) {
    if (std::this_thread::get_id() == thread_ && sending_) {
      inline_reply_.emplace(std::move(reply));
      return;
    }
    // Notified under the lock, since the waiting side may be gone after it.
    const std::lock_guard lock(mutex_);
    late_reply_.emplace(std::move(reply));
    arrived_.notify_one();
  };
}

void Runtime::called() {
  sending_ = false;
  if (!inline_reply_) return;
  // Otherwise it is taken as one that has come over the network: when there is nothing else to do.
  const bool at_once =
      crowded_ || (environment_.observer != nullptr && !environment_.observer->delay_reply());
  if (at_once) take_inline_reply();
}

void Runtime::take_inline_reply() {
  call_out_ = false;
  absorb(*inline_reply_);
  inline_reply_.reset();
  send_again();
}

void Runtime::wait_for_reply() {
  if (inline_reply_) return take_inline_reply();
  client_.lend_thread();
  std::unique_lock lock(mutex_);
  arrived_.wait(lock, [this] { return late_reply_.has_value(); });
  Result<wire::CheckpointDurableExecutionResponse> reply = std::move(*late_reply_);
  late_reply_.reset();
  lock.unlock();
  call_out_ = false;
  if (over()) return;
  absorb(reply);
  send_again();
}

bool Runtime::wait_for(const Operation& operation) {
  if (checks_replay()) return false;  // nothing is sent, so nothing comes back
  while (!over()) {
    if (operation.ticket_ == 0) return true;
    if (call_out_) {
      wait_for_reply();
    } else {
      send();
    }
  }
  return false;
}

bool Runtime::flush() {
  while (!over()) {
    if (call_out_) {
      wait_for_reply();
    } else if (!batcher_.empty()) {
      send();
    } else {
      return true;
    }
  }
  return false;
}

void Runtime::absorb(Result<wire::CheckpointDurableExecutionResponse>& reply) {
  if (over()) return;
  if (!reply) {
    // What was to be cancelled may have ended meanwhile; nothing of the call was recorded.
    send_again_ = without_cancels_.has_value() && is_refusal(reply.error());
    if (send_again_) return;
    end_by(reply.error(), "CheckpointDurableExecution");
    return;
  }
  without_cancels_.reset();
  wire::CheckpointDurableExecutionResponse& response = *reply;
  if (!has_text(response.checkpoint_token)) {
    // The service has closed the execution: nothing more may be sent, and nobody waits any more.
    stopped_ = true;
    if (std::holds_alternative<std::monostate>(end_)) end_ = Over{};
    return;
  }
  token_ = std::move(*response.checkpoint_token);
  // All that the reply tells is taken over before anything that waited for it goes on.
  merge(response.new_execution_state.operations);
  std::optional<std::string> marker = std::move(response.new_execution_state.next_marker);
  while (has_text(marker)) {
    auto page = client_.get_state({.durable_execution_arn = input_.durable_execution_arn,
                                   .checkpoint_token = token_,
                                   .marker = std::move(marker),
                                   .max_items = machine::state_page_items});
    if (over()) return;
    if (!page) {
      end_by(page.error(), "GetDurableExecutionState");
      return;
    }
    merge(page->operations);
    marker = std::move(page->next_marker);
  }
  if (plugins_ != nullptr) plugins_->acknowledged();
  for (Operation* operation : out_) {
    if (operation == nullptr) continue;
    operation->ticket_ = 0;
    operation->acknowledged();
  }
  out_.clear();
}

void Runtime::merge(std::vector<wire::Operation>& operations) {
  if (plugins_ != nullptr) plugins_->told(operations);
  std::vector<Operation*> wanting;
  for (Operation* operation : out_) {
    if (operation != nullptr && operation->wants_reply_) wanting.push_back(operation);
  }
  if (wanting.empty() && parked_.empty() && journal_.open_unasked() == 0) return;
  std::size_t next = 0;  // replies come in the order of the updates
  for (wire::Operation& recorded : operations) {
    bool taken = false;
    for (std::size_t i = 0; i < wanting.size() && !taken; ++i) {
      Operation& operation = *wanting[(next + i) % wanting.size()];
      if (operation.context_->wire_id(operation.number_) != recorded.id) continue;
      next = (next + i + 1) % wanting.size();
      operation.merge(std::move(recorded));
      taken = true;
    }
    if (taken) continue;
    if (const auto parked = parked_.find(recorded.id); parked != parked_.end()) {
      parked->second->merge(std::move(recorded));
    } else {
      journal_.update(std::move(recorded));
    }
  }
}

void Runtime::end_by(const Error& error, std::string_view call) {
  refused_ = true;
  wire::ErrorObject object;
  object.error_type =
      call == "CheckpointDurableExecution" ? "CheckpointError" : "GetExecutionStateError";
  object.error_message = std::string(call) +
                         " failed: " + std::string(error_info(error.code).name) + ": " +
                         error.message;
  // In this order: a key's failure comes with a status of class 5xx, a stale token with a 4xx.
  if (is_key_error(error.code)) {
    fail_execution(std::move(object));
  } else if (is_token_error(error) || error.retryable()) {
    fail_invocation(std::move(object));
  } else {
    fail_execution(std::move(object));
  }
}

}  // namespace durable::detail
