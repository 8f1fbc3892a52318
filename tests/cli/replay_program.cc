// SPDX-License-Identifier: Apache-2.0
//
// replay_program NAME FILE: one of the functions as a process. Each step body adds a line to the
// file. `plain` is no durable function.
#include "cli/replay_functions.h"

#include <durable/lambda.h>

#include <fstream>
#include <iostream>

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  const std::string file = argv[2];
  std::cout << "the process of " << argv[1] << std::endl;
  durable::lambda::Functions functions;
  const auto note = [file](std::string_view what) {
    std::ofstream(file, std::ios::app) << what << "\n";
  };
  for (auto& [name, handler] : durable::cli::replay_functions(note)) {
    functions.add(name, std::move(handler));
  }
  functions.add_plain("plain", [](const std::string&) { return std::string("pong"); });
  return functions.run(2, argv);
}
