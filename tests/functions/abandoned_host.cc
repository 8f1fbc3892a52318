// SPDX-License-Identifier: Apache-2.0
//
// A host for a test that kills it: runs the command of its arguments, says which processes there
// are, and waits.
#include "functions/host.h"
#include "http/server.h"

#include <unistd.h>

#include <cstdio>
#include <string>
#include <variant>
#include <vector>

int main(int argc, char** argv) {
  using namespace durable::functions;
  durable::http::Server server;
  Host host(server, {});
  FunctionSpec spec;
  spec.name = "f";
  spec.command = std::vector<std::string>(argv + 1, argv + argc);
  if (!host.add(std::move(spec))) return 1;
  for (const char* const what : {"pid", "spawn"}) {
    host.invoke("f", {what, what, {}, {}, {}}, [](const Outcome& outcome) {
      const auto* const answer = std::get_if<Answer>(&outcome);
      std::printf("%s\n", answer == nullptr ? "0" : answer->payload.c_str());
      std::fflush(stdout);
    });
  }
  while (true) ::pause();
}
