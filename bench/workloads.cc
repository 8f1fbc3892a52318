// SPDX-License-Identifier: Apache-2.0
#include "bench/workloads.h"

#include <durable/base/random.h>

namespace durable::bench {
namespace {

// A chain of integer operations, each on the result of the one before: no memory, and nothing of
// this library that is worth improving.
std::uint64_t calibrate() {
  constexpr std::uint64_t links = 10'000'000;
  std::uint64_t value = 1;
  for (std::uint64_t i = 0; i < links; ++i) value = Random(value).next();
  // The value decides something, so that the compiler cannot leave the loop out.
  return value == 0 ? 0 : links;
}

}  // namespace

std::vector<Workload> all_workloads() {
  return {
      {.name = "calibrate",
       .unit = "links/s",
       .question = "How fast is this machine at plain integer work, to compare two machines?",
       .run = calibrate},
  };
}

}  // namespace durable::bench
