// SPDX-License-Identifier: Apache-2.0
#include "testing/function_table.h"

#include "testing/operation_names.h"

#include <stdexcept>

namespace durable {
namespace {

constexpr std::string_view arn_start = "arn:aws:lambda:us-east-1:123456789012:function:";
constexpr std::size_t name_size_max = 64;

bool is_word(std::string_view text, std::string_view more) {
  for (const char c : text) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    const bool digit = c >= '0' && c <= '9';
    if (!letter && !digit && more.find(c) == std::string_view::npos) return false;
  }
  return true;
}

}  // namespace

void require_name(std::string_view what, std::string_view name, std::size_t size_max) {
  if (!name.empty() && name.size() <= size_max && is_word(name, "-_")) return;
  throw std::invalid_argument(std::string(what) + ": expected 1 to " + std::to_string(size_max) +
                              " of letters, digits, '-' and '_', found \"" + std::string(name) +
                              "\"");
}

std::string version_of(std::string_view qualifier) {
  const bool is_latest = qualifier.empty() || qualifier.front() == '$';
  if (is_latest) return "$LATEST";
  const bool is_number = qualifier.find_first_not_of("0123456789") == std::string_view::npos;
  return is_number ? std::string(qualifier) : "1";
}

const LocalFunction& FunctionTable::add(std::string_view name, LocalFunction function) {
  const FunctionReference reference(name);
  require_name("function name", reference.name, name_size_max);
  if (!is_word(reference.qualifier, "-_$")) {
    throw std::invalid_argument(
        "function name: expected a version or alias of letters, digits, '-' and '_' after the ':', "
        "found \"" +
        std::string(name) + "\"");
  }
  function.arn.append(arn_start).append(reference.name);
  const auto [place, is_new] =
      functions_.try_emplace(Key(reference.name, reference.qualifier), std::move(function));
  if (!is_new) {
    throw std::invalid_argument("function name: \"" + std::string(name) +
                                "\" is registered already; give each function a name of its own");
  }
  return place->second;
}

Result<const LocalFunction*> FunctionTable::find(std::string_view name) const {
  const FunctionReference reference(name);
  auto found = functions_.find(Key(reference.name, reference.qualifier));
  if (found == functions_.end()) found = functions_.find(Key(reference.name, ""));
  if (found == functions_.end() && reference.qualifier.empty()) {
    // Of a function that is there under its versions alone, a durable one is refused as such.
    found = functions_.lower_bound(Key(reference.name, ""));
    const bool same = found != functions_.end() && found->first.first == reference.name;
    if (!same || !found->second.handler) found = functions_.end();
  }
  if (found == functions_.end()) {
    const std::string qualifier(reference.qualifier.empty() ? "$LATEST" : reference.qualifier);
    return Error{ErrorCode::resource_not_found, "Function not found: " + std::string(arn_start) +
                                                    std::string(reference.name) + ":" + qualifier};
  }
  if (found->second.handler && reference.qualifier.empty()) {
    return Error{ErrorCode::invalid_parameter,
                 "You cannot invoke a durable function using an unqualified ARN."};
  }
  return &found->second;
}

}  // namespace durable
