// SPDX-License-Identifier: Apache-2.0
#include "cli/line_writer.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <utility>

namespace durable::cli {
namespace {

using Clock = std::chrono::steady_clock;

/// How often a writer that nobody reads looks whether it has to end.
constexpr int look_ms = 50;

bool is_kind(int file, mode_t kind) {
  struct stat status {};
  return ::fstat(file, &status) == 0 && (status.st_mode & S_IFMT) == kind;
}

/// A pipe or a terminal opened again does not share its mode with other programs. -1: something
/// else, which needs no such thing.
int open_again(int file) {
  if (!is_kind(file, S_IFIFO) && ::isatty(file) != 1) return -1;
  const std::string path = "/proc/self/fd/" + std::to_string(file);
  return ::open(path.c_str(), O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
}

std::uint64_t lines_in(std::string_view text) {
  return static_cast<std::uint64_t>(std::count(text.begin(), text.end(), '\n'));
}

}  // namespace

LineWriter::LineWriter(int file, Options options)
    : file_(file),
      options_(options),
      own_(open_again(file)),
      is_socket_(is_kind(file, S_IFSOCK)),
      thread_([this] { run(); }) {}

LineWriter::~LineWriter() {
  {
    const std::lock_guard lock(mutex_);
    ends_ = true;
  }
  wake_.notify_one();
  thread_.join();
  if (own_ >= 0) ::close(own_);
}

void LineWriter::write(std::string_view lines) {
  {
    const std::lock_guard lock(mutex_);
    // Once a line is lost, others are too, until the loss was told where it happened.
    if (dropped_ > 0 || waiting_.size() + lines.size() > options_.bytes_max) {
      dropped_ += lines_in(lines);
      return;
    }
    waiting_ += lines;
  }
  wake_.notify_one();
}

void LineWriter::run() {
  sigset_t all;  // among them SIGPIPE, for a reader who has gone
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_BLOCK, &all, nullptr);
  std::string text;
  std::unique_lock lock(mutex_);
  for (;;) {
    wake_.wait(lock, [this] { return ends_ || !waiting_.empty(); });
    if (waiting_.empty()) return;
    text.clear();
    text.swap(waiting_);
    if (const std::uint64_t lost = std::exchange(dropped_, 0); lost > 0) {
      text +=
          "durable: " + std::to_string(lost) + " lines were dropped here, since nobody read them\n";
    }
    lock.unlock();
    write_all(text);
    lock.lock();
  }
}

bool LineWriter::is_ending() {
  const std::lock_guard lock(mutex_);
  return ends_;
}

void LineWriter::write_all(std::string_view text) {
  auto last_progress = Clock::now();
  while (!text.empty() && !is_broken_) {
    switch (write_some(text)) {
      case Progress::some:
        last_progress = Clock::now();
        break;
      case Progress::broken:
        is_broken_ = true;
        break;
      case Progress::none:
        if (is_ending() && Clock::now() - last_progress >= options_.farewell) is_broken_ = true;
        break;
    }
  }
}

LineWriter::Progress LineWriter::write_some(std::string_view& text) {
  const int file = own_ >= 0 ? own_ : file_;
  struct pollfd ready {
    file, POLLOUT, 0
  };
  if (::poll(&ready, 1, look_ms) <= 0) return Progress::none;
  // Where a pipe has room at all, it has room for so much.
  const std::size_t size = std::min<std::size_t>(text.size(), PIPE_BUF);
  const ssize_t written = is_socket_ ? ::send(file, text.data(), size, MSG_DONTWAIT | MSG_NOSIGNAL)
                                     : ::write(file, text.data(), size);
  if (written >= 0) {
    text.remove_prefix(static_cast<std::size_t>(written));
    return Progress::some;
  }
  return errno == EAGAIN || errno == EINTR ? Progress::none : Progress::broken;
}

}  // namespace durable::cli
