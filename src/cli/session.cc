// SPDX-License-Identifier: Apache-2.0
#include "cli/session.h"

#include "cli/command_line.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <utility>

namespace durable::cli {
namespace {

constexpr Duration attempt_timeout = std::chrono::seconds{30};
constexpr std::string_view user_agent = "durable-cli";

std::optional<std::string> set_text(const Environment& environment, std::string_view name) {
  std::optional<std::string> value = environment(name);
  return value && !value->empty() ? value : std::nullopt;
}

/// `host` of `scheme://host:port/path`, in brackets if it is an IPv6 address.
std::string_view host_of(std::string_view url) {
  const std::size_t begin = url.find("://");
  if (begin == std::string_view::npos) return {};
  url.remove_prefix(begin + 3);
  url = url.substr(0, url.find_first_of("/?#"));
  if (url.starts_with("[")) return url.substr(0, std::min(url.find(']') + 1, url.size()));
  return url.substr(0, url.find(':'));
}

Result<std::string> checked(std::string url) {
  const bool is_url = (url.starts_with("http://") || url.starts_with("https://")) &&
                      !host_of(url).empty() && url.find_first_of(" \t\r\n") == std::string::npos;
  if (!is_url) {
    return Error{ErrorCode::invalid_usage,
                 "expected an endpoint such as http://127.0.0.1:9014, found \"" + url + "\""};
  }
  while (url.ends_with("/")) url.pop_back();
  return url;
}

Result<std::string> read_stream(std::istream& in, const std::string& name) {
  std::string text;
  std::array<char, 16 * 1024> piece;
  while (in.read(piece.data(), piece.size()) || in.gcount() > 0) {
    text.append(piece.data(), static_cast<std::size_t>(in.gcount()));
    if (text.size() > Session::text_bytes_max) {
      return Error{ErrorCode::invalid_usage, name + " is too long: expected at most " +
                                                 std::to_string(Session::text_bytes_max) +
                                                 " bytes"};
    }
  }
  if (in.bad()) return Error{ErrorCode::invalid_usage, "cannot read " + name + ": is it a file?"};
  return text;
}

}  // namespace

Result<cloud::NamedEndpoint> find_endpoint(const CommonOptions& options,
                                           const Environment& environment,
                                           const ConfiguredEndpoint& configured) {
  const auto named = [](const std::string& url,
                        const std::string& source) -> Result<cloud::NamedEndpoint> {
    Result<std::string> found = checked(url);
    if (found) return cloud::NamedEndpoint{*std::move(found), source};
    return Error{ErrorCode::invalid_usage, source + ": " + found.error().message};
  };
  if (!options.endpoint_url.empty()) return named(options.endpoint_url, "--endpoint-url");
  if (const auto value = set_text(environment, "LAMBDA_ENDPOINT")) {
    return named(*value, "LAMBDA_ENDPOINT");
  }
  const auto found = configured(options.profile);
  if (!found) return found.error();
  if (*found) return named((*found)->url, (*found)->source);
  if (options.region.empty()) {
    return cloud::NamedEndpoint{std::string(default_endpoint), "the default"};
  }
  const auto own = cloud::service_endpoint("lambda", options.region);
  if (!own) return own.error();
  return cloud::NamedEndpoint{*own, "--region"};
}

bool is_local(std::string_view endpoint) {
  const std::string_view host = host_of(endpoint);
  return endpoint.starts_with("http://") &&
         (host == "localhost" || host.starts_with("127.") || host == "[::1]");
}

bool is_aws(std::string_view endpoint) {
  const std::string_view host = host_of(endpoint);
  return host.ends_with(".amazonaws.com") || host.ends_with(".amazonaws.com.cn") ||
         host.ends_with(".api.aws");
}

bool wants_color(ColorMode mode, const Environment& environment, bool is_terminal) {
  if (mode != ColorMode::automatic) return mode == ColorMode::always;
  return is_terminal && !set_text(environment, "NO_COLOR") && environment("TERM") != "dumb";
}

int exit_code_of(const Error& error) {
  return error.code == ErrorCode::invalid_usage || error.code == ErrorCode::invalid_json
             ? exit_usage
             : exit_service;
}

std::string explain(const Error& error, const cloud::NamedEndpoint& endpoint) {
  std::string text = error.message;
  if (endpoint.url.empty()) return text;  // nobody was asked
  if (error.code == ErrorCode::unavailable && is_local(endpoint.url)) {
    text += "\nIs `durable server` running at " + endpoint.url + " (" + endpoint.source +
            ")? Start it with: durable server --function NAME=COMMAND\n"
            "Another endpoint is named by --endpoint-url, or by LAMBDA_ENDPOINT.";
  } else if (error.code == ErrorCode::unavailable) {
    text += "\nThe endpoint is " + endpoint.url + "; it comes from " + endpoint.source + ".";
  } else if (error.code == ErrorCode::resource_not_found) {
    text += "\n`durable functions` lists the functions of " + endpoint.url +
            ", `durable list` their executions.";
  } else if (error.code == ErrorCode::execution_already_started) {
    text +=
        "\nA name stands for one payload: take another --name, or look at that execution with "
        "`durable get`.";
  }
  return text;
}

Session::Session(World& world, CommonOptions options)
    : world_(world),
      options_(std::move(options)),
      out_style_(wants_color(options_.color, world.environment, world.screen.out_is_terminal)),
      err_style_(wants_color(options_.color, world.environment, world.screen.err_is_terminal)) {}

Result<cloud::LambdaClient*> Session::client(std::optional<Duration> invoke_timeout) {
  if (client_) return client_.get();
  auto endpoint = find_endpoint(options_, world_.environment, world_.configured_endpoint);
  if (!endpoint) return std::move(endpoint).error();
  endpoint_ = *std::move(endpoint);
  const std::string& url = endpoint_.url;
  std::shared_ptr<cloud::Signer> signer;
  // The local server asks nobody who he is, unless it was told to: then keys are in the
  // environment.
  if (!is_local(url) || set_text(world_.environment, "AWS_ACCESS_KEY_ID")) {
    auto made = world_.make_signer({url, options_.region, options_.profile, is_local(url)});
    if (!made) return std::move(made).error();
    signer = *std::move(made);
  }
  cloud::ClientOptions options;
  options.endpoint = url;
  options.user_agent = user_agent;
  options.timeout = attempt_timeout;
  if (invoke_timeout) options.invoke_timeout = *invoke_timeout;
  options.seed = static_cast<std::uint64_t>(world_.clock.now().time_since_epoch().count());
  options.pause = world_.pause;
  client_ = std::make_unique<cloud::LambdaClient>(world_.transport, std::move(signer),
                                                  std::move(options));
  return client_.get();
}

std::optional<Duration> Session::zone(Timestamp time) const {
  if (options_.utc) return std::nullopt;
  return world_.zone_offset(time);
}
std::string Session::time(Timestamp time) const { return format_time(time, zone(time)); }
std::string Session::time_ms(Timestamp time) const { return format_time_ms(time, zone(time)); }

void Session::print_json(const json::Value& value) {
  const Result<std::string> text = pretty(value);
  out() << (text ? *text : "null") << "\n";
}

Result<void> Session::print_body(const Result<std::string>& body) {
  if (!body) return body.error();
  const Result<json::Value> value = with_text_times(*body);
  if (!value) return value.error();
  print_json(*value);
  return {};
}

Result<std::optional<std::string>> Session::read(const TextSource& source) {
  const std::optional<std::string> file = source.text == "-" ? source.text : source.file;
  if (!file) return source.text;
  Result<std::string> text = std::string();
  if (*file == "-") {
    text = read_stream(world_.in, "standard input");
  } else {
    std::ifstream in(*file, std::ios::binary);
    if (!in) {
      return Error{ErrorCode::invalid_usage,
                   "cannot open the file " + *file + ": is the path right, and may you read it?"};
    }
    text = read_stream(in, *file);
  }
  if (!text) return std::move(text).error();
  return std::optional(*std::move(text));
}

Boxed<wire::ErrorObject> error_of(const ErrorFlags& flags) {
  if (!flags.message && !flags.type && !flags.data && flags.stack_trace.empty()) return {};
  wire::ErrorObject error{flags.message, flags.type, flags.data, {}};
  if (!flags.stack_trace.empty()) error.stack_trace = flags.stack_trace;
  return error;
}

}  // namespace durable::cli
