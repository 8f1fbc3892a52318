// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <durable/testing/result.h>
#include <durable/wire/names.h>

#include <string>
#include <vector>

namespace durable::test {

/// The history as `EventType name` lines.
inline std::vector<std::string> history_lines(const DurableFunctionTestResult& result) {
  std::vector<std::string> lines;
  for (const wire::Event& event : result.history()) {
    std::string line(wire::to_string(event.event_type));
    if (event.name) line += " " + *event.name;
    lines.push_back(std::move(line));
  }
  return lines;
}

}  // namespace durable::test
