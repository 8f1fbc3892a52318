// SPDX-License-Identifier: Apache-2.0
#include "testing/operation_names.h"

#include <durable/wire/names.h>

#include <vector>

namespace durable {

std::string operation_label(const engine::Execution& execution, engine::OperationNumber number) {
  const engine::OperationInfo& info = *execution.operation(number).info;
  if (info.name() && !info.name()->empty()) return std::string(*info.name());
  return std::string(wire::to_string(info.type())) + " " + std::string(info.id());
}

std::string operation_path(const engine::Execution& execution, engine::OperationNumber number) {
  std::vector<engine::OperationNumber> chain;
  for (; number != 0; number = execution.operation(number).info->parent()) chain.push_back(number);
  std::string path;
  for (auto at = chain.rbegin(); at != chain.rend(); ++at) {
    if (!path.empty()) path += '/';
    path += operation_label(execution, *at);
  }
  return path;
}

bool names_operation(const engine::Execution& execution, engine::OperationNumber number,
                     std::string_view name) {
  const engine::OperationInfo& info = *execution.operation(number).info;
  if (info.name() == name) return true;
  // At the root a path is a label, and a label is a name where there is one.
  const bool may_be_path = name.find('/') != std::string_view::npos || !info.name();
  return may_be_path && operation_path(execution, number) == name;
}

bool names_callback(const engine::Execution& execution, engine::OperationNumber number,
                    std::string_view name) {
  if (names_operation(execution, number, name)) return true;
  const engine::OperationNumber parent = execution.operation(number).info->parent();
  return parent != 0 && execution.operation(parent).info->sub_type() == "WaitForCallback" &&
         names_operation(execution, parent, name);
}

FunctionReference::FunctionReference(std::string_view text) : name(text) {
  constexpr std::string_view mark = "function:";
  const std::size_t at = text.find(mark);
  if (at == 0 || (at != std::string_view::npos && text[at - 1] == ':')) {
    name = text.substr(at + mark.size());
  }
  if (const std::size_t colon = name.find(':'); colon != std::string_view::npos) {
    qualifier = name.substr(colon + 1);
    name = name.substr(0, colon);
  }
}

}  // namespace durable
