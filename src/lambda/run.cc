// SPDX-License-Identifier: Apache-2.0
//
// Puts the parts of a function's process together.
#include "cloud/settings.h"
#include "lambda/endpoint.h"
#include "lambda/logging.h"
#include "lambda/loop.h"
#include "lambda/service_client.h"
#include "lambda/signal_watch.h"

#include <durable/base/random.h>
#include <durable/base/system_clock.h>
#include <durable/lambda/functions.h>

#include <csignal>

#include <cstdio>
#include <cstdlib>
#include <random>

namespace durable::lambda {
namespace {

constexpr int exit_no_start = 1;

/// The function that this process runs: `only`, or the one that `name` chooses.
Result<const Functions::Entry*> choose(const Functions& functions, const std::string& name) {
  if (const Functions::Entry* found = functions.find(name)) return found;
  std::string known;
  for (const Functions::Entry& entry : functions.entries()) {
    known += (known.empty() ? "" : ", ") + entry.name;
  }
  return Error{ErrorCode::invalid_usage,
               "no function is called \"" + name +
                   "\" in this program. The program's argument, or else _HANDLER (the property "
                   "Handler of the Lambda function), must be one of: " +
                   (known.empty() ? "(none was added)" : known) + "."};
}

std::uint64_t seed_of_machine() {
  std::random_device device;
  return (std::uint64_t{device()} << 32U) | device();
}

void set_trace(const std::optional<std::string>& header) {
  // Between invocations nothing else runs that could read the environment.
  if (header) {
    setenv("_X_AMZN_TRACE_ID", header->c_str(), 1);
  } else {
    unsetenv("_X_AMZN_TRACE_ID");
  }
}

int no_start(RuntimeApi& api, Logger& logger, const ErrorReport& report) {
  const LogField fields[] = {{"errorType", report.type}, {"errorMessage", report.message}};
  logger.write({LogLevel::error, "the function cannot start", fields});
  const Posted posted = api.fail_init(report);
  if (posted.verdict != Posted::Verdict::taken) {
    const LogField why[] = {{"error", posted.detail}};
    logger.write({LogLevel::error, "the Runtime API did not take the report", why});
  }
  return exit_no_start;
}

Result<std::unique_ptr<cloud::LambdaClient>> make_api(cloud::Surroundings surroundings,
                                                      std::uint64_t seed) {
  Result<http::TransportOptions> options = cloud::transport_settings(surroundings);
  if (!options) return std::move(options).error();
  surroundings.transport = http::make_asio_transport(std::move(*options));
  Result<ApiAccess> access = resolve_access(surroundings, seed);
  if (!access) return std::move(access).error();
  return std::make_unique<cloud::LambdaClient>(
      std::move(surroundings.transport), std::move(access->signer), std::move(access->options));
}

/// Runs `only`, or what _HANDLER chooses if that is null.
int serve(const Functions& functions, const Functions::Entry* only, const Options& options) {
  // Before any other thread is there, so that all leave the signal to the watch.
  StopSwitch stop([] { std::_Exit(0); });
  const SignalWatch watch(SIGTERM, [&stop] { stop.terminate(); });
  const SystemClock clock;
  cloud::Surroundings surroundings = cloud::process_surroundings();
  const Result<Settings> settings = read_settings(surroundings.variable);
  if (!settings) {
    std::fprintf(stderr, "%s\n", settings.error().message.c_str());
    return exit_no_start;
  }
  const std::unique_ptr<Logger> logger = make_logger(*settings, stdout, clock);
  // Also asks for credentials where they are on this machine.
  const std::shared_ptr<http::Transport> local_transport = http::make_asio_transport();
  surroundings.local_transport = local_transport;
  RuntimeApi api(*local_transport, settings->runtime_api);

  const Functions::Entry* function = only;
  if (function == nullptr) {
    const auto chosen =
        choose(functions, options.handler.empty() ? settings->handler : options.handler);
    if (!chosen)
      return no_start(api, *logger, {"Runtime.NoSuchHandler", chosen.error().message, {}});
    function = *chosen;
  }
  Random random(seed_of_machine());
  std::unique_ptr<cloud::LambdaClient> lambda_api;
  std::unique_ptr<ApiServiceClient> service;
  if (std::holds_alternative<Handler>(function->handler)) {
    auto made = make_api(std::move(surroundings), random.next());
    if (!made) return no_start(api, *logger, {"Runtime.ConfigInvalid", made.error().message, {}});
    lambda_api = std::move(*made);
    service = std::make_unique<ApiServiceClient>(*lambda_api);
  }
  Loop loop(*function, options,
            {.api = api,
             .stop = stop,
             .clock = clock,
             .logger = *logger,
             .service = service.get(),
             .seed = [&random] { return random.next(); },
             .set_trace = set_trace,
             .flush_output = [] { std::fflush(stdout); }});
  return loop.run();
}

}  // namespace

int Functions::run(const Options& options) const { return serve(*this, nullptr, options); }

int Functions::run(int argc, const char* const* argv, Options options) const {
  if (argc > 1) options.handler = argv[1];
  return run(options);
}

int run(Handler handler, const Options& options) {
  Functions functions;
  functions.add("handler", std::move(handler));
  return serve(functions, &functions.entries().front(), options);
}
int run(Handler handler) { return run(std::move(handler), Options()); }

int run_plain(PlainHandler handler) {
  Functions functions;
  functions.add_plain("handler", std::move(handler));
  return serve(functions, &functions.entries().front(), Options());
}

}  // namespace durable::lambda
