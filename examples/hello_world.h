// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <durable/durable.h>

#include <string>

namespace examples {

/// The smallest durable function: one step.
durable::Task<std::string> hello_world(std::string name, durable::DurableContext& ctx);

}  // namespace examples
