// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <durable/durable.h>

#include <map>
#include <memory>
#include <string>

namespace examples {

/// Counts the operations that have ended, by name, and says so in each log line.
class OperationCounter final : public durable::Plugin {
 public:
  void on_operation_end(const durable::OperationInfo& operation) override;
  void enrich_log(const durable::LogRecord& record, durable::LogFields& fields) override;

  std::map<std::string, int> ended;
};

/// Delivers parcels, and logs it: each line once, although the code runs again after each stop.
durable::Task<int> drive_tour(int stops, durable::DurableContext& ctx);

/// The function with a plugin.
durable::Handler make_tour(std::shared_ptr<OperationCounter> counter);

}  // namespace examples
