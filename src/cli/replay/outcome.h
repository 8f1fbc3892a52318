// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <durable/testing/replay.h>

#include <cstddef>
#include <cstdint>
#include <string>

namespace durable::cli {

/// What came of replaying a history with a process.
struct ProcessReplay {
  ReplayReport report;
  std::string function;
  std::int64_t event_id = 0;    ///< Of the divergence; 0: there is none.
  std::size_t invocations = 0;  ///< That were made.
};

}  // namespace durable::cli
