// SPDX-License-Identifier: Apache-2.0
#include "bench/lambda_workloads.h"
#include "bench/server_workloads.h"
#include "bench/start_workloads.h"
#include "bench/store_workloads.h"
#include "bench/workloads.h"

#include <iterator>
#include <string_view>
#include <utility>
#include <vector>

int main(int argc, char** argv) {
  using namespace durable::bench;
  const std::vector<std::string_view> arguments(argv + 1, argv + argc);
  std::vector<Workload> workloads = all_workloads();
  const auto add = [&workloads](std::vector<Workload> more) {
    workloads.insert(workloads.end(), std::make_move_iterator(more.begin()),
                     std::make_move_iterator(more.end()));
  };
  add(store_workloads());
  add(lambda_workloads());
  add(server_workloads({DURABLE_BENCH_SERVER, DURABLE_BENCH_FUNCTION}));
  add(start_workloads(DURABLE_BENCH_BOOTSTRAP));
  return run_benchmarks(arguments, workloads);
}
