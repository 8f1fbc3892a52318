// SPDX-License-Identifier: Apache-2.0
#include "bench/store_workloads.h"
#include "bench/workloads.h"

int main(int argc, char** argv) {
  const std::vector<std::string_view> arguments(argv + 1, argv + argc);
  std::vector<durable::bench::Workload> workloads = durable::bench::all_workloads();
  for (auto& workload : durable::bench::store_workloads()) workloads.push_back(std::move(workload));
  return durable::bench::run_benchmarks(arguments, workloads);
}
