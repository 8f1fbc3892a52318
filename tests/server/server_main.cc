// SPDX-License-Identifier: Apache-2.0
//
// The server as a program for tests: prints its port, and stops at SIGTERM.
#include "server/command.h"
#include "server/server.h"

#include <signal.h>

#include <iostream>
#include <optional>
#include <string>
#include <string_view>

namespace {

using durable::Error;
using durable::Result;
using durable::server::ServerOptions;

/// Takes one option with its value.
Result<void> take(std::string_view option, const std::string& value, ServerOptions& options) {
  if (option == "--function" || option == "--plain") {
    auto function = durable::server::parse_function_option(value, options);
    if (!function) return function.error();
    if (option == "--plain") function->durable.reset();
    options.functions.push_back(std::move(*function));
    return {};
  }
  if (option == "--store-path") return durable::server::set_store("sqlite", value, options);
  if (option == "--lambda-endpoint") {
    options.lambda_endpoint = value;
    return {};
  }
  if (option == "--time") {
    if (value == "skip") options.time_mode = durable::service::TimeMode::skipped;
    return {};
  }
  return Error{durable::ErrorCode::invalid_usage, "unknown option " + std::string(option)};
}

Result<ServerOptions> read_options(int argc, char** argv) {
  ServerOptions options;
  options.port = 0;
  options.store = durable::server::StoreKind::memory;
  for (int i = 1; i + 1 < argc; i += 2) {
    Result<void> taken = take(argv[i], argv[i + 1], options);
    if (!taken) return std::move(taken).error();
  }
  return options;
}

}  // namespace

int main(int argc, char** argv) {
  // Blocked before there are threads, so that only sigwait below gets them.
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  sigprocmask(SIG_BLOCK, &signals, nullptr);
  auto options = read_options(argc, argv);
  if (!options) {
    std::cerr << options.error().message << '\n';
    return 2;
  }
  auto server = durable::server::Server::open(std::move(*options));
  if (!server) {
    std::cerr << server.error().message << '\n';
    return 1;
  }
  std::cout << (*server)->port() << std::endl;
  int caught = 0;
  sigwait(&signals, &caught);
  (*server)->stop(std::chrono::seconds{5});
  return 0;
}
