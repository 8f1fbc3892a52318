// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <durable/durable.h>

#include <string>

namespace examples {

/// An export as its system describes it.
struct ExportJob {
  std::string id;
  std::string status = "queued";
  int polls = 0;
};

/// Starts a job in a system that tells nobody when it is done, and asks until it is. No compute
/// between two questions.
durable::Task<std::string> export_table(std::string table, durable::DurableContext& ctx);

}  // namespace examples
