// SPDX-License-Identifier: Apache-2.0
#include "bench/workloads.h"

int main(int argc, char** argv) {
  const std::vector<std::string_view> arguments(argv + 1, argv + argc);
  return durable::bench::run_benchmarks(arguments, durable::bench::all_workloads());
}
