// SPDX-License-Identifier: Apache-2.0
#include "functions/template.h"

#include <yaml-cpp/yaml.h>

#include <charconv>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <utility>

namespace durable::functions {
namespace {

constexpr std::size_t template_bytes_max = 4 * 1024 * 1024;
constexpr std::int64_t timeout_s_max = 900;
constexpr std::int64_t memory_mb_max = 10'240;
constexpr std::int64_t execution_timeout_s_max = 31'622'400;
constexpr std::int64_t retention_days_max = 90;
constexpr const char* function_type = "AWS::Serverless::Function";

/// A template that cannot be used; caught where the reading began.
struct TemplateError {
  std::string message;
};

struct Range {
  std::int64_t min;
  std::int64_t max;
};

/// The member of a map; an undefined node where there is none, or `map` is no map.
YAML::Node member(const YAML::Node& map, const char* key) {
  if (!map.IsDefined() || !map.IsMap()) return YAML::Node(YAML::NodeType::Undefined);
  return map[key];
}

bool has(const YAML::Node& node) { return node.IsDefined() && !node.IsNull(); }

std::string kind_of(const YAML::Node& node) {
  if (node.IsMap()) return "a map";
  if (node.IsSequence()) return "a list";
  if (node.IsScalar()) return "'" + node.Scalar() + "'";
  return "nothing";
}

/// Of a value that stands for another: `!Ref x`, `{Ref: x}`, `!Sub x`, `{"Fn::Sub": x}`...
struct Intrinsic {
  std::string name;  // Ref, Sub, GetAtt...
  YAML::Node argument;
};

std::optional<Intrinsic> intrinsic_of(const YAML::Node& node) {
  const std::string tag = node.Tag();
  if (tag.size() > 1 && tag[0] == '!' && tag[1] != '!') return Intrinsic{tag.substr(1), node};
  if (!node.IsMap() || node.size() != 1) return std::nullopt;
  const auto entry = *node.begin();
  if (!entry.first.IsScalar()) return std::nullopt;
  const std::string& key = entry.first.Scalar();
  constexpr std::string_view prefix = "Fn::";
  if (key == "Ref") return Intrinsic{key, entry.second};
  if (key.starts_with(prefix)) return Intrinsic{key.substr(prefix.size()), entry.second};
  return std::nullopt;
}

/// Whether it takes a property away, as if the template did not have it.
bool is_no_value(const YAML::Node& node) {
  const std::optional<Intrinsic> intrinsic = has(node) ? intrinsic_of(node) : std::nullopt;
  return intrinsic && intrinsic->name == "Ref" && intrinsic->argument.IsScalar() &&
         intrinsic->argument.Scalar() == "AWS::NoValue";
}

class TemplateReader {
 public:
  TemplateReader(YAML::Node root, std::string path, const TemplateOptions& options)
      : root_(std::move(root)), path_(std::move(path)), options_(options) {}

  std::vector<FunctionTemplate> read();

 private:
  [[noreturn]] void fail(const YAML::Node& node, const std::string& text) const;
  [[nodiscard]] std::string where(const YAML::Node& node) const;
  void warn(const YAML::Node& node, const std::string& text);

  std::string text_of(const YAML::Node& node, const std::string& what);
  std::int64_t integer_of(const YAML::Node& node, const std::string& what, Range range);
  std::optional<std::string> resolve(const Intrinsic& intrinsic);
  std::optional<std::string> resolve_name(const std::string& name);
  std::optional<std::string> resolve_attribute(const YAML::Node& argument);
  std::optional<std::string> substitute(const YAML::Node& argument);
  std::string function_name(const std::string& logical_id, const YAML::Node& properties);

  FunctionTemplate read_function(const std::string& logical_id, const YAML::Node& resource);
  void read_environment(const YAML::Node& properties, FunctionTemplate& function);
  void read_code(const YAML::Node& properties, FunctionTemplate& function);
  void read_durable(const YAML::Node& own, const YAML::Node& globals, FunctionTemplate& function);

  YAML::Node root_;
  std::string path_;
  TemplateOptions options_;
  std::vector<std::string>* warnings_ = nullptr;  // of the function that is read
  std::set<std::string> resolving_;               // names that are being looked up
};

void TemplateReader::fail(const YAML::Node& node, const std::string& text) const {
  throw TemplateError{where(node) + text};
}

std::string TemplateReader::where(const YAML::Node& node) const {
  if (!node.IsDefined() || node.Mark().is_null()) return path_ + ": ";
  return path_ + ":" + std::to_string(node.Mark().line + 1) + ": ";
}

void TemplateReader::warn(const YAML::Node& node, const std::string& text) {
  if (warnings_ != nullptr) warnings_->push_back(where(node) + text);
}

std::string TemplateReader::text_of(const YAML::Node& node, const std::string& what) {
  if (const std::optional<Intrinsic> intrinsic = intrinsic_of(node)) {
    if (std::optional<std::string> value = resolve(*intrinsic)) return std::move(*value);
    const std::string text = node.IsScalar() ? node.Scalar() : YAML::Dump(node);
    warn(node, what + ": the value of !" + intrinsic->name + " is not known here; the text '" +
                   text + "' stands for it");
    return text;
  }
  if (!node.IsScalar()) fail(node, what + ": expected a text, found " + kind_of(node));
  return node.Scalar();
}

std::int64_t TemplateReader::integer_of(const YAML::Node& node, const std::string& what,
                                        Range range) {
  const std::string text = text_of(node, what);
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool valid = error == std::errc() && end == text.data() + text.size() &&
                     value >= range.min && value <= range.max;
  if (!valid) {
    fail(node, what + ": expected an integer from " + std::to_string(range.min) + " to " +
                   std::to_string(range.max) + ", found '" + text + "'");
  }
  return value;
}

std::optional<std::string> TemplateReader::resolve(const Intrinsic& intrinsic) {
  if (intrinsic.name == "Ref" && intrinsic.argument.IsScalar()) {
    return resolve_name(intrinsic.argument.Scalar());
  }
  if (intrinsic.name == "GetAtt") return resolve_attribute(intrinsic.argument);
  if (intrinsic.name == "Sub") return substitute(intrinsic.argument);
  return std::nullopt;
}

std::optional<std::string> TemplateReader::resolve_name(const std::string& name) {
  if (name == "AWS::Region") return options_.region;
  if (name == "AWS::AccountId") return options_.account_id;
  if (name == "AWS::Partition") return "aws";
  if (name == "AWS::URLSuffix") return "amazonaws.com";
  const YAML::Node parameter = member(member(root_, "Parameters"), name.c_str());
  const YAML::Node value = member(parameter, "Default");
  if (has(value) && value.IsScalar()) return value.Scalar();
  const YAML::Node resource = member(member(root_, "Resources"), name.c_str());
  const YAML::Node type = member(resource, "Type");
  const bool is_function = has(type) && type.IsScalar() && type.Scalar() == function_type;
  if (!is_function || !resolving_.insert(name).second) return std::nullopt;  // names in a circle
  std::string result = function_name(name, member(resource, "Properties"));
  resolving_.erase(name);
  return result;
}

std::optional<std::string> TemplateReader::resolve_attribute(const YAML::Node& argument) {
  std::string name;
  if (argument.IsScalar()) {
    name = argument.Scalar();
  } else if (argument.IsSequence() && argument.size() == 2 && argument[0].IsScalar() &&
             argument[1].IsScalar()) {
    name = argument[0].Scalar() + "." + argument[1].Scalar();
  }
  constexpr std::string_view arn = ".Arn";
  if (!name.ends_with(arn)) return std::nullopt;
  name.resize(name.size() - arn.size());
  const YAML::Node resource = member(member(root_, "Resources"), name.c_str());
  if (!has(resource)) return std::nullopt;
  const std::optional<std::string> function = resolve_name(name);
  if (!function) return std::nullopt;
  return "arn:aws:lambda:" + options_.region + ":" + options_.account_id + ":function:" + *function;
}

std::optional<std::string> TemplateReader::substitute(const YAML::Node& argument) {
  const bool has_map = argument.IsSequence() && argument.size() == 2 && argument[0].IsScalar();
  if (!argument.IsScalar() && !has_map) return std::nullopt;
  const std::string text = has_map ? argument[0].Scalar() : argument.Scalar();
  const YAML::Node own = has_map ? argument[1] : YAML::Node(YAML::NodeType::Undefined);
  std::string result;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t open = text.find("${", at);
    const std::size_t close = open == std::string::npos ? open : text.find('}', open);
    if (close == std::string::npos) return result + text.substr(at);
    result.append(text, at, open - at);
    const std::string name = text.substr(open + 2, close - open - 2);
    at = close + 1;
    if (name.starts_with("!")) {  // ${!literal}
      result += "${" + name.substr(1) + "}";
      continue;
    }
    const YAML::Node value = member(own, name.c_str());
    std::optional<std::string> resolved;
    if (has(value)) {
      resolved = text_of(value, "!Sub");
    } else if (name.find('.') != std::string::npos) {
      resolved = resolve_attribute(YAML::Node(name));
    } else {
      resolved = resolve_name(name);
    }
    if (!resolved) return std::nullopt;
    result += *resolved;
  }
  return result;
}

std::string TemplateReader::function_name(const std::string& logical_id,
                                          const YAML::Node& properties) {
  const YAML::Node name = member(properties, "FunctionName");
  if (!has(name) || is_no_value(name)) return logical_id;
  const std::optional<Intrinsic> intrinsic = intrinsic_of(name);
  if (!intrinsic) return text_of(name, "FunctionName");
  if (std::optional<std::string> value = resolve(*intrinsic)) return std::move(*value);
  // Its text would hardly do: a name has letters, digits, '-' and '_' alone.
  warn(name, logical_id + ".FunctionName: the value of !" + intrinsic->name +
                 " is not known here; the function is called " + logical_id);
  return logical_id;
}

std::vector<FunctionTemplate> TemplateReader::read() {
  const YAML::Node resources = member(root_, "Resources");
  if (!has(resources) || !resources.IsMap()) {
    fail(root_, "expected a template with a map Resources, found " +
                    (has(resources) ? kind_of(resources) : "none"));
  }
  std::vector<FunctionTemplate> functions;
  std::set<std::string> names;
  for (const auto& entry : resources) {
    const YAML::Node type = member(entry.second, "Type");
    if (!has(type) || !type.IsScalar() || type.Scalar() != function_type) continue;
    functions.push_back(read_function(entry.first.Scalar(), entry.second));
    if (!names.insert(functions.back().name).second) {
      fail(entry.second, "two functions have the name '" + functions.back().name + "'");
    }
  }
  if (functions.empty()) {
    fail(resources,
         std::string("expected at least one resource of type ") + function_type + ", found none");
  }
  return functions;
}

FunctionTemplate TemplateReader::read_function(const std::string& logical_id,
                                               const YAML::Node& resource) {
  FunctionTemplate function;
  warnings_ = &function.warnings;
  function.logical_id = logical_id;
  const YAML::Node own = member(resource, "Properties");
  if (!has(own) || !own.IsMap()) {
    fail(resource,
         logical_id + ": expected a map Properties, found " + (has(own) ? kind_of(own) : "none"));
  }
  const YAML::Node globals = member(member(root_, "Globals"), "Function");
  const auto property = [&](const char* key) {
    const YAML::Node value = member(has(member(own, key)) ? own : globals, key);
    return is_no_value(value) ? YAML::Node(YAML::NodeType::Undefined) : value;
  };
  const auto text = [&](const char* key) {
    const YAML::Node value = property(key);
    return has(value) ? text_of(value, logical_id + "." + key) : std::string();
  };
  function.name = function_name(logical_id, own);
  function.handler = text("Handler");
  function.runtime = text("Runtime");
  function.alias = text("AutoPublishAlias");
  function.is_image = text("PackageType") == "Image";
  if (const YAML::Node value = property("Timeout"); has(value)) {
    function.timeout =
        std::chrono::seconds(integer_of(value, logical_id + ".Timeout", {1, timeout_s_max}));
  }
  if (const YAML::Node value = property("MemorySize"); has(value)) {
    function.memory_mb = integer_of(value, logical_id + ".MemorySize", {1, memory_mb_max});
  }
  read_environment(globals, function);
  read_environment(own, function);
  if (!function.is_image) read_code(property("CodeUri"), function);
  read_durable(member(own, "DurableConfig"), member(globals, "DurableConfig"), function);
  warnings_ = nullptr;
  return function;
}

void TemplateReader::read_environment(const YAML::Node& properties, FunctionTemplate& function) {
  const YAML::Node variables = member(member(properties, "Environment"), "Variables");
  if (!has(variables)) return;
  const std::string what = function.logical_id + ".Environment.Variables";
  if (!variables.IsMap()) fail(variables, what + ": expected a map, found " + kind_of(variables));
  for (const auto& entry : variables) {
    const std::string name = entry.first.Scalar();
    if (is_no_value(entry.second)) {
      function.environment.erase(name);
    } else {
      function.environment[name] = text_of(entry.second, what + "." + name);
    }
  }
}

void TemplateReader::read_code(const YAML::Node& code, FunctionTemplate& function) {
  const std::string what = function.logical_id + ".CodeUri";
  const std::filesystem::path folder = std::filesystem::path(path_).parent_path();
  std::string uri = ".";
  if (has(code) && code.IsMap() && !intrinsic_of(code)) {
    warn(code, what + ": code in a bucket cannot be run here");
    return;
  }
  if (has(code)) uri = text_of(code, what);
  if (uri.find("://") != std::string::npos) {
    warn(code, what + ": '" + uri + "' cannot be run here: expected a folder");
    return;
  }
  function.code_folder = (folder / uri).lexically_normal().string();
  if (function.code_folder.empty()) function.code_folder = ".";
}

/// The function's own members go over those of the globals, one by one.
void TemplateReader::read_durable(const YAML::Node& own, const YAML::Node& globals,
                                  FunctionTemplate& function) {
  const YAML::Node& config = has(own) ? own : globals;
  if (!has(config) || is_no_value(config)) return;
  const std::string what = function.logical_id + ".DurableConfig";
  if (!config.IsMap()) fail(config, what + ": expected a map, found " + kind_of(config));
  const auto value_of = [&](const char* key) {
    return member(has(member(own, key)) ? own : globals, key);
  };
  const YAML::Node timeout = value_of("ExecutionTimeout");
  if (!has(timeout)) fail(config, what + ": expected an ExecutionTimeout in seconds, found none");
  DurableTemplate& durable = function.durable.emplace();
  durable.execution_timeout = std::chrono::seconds(
      integer_of(timeout, what + ".ExecutionTimeout", {1, execution_timeout_s_max}));
  const YAML::Node retention = value_of("RetentionPeriodInDays");
  if (!has(retention)) return;
  durable.retention_days =
      integer_of(retention, what + ".RetentionPeriodInDays", {1, retention_days_max});
}

Error unusable(std::string text) { return Error{ErrorCode::invalid_usage, std::move(text)}; }

}  // namespace

Result<std::vector<FunctionTemplate>> parse_template(const std::string& text,
                                                     const std::string& path,
                                                     const TemplateOptions& options) {
  try {
    return TemplateReader(YAML::Load(text), path, options).read();
  } catch (const TemplateError& error) {
    return unusable(error.message);
  } catch (const YAML::Exception& error) {
    return unusable(path + ":" + std::to_string(error.mark.line + 1) +
                    ": expected YAML: " + error.msg);
  }
}

Result<std::vector<FunctionTemplate>> read_template(const std::string& path,
                                                    const TemplateOptions& options) {
  std::error_code error;
  const std::filesystem::path absolute = std::filesystem::absolute(path, error);
  const std::uintmax_t size = error ? 0 : std::filesystem::file_size(absolute, error);
  if (error) {
    return unusable("cannot read the template '" + path + "': " + error.message());
  }
  if (size > template_bytes_max) {
    return unusable("the template '" + path + "' has " + std::to_string(size) +
                    " bytes: expected at most " + std::to_string(template_bytes_max));
  }
  std::ifstream file(absolute, std::ios::binary);
  const std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  if (!file.is_open() || file.bad()) return unusable("cannot read the template '" + path + "'");
  return parse_template(text, absolute.string(), options);
}

}  // namespace durable::functions
