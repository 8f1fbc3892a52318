// SPDX-License-Identifier: Apache-2.0
#include "conformance/function.h"

#include <iterator>

namespace durable::conformance {

std::vector<Function> functions() {
  std::vector<Function> all;
  for (auto* suite : {step_functions, wait_functions, child_functions, callback_functions,
                      wait_for_callback_functions, invoke_functions, wait_for_condition_functions,
                      parallel_functions, map_functions, plugin_functions}) {
    std::vector<Function> of_suite = suite();
    all.insert(all.end(), std::make_move_iterator(of_suite.begin()),
               std::make_move_iterator(of_suite.end()));
  }
  return all;
}

}  // namespace durable::conformance
