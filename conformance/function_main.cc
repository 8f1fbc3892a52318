// SPDX-License-Identifier: Apache-2.0
//
// The functions of one suite, or of all, as a program for Lambda. A handler is called as its
// requirement is, e.g. `1-2`.
#include <durable/lambda.h>

#include <string>

#include "conformance/function.h"
#include "conformance/process_host.h"

int main(int argc, char** argv) {
  using namespace durable::conformance;
  ProcessHost host;
  durable::lambda::Functions served;
  // DURABLE_CONFORMANCE_FUNCTIONS is set by the build: step_functions, ...
  for (const Function& function : DURABLE_CONFORMANCE_FUNCTIONS()) {
    served.add(std::string(function.requirement), function.make(host));
  }
  for (const InvokedFunction& invoked : invoked_functions()) {
    served.add(std::string(invoked.name), invoked.make(host));
  }
  return served.run(argc, argv);
}
