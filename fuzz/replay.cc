// SPDX-License-Identifier: Apache-2.0
// Stands in for libFuzzer: runs the entry point once for each file of the folders given.
#include "fuzz/entry.h"

#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>

int main(int argc, char** argv) {
  std::size_t count = 0;
  for (int i = 1; i < argc; ++i) {
    for (const auto& file : std::filesystem::directory_iterator(argv[i])) {
      // Said before the run: when it stops the process, this is the last line.
      std::cout << file.path().string() << std::endl;
      std::ifstream stream(file.path(), std::ios::binary);
      const std::string input(std::istreambuf_iterator<char>(stream), {});
      LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(input.data()), input.size());
      ++count;
    }
  }
  if (count == 0) {
    std::cerr << "replay: expected a folder with inputs, found none; pass fuzz/corpus/NAME\n";
    return 2;
  }
}
