// SPDX-License-Identifier: Apache-2.0
#include "tour.h"

#include <utility>

namespace examples {

using namespace std::chrono_literals;

void OperationCounter::on_operation_end(const durable::OperationInfo& operation) {
  ++ended[std::string(operation.name)];
}

void OperationCounter::enrich_log(const durable::LogRecord&, durable::LogFields& fields) {
  fields.add("operations", ended.size());
}

durable::Task<int> drive_tour(int stops, durable::DurableContext& ctx) {
  ctx.add_log_fields({{"stops", stops}});
  ctx.logger().info("departed");
  int delivered = 0;
  for (int stop = 1; stop <= stops; ++stop) {
    co_await ctx.wait("drive", 2s);
    delivered += co_await ctx.step("deliver", [] { return 1; });
    ctx.logger().info("delivered", {{"stop", stop}});
  }
  co_return delivered;
}

durable::Handler make_tour(std::shared_ptr<OperationCounter> counter) {
  durable::Handler handler = drive_tour;
  handler.use_plugin(std::move(counter));
  return handler;
}

}  // namespace examples
