// SPDX-License-Identifier: Apache-2.0
//
// durable_conformance [--if-there] DIR [--suite S]: runs the requirements below DIR against the
// functions here, in this process. Exit code 1: one that is not optional failed; 77: with
// --if-there, no DIR was given.
#include <durable/base/system_clock.h>

#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/judge.h"
#include "conformance/local_target.h"

namespace {

using namespace durable::conformance;

int usage() {
  std::fputs("usage: durable_conformance [--if-there] DIR [--suite SUITE]\n", stderr);
  return 2;
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
  std::vector<Requirement> chosen;
  for (const Requirement& requirement : *requirements) {
    if (suite.empty() || requirement.suite == suite) chosen.push_back(requirement);
  }
  LocalTarget target;
  std::size_t passed = 0;
  bool failed = false;
  const auto report = [&](const Verdict& verdict) {
    if (verdict.status == Verdict::Status::passed) {
      ++passed;
    } else if (verdict.status != Verdict::Status::optional_failed) {
      failed = true;
    }
    const std::string status(to_string(verdict.status));
    std::printf("%-16s %s %s\n", status.c_str(), verdict.suite.c_str(), verdict.id.c_str());
    if (!verdict.message.empty()) std::printf("    %s\n", verdict.message.c_str());
    if (!verdict.tree.empty()) std::printf("%s\n", verdict.tree.c_str());
  };
  const auto verdicts = judge_all(chosen, target, 1, durable::SystemClock(), report);
  std::printf("%zu of %zu requirements passed\n", passed, verdicts.size());
  return failed ? 1 : 0;
}
