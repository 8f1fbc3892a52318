// SPDX-License-Identifier: Apache-2.0
#include "sdk/machine/batcher.h"

#include <durable/base/assert.h>

#include <iterator>
#include <utility>

namespace durable::machine {
namespace {

// The member names, quotes and braces of an update with the usual members.
constexpr std::size_t update_overhead = 160;

std::size_t size_of(const std::optional<std::string>& text) noexcept {
  return text ? text->size() : 0;
}

}  // namespace

Batcher::Batcher(const Limits& limits) : limits_(limits) { DURABLE_ASSERT(limits.updates_max > 0); }

wire::OperationUpdate& Batcher::append() {
  DURABLE_ASSERT(queue_.size() == notes_.size());
  if (queue_.capacity() == 0) queue_.reserve(expected_);
  return queue_.emplace_back();
}

void Batcher::seal(Urgency urgency, Timestamp now) {
  DURABLE_ASSERT(queue_.size() == notes_.size() + 1);
  const std::size_t bytes = size_of(queue_.back());
  notes_.push_back({bytes, now, urgency});
  bytes_ += bytes;
  if (urgency == Urgency::waited_for) ++waited_;
}

bool Batcher::due(Timestamp now) const noexcept {
  if (waited_ > 0) return true;
  const auto at = due_at();
  return at && *at <= now;
}

std::optional<Timestamp> Batcher::due_at() const noexcept {
  if (!limits_.async_hold) return std::nullopt;
  for (std::size_t i = head_; i < notes_.size(); ++i) {
    if (notes_[i].urgency == Urgency::may_wait) return notes_[i].since + *limits_.async_hold;
  }
  return std::nullopt;
}

std::vector<wire::OperationUpdate> Batcher::take() {
  DURABLE_ASSERT(!empty());
  if (head_ == 0 && queue_.size() <= limits_.updates_max &&
      (bytes_ <= limits_.bytes_max || queue_.size() == 1)) {
    std::vector<wire::OperationUpdate> all = std::move(queue_);
    expected_ = all.size();
    reset();
    return all;
  }
  std::size_t count = 0;
  std::size_t bytes = 0;
  while (count < size() && count < limits_.updates_max) {
    const std::size_t more = notes_[head_ + count].bytes;
    if (count > 0 && bytes + more > limits_.bytes_max) break;
    if (notes_[head_ + count].urgency == Urgency::waited_for) --waited_;
    bytes += more;
    ++count;
  }
  const auto first = queue_.begin() + static_cast<std::ptrdiff_t>(head_);
  const auto last = first + static_cast<std::ptrdiff_t>(count);
  std::vector<wire::OperationUpdate> batch(std::make_move_iterator(first),
                                           std::make_move_iterator(last));
  head_ += count;
  bytes_ -= bytes;
  if (empty()) reset();
  return batch;
}

void Batcher::reset() noexcept {
  queue_.clear();
  notes_.clear();
  head_ = 0;
  bytes_ = 0;
  waited_ = 0;
}

std::size_t Batcher::size_of(const wire::OperationUpdate& update) noexcept {
  std::size_t bytes = update_overhead + update.id.size() + machine::size_of(update.parent_id) +
                      machine::size_of(update.name);
  if (update.payload) bytes += update.payload->size();
  if (update.error) {
    const wire::ErrorObject& error = *update.error;
    bytes += machine::size_of(error.error_message) + machine::size_of(error.error_type) +
             machine::size_of(error.error_data);
    if (error.stack_trace) {
      for (const std::string& line : *error.stack_trace) bytes += line.size() + 3;
    }
  }
  return bytes;
}

}  // namespace durable::machine
