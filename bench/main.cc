// SPDX-License-Identifier: Apache-2.0
#include "bench/lambda_workloads.h"
#include "bench/server_workloads.h"
#include "bench/start_workloads.h"
#include "bench/store_workloads.h"
#include "bench/workloads.h"

int main(int argc, char** argv) {
  const std::vector<std::string_view> arguments(argv + 1, argv + argc);
  std::vector<durable::bench::Workload> workloads = durable::bench::all_workloads();
  for (auto& workload : durable::bench::store_workloads()) workloads.push_back(std::move(workload));
  for (auto& workload : durable::bench::lambda_workloads()) {
    workloads.push_back(std::move(workload));
  }
  for (auto& workload :
       durable::bench::server_workloads({DURABLE_BENCH_SERVER, DURABLE_BENCH_FUNCTION})) {
    workloads.push_back(std::move(workload));
  }
  for (auto& workload : durable::bench::start_workloads(DURABLE_BENCH_BOOTSTRAP)) {
    workloads.push_back(std::move(workload));
  }
  return durable::bench::run_benchmarks(arguments, workloads);
}
