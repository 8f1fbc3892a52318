// SPDX-License-Identifier: Apache-2.0
#include "data_export.h"

#include <stdexcept>

namespace examples {
namespace {

using namespace std::chrono_literals;

// Stand-ins for the system that exports.
std::string start_export(const std::string& table) {
  if (table.empty()) throw std::invalid_argument("a table has a name");
  return "export-of-" + table;
}
ExportJob ask(const ExportJob& job) {
  const int polls = job.polls + 1;
  return {job.id, polls < 3 ? "running" : "done", polls};
}

}  // namespace

durable::Task<std::string> export_table(std::string table, durable::DurableContext& ctx) {
  ExportJob job;
  job.id = co_await ctx.step("start", [&] { return start_export(table); },
                             {.retry = durable::retry::none()});

  job = co_await ctx.wait_for_condition(
      "done", job, [](const ExportJob& known) { return ask(known); },
      {.until = [](const ExportJob& known) { return known.status == "done"; },
       .poll = durable::PollSchedule::every(2s)});

  co_return job.id + " after " + std::to_string(job.polls) + " polls";
}

}  // namespace examples
