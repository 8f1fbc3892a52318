// SPDX-License-Identifier: Apache-2.0
#include "cli/endpoint_target.h"

#include "cli/conformance.h"

#include <filesystem>
#include <system_error>
#include <utility>

#include "conformance/function.h"
#include "conformance/function_program.h"
#include "conformance/served.h"
#include "conformance/server_target.h"

namespace durable::cli {
namespace {

/// No command for people, so it is in no help.
constexpr std::string_view function_command = "conformance-function";

Result<std::unique_ptr<conformance::Target>> start_server() {
  std::error_code error;
  const std::filesystem::path program = std::filesystem::read_symlink("/proc/self/exe", error);
  if (error) {
    return Error{ErrorCode::invalid_usage,
                 "--target server: the path of this program is not known: " + error.message()};
  }
  auto target = conformance::ServedTarget::open(
      {.command = {program.string(), std::string(function_command)}});
  if (!target) return std::move(target).error();
  return std::unique_ptr<conformance::Target>(*std::move(target));
}

}  // namespace

Result<std::unique_ptr<conformance::Target>> connect_endpoint(const std::string& endpoint,
                                                              const std::string& region) {
  if (endpoint == server_target) return start_server();
  conformance::ServerTargetOptions options;
  options.endpoint = endpoint;
  if (!region.empty()) options.region = region;
  auto target = conformance::ServerTarget::connect(std::move(options));
  if (!target) return std::move(target).error();
  return std::unique_ptr<conformance::Target>(*std::move(target));
}

std::optional<int> run_as_function(const std::vector<std::string>& arguments) {
  if (arguments.size() != 2 || arguments.front() != function_command) return std::nullopt;
  return conformance::run_function_program(conformance::functions(), arguments.back());
}

}  // namespace durable::cli
