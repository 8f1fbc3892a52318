// SPDX-License-Identifier: Apache-2.0
#include "server/catalog.h"

#include <algorithm>

namespace durable::server {
namespace {

// Of the service's model.
constexpr std::size_t function_text_max = 256;
constexpr std::size_t name_size_max = 64;
constexpr std::size_t qualifier_size_max = 128;

bool is_word(std::string_view text, std::string_view more) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [more](char c) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    return letter || (c >= '0' && c <= '9') || more.find(c) != std::string_view::npos;
  });
}

bool is_account(std::string_view text) {
  return text.size() == 12 && text.find_first_not_of("0123456789") == std::string_view::npos;
}

std::vector<std::string_view> split(std::string_view text) {
  std::vector<std::string_view> parts;
  for (;;) {
    const std::size_t end = std::min(text.find(':'), text.size());
    parts.push_back(text.substr(0, end));
    if (end == text.size()) return parts;
    text.remove_prefix(end + 1);
  }
}

/// How many parts stand before the name: those of `arn:aws:lambda:REGION:ACCOUNT:function:` or of
/// an end of it. All, for an ARN of something else.
std::size_t parts_before_name(const std::vector<std::string_view>& parts) {
  if (parts[0] == "arn" && parts.size() > 2) {
    const bool names_function = parts.size() > 6 && parts[2] == "lambda" && parts[5] == "function";
    return names_function ? 6 : parts.size();
  }
  std::size_t at = 0;
  if (parts.size() > at + 1 && is_account(parts[at])) ++at;
  if (parts.size() > at + 1 && parts[at] == "function") ++at;
  return at;
}

Error no_function(std::string_view text) {
  return {ErrorCode::invalid_parameter,
          "Expected the name of a function, name:qualifier or a function ARN, found \"" +
              std::string(text.substr(0, function_text_max)) + "\""};
}

bool is_qualifier(std::string_view text) {
  if (text == "$LATEST" || text == "$LATEST.PUBLISHED") return true;
  return text.size() <= qualifier_size_max && is_word(text, "-_");
}

}  // namespace

Result<FunctionReference> parse_function(std::string_view function,
                                         std::optional<std::string_view> qualifier) {
  if (function.size() > function_text_max) return no_function(function);
  const auto parts = split(function);
  const std::size_t at = parts_before_name(parts);
  if (parts.size() <= at || parts.size() > at + 2) return no_function(function);
  FunctionReference reference{std::string(parts[at]), std::nullopt};
  if (!is_word(reference.name, "-_.")) return no_function(function);
  if (parts.size() == at + 2) reference.qualifier = std::string(parts[at + 1]);
  if (qualifier && reference.qualifier && *qualifier != *reference.qualifier) {
    return Error{ErrorCode::invalid_parameter,
                 "The derived qualifier from the function name does not match the specified "
                 "qualifier."};
  }
  if (qualifier) reference.qualifier = std::string(*qualifier);
  if (reference.qualifier && !is_qualifier(*reference.qualifier)) {
    return Error{ErrorCode::invalid_parameter,
                 "Expected a version, an alias or $LATEST as qualifier, found \"" +
                     reference.qualifier->substr(0, qualifier_size_max) + "\""};
  }
  return reference;
}

Catalog::Catalog(std::string account_id, std::string region)
    : account_id_(std::move(account_id)), region_(std::move(region)) {}

Result<void> Catalog::add(FunctionDefinition definition) {
  if (definition.name.size() > name_size_max || !is_word(definition.name, "-_")) {
    return Error{ErrorCode::invalid_usage,
                 "function name: expected 1 to 64 of letters, digits, '-' and '_', found \"" +
                     definition.name.substr(0, function_text_max) + "\""};
  }
  std::string name = definition.name;
  const auto [place, is_new] = definitions_.try_emplace(std::move(name), std::move(definition));
  if (!is_new) {
    return Error{ErrorCode::invalid_usage, "function name: \"" + place->first +
                                               "\" is given twice; each function needs a name of "
                                               "its own"};
  }
  return {};
}

const FunctionDefinition* Catalog::find(std::string_view name) const {
  const auto found = definitions_.find(name);
  return found != definitions_.end() ? &found->second : nullptr;
}

std::vector<const FunctionDefinition*> Catalog::all() const {
  std::vector<const FunctionDefinition*> list;
  list.reserve(definitions_.size());
  for (const auto& [name, definition] : definitions_) list.push_back(&definition);
  return list;
}

std::string Catalog::version_of(const FunctionDefinition* definition,
                                const std::optional<std::string>& qualifier) {
  if (!qualifier || qualifier->front() == '$') return "$LATEST";
  if (qualifier->find_first_not_of("0123456789") == std::string::npos) return *qualifier;
  if (definition == nullptr) return "$LATEST";
  const auto alias = definition->aliases.find(*qualifier);
  return alias != definition->aliases.end() ? alias->second : "$LATEST";
}

std::string Catalog::arn(std::string_view name, std::string_view version) const {
  std::string text = "arn:aws:lambda:" + region_ + ":" + account_id_ + ":function:";
  text.append(name);
  if (!version.empty()) text.append(":").append(version);
  return text;
}

service::FunctionTarget Catalog::target(const FunctionDefinition& definition,
                                        std::string version) const {
  service::FunctionTarget target;
  target.name = definition.name;
  target.arn = arn(definition.name, version);
  target.version = std::move(version);
  target.durable = definition.durable;
  if (definition.timeout) target.timeout = *definition.timeout;
  return target;
}

Error Catalog::not_found(const FunctionReference& reference) const {
  return {ErrorCode::resource_not_found,
          "Function not found: " + arn(reference.name, reference.qualifier.value_or("$LATEST"))};
}

}  // namespace durable::server
