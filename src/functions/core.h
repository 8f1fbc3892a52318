// SPDX-License-Identifier: Apache-2.0
//
// The host behind its interface: one lock over all pools and logs, and one thread that starts,
// watches and ends processes.
#pragma once

#include "functions/child.h"
#include "functions/environment.h"
#include "functions/file_descriptor.h"
#include "functions/guardian.h"
#include "functions/host.h"
#include "functions/log.h"
#include "functions/pool.h"
#include "functions/runtime_api.h"
#include "http/server.h"

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <random>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace durable::functions {

/// Locking: `mutex_` guards what says so. Nothing foreign is called with it held: no responder, no
/// listener, no `ended`. So there is no order of locks to keep.
class Core : public std::enable_shared_from_this<Core> {
 public:
  Core(http::Server& server, HostOptions options);

  /// Begins to work.
  void start();
  /// Ends all invocations, all processes and the thread.
  void stop();

  [[nodiscard]] Result<void> add(FunctionSpec spec);
  void invoke(std::string_view name, Event event, std::function<void(Outcome)> ended);
  [[nodiscard]] std::optional<FunctionState> state(std::string_view name) const;
  [[nodiscard]] std::vector<LogLine> log(std::string_view name, std::uint64_t after,
                                         std::size_t count_max) const;
  [[nodiscard]] std::uint64_t last_log_number(std::string_view name) const;
  [[nodiscard]] std::string attach_line(std::string_view name) const;

 private:
  struct Stream {
    FileDescriptor input;
    LineSplitter lines;
    bool is_stderr = false;
  };
  struct Process {
    Child child;
    Stream out;
    Stream error;
    std::unique_ptr<http::Listener> listener;
  };
  struct Function {
    Function(FunctionSpec spec_in, PoolOptions options, std::size_t log_lines_max)
        : spec(std::move(spec_in)), pool(options), log(log_lines_max) {}

    const FunctionSpec spec;
    std::string program;      // set before anything runs
    std::string attach_line;  // as above
    std::string runtime_api;  // as above
    // Guarded by the core's mutex:
    Pool pool;
    Log log;
    std::map<WorkerId, Process> processes;
    std::map<NextId, http::Responder> held;
    // Last, so that no call comes while the rest is destroyed.
    std::unique_ptr<http::Listener> attach_listener;
  };
  /// For the thread.
  struct Errand {
    Function* function;
    ProcessOrder order;
  };
  struct Delivery {
    http::Responder responder;
    Deliver event;
    Function* function;
  };
  struct Refusal {
    http::Responder responder;
    Reply reply;
  };
  /// What a step leaves to be done without the lock.
  struct Work {
    std::vector<Delivery> deliveries;
    std::vector<Refusal> refusals;
    std::vector<End> ends;
    bool wake = false;
  };
  /// A process that is about to run.
  struct Launch {
    std::string runtime_api;
    std::string unique;
    FileDescriptor out;
    FileDescriptor error;
  };
  enum class Source : std::uint8_t { out, error, ended };
  struct Watch {
    Function* function;
    WorkerId worker;
    Source source;
  };

  // core.cc: calls from outside.
  [[nodiscard]] static PoolOptions pool_options(const FunctionSpec& spec,
                                                const HostOptions& options);
  [[nodiscard]] Result<void> check(FunctionSpec& spec, std::string& program) const;
  [[nodiscard]] Result<void> open_attach_listener(Function& function);
  Function* find(std::string_view name) const;
  void take(Function& function, Effects& effects, Instant now, Work& work);
  void perform(Work work);
  void wake() const;
  [[nodiscard]] std::string random_hex();
  [[nodiscard]] std::string make_invocation_id();

  // core_calls.cc: the Runtime API.
  void handle(Function& function, Caller caller, http::Request request, http::Responder responder);
  void handle_next(Function& function, Caller caller, http::Responder responder);
  [[nodiscard]] Reply settle(Function& function, Caller caller, const RuntimeCall& call,
                             std::string body, Instant now, Effects& effects);
  void abandoned(Function& function, NextId next);
  void read_output(Function& function, Caller caller);
  bool read_stream(Function& function, WorkerId worker, Stream& stream);
  void flush_output(Function& function, Caller caller);
  [[nodiscard]] LineSplitter::Sink log_sink(Function& function, WorkerId worker, bool is_stderr);

  // core_processes.cc: the thread.
  void run();
  [[nodiscard]] bool prepare_round(std::vector<Errand>& errands, Work& work, int& timeout_ms);
  void run_errand(const Errand& errand);
  void start_process(Function& function, WorkerId worker);
  [[nodiscard]] Result<Launch> prepare_launch(Function& function, WorkerId worker);
  [[nodiscard]] Result<void> start_child_of(Function& function, WorkerId worker,
                                            const Launch& launch);
  [[nodiscard]] bool watch(Function& function, WorkerId worker, const Process& process);
  [[nodiscard]] bool watch_descriptor(const FileDescriptor& descriptor, Watch watch);
  void forget_watches(const Function& function, WorkerId worker);
  void on_event(std::uint64_t token);
  void on_output(const Watch& watch, std::uint64_t token);
  void on_exit(const Watch& watch);

  http::Server& server_;
  const HostOptions options_;
  const Environment inherited_;
  FileDescriptor poll_;
  FileDescriptor wake_;
  std::thread thread_;
  std::atomic<std::uint64_t> last_next_ = 0;

  mutable std::mutex mutex_;
  std::map<std::string, std::unique_ptr<Function>, std::less<>> functions_;  // guarded; only grows
  std::vector<End> late_ends_;                      // guarded; called by the thread
  std::vector<Errand> errands_;                     // guarded
  Instant sleeping_until_{};                        // guarded
  bool closed_ = false;                             // guarded
  bool ending_ = false;                             // guarded
  Instant ending_since_{};                          // guarded
  std::vector<char> buffer_;                        // guarded
  std::mt19937_64 random_{std::random_device{}()};  // guarded

  // The thread's own.
  std::map<std::uint64_t, Watch> watches_;
  std::uint64_t last_token_ = 0;
  Guardian guardian_;
};

}  // namespace durable::functions
