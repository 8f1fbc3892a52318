// SPDX-License-Identifier: Apache-2.0
//
// The host's thread: it starts processes, reads what they print, and sees how they end.
#include "functions/core.h"

#include <signal.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <limits>

namespace durable::functions {
namespace {

constexpr std::uint64_t wake_token = 0;
constexpr int events_max = 64;
/// After the last SIGKILL at the end; a process that hangs in the kernel is then left behind.
constexpr Duration end_patience = std::chrono::seconds{10};

int milliseconds_until(std::optional<Instant> due, Instant now) {
  if (!due) return -1;
  const auto left = std::chrono::ceil<Duration>(*due - now).count();
  return static_cast<int>(std::clamp<Duration::rep>(left, 0, std::numeric_limits<int>::max()));
}

}  // namespace

void Core::run() {
  std::array<struct epoll_event, events_max> events;
  while (true) {
    std::vector<Errand> errands;
    Work work;
    int timeout_ms = 0;
    if (!prepare_round(errands, work, timeout_ms)) return;
    perform(std::move(work));
    for (const Errand& errand : errands) run_errand(errand);
    const int count = ::epoll_wait(poll_.get(), events.data(), events_max, timeout_ms);
    for (int i = 0; i < count; ++i) on_event(events[static_cast<std::size_t>(i)].data.u64);
  }
}

/// What is due, and for how long there is nothing else. False: the work is at its end.
bool Core::prepare_round(std::vector<Errand>& errands, Work& work, int& timeout_ms) {
  const std::lock_guard lock(mutex_);
  const Instant now = std::chrono::steady_clock::now();
  std::optional<Instant> due;
  const auto consider = [&](Instant at) { due = due ? std::min(*due, at) : at; };
  std::size_t processes = 0;
  for (auto& [name, function] : functions_) {
    if (function == nullptr) continue;
    Effects effects;
    function->pool.on_time(now, effects);
    take(*function, effects, now, work);
    if (const std::optional<Instant> at = function->pool.next_due(now)) consider(*at);
    processes += function->processes.size();
  }
  errands.swap(errands_);
  for (End& end : late_ends_) work.ends.push_back(std::move(end));
  late_ends_.clear();
  if (ending_) {
    const Instant give_up = ending_since_ + options_.stop_grace + end_patience;
    if (errands.empty() && work.ends.empty() && (processes == 0 || now >= give_up)) return false;
    consider(give_up);
  }
  if (!errands.empty()) consider(now);  // they may change what is due
  timeout_ms = milliseconds_until(due, now);
  sleeping_until_ = due.value_or(Instant::max());
  return true;
}

void Core::run_errand(const Errand& errand) {
  Function& function = *errand.function;
  const WorkerId worker = errand.order.worker;
  if (errand.order.kind == ProcessOrder::Kind::start) {
    start_process(function, worker);
    return;
  }
  const std::lock_guard lock(mutex_);
  const auto process = function.processes.find(worker);
  if (process == function.processes.end()) return;  // ended by itself
  const bool polite = errand.order.kind == ProcessOrder::Kind::stop;
  signal_group(process->second.child, polite ? SIGTERM : SIGKILL);
}

void Core::start_process(Function& function, WorkerId worker) {
  Result<Launch> launch = prepare_launch(function, worker);
  Result<void> started = launch ? Result<void>() : Result<void>(std::move(launch).error());
  if (started) started = start_child_of(function, worker, *launch);
  if (started) return;
  std::map<WorkerId, Process>::node_type gone;  // its listener goes without the lock
  Work work;
  {
    const std::lock_guard lock(mutex_);
    gone = function.processes.extract(worker);
    const Instant now = std::chrono::steady_clock::now();
    Effects effects;
    function.pool.start_failed(worker, started.error().message, now, effects);
    take(function, effects, now, work);
  }
  perform(std::move(work));
}

/// Makes all that has to be there before the process runs, since its first call may come before
/// its start has returned.
Result<Core::Launch> Core::prepare_launch(Function& function, WorkerId worker) {
  Result<Pipe> out = make_pipe();
  if (!out) return std::move(out).error();
  Result<Pipe> error = make_pipe();
  if (!error) return std::move(error).error();
  http::ListenerOptions listener_options;
  listener_options.body_bytes_max = body_bytes_max;
  Result<std::unique_ptr<http::Listener>> listener =
      server_.listen(listener_options,
                     [this, &function, worker](http::Request request, http::Responder responder) {
                       handle(function, worker, std::move(request), std::move(responder));
                     });
  if (!listener) return std::move(listener).error();
  Launch launch{"127.0.0.1:" + std::to_string((*listener)->port()),
                {},
                std::move(out->write),
                std::move(error->write)};
  Process process;
  process.out = {std::move(out->read), {}, false};
  process.error = {std::move(error->read), {}, true};
  process.listener = std::move(*listener);
  const std::lock_guard lock(mutex_);
  if (closed_) return Error{ErrorCode::unavailable, "the host of functions has stopped"};
  launch.unique = random_hex();
  function.processes.emplace(worker, std::move(process));
  return launch;
}

Result<void> Core::start_child_of(Function& function, WorkerId worker, const Launch& launch) {
  const FunctionSpec& spec = function.spec;
  const auto today = std::chrono::floor<Duration>(std::chrono::system_clock::now());
  const ProcessIdentity identity{launch.runtime_api,
                                 log_stream_name(version_of(spec.arn), today, launch.unique)};
  Environment environment = function_environment(spec, options_, identity);
  environment.insert(inherited_.begin(), inherited_.end());  // where it is not set
  Result<Child> child =
      start_child({function.program, spec.command, environment_block(environment), spec.folder,
                   launch.out.get(), launch.error.get(), options_.open_files_max,
                   [this](pid_t group) { guardian_.add(group); },
                   [this](pid_t group) { guardian_.remove(group); }});
  if (!child) return std::move(child).error();
  const std::lock_guard lock(mutex_);
  Process& process = function.processes.at(worker);
  process.child = std::move(*child);
  if (watch(function, worker, process)) return {};
  forget_watches(function, worker);
  signal_group(process.child, SIGKILL);
  guardian_.remove(process.child.pid);
  static_cast<void>(reap(process.child));
  return Error{ErrorCode::unavailable, "cannot watch a process (epoll_ctl)"};
}

bool Core::watch(Function& function, WorkerId worker, const Process& process) {
  return watch_descriptor(process.out.input, {&function, worker, Source::out}) &&
         watch_descriptor(process.error.input, {&function, worker, Source::error}) &&
         watch_descriptor(process.child.ended, {&function, worker, Source::ended});
}

bool Core::watch_descriptor(const FileDescriptor& descriptor, Watch watch) {
  struct epoll_event event {};
  event.events = EPOLLIN;
  event.data.u64 = ++last_token_;
  watches_.emplace(last_token_, watch);
  return ::epoll_ctl(poll_.get(), EPOLL_CTL_ADD, descriptor.get(), &event) == 0;
}

void Core::forget_watches(const Function& function, WorkerId worker) {
  std::erase_if(watches_, [&](const auto& entry) {
    return entry.second.function == &function && entry.second.worker == worker;
  });
}

void Core::on_event(std::uint64_t token) {
  if (token == wake_token) {
    std::uint64_t count = 0;
    [[maybe_unused]] const ssize_t size = ::read(wake_.get(), &count, sizeof count);
    return;
  }
  const auto entry = watches_.find(token);
  if (entry == watches_.end()) return;  // of a process that ended in this round
  const Watch watch = entry->second;
  if (watch.source == Source::ended) {
    on_exit(watch);
  } else {
    on_output(watch, token);
  }
}

void Core::on_output(const Watch& watch, std::uint64_t token) {
  const std::lock_guard lock(mutex_);
  const auto entry = watch.function->processes.find(watch.worker);
  if (entry == watch.function->processes.end()) return;
  Process& process = entry->second;
  Stream& stream = watch.source == Source::out ? process.out : process.error;
  if (read_stream(*watch.function, watch.worker, stream)) return;
  // Closed while the process goes on. A copy of it may be open for a moment in a new process.
  ::epoll_ctl(poll_.get(), EPOLL_CTL_DEL, stream.input.get(), nullptr);
  stream.input.reset();
  watches_.erase(token);
}

void Core::on_exit(const Watch& watch) {
  Function& function = *watch.function;
  std::map<WorkerId, Process>::node_type gone;  // its listener goes without the lock
  Work work;
  {
    const std::lock_guard lock(mutex_);
    read_output(function, watch.worker);
    flush_output(function, watch.worker);
    gone = function.processes.extract(watch.worker);
    const Child& child = gone.mapped().child;
    signal_group(child, SIGKILL);  // what it left behind; its number is still taken
    guardian_.remove(child.pid);
    const ExitStatus status = reap(child);
    const Instant now = std::chrono::steady_clock::now();
    Effects effects;
    function.pool.exited(watch.worker, status, now, effects);
    take(function, effects, now, work);
  }
  forget_watches(function, watch.worker);
  perform(std::move(work));
}

}  // namespace durable::functions
