// SPDX-License-Identifier: Apache-2.0
#include "cli/session.h"

#include <utility>

namespace durable::cli {
namespace {

/// The newest execution of `function` with that name.
Result<std::optional<wire::Execution>> newest(cloud::LambdaClient& client,
                                              const std::string& function,
                                              const std::string& name) {
  wire::ListDurableExecutionsByFunctionRequest request;
  request.function_name = function;
  request.durable_execution_name = name;
  auto page = client.list(request);
  if (!page) return std::move(page).error();
  std::optional<wire::Execution> found;
  for (wire::Execution& execution : page->durable_executions) {
    // Asked for above, but an endpoint that passes over the filter must not lead to another one.
    if (execution.durable_execution_name != name) continue;
    if (!found || found->start_timestamp < execution.start_timestamp) found = std::move(execution);
  }
  return found;
}

}  // namespace

Result<std::string> find_execution(Session& session, const ExecutionReference& reference) {
  if (reference.text.starts_with("arn:")) return reference.text;
  auto client = session.client();
  if (!client) return std::move(client).error();
  std::vector<std::string> functions;
  if (reference.function) {
    functions.push_back(*reference.function);
  } else {
    auto all = (*client)->list_functions();
    if (!all) return std::move(all).error();
    for (const cloud::FunctionConfiguration& function : *all) {
      if (function.durable_config) functions.push_back(function.function_name);
    }
  }
  std::optional<wire::Execution> found;
  for (const std::string& function : functions) {
    auto execution = newest(**client, function, reference.text);
    if (!execution) return std::move(execution).error();
    if (!*execution) continue;
    if (!found || found->start_timestamp < (*execution)->start_timestamp) {
      found = *std::move(execution);
    }
  }
  if (found) return found->durable_execution_arn;
  return Error{ErrorCode::resource_not_found,
               "expected the ARN or the name of an execution, found \"" + reference.text +
                   "\", which names no execution of " +
                   (reference.function ? *reference.function
                                       : std::to_string(functions.size()) + " durable functions")};
}

}  // namespace durable::cli
