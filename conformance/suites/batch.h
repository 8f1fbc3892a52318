// SPDX-License-Identifier: Apache-2.0
//
// What the suites of map and of parallel report of a batch.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "conformance/suites/support.h"

namespace durable::conformance {

// The names of the members are those of the expected results' JSON.
// NOLINTBEGIN(readability-identifier-naming)
struct BatchReport {
  std::string completionReason;
  std::string status;
  std::size_t successCount = 0;
  std::size_t failureCount = 0;
  std::size_t totalCount = 0;
};
// NOLINTEND(readability-identifier-naming)

inline BatchReport report(const BatchStatistics& batch) {
  return {std::string(to_string(batch.completion_reason())), std::string(to_string(batch.status())),
          batch.success_count(), batch.failure_count(), batch.total_count()};
}

}  // namespace durable::conformance
