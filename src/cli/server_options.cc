// SPDX-License-Identifier: Apache-2.0
#include "cli/server_options.h"

#include "functions/template.h"
#include "server/catalog.h"
#include "server/command.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <utility>

namespace durable::cli {
namespace {

constexpr std::array<std::string_view, 5> log_levels{"DEBUG", "INFO", "WARNING", "ERROR", "OFF"};

struct BuiltInRuntime {
  std::string_view prefix;
  const char* runtime;
};
constexpr std::array<BuiltInRuntime, 2> runtimes{{{"node:", "nodejs"}, {"python:", "python"}}};

std::string upper(std::string text) {
  for (char& c : text) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return text;
}

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t\r");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\r") + 1 - begin);
}

/// The one that has the name; a new one, if there is none.
server::FunctionDefinition& place_for(std::vector<server::FunctionDefinition>& functions,
                                      const std::string& name) {
  const auto found = std::find_if(functions.begin(), functions.end(),
                                  [&name](const auto& known) { return known.name == name; });
  if (found != functions.end()) return *found;
  functions.emplace_back().name = name;
  return functions.back();
}

server::FunctionDefinition definition_of(functions::FunctionTemplate source,
                                         std::vector<std::string> command) {
  server::FunctionDefinition function;
  function.name = std::move(source.name);
  function.command = std::move(command);
  function.folder = std::move(source.code_folder);
  function.handler = std::move(source.handler);
  if (!source.runtime.empty()) function.runtime = std::move(source.runtime);
  function.environment = std::move(source.environment);
  function.timeout = source.timeout;
  function.memory_mb = source.memory_mb;
  if (source.durable) {
    function.durable =
        service::DurableConfig{source.durable->execution_timeout, source.durable->retention_days};
  }
  if (!source.alias.empty()) function.aliases.emplace(source.alias, "1");
  return function;
}

/// Whether the command line says itself how the function is run.
bool is_given(const ServerCommand& command, const std::string& name) {
  const auto names_it = [&name](const std::string& text) {
    return text.substr(0, text.find('=')) == name;
  };
  return std::any_of(command.functions.begin(), command.functions.end(), names_it) ||
         std::any_of(command.attach.begin(), command.attach.end(), names_it);
}

std::string search_path(const Environment& environment) {
  return environment("PATH").value_or("/usr/local/bin:/usr/bin:/bin");
}

Result<void> add_template(const ServerCommand& command, const Environment& environment,
                          ServerPlan& plan) {
  auto found = functions::read_template(
      *command.template_file,
      {.region = plan.options.region, .account_id = plan.options.account_id});
  if (!found) return std::move(found).error();
  const std::string path = search_path(environment);
  const bool runs_here = plan.options.lambda_endpoint.empty();
  for (functions::FunctionTemplate& source : *found) {
    for (const std::string& warning : source.warnings) plan.notes.push_back(warning);
    Result<std::vector<std::string>> line = std::vector<std::string>();
    if (is_given(command, source.name)) {
      // Added later, and run in the template's folder.
    } else if (!runs_here) {
      source.code_folder.clear();  // it need not be on this machine
    } else {
      line = functions::default_command(source, path);
    }
    if (!line) {
      return Error{line.error().code, line.error().message +
                                          "\nA command can be given with --function " +
                                          source.name +
                                          "=COMMAND, or the process started by hand with "
                                          "--attach " +
                                          source.name};
    }
    plan.options.functions.push_back(definition_of(std::move(source), *std::move(line)));
  }
  return {};
}

/// `node:app.handler` and `python:app.handler` stand for the runtimes that this program brings.
Result<void> expand_runtime(server::FunctionDefinition& function, const std::string& path) {
  if (function.command.size() != 1) return {};
  const std::string word = function.command.front();
  for (const auto& [prefix, runtime] : runtimes) {
    if (!word.starts_with(prefix)) continue;
    functions::FunctionTemplate source;
    source.name = function.name;
    source.handler = word.substr(prefix.size());
    source.runtime = runtime;
    source.code_folder = ".";
    auto line = functions::default_command(source, path);
    if (!line) return std::move(line).error();
    function.command = *std::move(line);
    function.handler = source.handler;
    function.runtime = source.runtime;
  }
  return {};
}

/// Error: a name that the command line gives twice, of which one would take the other's place.
Result<void> check_names(const ServerCommand& command) {
  std::map<std::string, std::string> given;  // with what, by name
  const auto add = [&given](const std::string& flag, const std::string& text) -> Result<void> {
    const std::string name = text.substr(0, text.find('='));
    const std::string whole = flag + " " + text;
    const auto [known, is_new] = given.emplace(name, whole);
    if (is_new) return {};
    return Error{ErrorCode::invalid_usage, "expected each function once, found \"" + name +
                                               "\" twice: " + known->second + " and " + whole +
                                               "\nGive each its own name, or leave one out."};
  };
  for (const std::string& text : command.functions) {
    if (auto done = add("--function", text); !done) return done;
  }
  for (const std::string& name : command.attach) {
    if (auto done = add("--attach", name); !done) return done;
  }
  return {};
}

/// What the command line says of a function goes over what the template says of its command.
Result<void> add_functions(const ServerCommand& command, const Environment& environment,
                           ServerPlan& plan) {
  const auto add = [&](const std::string& text) -> Result<void> {
    auto parsed = server::parse_function_option(text, plan.options);
    if (!parsed) return std::move(parsed).error();
    if (auto done = expand_runtime(*parsed, search_path(environment)); !done) return done;
    server::FunctionDefinition& function = place_for(plan.options.functions, parsed->name);
    const bool is_new = function.command.empty() && function.handler.empty();
    if (is_new) {
      function = *std::move(parsed);
    } else {
      function.command = std::move(parsed->command);
      if (parsed->handler != parsed->name) function.handler = std::move(parsed->handler);
      if (function.command.empty()) function.timeout.reset();  // a debugger takes its time
    }
    // With more, the invocation of a process that was restarted would be waited for on and on.
    if (function.command.empty()) function.concurrency_max = 1;
    return {};
  };
  for (const std::string& text : command.functions) {
    if (text.find('=') == std::string::npos || text.ends_with("=")) {
      return Error{ErrorCode::invalid_usage,
                   "--function: expected NAME=COMMAND, found \"" + text +
                       "\"; a process that you start yourself is named by --attach NAME"};
    }
    if (auto done = add(text); !done) return done;
  }
  for (const std::string& name : command.attach) {
    const auto reference = server::parse_function(name);
    if (!reference || reference->name != name) {
      return Error{ErrorCode::invalid_usage, "--attach: expected NAME, found \"" + name + "\""};
    }
    if (auto done = add(name); !done) return done;
  }
  return {};
}

Result<void> set_store(const ServerCommand& command, ServerPlan& plan) {
  if (command.store_type) {
    if (*command.store_type == "memory" && command.store_path) {
      plan.notes.push_back("--store-path means nothing to a store in memory");
    }
    return server::set_store(*command.store_type, command.store_path, plan.options);
  }
  if (command.store_path) plan.options.store_path = *command.store_path;
  return {};
}

/// What a time on the command line may be, as its variable in the environment may.
Result<void> check_seconds(std::string_view flag, const std::optional<Duration>& time,
                           std::int64_t max) {
  if (!time || (*time >= std::chrono::seconds{1} && *time <= std::chrono::seconds{max})) return {};
  const auto found = std::chrono::floor<std::chrono::seconds>(*time).count();
  return Error{ErrorCode::invalid_usage, std::string(flag) + ": expected seconds from 1 to " +
                                             std::to_string(max) + ", found " +
                                             std::to_string(found)};
}

/// Faster than that, a year would pass in less than half a minute.
Result<void> check_time_scale(double scale) {
  constexpr double scale_max = 1'000'000;
  if (scale > 0 && scale <= scale_max) return {};
  std::ostringstream text;
  text << "--time-scale: expected a number above 0, at most 1000000, found " << scale;
  return Error{ErrorCode::invalid_usage, text.str()};
}

Result<void> check_region(std::string_view region) {
  const bool is_word =
      region.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == std::string_view::npos;
  if (!region.empty() && is_word) return {};
  return Error{ErrorCode::invalid_usage,
               "--local-runner-region: expected a Region such as us-east-1, found \"" +
                   std::string(region) + "\""};
}

Result<void> take_flags(const ServerCommand& command, ServerPlan& plan) {
  server::ServerOptions& options = plan.options;
  // The service's limits of an execution and of a function's time-out.
  if (auto done =
          check_seconds("--execution-timeout", command.execution_timeout, engine::Limits::year_s);
      !done) {
    return done;
  }
  if (auto done = check_seconds("--invocation-timeout", command.invocation_timeout, 900); !done) {
    return done;
  }
  if (command.host) options.host = *command.host;
  if (command.port) options.port = *command.port;
  if (command.lambda_endpoint) options.lambda_endpoint = *command.lambda_endpoint;
  if (command.region) options.region = *command.region;
  if (auto done = check_region(options.region); !done) return done;
  if (command.execution_timeout) options.execution_timeout = *command.execution_timeout;
  if (command.invocation_timeout) options.invocation_timeout = *command.invocation_timeout;
  options.allow_unqualified = command.allow_unqualified;
  options.allowed_hosts = command.allowed_hosts;
  if (command.skip_time) options.time_mode = service::TimeMode::skipped;
  if (command.time_scale) {
    if (auto done = check_time_scale(*command.time_scale); !done) return done;
    options.time_mode = service::TimeMode::scaled;
    options.time_scale = *command.time_scale;
  }
  if (command.log_level) options.log_level = *command.log_level;
  options.log_level = upper(options.log_level);
  if (std::find(log_levels.begin(), log_levels.end(), options.log_level) == log_levels.end()) {
    return Error{ErrorCode::invalid_usage,
                 "log level: expected DEBUG, INFO, WARNING, ERROR or OFF, found \"" +
                     options.log_level + "\""};
  }
  return set_store(command, plan);
}

Result<std::string> read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::string text;
  std::array<char, 4096> piece;
  while (in.read(piece.data(), piece.size()) || in.gcount() > 0) {
    text.append(piece.data(), static_cast<std::size_t>(in.gcount()));
  }
  if (!in.is_open() || in.bad()) {
    return Error{ErrorCode::invalid_usage, "--require-signature: cannot read the file " + path};
  }
  return text;
}

}  // namespace

Result<Keys> parse_keys(std::string_view text, const std::string& file) {
  struct Section {
    std::string name;
    cloud::Credentials key;
  };
  std::vector<Section> sections(1);
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = trimmed(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.starts_with("[")) {
      sections.emplace_back().name = trimmed(line.substr(1, line.find(']') - 1));
    }
    const std::size_t equals = line.find('=');
    if (line.starts_with("#") || equals == std::string_view::npos) continue;
    const std::string_view name = trimmed(line.substr(0, equals));
    const std::string value(trimmed(line.substr(equals + 1)));
    if (name == "aws_access_key_id") sections.back().key.access_key_id = value;
    if (name == "aws_secret_access_key")
      sections.back().key.secret_access_key = cloud::Secret(value);
    if (name == "aws_session_token") sections.back().key.session_token = cloud::Secret(value);
  }
  Keys keys;
  for (Section& section : sections) {
    if (section.key.access_key_id.empty() || section.key.secret_access_key.empty()) continue;
    if (keys.pairs.empty()) keys.first_profile = std::move(section.name);
    keys.pairs.push_back(std::move(section.key));
  }
  if (!keys.pairs.empty()) return keys;
  return Error{ErrorCode::invalid_usage,
               "expected key pairs in " + file +
                   ", as ~/.aws/credentials has them (aws_access_key_id = ..., "
                   "aws_secret_access_key = ...), found none"};
}

namespace {

Result<void> take_keys(const std::string& file, ServerPlan& plan) {
  auto text = read_file(file);
  if (!text) return std::move(text).error();
  auto keys = parse_keys(*text, file);
  if (!keys) return std::move(keys).error();
  plan.options.required_keys = std::move(keys->pairs);
  if (keys->first_profile.empty()) {
    plan.notes.push_back("--require-signature: the first key pair of " + file +
                         " is in no [section]; processes that you attach cannot find it there");
    return {};
  }
  std::error_code error;
  plan.options.key_file = std::filesystem::absolute(file, error).lexically_normal().string();
  plan.options.key_profile = std::move(keys->first_profile);
  return {};
}

}  // namespace

Result<ServerPlan> plan_server(const ServerCommand& command, const Environment& environment) {
  ServerPlan plan;
  if (auto read = server::read_environment(environment, plan.options); !read) return read.error();
  if (auto done = take_flags(command, plan); !done) return done.error();
  if (auto done = check_names(command); !done) return done.error();
  if (command.template_file) {
    if (auto done = add_template(command, environment, plan); !done) return done.error();
  }
  if (auto done = add_functions(command, environment, plan); !done) return done.error();
  if (command.max_concurrency) {
    for (auto& function : plan.options.functions)
      function.concurrency_max = *command.max_concurrency;
  }
  if (command.signature_key_file) {
    if (auto done = take_keys(*command.signature_key_file, plan); !done) return done.error();
  }
  if (plan.options.functions.empty() && plan.options.lambda_endpoint.empty()) {
    plan.notes.push_back(
        "no functions: give some with --function NAME=COMMAND, --attach NAME or --template FILE");
  }
  return plan;
}

}  // namespace durable::cli
