// SPDX-License-Identifier: Apache-2.0
//
// The invocation's side of its worker threads: bodies go out and come back, and nothing of them
// outlives the invocation.
#include "sdk/calls.h"
#include "sdk/runtime.h"
#include "sdk/workers.h"

#include <utility>

namespace durable::detail {

bool Runtime::offload(std::shared_ptr<WorkerCall> call, Scope& scope) {
  // A body that is worth a thread takes its time: its start is recorded meanwhile, so that a crash
  // finds it begun.
  if (!call_out_ && !batcher_.empty() && !over()) send();
  if (over()) return false;
  if (workers_ == nullptr) {
    workers_ = std::make_unique<Workers>(mutex_, arrived_, environment_.workers, environment_.stop);
  }
  const ScopeGuard guard(*this, scope);  // the body runs here if there are no threads
  workers_->submit(std::move(call));
  return true;
}

void Runtime::abandon(WorkerCall& call) noexcept { workers_->abandon(call); }

bool Runtime::deliver_body() {
  if (workers_ == nullptr) return false;
  const std::shared_ptr<WorkerCall> call = workers_->take();
  write_kept_lines();
  if (call == nullptr) return false;
  call->owner().call_ended(*call);
  return true;
}

bool Runtime::waits_for_bodies() const noexcept { return workers_ != nullptr && workers_->busy(); }

void Runtime::wait_for_news() {
  if (!waits_for_bodies() || inline_reply_) {
    wait_for_reply();
    return;
  }
  std::unique_lock lock(mutex_);
  arrived_.wait(lock, [this] { return late_reply_.has_value() || workers_->has_news(); });
  const bool replied = late_reply_.has_value();
  lock.unlock();
  if (replied) wait_for_reply();
}

void Runtime::stop_bodies() noexcept {
  if (workers_ != nullptr) workers_->stop();
}

void Runtime::join_bodies() {
  if (workers_ == nullptr) return;
  workers_->join();
  write_kept_lines();
}

void Runtime::keep_line(WorkerCall& call, const LogRecord& record) {
  KeptLine line{record.level, std::string(record.message), {}};
  for (const LogField& field : record.fields) line.fields.add(field.key, field.value);
  workers_->keep_line(call, std::move(line));
}

void Runtime::write_kept_lines() {
  for (const KeptLine& line : workers_->take_lines()) {
    if (!logs(line.level)) continue;
    std::vector<LogField> fields;
    fields.reserve(line.fields.size());
    for (std::size_t i = 0; i < line.fields.size(); ++i) fields.push_back(line.fields[i]);
    write_log({line.level, line.message, fields});
  }
}

void Runtime::warn_of_inline_body(std::string_view step) {
  if (std::exchange(warned_of_inline_body_, true)) return;
  if (!logs(LogLevel::warning)) return;
  const std::string message =
      "step " + quoted_name(step) +
      " runs on the workflow's thread, although its map or parallel asks for offloaded bodies: its "
      "body has captures, and what they refer to may change or end while the workflow goes on. "
      "Write ctx.step(name, durable::offload(function, arguments...)) to have it run beside "
      "others. "
      "Said once an invocation.";
  const LogField fields[] = {{"executionArn", arn()}, {"requestId", environment_.request_id}};
  write_log({LogLevel::warning, message, fields});
}

}  // namespace durable::detail
