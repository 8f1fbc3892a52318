// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <durable/durable.h>

#include <string>

namespace examples {

/// A trial of two weeks, which ends early when the customer subscribes: the timer is then cancelled
/// in the service, and the execution does not stay open for it.
durable::Task<std::string> run_trial(std::string customer, durable::DurableContext& ctx);

}  // namespace examples
