// SPDX-License-Identifier: Apache-2.0
//
// conformance_templates DIR: writes the SAM template of each suite to DIR.
#include <cstdio>
#include <fstream>
#include <string>

#include "conformance/sam_template.h"

int main(int argc, char** argv) {
  using namespace durable::conformance;
  if (argc != 2) {
    std::fputs("usage: conformance_templates DIR\n", stderr);
    return 2;
  }
  for (const Suite& suite : suites()) {
    const std::string path = std::string(argv[1]) + "/" + std::string(suite.name) + ".yaml";
    std::ofstream file(path);
    file << sam_template(suite);
    file.close();
    if (!file) {
      std::fprintf(stderr, "conformance_templates: %s: cannot be written\n", path.c_str());
      return 1;
    }
  }
  return 0;
}
