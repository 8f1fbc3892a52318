// SPDX-License-Identifier: Apache-2.0
#include "conformance/function.h"

#include <iterator>

namespace durable::conformance {

const std::vector<Suite>& suites() {
  static const std::vector<Suite> all{
      {"step", step_functions},
      {"wait", wait_functions},
      {"child", child_functions},
      {"callback", callback_functions},
      {"invoke", invoke_functions},
      {"wait_for_condition", wait_for_condition_functions},
      {"wait_for_callback", wait_for_callback_functions},
      {"parallel", parallel_functions},
      {"map", map_functions},
      {"plugin", plugin_functions},
  };
  return all;
}

std::vector<Function> functions() {
  std::vector<Function> all;
  for (const Suite& suite : suites()) {
    std::vector<Function> of_suite = suite.functions();
    all.insert(all.end(), std::make_move_iterator(of_suite.begin()),
               std::make_move_iterator(of_suite.end()));
  }
  return all;
}

std::string deployed_name(std::string_view requirement) {
  return "durable-conformance-" + std::string(requirement);
}

}  // namespace durable::conformance
