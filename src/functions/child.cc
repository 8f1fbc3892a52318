// SPDX-License-Identifier: Apache-2.0
#include "functions/child.h"

#include <durable/base/assert.h>

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <optional>
#include <utility>

namespace durable::functions {
namespace {

/// What the new process needs between fork and exec, where nothing may be allocated.
struct Launch {
  const char* program;
  char* const* arguments;
  char* const* environment;
  const char* folder;  // null: the present one
  int standard_in;
  int standard_out;
  int standard_error;
  int report;  // closed by a successful exec; gets the error number otherwise
  int gate;    // what is read of it lets the program run
  pid_t parent;
  const rlimit* open_files;  // null: as here
};

Error failed(const char* what, int number) {
  return Error{ErrorCode::unavailable, std::string(what) + ": " + std::strerror(number)};
}

Result<FileDescriptor> above_standard(FileDescriptor descriptor) {
  if (descriptor.get() > STDERR_FILENO) return descriptor;
  // A server without standard streams gets their numbers here, and dup2 would mix them up.
  FileDescriptor moved(::fcntl(descriptor.get(), F_DUPFD_CLOEXEC, STDERR_FILENO + 1));
  if (!moved) return failed("cannot duplicate a file descriptor", errno);
  return moved;
}

std::vector<char*> pointers(const std::vector<std::string>& texts) {
  std::vector<char*> result;
  result.reserve(texts.size() + 1);
  for (const std::string& text : texts) result.push_back(const_cast<char*>(text.c_str()));
  result.push_back(nullptr);
  return result;
}

/// In the new process: only calls that are safe after a fork of a program with threads.
[[noreturn]] void run_launch(const Launch& launch) {
  const auto give_up = [&] {
    const int number = errno;
    [[maybe_unused]] const ssize_t written = ::write(launch.report, &number, sizeof number);
    ::_exit(127);
  };
  if (::setpgid(0, 0) != 0) give_up();
  if (::prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) give_up();
  if (::getppid() != launch.parent) ::_exit(127);  // it ended before the line above
  struct sigaction standard {};
  standard.sa_handler = SIG_DFL;
  for (int signal = 1; signal < NSIG; ++signal) ::sigaction(signal, &standard, nullptr);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  if (launch.open_files != nullptr && ::setrlimit(RLIMIT_NOFILE, launch.open_files) != 0) give_up();
  if (launch.folder != nullptr && ::chdir(launch.folder) != 0) give_up();
  if (::dup2(launch.standard_in, STDIN_FILENO) < 0) give_up();
  if (::dup2(launch.standard_out, STDOUT_FILENO) < 0) give_up();
  if (::dup2(launch.standard_error, STDERR_FILENO) < 0) give_up();
  struct pollfd opened {
    launch.gate, POLLIN, 0
  };
  while (::poll(&opened, 1, -1) < 0 && errno == EINTR) {
  }
  // Whoever opened a file without O_CLOEXEC did not mean it for this process.
  ::close_range(STDERR_FILENO + 1, ~0U, CLOSE_RANGE_CLOEXEC);
  ::execve(launch.program, launch.arguments, launch.environment);
  give_up();
  ::_exit(127);
}

/// Signals are held back over the fork, so that no handler of the parent's runs in the child.
pid_t fork_launch(const Launch& launch) {
  sigset_t all;
  sigset_t before;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  const pid_t pid = ::fork();
  if (pid == 0) run_launch(launch);
  const int number = errno;
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  errno = number;
  return pid;
}

/// The error number of a launch that failed; absent once the program runs.
std::optional<int> read_report(const FileDescriptor& report) {
  int number = 0;
  struct pollfd written {
    report.get(), POLLIN, 0
  };
  while (::poll(&written, 1, -1) < 0 && errno == EINTR) {
  }
  const ssize_t size = ::read(report.get(), &number, sizeof number);
  if (size == sizeof number) return number;
  return std::nullopt;
}

/// The limit of open files for a process that was asked to have a soft one; null: as here.
const rlimit* limit_of(const ChildOptions& options, rlimit& place) {
  if (!options.open_files_max || ::getrlimit(RLIMIT_NOFILE, &place) != 0) return nullptr;
  place.rlim_cur = std::min<rlim_t>(*options.open_files_max, place.rlim_max);
  return &place;
}

void wait_for(pid_t pid) {
  while (::waitpid(pid, nullptr, 0) < 0 && errno == EINTR) {
  }
}

}  // namespace

Result<Pipe> make_pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return failed("cannot make a pipe", errno);
  FileDescriptor first(ends[0]);
  FileDescriptor second(ends[1]);
  Result<FileDescriptor> read = above_standard(std::move(first));
  if (!read) return std::move(read).error();
  Result<FileDescriptor> write = above_standard(std::move(second));
  if (!write) return std::move(write).error();
  if (::fcntl(read->get(), F_SETFL, O_NONBLOCK) != 0) return failed("cannot set up a pipe", errno);
  return Pipe{std::move(*read), std::move(*write)};
}

Result<Child> start_child(const ChildOptions& options) {
  FileDescriptor opened(::open("/dev/null", O_RDWR | O_CLOEXEC));
  if (!opened) return failed("cannot open /dev/null", errno);
  const Result<FileDescriptor> null = above_standard(std::move(opened));
  if (!null) return null.error();
  Result<Pipe> report = make_pipe();
  if (!report) return std::move(report).error();
  Result<Pipe> gate = make_pipe();
  if (!gate) return std::move(gate).error();

  const std::vector<char*> arguments = pointers(options.arguments);
  const std::vector<char*> environment = pointers(options.environment);
  rlimit limit{};
  const Launch launch{options.program.c_str(),
                      arguments.data(),
                      environment.data(),
                      options.folder.empty() ? nullptr : options.folder.c_str(),
                      null->get(),
                      options.standard_out < 0 ? null->get() : options.standard_out,
                      options.standard_error < 0 ? null->get() : options.standard_error,
                      report->write.get(),
                      gate->read.get(),
                      ::getpid(),
                      limit_of(options, limit)};
  const pid_t pid = fork_launch(launch);
  if (pid < 0) return failed("cannot fork", errno);
  report->write.reset();
  if (options.announce) options.announce(pid);
  while (::write(gate->write.get(), "", 1) < 0 && errno == EINTR) {
  }
  const auto give_back = [&options, pid] {
    if (options.withdraw) options.withdraw(pid);
    wait_for(pid);
  };
  if (const std::optional<int> number = read_report(report->read)) {
    give_back();
    return failed(("cannot run '" + options.program + "'").c_str(), *number);
  }
  // Not through glibc 2.36's function, whose header lacks extern "C".
  FileDescriptor ended(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
  if (!ended) {
    const int number = errno;
    ::kill(-pid, SIGKILL);
    give_back();
    return failed("cannot watch a process (pidfd_open, Linux 5.3 or later)", number);
  }
  return Child{pid, std::move(ended)};
}

void signal_group(const Child& child, int signal) {
  DURABLE_ASSERT(child.pid > 1);
  ::kill(-child.pid, signal);  // fails only when all have ended
}

ExitStatus reap(const Child& child) {
  siginfo_t info{};
  while (::waitid(P_PID, static_cast<id_t>(child.pid), &info, WEXITED) != 0) {
    if (errno != EINTR) return {.code = 255, .signal = {}};  // somebody else took the status
  }
  if (info.si_code == CLD_EXITED) return {.code = info.si_status, .signal = {}};
  return {.code = {}, .signal = info.si_status};
}

}  // namespace durable::functions
