// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <system_error>

namespace durable::http {

/// Wakes a thread that waits for its file descriptor to become readable. Asio's own way, `post`,
/// wakes while it holds a lock that the woken thread needs first.
///
/// Thread-safety: any thread may ring.
class Bell {
 public:
  /// Throws std::system_error where no file descriptor is left.
  Bell() : file_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    if (file_ < 0) throw std::system_error(errno, std::generic_category(), "eventfd");
  }
  ~Bell() { ::close(file_); }
  Bell(const Bell&) = delete;
  Bell& operator=(const Bell&) = delete;

  /// Rings until it is read. It fails only where it has been rung 2^64 times.
  void ring() const noexcept { static_cast<void>(::eventfd_write(file_, 1)); }

  /// Readable, as eight bytes, once it was rung.
  [[nodiscard]] int file() const noexcept { return file_; }

 private:
  const int file_;
};

}  // namespace durable::http
