// SPDX-License-Identifier: Apache-2.0
//
// durable_conformance [--if-there] DIR [--suite S]: runs the requirements below DIR against the
// functions here, in this process. Exit code 1: one that is not optional failed; 77: with
// --if-there, no DIR was given.
#include <algorithm>
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/local_target.h"

namespace {

using namespace durable::conformance;

int usage() {
  std::fputs("usage: durable_conformance [--if-there] DIR [--suite SUITE]\n", stderr);
  return 2;
}

Verdict judge(const Requirement& requirement, const std::vector<Function>& functions,
              std::uint64_t seed) {
  const auto function = std::find_if(functions.begin(), functions.end(), [&](const Function& one) {
    return one.requirement == requirement.id;
  });
  if (function != functions.end()) return run_locally(requirement, *function, seed);
  return {requirement.id, requirement.suite, Verdict::Status::not_implemented, {}, {}};
}

}  // namespace

int main(int argc, char** argv) {
  std::string folder;
  std::string suite;
  bool may_be_missing = false;
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    if (argument == "--suite" && i + 1 < argc) {
      suite = argv[++i];
    } else if (argument == "--if-there") {
      may_be_missing = true;
    } else if (folder.empty() && !argument.starts_with("--")) {
      folder = argument;
    } else {
      return usage();
    }
  }
  if (folder.empty() && may_be_missing) {
    std::puts("skipped: DURABLE_CONFORMANCE_DIR names no folder with requirement files");
    return 77;
  }
  if (folder.empty()) return usage();

  const auto requirements = load_requirements(folder);
  if (!requirements) {
    std::fprintf(stderr, "durable_conformance: %s\n", requirements.error().message.c_str());
    return 2;
  }
  const std::vector<Function> all = functions();
  std::size_t passed = 0;
  std::size_t ran = 0;
  bool failed = false;
  for (const Requirement& requirement : *requirements) {
    if (!suite.empty() && requirement.suite != suite) continue;
    const Verdict verdict = judge(requirement, all, ++ran);
    if (verdict.status == Verdict::Status::passed) ++passed;
    failed = failed || verdict.status == Verdict::Status::failed ||
             verdict.status == Verdict::Status::not_implemented;
    const std::string status(to_string(verdict.status));
    std::printf("%-16s %s %s\n", status.c_str(), verdict.suite.c_str(), verdict.id.c_str());
    if (!verdict.message.empty()) std::printf("    %s\n", verdict.message.c_str());
    if (!verdict.tree.empty()) std::printf("%s\n", verdict.tree.c_str());
  }
  std::printf("%zu of %zu requirements passed\n", passed, ran);
  return failed ? 1 : 0;
}
