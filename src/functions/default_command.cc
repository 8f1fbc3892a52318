// SPDX-License-Identifier: Apache-2.0
#include "functions/template.h"

#include "functions/program.h"
#include "functions/runtimes.h"

#include <filesystem>
#include <system_error>
#include <utility>

namespace durable::functions {
namespace {

using Command = std::vector<std::string>;

Error cannot_run(const FunctionTemplate& function, const std::string& why) {
  return Error{ErrorCode::invalid_usage, "function '" + function.name + "': " + why};
}

const char* const say_command = "or say how to run it with --function NAME=COMMAND";

Result<Command> provided_command(const FunctionTemplate& function, std::string_view search_path) {
  Result<std::string> bootstrap = find_program("./bootstrap", function.code_folder, search_path);
  if (bootstrap) return Command{std::move(*bootstrap)};
  return cannot_run(function, bootstrap.error().message + ". Runtime " + function.runtime +
                                  " runs CodeUri/bootstrap: build it (a folder made by sam build "
                                  "has it), " +
                                  say_command);
}

Result<std::string> find_interpreter(const FunctionTemplate& function, const char* name,
                                     std::string_view search_path) {
  Result<std::string> program = find_program(name, {}, search_path);
  if (program) return program;
  return cannot_run(function, program.error().message + ". Runtime " + function.runtime +
                                  " needs it: install " + name + ", " + say_command);
}

Result<Command> node_command(const FunctionTemplate& function, std::string_view search_path) {
  Result<std::string> node = find_interpreter(function, "node", search_path);
  if (!node) return node.error();
  return Command{std::move(*node), "--input-type=module", "--eval", std::string(node_runtime)};
}

/// The virtual environment of the function's folder, or of the nearest one above, goes first.
Result<Command> python_command(const FunctionTemplate& function, std::string_view search_path) {
  std::error_code error;  // then the folder has nothing above it
  const std::filesystem::path folder =
      std::filesystem::absolute(function.code_folder, error).lexically_normal();
  Result<std::string> python = Error{ErrorCode::invalid_usage, {}};
  for (std::filesystem::path at = folder; !python; at = at.parent_path()) {
    python = find_program("./.venv/bin/python", at.string(), {});
    if (at == at.parent_path()) break;
  }
  if (!python) python = find_interpreter(function, "python3", search_path);
  if (!python) return python.error();
  return Command{std::move(*python), "-c", std::string(python_runtime)};
}

}  // namespace

Result<Command> default_command(const FunctionTemplate& function, std::string_view search_path) {
  if (function.is_image) {
    return cannot_run(function,
                      "its PackageType is Image, and containers are not started here: give the "
                      "program inside the image with --function NAME=COMMAND, or attach it");
  }
  if (function.code_folder.empty()) {
    return cannot_run(
        function,
        std::string("its code is not a folder on this machine: build it, ") + say_command);
  }
  const std::string& runtime = function.runtime;
  if (runtime.starts_with("provided")) return provided_command(function, search_path);
  const bool needs_handler = runtime.starts_with("nodejs") || runtime.starts_with("python");
  if (needs_handler && function.handler.empty()) {
    return cannot_run(function, "it has no Handler: expected file.function");
  }
  if (runtime.starts_with("nodejs")) return node_command(function, search_path);
  if (runtime.starts_with("python")) return python_command(function, search_path);
  return cannot_run(function, "how to run the runtime '" + runtime +
                                  "' is not known (known: provided.*, nodejs*, python*): say it "
                                  "with --function NAME=COMMAND");
}

}  // namespace durable::functions
