// SPDX-License-Identifier: Apache-2.0
#include "conformance/process_host.h"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <system_error>
#include <thread>

namespace durable::conformance {
namespace {

/// A checkpoint of the step that crashes is on its way when its body runs.
constexpr std::chrono::milliseconds checkpoint_time{1'000};

}  // namespace

std::string mark_file_name(std::string_view execution_arn, std::string_view mark) {
  // Behind the function comes what is different for each execution: its name and its id.
  constexpr std::string_view infix = "/durable-execution/";
  if (const std::size_t at = execution_arn.find(infix); at != std::string_view::npos) {
    execution_arn.remove_prefix(at + infix.size());
  }
  std::string name = "durable-conformance-";
  for (const std::string_view part : {execution_arn, std::string_view("-"), mark}) {
    for (const char c : part) {
      const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
      name += plain || c == '-' ? c : '_';
    }
  }
  return name;
}

ProcessHost::ProcessHost(std::filesystem::path marks) : marks_(std::move(marks)) {
  if (!marks_.empty()) return;
  std::error_code error;
  marks_ = std::filesystem::temp_directory_path(error);
  if (error) marks_ = "/tmp";
}

void ProcessHost::crash() {
  std::this_thread::sleep_for(checkpoint_time);
  std::_Exit(1);
}

bool ProcessHost::first_time(std::string_view execution_arn, std::string_view mark) {
  const std::filesystem::path path = marks_ / mark_file_name(execution_arn, mark);
  // "x": it must not be there, which is looked at and made in one.
  std::FILE* const file = std::fopen(path.c_str(), "wx");
  if (file != nullptr) {
    std::fclose(file);
    return true;
  }
  if (errno == EEXIST) return false;
  std::fprintf(stderr, "%s: cannot be made: %s\n", path.c_str(), std::strerror(errno));
  std::_Exit(1);
}

void ProcessHost::print(std::string_view line) {
  // One call, so that lines of other threads stay apart from it.
  const std::string text = std::string(line) + "\n";
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::fflush(stdout);
}

}  // namespace durable::conformance
