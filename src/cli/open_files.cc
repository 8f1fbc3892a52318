// SPDX-License-Identifier: Apache-2.0
#include "cli/open_files.h"

#include <sys/resource.h>

#include <algorithm>

namespace durable::cli {
namespace {

/// Store, standard streams, clients to endpoints, and refused connections that are told so.
constexpr std::uint64_t of_the_server = 256;
/// A function's listener.
constexpr std::uint64_t of_a_function = 1;
/// Two pipes, the process itself, its connections to the Runtime API.
constexpr std::uint64_t of_a_process = 6;

}  // namespace

OpenFiles raise_open_files(std::uint64_t bound) {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return {};
  OpenFiles files{limit.rlim_cur, limit.rlim_cur};
  const rlim_t wanted = std::min<rlim_t>(bound, limit.rlim_max);
  if (wanted <= limit.rlim_cur) return files;
  limit.rlim_cur = wanted;
  if (::setrlimit(RLIMIT_NOFILE, &limit) == 0) files.now = wanted;
  return files;
}

std::uint64_t open_files_needed(const server::ServerOptions& options) {
  std::uint64_t needed = of_the_server + options.connections_max;
  for (const server::FunctionDefinition& function : options.functions) {
    needed += of_a_function + of_a_process * function.concurrency_max;
  }
  return needed;
}

std::string open_files_warning(std::uint64_t limit, const server::ServerOptions& options) {
  const std::uint64_t needed = open_files_needed(options);
  if (limit == 0 || limit >= needed) return {};
  return "this process may have " + std::to_string(limit) + " files open, and " +
         std::to_string(options.connections_max) +
         " connections with the processes of all functions may need " + std::to_string(needed) +
         ". Beyond the limit connections wait and processes do not start. Raise the hard limit "
         "(ulimit -H -n) before starting the server, or use less at the same time "
         "(--max-concurrency)";
}

}  // namespace durable::cli
