// SPDX-License-Identifier: Apache-2.0
#include "conformance/function_program.h"

#include <durable/lambda.h>

#include "conformance/process_host.h"

namespace durable::conformance {

int run_function_program(const std::vector<Function>& functions, const std::string& handler) {
  ProcessHost host;
  lambda::Functions served;
  for (const Function& function : functions) {
    served.add(std::string(function.requirement), function.make(host));
  }
  for (const InvokedFunction& invoked : invoked_functions()) {
    served.add(std::string(invoked.name), invoked.make(host));
  }
  lambda::Options options;
  options.handler = handler;
  return served.run(options);
}

}  // namespace durable::conformance
