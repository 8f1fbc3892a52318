// SPDX-License-Identifier: Apache-2.0
#include "cli/aws.h"
#include "cli/conformance.h"
#include "cli/endpoint_target.h"
#include "cli/replay/process.h"
#include "cli/run.h"
#include "cli/serve.h"
#include "cloud/settings.h"
#include "cloud/system_clock.h"

#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <ctime>

#include <cstdlib>
#include <exception>
#include <iostream>
#include <thread>

namespace {

using durable::Duration;
using durable::Timestamp;

std::optional<std::string> environment(std::string_view name) {
  const char* const value = std::getenv(std::string(name).c_str());
  if (value == nullptr) return std::nullopt;
  return std::string(value);
}

durable::cli::Screen screen() {
  durable::cli::Screen screen;
  screen.out_is_terminal = ::isatty(STDOUT_FILENO) == 1;
  screen.err_is_terminal = ::isatty(STDERR_FILENO) == 1;
  winsize size{};
  const int terminal = screen.out_is_terminal ? STDOUT_FILENO : STDERR_FILENO;
  if (::ioctl(terminal, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 && size.ws_row > 0) {
    screen.columns = size.ws_col;
    screen.rows = size.ws_row;
  }
  return screen;
}

bool out_has_reader() {
  struct pollfd state {
    STDOUT_FILENO, POLLOUT, 0
  };
  return ::poll(&state, 1, 0) < 0 || (state.revents & POLLERR) == 0;
}

Duration zone_offset(Timestamp time) {
  const std::time_t seconds =
      std::chrono::floor<std::chrono::seconds>(time.time_since_epoch()).count();
  tm local{};
  if (::localtime_r(&seconds, &local) == nullptr) return Duration{};
  return std::chrono::seconds{local.tm_gmtoff};
}

int run(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + (argc > 0 ? 1 : 0), argv + argc);
  if (const std::optional<int> code = durable::cli::run_as_function(arguments)) return *code;
  // Only the server waits for signals; any other command ends by them, as programs do.
  if (!arguments.empty() && arguments.front() == "server") durable::cli::hold_signals();
  durable::cloud::Surroundings surroundings = durable::cloud::process_surroundings();
  const auto settings = durable::cloud::transport_settings(surroundings);
  if (!settings) {
    std::cerr << "durable: " << settings.error().message << "\n";
    return 2;
  }
  std::shared_ptr<durable::http::Transport> transport =
      durable::http::make_curl_transport(*settings);
  surroundings.transport = transport;
  surroundings.local_transport = durable::http::make_curl_transport();
  const durable::cloud::SystemClock clock;
  durable::cli::World world{std::cin,
                            std::cout,
                            std::cerr,
                            screen(),
                            environment,
                            clock,
                            [](Duration time) { std::this_thread::sleep_for(time); },
                            zone_offset,
                            std::move(transport),
                            [&surroundings](const durable::cli::SignerRequest& request) {
                              return durable::cli::make_signer(surroundings, request);
                            },
                            [&surroundings](const std::string& profile) {
                              return durable::cli::find_configured_endpoint(surroundings, profile);
                            },
                            durable::cli::serve,
                            durable::cli::replay_in_process,
                            [](const auto& command, durable::cli::Session& session) {
                              return durable::cli::run_conformance(command, session,
                                                                   durable::cli::connect_endpoint);
                            }};
  world.out_has_reader = out_has_reader;
  return durable::cli::run(arguments, world);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(argc, argv);
  } catch (const std::exception& error) {
    std::cerr << "durable: " << error.what() << "\n";
    return 3;
  }
}
