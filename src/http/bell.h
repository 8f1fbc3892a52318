// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace durable::http {

/// Wakes a thread that waits for a file descriptor to become readable. Asio's own way, `post`,
/// wakes while it holds a lock that the woken thread needs first.
///
/// Thread-safety: any thread may ring.
class Bell {
 public:
  /// Throws std::system_error where no file descriptor is left.
  Bell();
  ~Bell();
  Bell(const Bell&) = delete;
  Bell& operator=(const Bell&) = delete;

  /// Rings until it is read.
  void ring() const noexcept;
  /// A descriptor for the caller to wait on and to close: readable, as eight bytes, once the bell
  /// was rung. Throws as the constructor.
  [[nodiscard]] int listener() const;

 private:
  const int file_;
};

}  // namespace durable::http
