// SPDX-License-Identifier: Apache-2.0
//
// The service's functions: those of the catalog in processes of this machine, or all of them behind
// another endpoint.
#pragma once

#include "functions/host.h"
#include "server/catalog.h"
#include "server/remote_functions.h"
#include "service/functions.h"

#include <durable/base/result.h>

#include <atomic>
#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace durable::server {

/// Runs `task` soon, on a thread of its own choice, never inside the call.
using Defer = std::function<void(std::function<void()>)>;

/// Thread-safety: all members may be called from any thread.
class FunctionRegistry final : public service::Functions {
 public:
  /// All outlive this. `default_config` is that of a durable function of which nothing is known.
  FunctionRegistry(const Catalog& catalog, functions::Host& host, RemoteFunctions& remote,
                   Defer defer, service::DurableConfig default_config);

  /// Behind an endpoint every name is a function. One that the catalog does not describe is taken
  /// for durable where it is named with a qualifier, as durable functions have to be.
  [[nodiscard]] Result<service::FunctionTarget> resolve(
      std::string_view function, std::optional<std::string_view> qualifier) const override;
  void invoke(service::Invocation invocation,
              std::function<void(service::InvocationOutcome)> ended) override;

  /// From now on all functions are invoked through `url`; empty: those of the catalog are run here.
  /// Errors: `invalid_parameter` for what is no http or https URL.
  [[nodiscard]] Result<void> set_endpoint(std::string url);
  /// The endpoint of one function, over that of all. At most `own_endpoints_max` are kept.
  [[nodiscard]] Result<void> set_endpoint_of(std::string_view function, std::string url);
  [[nodiscard]] std::string endpoint() const;
  /// Where the function is invoked; empty: here.
  [[nodiscard]] std::string endpoint_of(std::string_view function) const;

  static constexpr std::size_t own_endpoints_max = 1'000;

  /// Invocations that run or wait.
  [[nodiscard]] std::size_t running() const noexcept { return *running_; }

 private:
  void run_here(service::Invocation invocation,
                std::function<void(service::InvocationOutcome)> ended);

  const Catalog& catalog_;
  functions::Host& host_;
  RemoteFunctions& remote_;
  const Defer defer_;
  const service::DurableConfig default_config_;
  // Owners: this, and the invocations that run, of which some may end after it.
  const std::shared_ptr<std::atomic<std::size_t>> running_ =
      std::make_shared<std::atomic<std::size_t>>(0);
  mutable std::mutex mutex_;  // guards the two below
  std::string endpoint_;
  std::map<std::string, std::string, std::less<>> own_endpoints_;
};

}  // namespace durable::server
