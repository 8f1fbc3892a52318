// SPDX-License-Identifier: Apache-2.0
#include "http/bell.h"

#include <fcntl.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace durable::http {
namespace {

int opened(int file, const char* call) {
  if (file < 0) throw std::system_error(errno, std::generic_category(), call);
  return file;
}

}  // namespace

Bell::Bell() : file_(opened(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), "eventfd")) {}
Bell::~Bell() { ::close(file_); }

// It fails only where it was rung 2^64 times and not read; then it rings anyway.
void Bell::ring() const noexcept { static_cast<void>(::eventfd_write(file_, 1)); }

int Bell::listener() const { return opened(::fcntl(file_, F_DUPFD_CLOEXEC, 0), "fcntl"); }

}  // namespace durable::http
