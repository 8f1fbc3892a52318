// SPDX-License-Identifier: Apache-2.0
#include "bench/start_workloads.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <fstream>
#include <optional>
#include <stdexcept>

namespace durable::bench {
namespace {

/// What a function may have in memory when it asks for its first invocation.
constexpr std::uint64_t resident_kib_max = 10 * 1024;

/// Closed by the destructor.
class Socket {
 public:
  explicit Socket(int number) : number_(number) {
    if (number_ < 0) throw std::runtime_error("a socket failed; free some resources");
  }
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;
  ~Socket() { ::close(number_); }
  [[nodiscard]] int number() const { return number_; }

 private:
  int number_;
};

/// The Runtime API's address, until the first request.
class RuntimeDoor {
 public:
  RuntimeDoor() : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* const any = reinterpret_cast<sockaddr*>(&address);
    if (::bind(socket_.number(), any, size) != 0 || ::listen(socket_.number(), 1) != 0 ||
        ::getsockname(socket_.number(), any, &size) != 0) {
      throw std::runtime_error("cannot listen on 127.0.0.1");
    }
    port_ = ntohs(address.sin_port);
  }

  [[nodiscard]] std::string host_and_port() const { return "127.0.0.1:" + std::to_string(port_); }

  /// Waits for the first bytes that somebody sends, who is then left without an answer.
  [[nodiscard]] std::string first_bytes() {
    connection_.emplace(::accept4(socket_.number(), nullptr, nullptr, SOCK_CLOEXEC));
    char bytes[4096];
    const ssize_t count = ::read(connection_->number(), bytes, sizeof bytes);
    return {bytes, static_cast<std::size_t>(count > 0 ? count : 0)};
  }

 private:
  Socket socket_;
  std::optional<Socket> connection_;
  std::uint16_t port_ = 0;
};

/// A function's process, killed by the destructor.
class FunctionProcess {
 public:
  FunctionProcess(const std::string& program, const std::string& runtime_api) {
    std::string environment[] = {"AWS_LAMBDA_RUNTIME_API=" + runtime_api,
                                 "_HANDLER=hello",
                                 "AWS_REGION=us-west-2",
                                 "AWS_ACCESS_KEY_ID=AKIDEXAMPLE",
                                 "AWS_SECRET_ACCESS_KEY=example",
                                 "HOME=/nonexistent"};
    std::vector<char*> variables;
    for (std::string& text : environment) variables.push_back(text.data());
    variables.push_back(nullptr);
    std::string path = program;
    char* const arguments[] = {path.data(), nullptr};
    if (::posix_spawn(&id_, program.c_str(), nullptr, nullptr, arguments, variables.data()) != 0) {
      throw std::runtime_error("cannot run " + program);
    }
  }
  FunctionProcess(const FunctionProcess&) = delete;
  FunctionProcess& operator=(const FunctionProcess&) = delete;
  ~FunctionProcess() {
    ::kill(id_, SIGKILL);
    int status = 0;
    while (::waitpid(id_, &status, 0) < 0 && errno == EINTR) {
    }
  }

  [[nodiscard]] std::uint64_t peak_resident_kib() const {
    std::ifstream file("/proc/" + std::to_string(id_) + "/status");
    for (std::string word; file >> word;) {
      std::uint64_t kib = 0;
      if (word == "VmHWM:" && file >> kib) return kib;
    }
    throw std::runtime_error("/proc tells no memory of the function's process");
  }

 private:
  pid_t id_ = -1;
};

std::uint64_t start_cold(const std::string& bootstrap) {
  RuntimeDoor door;  // outlives the function, which would complain
  const FunctionProcess function(bootstrap, door.host_and_port());
  const std::string asked = door.first_bytes();
  if (!asked.starts_with("GET /2018-06-01/runtime/invocation/next ")) {
    throw std::runtime_error("expected the first call of next, found: " + asked);
  }
  const std::uint64_t kib = function.peak_resident_kib();
  if (kib > resident_kib_max) {
    throw std::runtime_error("expected a function of at most " + std::to_string(resident_kib_max) +
                             " KiB, found " + std::to_string(kib));
  }
  return 1;
}

}  // namespace

std::vector<Workload> start_workloads(const std::string& bootstrap) {
  return {{"lambda_cold_start", "starts/s",
           "How fast does the static bootstrap of a function get to its first call of next, in at "
           "most 10 MiB?",
           [bootstrap] { return start_cold(bootstrap); }}};
}

}  // namespace durable::bench
