// SPDX-License-Identifier: Apache-2.0
#include "server/call.h"

#include <utility>

namespace durable::server {

void add_common_headers(http::Response& response, std::string_view request_id) {
  if (!response.body.empty() && !http::find_header(response.headers, "Content-Type")) {
    response.headers.push_back({"Content-Type", "application/json"});
  }
  response.headers.push_back({"x-amzn-RequestId", std::string(request_id)});
}

bool HeldCalls::add(const std::shared_ptr<Call>& call, std::size_t count_max) {
  const std::lock_guard lock(mutex_);
  if (calls_.size() >= count_max) return false;
  calls_.emplace(call.get(), call);
  return true;
}

void HeldCalls::remove(const Call& call) {
  const std::lock_guard lock(mutex_);
  calls_.erase(&call);
}

std::size_t HeldCalls::size() const {
  const std::lock_guard lock(mutex_);
  return calls_.size();
}

void HeldCalls::fail(const Failure& failure) {
  Calls calls;
  {
    const std::lock_guard lock(mutex_);
    calls.swap(calls_);
  }
  for (const auto& [address, held] : calls) {
    if (const std::shared_ptr<Call> call = held.lock()) call->fail(failure);
  }
}

void enter(CallBook& book, const AccessRecord& record) {
  ++book.answered[static_cast<std::size_t>(record.status / 100) % book.answered.size()];
  if (book.log != nullptr) book.log->answered(record);
}

Call::Call(http::Request request, http::Responder responder, std::string request_id,
           std::shared_ptr<CallBook> book)
    : request_(std::move(request)),
      request_id_(std::move(request_id)),
      book_(std::move(book)),
      responder_(std::move(responder)) {
  ++book_->in_work;
}

Call::~Call() {
  // What a client that has gone asked for, or a service that has stopped.
  if (!answered_) --book_->in_work;
  if (is_held_) book_->held.remove(*this);
}

bool Call::hold(std::size_t held_max) {
  is_held_ = book_->held.add(shared_from_this(), held_max);
  return is_held_;
}

void Call::respond(http::Response response) {
  const int status = response.status;
  add_common_headers(response, request_id_);
  {
    const std::lock_guard lock(mutex_);
    if (answered_) return;
    answered_ = true;
    if (is_held_.exchange(false)) book_->held.remove(*this);
    responder_.respond(std::move(response));
  }
  --book_->in_work;
  const auto duration = std::chrono::steady_clock::now() - started_;
  enter(*book_, {request_.method, request_.path(), request_id_, status,
                 std::chrono::duration_cast<Duration>(duration)});
}

void Call::respond(int status, const json::Value& body) {
  Result<std::string> text = body.dump();
  if (!text) return fail(Error{ErrorCode::service_failure, text.error().message});
  http::Response response;
  response.status = status;
  response.body = std::move(*text);
  respond(std::move(response));
}

void Call::on_abandoned(std::function<void()> gone) {
  const std::lock_guard lock(mutex_);
  if (!answered_) responder_.on_abandoned(std::move(gone));
}

}  // namespace durable::server
