// SPDX-License-Identifier: Apache-2.0
#include "conformance/served.h"

#include <algorithm>
#include <cstdlib>
#include <system_error>
#include <utility>

#include "conformance/function.h"

namespace durable::conformance {
namespace {

/// On a machine that is busy with many processes.
constexpr std::chrono::minutes start_patience{1};
/// A suite's processes are needed for a moment only.
constexpr std::chrono::seconds idle_timeout{2};
/// A requirement has one execution; while its process ends another may have to start.
constexpr std::size_t processes_max = 2;

server::FunctionDefinition definition(const std::string& name, std::string handler,
                                      Duration execution_timeout, const ServedOptions& options,
                                      const std::filesystem::path& marks) {
  server::FunctionDefinition function;
  function.name = name;
  function.command = options.command;
  function.command.push_back(handler);
  function.handler = std::move(handler);
  function.environment = {{"AWS_LAMBDA_LOG_FORMAT", "JSON"}, {"TMPDIR", marks.string()}};
  function.init_timeout = start_patience;
  function.idle_timeout = idle_timeout;
  function.concurrency_max = processes_max;
  function.durable = service::DurableConfig{.execution_timeout = execution_timeout};
  return function;
}

Result<std::filesystem::path> make_folder() {
  std::error_code error;
  const std::filesystem::path parent = std::filesystem::temp_directory_path(error);
  std::string path = (parent / "durable-conformance-XXXXXX").string();
  if (error || ::mkdtemp(path.data()) == nullptr) {
    return Error{ErrorCode::storage, path +
                                         ": this temporary folder cannot be made; TMPDIR names "
                                         "the folder for it"};
  }
  return std::filesystem::path(path);
}

}  // namespace

bool needs_real_time(const Requirement& requirement) {
  if (!requirement.callback_actions.empty()) return true;
  return std::any_of(requirement.expected_history.begin(), requirement.expected_history.end(),
                     [](const json::Value& event) {
                       const json::Value* const type = event.find("EventType");
                       const std::string* const name =
                           type != nullptr ? type->as_string() : nullptr;
                       return name != nullptr && name->starts_with("Callback");
                     });
}

Result<std::unique_ptr<ServedTarget>> ServedTarget::open(ServedOptions options) {
  Result<std::filesystem::path> marks = make_folder();
  if (!marks) return std::move(marks).error();
  std::unique_ptr<ServedTarget> target(new ServedTarget());
  target->marks_ = *std::move(marks);
  Result<Side> real = open_side(options, target->marks_, service::TimeMode::real);
  if (!real) return std::move(real).error();
  target->real_ = *std::move(real);
  if (!options.skip_time) return target;
  Result<Side> skipping = open_side(options, target->marks_, service::TimeMode::skipped);
  if (!skipping) return std::move(skipping).error();
  target->skipping_ = *std::move(skipping);
  return target;
}

ServedTarget::~ServedTarget() {
  skipping_ = {};
  real_ = {};
  std::error_code ignored;  // what is left in a folder for temporary files harms nobody
  std::filesystem::remove_all(marks_, ignored);
}

Result<ServedTarget::Side> ServedTarget::open_side(const ServedOptions& options,
                                                   const std::filesystem::path& marks,
                                                   service::TimeMode time) {
  server::ServerOptions server;
  server.port = 0;
  server.store = server::StoreKind::memory;
  server.time_mode = time;
  for (const Function& function : functions()) {
    server.functions.push_back(definition(deployed_name(function.requirement),
                                          std::string(function.requirement),
                                          function.execution_timeout, options, marks));
  }
  for (const InvokedFunction& invoked : invoked_functions()) {
    const std::string name(invoked.name);
    server.functions.push_back(definition(name, name, server.execution_timeout, options, marks));
  }
  auto opened = server::Server::open(std::move(server));
  if (!opened) return std::move(opened).error();
  Side side;
  side.server = *std::move(opened);
  auto target = ServerTarget::connect({.endpoint = side.server->url(), .region = "us-east-1"});
  if (!target) return std::move(target).error();
  side.target = *std::move(target);
  return side;
}

ServerTarget& ServedTarget::target_for(const Requirement& requirement) {
  const bool real = skipping_.target == nullptr || needs_real_time(requirement);
  return real ? *real_.target : *skipping_.target;
}

Result<bool> ServedTarget::has(const Requirement& requirement) {
  return target_for(requirement).has(requirement);
}

Result<Observation> ServedTarget::run(const Run& run) {
  return target_for(run.requirement).run(run);
}

}  // namespace durable::conformance
