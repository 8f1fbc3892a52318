// SPDX-License-Identifier: Apache-2.0
//
// The functions of one suite, or of all, as a program for Lambda. A handler is called as its
// requirement is, e.g. `1-2`.
#include "conformance/function_program.h"

int main(int argc, char** argv) {
  // DURABLE_CONFORMANCE_FUNCTIONS is set by the build: step_functions, ...
  return durable::conformance::run_function_program(
      durable::conformance::DURABLE_CONFORMANCE_FUNCTIONS(), argc > 1 ? argv[1] : "");
}
