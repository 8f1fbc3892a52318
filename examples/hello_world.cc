// SPDX-License-Identifier: Apache-2.0
#include "hello_world.h"

namespace examples {

durable::Task<std::string> hello_world(std::string name, durable::DurableContext& ctx) {
  std::string greeting = co_await ctx.step("greet", [&] { return "Hello " + name + "!"; });
  co_return greeting;
}

}  // namespace examples
