// SPDX-License-Identifier: Apache-2.0
#include "functions/host.h"

#include "functions/core.h"

#include <utility>

namespace durable::functions {

Host::Host(http::Server& server, HostOptions options)
    : core_(std::make_shared<Core>(server, std::move(options))) {
  core_->start();
}

Host::~Host() { core_->stop(); }

Result<void> Host::add(FunctionSpec spec) { return core_->add(std::move(spec)); }

void Host::invoke(std::string_view function, Event event, std::function<void(Outcome)> ended) {
  core_->invoke(function, std::move(event), std::move(ended));
}

void Host::stop() { core_->stop(); }

std::optional<FunctionState> Host::state(std::string_view function) const {
  return core_->state(function);
}

std::vector<LogLine> Host::log(std::string_view function, std::uint64_t after,
                               std::size_t count_max) const {
  return core_->log(function, after, count_max);
}
std::uint64_t Host::last_log_number(std::string_view function) const {
  return core_->last_log_number(function);
}

std::string Host::attach_line(std::string_view function) const {
  return core_->attach_line(function);
}

}  // namespace durable::functions
