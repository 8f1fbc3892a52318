// SPDX-License-Identifier: Apache-2.0
//
// The Runtime API's calls, on the HTTP server's thread.
#include "functions/core.h"

#include <unistd.h>

#include <cerrno>
#include <chrono>

namespace durable::functions {
namespace {

/// A process that prints without an end must not keep the lock for ever.
constexpr int reads_max = 16;

}  // namespace

void Core::handle(Function& function, Caller caller, http::Request request,
                  http::Responder responder) {
  std::variant<RuntimeCall, http::Response> read = read_call(request);
  if (auto* refusal = std::get_if<http::Response>(&read)) {
    responder.respond(std::move(*refusal));
    return;
  }
  const RuntimeCall& call = std::get<RuntimeCall>(read);
  if (call.kind == CallKind::next) {
    handle_next(function, caller, std::move(responder));
    return;
  }
  Work work;
  Reply reply;
  {
    const std::lock_guard lock(mutex_);
    // What the process printed before this call belongs to the invocation that it ends.
    read_output(function, caller);
    flush_output(function, caller);
    const Instant now = std::chrono::steady_clock::now();
    Effects effects;
    reply = settle(function, caller, call, std::move(request.body), now, effects);
    take(function, effects, now, work);
  }
  responder.respond(reply_response(reply));
  perform(std::move(work));
}

Reply Core::settle(Function& function, Caller caller, const RuntimeCall& call, std::string body,
                   Instant now, Effects& effects) {
  Pool& pool = function.pool;
  if (call.kind == CallKind::response) {
    return pool.response(caller, call.ids, std::move(body), now, effects);
  }
  Failure failure = read_failure(call.error_type, body);
  if (call.kind == CallKind::error) {
    return pool.error(caller, call.ids, std::move(failure), now, effects);
  }
  return pool.init_error(caller, std::move(failure), now, effects);
}

void Core::handle_next(Function& function, Caller caller, http::Responder responder) {
  const NextId next{++last_next_};
  responder.on_abandoned([weak = weak_from_this(), &function, next] {
    if (const std::shared_ptr<Core> core = weak.lock()) core->abandoned(function, next);
  });
  Work work;
  {
    const std::lock_guard lock(mutex_);
    read_output(function, caller);
    flush_output(function, caller);
    function.held.emplace(next, std::move(responder));
    const Instant now = std::chrono::steady_clock::now();
    Effects effects;
    function.pool.next(caller, next, now, effects);
    take(function, effects, now, work);
  }
  perform(std::move(work));
}

void Core::abandoned(Function& function, NextId next) {
  std::map<NextId, http::Responder>::node_type gone;  // destroyed without the lock
  const std::lock_guard lock(mutex_);
  gone = function.held.extract(next);
  function.pool.abandoned(next);
}

/// With the lock held: all that the caller's process has printed until now.
void Core::read_output(Function& function, Caller caller) {
  if (!caller) return;
  const auto process = function.processes.find(*caller);
  if (process == function.processes.end()) return;
  read_stream(function, *caller, process->second.out);
  read_stream(function, *caller, process->second.error);
}

/// With the lock held. False: the stream has ended.
bool Core::read_stream(Function& function, WorkerId worker, Stream& stream) {
  const LineSplitter::Sink sink = log_sink(function, worker, stream.is_stderr);
  for (int reads = 0; stream.input && reads < reads_max; ++reads) {
    const ssize_t size = ::read(stream.input.get(), buffer_.data(), buffer_.size());
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0) return size < 0;
    stream.lines.append({buffer_.data(), static_cast<std::size_t>(size)}, sink);
    if (static_cast<std::size_t>(size) < buffer_.size()) return true;
  }
  return true;
}

/// With the lock held: a line without an end does not go on in the next invocation.
void Core::flush_output(Function& function, Caller caller) {
  if (!caller) return;
  const auto process = function.processes.find(*caller);
  if (process == function.processes.end()) return;
  for (Stream* const stream : {&process->second.out, &process->second.error}) {
    stream->lines.flush(log_sink(function, *caller, stream->is_stderr));
  }
}

LineSplitter::Sink Core::log_sink(Function& function, WorkerId worker, bool is_stderr) {
  return [&function, worker, is_stderr](std::string text) {
    const auto now = std::chrono::floor<Duration>(std::chrono::system_clock::now());
    function.log.append(
        {0, now, std::string(function.pool.request_of(worker)), is_stderr, std::move(text)});
  };
}

}  // namespace durable::functions
