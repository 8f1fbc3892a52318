// SPDX-License-Identifier: Apache-2.0
#include "functions/core.h"

#include "functions/program.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <stdexcept>
#include <system_error>

namespace durable::functions {
namespace {

constexpr std::size_t read_bytes = 64 * 1024;  // a pipe's capacity
constexpr Duration function_timeout = std::chrono::seconds{900};
/// What an invocation without a time-out is told: far enough for any debugger.
constexpr Duration deadline_without_timeout = std::chrono::hours{24};

Error invalid_usage(std::string text) { return Error{ErrorCode::invalid_usage, std::move(text)}; }

Timestamp deadline_after(std::optional<Duration> timeout) {
  const auto now = std::chrono::floor<Duration>(std::chrono::system_clock::now());
  return now + timeout.value_or(deadline_without_timeout);
}

}  // namespace

Core::Core(http::Server& server, HostOptions options)
    : server_(server),
      options_(std::move(options)),
      inherited_(inherited_environment()),
      poll_(::epoll_create1(EPOLL_CLOEXEC)),
      wake_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      buffer_(read_bytes) {
  if (!poll_ || !wake_) {
    throw std::system_error(errno, std::generic_category(), "cannot watch processes");
  }
}

void Core::start() {
  struct epoll_event event {};
  event.events = EPOLLIN;
  event.data.u64 = 0;
  if (::epoll_ctl(poll_.get(), EPOLL_CTL_ADD, wake_.get(), &event) != 0) {
    throw std::system_error(errno, std::generic_category(), "cannot watch processes");
  }
  thread_ = std::thread([this] { run(); });
}

void Core::stop() {
  if (!thread_.joinable()) return;  // it has stopped before
  Work work;
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    const Instant now = std::chrono::steady_clock::now();
    for (auto& [name, function] : functions_) {
      Effects effects;
      function->pool.close(now, effects);
      take(*function, effects, now, work);
    }
  }
  perform(std::move(work));
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
    ending_since_ = std::chrono::steady_clock::now();
  }
  wake();
  thread_.join();
  // Nobody adds to `functions_` any more; a listener must go without the lock.
  for (auto& [name, function] : functions_) function->attach_listener.reset();
}

PoolOptions Core::pool_options(const FunctionSpec& spec, const HostOptions& options) {
  const bool starts = !spec.command.empty();
  std::optional<Duration> timeout = spec.timeout;
  if (starts && !timeout) timeout = function_timeout;
  return {.starts_processes = starts,
          .concurrency_max = spec.concurrency_max,
          .timeout = timeout,
          .init_timeout = spec.init_timeout,
          .idle_timeout = spec.idle_timeout,
          .stop_grace = options.stop_grace,
          .waiting_max = options.waiting_max};
}

Result<void> Core::check(FunctionSpec& spec, std::string& program) const {
  const std::string where = "function '" + spec.name + "': ";
  if (spec.name.empty()) return invalid_usage("a function has no name");
  if (spec.concurrency_max == 0) {
    return invalid_usage(where + "concurrency_max is 0: expected at least 1");
  }
  std::error_code error;
  const std::filesystem::path folder =
      spec.folder.empty() ? std::filesystem::current_path(error)
                          : std::filesystem::absolute(spec.folder, error).lexically_normal();
  if (error || !std::filesystem::is_directory(folder, error)) {
    return invalid_usage(where + "there is no folder '" + spec.folder + "'");
  }
  spec.folder = folder.string();
  for (const auto& [name, value] : spec.environment) {
    const bool usable =
        !name.empty() && name.find_first_of(std::string_view("=\0", 2)) == std::string::npos;
    if (!usable || value.find('\0') != std::string::npos) {
      return invalid_usage(where + "'" + name + "' cannot be an environment variable");
    }
  }
  if (spec.command.empty()) return {};
  const auto own_path = spec.environment.find("PATH");
  const std::string& path =
      own_path == spec.environment.end() ? inherited_.at("PATH") : own_path->second;
  Result<std::string> found = find_program(spec.command.front(), spec.folder, path);
  if (!found) return invalid_usage(where + found.error().message);
  program = std::move(*found);
  return {};
}

Result<void> Core::add(FunctionSpec spec) {
  std::string program;
  Result<void> checked = check(spec, program);
  if (!checked) return checked;
  const Error taken = invalid_usage("function '" + spec.name + "' has been added already");
  if (find(spec.name) != nullptr) return taken;
  const PoolOptions pool = pool_options(spec, options_);
  auto function = std::make_unique<Function>(std::move(spec), pool, options_.log_lines_max);
  function->program = std::move(program);
  Result<void> opened = open_attach_listener(*function);
  if (!opened) return opened;
  const std::lock_guard lock(mutex_);
  const std::string& name = function->spec.name;
  // A second function of the name, added at the same time by another thread: its listener goes
  // with `function`, after the lock.
  if (!functions_.try_emplace(name, nullptr).second) return taken;
  functions_.find(name)->second = std::move(function);
  return {};
}

Result<void> Core::open_attach_listener(Function& function) {
  http::ListenerOptions listener_options;
  listener_options.body_bytes_max = body_bytes_max;
  // Until the address is known, nobody calls: what the handler reads is complete by then.
  Result<std::unique_ptr<http::Listener>> listener = server_.listen(
      listener_options, [this, &function](http::Request request, http::Responder responder) {
        handle(function, std::nullopt, std::move(request), std::move(responder));
      });
  if (!listener) return std::move(listener).error();
  function.attach_listener = std::move(*listener);
  function.runtime_api = "127.0.0.1:" + std::to_string(function.attach_listener->port());
  function.attach_line = shell_prefix(attach_environment(
      function.spec, options_, {function.runtime_api, function.spec.name + "/attached"}));
  return {};
}

void Core::invoke(std::string_view name, Event event, std::function<void(Outcome)> ended) {
  Work work;
  {
    const std::lock_guard lock(mutex_);
    const auto entry = functions_.find(name);
    if (entry == functions_.end()) {
      Failure failure{.error_type = "ResourceNotFoundException",
                      .error_message = "Function not found: " + std::string(name),
                      .stack_trace = {}};
      late_ends_.push_back({std::move(ended), std::move(failure)});
      work.wake = true;
    } else {
      Function& function = *entry->second;
      const Instant now = std::chrono::steady_clock::now();
      Effects effects;
      function.pool.invoke({make_invocation_id(), std::move(event), std::move(ended)}, now,
                           effects);
      take(function, effects, now, work);
      // The caller may hold a lock that `ended` wants.
      for (End& end : work.ends) late_ends_.push_back(std::move(end));
      work.wake |= !work.ends.empty();
      work.ends.clear();
    }
  }
  perform(std::move(work));
}

std::optional<FunctionState> Core::state(std::string_view name) const {
  const std::lock_guard lock(mutex_);
  const auto entry = functions_.find(name);
  if (entry == functions_.end()) return std::nullopt;
  const Function& function = *entry->second;
  return FunctionState{.processes = function.pool.processes(),
                       .running = function.pool.running(),
                       .waiting = function.pool.waiting(),
                       .attached = function.pool.attached(),
                       .runtime_api = function.runtime_api};
}

std::vector<LogLine> Core::log(std::string_view name, std::uint64_t after,
                               std::size_t count_max) const {
  const std::lock_guard lock(mutex_);
  const auto entry = functions_.find(name);
  if (entry == functions_.end()) return {};
  return entry->second->log.after(after, count_max);
}

std::uint64_t Core::last_log_number(std::string_view name) const {
  const std::lock_guard lock(mutex_);
  const auto entry = functions_.find(name);
  return entry == functions_.end() ? 0 : entry->second->log.last_number();
}

std::string Core::attach_line(std::string_view name) const {
  const Function* const function = find(name);
  return function == nullptr ? std::string() : function->attach_line;
}

Core::Function* Core::find(std::string_view name) const {
  const std::lock_guard lock(mutex_);
  const auto entry = functions_.find(name);
  return entry == functions_.end() ? nullptr : entry->second.get();
}

/// With the lock held: sorts what a pool decided by who does it.
void Core::take(Function& function, Effects& effects, Instant now, Work& work) {
  for (Deliver& delivery : effects.deliveries) {
    auto held = function.held.extract(delivery.next);
    if (held) work.deliveries.push_back({std::move(held.mapped()), std::move(delivery), &function});
  }
  for (RefuseNext& refusal : effects.refusals) {
    auto held = function.held.extract(refusal.next);
    if (held) work.refusals.push_back({std::move(held.mapped()), std::move(refusal.reply)});
  }
  for (End& end : effects.ends) work.ends.push_back(std::move(end));
  for (const ProcessOrder order : effects.orders) errands_.push_back({&function, order});
  const std::optional<Instant> due = function.pool.next_due(now);
  work.wake |= !effects.orders.empty() || (due && *due < sleeping_until_);
}

/// Without the lock.
void Core::perform(Work work) {
  if (work.wake) wake();
  for (Delivery& delivery : work.deliveries) {
    const Timestamp deadline = deadline_after(delivery.event.timeout);
    delivery.responder.respond(
        event_response(std::move(delivery.event), delivery.function->spec.arn, deadline));
  }
  for (Refusal& refusal : work.refusals) refusal.responder.respond(reply_response(refusal.reply));
  for (End& end : work.ends) end.ended(std::move(end.outcome));
}

void Core::wake() const {
  const std::uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = ::write(wake_.get(), &one, sizeof one);
}

/// With the lock held.
std::string Core::random_hex() {
  char text[33];
  std::snprintf(text, sizeof text, "%016llx%016llx", static_cast<unsigned long long>(random_()),
                static_cast<unsigned long long>(random_()));
  return text;
}

/// With the lock held. In the form of a random UUID.
std::string Core::make_invocation_id() {
  const std::string hex = random_hex();
  return hex.substr(0, 8) + "-" + hex.substr(8, 4) + "-4" + hex.substr(13, 3) + "-a" +
         hex.substr(17, 3) + "-" + hex.substr(20);
}

}  // namespace durable::functions
