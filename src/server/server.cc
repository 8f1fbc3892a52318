// SPDX-License-Identifier: Apache-2.0
#include "server/server.h"

#include "functions/host.h"
#include "http/transport.h"
#include "server/function_registry.h"
#include "server/remote_functions.h"
#include "server/watched_store.h"
#include "store/memory_store.h"

#include <condition_variable>
#include <filesystem>
#include <map>
#include <mutex>
#include <random>
#include <span>
#include <system_error>

namespace durable::server {
namespace {

bool is_loopback(std::string_view host) {
  return host.starts_with("127.") || host == "::1" || host == "[::1]" || host == "localhost";
}

/// Seeds that do not follow from each other: who sees request ids must not learn the service's
/// secrets.
struct Seeds {
  std::uint64_t service;
  std::uint64_t request_ids;
};

Seeds make_seeds(const ServerOptions& options) {
  if (options.seed != 0) return {options.seed, ~options.seed};
  std::random_device device;
  const auto draw = [&device] { return (static_cast<std::uint64_t>(device()) << 32U) | device(); };
  // 0 makes the service take its own from the system.
  return {0, draw()};
}

Result<std::unique_ptr<store::Store>> open_store(const ServerOptions& options) {
  if (options.store == StoreKind::memory) {
    return std::unique_ptr<store::Store>(std::make_unique<store::MemoryStore>());
  }
  const std::filesystem::path folder = std::filesystem::path(options.store_path).parent_path();
  std::error_code error;
  if (!folder.empty()) std::filesystem::create_directories(folder, error);
  if (error) {
    return Error{ErrorCode::storage, "The folder " + folder.string() +
                                         " for the store cannot be made: " + error.message() +
                                         ". Give another path with --store-path."};
  }
  store::SqliteOptions sqlite;
  sqlite.durability = options.durability;
  auto opened = store::SqliteStore::open(options.store_path, sqlite);
  if (!opened) return std::move(opened).error();
  return std::unique_ptr<store::Store>(std::move(*opened));
}

service::ServiceOptions service_options(const ServerOptions& options, std::uint64_t seed) {
  service::ServiceOptions service;
  service.account_id = options.account_id;
  service.region = options.region;
  service.settings = options.settings;
  service.time_mode = options.time_mode;
  service.time_scale = options.time_scale;
  service.mailbox_max = options.mailbox_max;
  service.loaded_executions_max = options.loaded_executions_max;
  service.seed = seed;
  service.unqualified_invokes = options.allow_unqualified;
  return service;
}

/// What makes an attached process sign with the first key without telling the key: the variables
/// of the shell it is started in must not go over the file.
std::map<std::string, std::string> attach_credentials(const ServerOptions& options) {
  if (options.key_file.empty()) return {};
  std::map<std::string, std::string> variables{
      {"AWS_ACCESS_KEY_ID", ""}, {"AWS_SECRET_ACCESS_KEY", ""}, {"AWS_SESSION_TOKEN", ""}};
  variables["AWS_SHARED_CREDENTIALS_FILE"] = options.key_file;
  // Else a profile of the same name in ~/.aws/config could ask for a role or a sign-on.
  variables["AWS_CONFIG_FILE"] = options.key_file;
  // Even the default one: to the SDK it says that requests to this machine are to be signed.
  variables["AWS_PROFILE"] = options.key_profile;
  return variables;
}

functions::FunctionSpec spec_of(const FunctionDefinition& definition, const Catalog& catalog,
                                const ServerOptions& options) {
  const std::span<const cloud::Credentials> keys = options.required_keys;
  functions::FunctionSpec spec;
  spec.name = definition.name;
  spec.arn = catalog.arn(definition.name, "$LATEST");
  spec.command = definition.command;
  spec.folder = definition.folder;
  spec.handler = definition.handler;
  spec.environment = definition.environment;
  if (!keys.empty() && !spec.environment.contains("AWS_ACCESS_KEY_ID")) {
    // A function's own requests need a signature as well. Without a token of its own the key must
    // not get the one that functions have by default.
    const cloud::Credentials& key = keys.front();
    spec.environment["AWS_ACCESS_KEY_ID"] = key.access_key_id;
    spec.environment["AWS_SECRET_ACCESS_KEY"] = key.secret_access_key.reveal();
    spec.environment["AWS_SESSION_TOKEN"] = key.session_token.reveal();
    spec.attach_environment = attach_credentials(options);
  }
  spec.timeout = definition.timeout;
  spec.init_timeout = definition.init_timeout;
  spec.idle_timeout = definition.idle_timeout;
  spec.concurrency_max = definition.concurrency_max;
  spec.memory_mb = definition.memory_mb;
  return spec;
}

/// How processes of this machine reach a server that listens on `host`.
std::string local_url(const std::string& host, std::uint16_t port) {
  std::string reachable = host;
  if (host == "0.0.0.0" || host == "::" || host == "[::]") reachable = "127.0.0.1";
  if (reachable.find(':') != std::string::npos && !reachable.starts_with('[')) {
    reachable = "[" + reachable + "]";
  }
  return "http://" + reachable + ":" + std::to_string(port);
}

/// How often a stopping server looks whether it is done.
constexpr Duration drain_pause = std::chrono::milliseconds{20};
/// What answers that are on their way get after the grace.
constexpr Duration farewell = std::chrono::seconds{2};

}  // namespace

/// The parts, in the order in which they are made; each may use those above it.
class Server::Impl {
 public:
  explicit Impl(ServerOptions options)
      : options_(std::move(options)),
        catalog_(options_.account_id, options_.region),
        transport_(http::make_curl_transport()),
        early_ids_(make_seeds(options_).request_ids) {}
  ~Impl() { close(); }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  Result<void> open();
  void stop(Duration grace);

  [[nodiscard]] std::uint16_t port() const { return listener_->port(); }
  [[nodiscard]] std::string url() const { return local_url(options_.host, port()); }
  [[nodiscard]] const std::vector<std::string>& warnings() const { return warnings_; }
  [[nodiscard]] std::vector<std::string> attach_lines() const;
  [[nodiscard]] std::vector<functions::LogLine> log(std::string_view function, std::uint64_t after,
                                                    std::size_t count_max) const {
    if (!host_) return {};
    return host_->log(function, after, count_max);
  }

 private:
  Result<void> open_functions();
  Result<void> open_listener();
  void close();
  [[nodiscard]] bool is_idle() const;
  /// Invocations that wait for somebody to attach a process.
  [[nodiscard]] std::size_t unattended() const;
  void serve_early();
  /// Null: the server still starts.
  [[nodiscard]] Api* api_if_ready() {
    const std::lock_guard lock(api_mutex_);
    return api_.get();
  }

  /// A request that came before the service was there: the process of an execution that goes on.
  struct Early {
    http::Request request;
    http::Responder responder;
  };
  static constexpr std::size_t early_max = 1'000;

  const ServerOptions options_;
  std::vector<std::string> warnings_;
  Catalog catalog_;
  const std::shared_ptr<Gate> gate_ = std::make_shared<Gate>();  // owners: this, and later tasks
  http::Server http_;
  std::unique_ptr<http::Transport> transport_;
  std::unique_ptr<store::Store> store_;
  // The listener comes before what its requests need: processes are told its port.
  std::unique_ptr<http::Listener> listener_;
  std::unique_ptr<functions::Host> host_;
  std::unique_ptr<RemoteFunctions> remote_;
  std::unique_ptr<FunctionRegistry> registry_;
  std::unique_ptr<service::Service> service_;
  Random early_ids_;          // of requests that are answered before there is an API; as below
  std::vector<Early> early_;  // used on the HTTP server's thread, until that has no more requests
  std::mutex api_mutex_;      // guards the pointer below while the server starts; then it stays
  std::unique_ptr<RequestVerifier> signature_verifier_;
  std::unique_ptr<Api> api_;
};

Result<void> Server::Impl::open() {
  for (const FunctionDefinition& definition : options_.functions) {
    Result<void> added = catalog_.add(definition);
    if (!added) return added;
  }
  auto store = open_store(options_);
  if (!store) return std::move(store).error();
  store_ = std::move(*store);
  if (options_.store_failed) {
    store_ = std::make_unique<WatchedStore>(std::move(store_), options_.store_failed);
  }
  Result<void> done = open_listener();
  if (done) done = open_functions();
  if (!done) return done;
  const Seeds seeds = make_seeds(options_);
  auto service =
      service::Service::open(*store_, *registry_, service_options(options_, seeds.service));
  if (!service) return std::move(service).error();
  service_ = std::move(*service);
  ApiOptions api;
  api.account_id = options_.account_id;
  api.region = options_.region;
  api.allow_unqualified = options_.allow_unqualified;
  api.held_max = options_.connections_max - options_.connections_max / 4;
  auto book = std::make_shared<CallBook>();
  book->log = options_.access_log;
  Context context{*service_,
                  *registry_,
                  catalog_,
                  registry_.get(),
                  host_.get(),
                  http_,
                  [this] { return listener_->connections(); },
                  std::move(book),
                  gate_,
                  std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now()),
                  api};
  if (!options_.required_keys.empty()) {
    signature_verifier_ = std::make_unique<SignatureVerifier>(options_.required_keys);
  }
  RequestVerifier* const verifier =
      signature_verifier_ ? signature_verifier_.get() : options_.verifier;
  const std::lock_guard lock(api_mutex_);
  api_ = std::make_unique<Api>(std::move(context), verifier, seeds.request_ids);
  http_.post_after(Duration{0}, [this, gate = gate_] { gate->run([this] { serve_early(); }); });
  return {};
}

void Server::Impl::serve_early() {
  for (Early& early : early_) api_->handle(std::move(early.request), std::move(early.responder));
  early_.clear();
}

Result<void> Server::Impl::open_listener() {
  http::ListenerOptions listen;
  listen.host = options_.host;
  listen.port = options_.port;
  listen.body_bytes_max = options_.body_bytes_max;
  listen.connections_max = options_.connections_max;
  listen.allowed_hosts = options_.allowed_hosts;
  listen.refuse = [this](const http::Refusal& refusal) {
    if (Api* const api = api_if_ready()) return api->refuse(refusal);
    http::Response response = to_response(failure_of(refusal));
    add_common_headers(response, make_request_id(early_ids_));
    return response;
  };
  auto listener =
      http_.listen(std::move(listen), [this](http::Request request, http::Responder responder) {
        Api* const api = api_if_ready();
        if (api != nullptr) return api->handle(std::move(request), std::move(responder));
        if (early_.size() < early_max) {
          early_.push_back({std::move(request), std::move(responder)});
          return;
        }
        http::Response busy =
            to_response(failure_of(Error{ErrorCode::unavailable, "The server is starting."}));
        add_common_headers(busy, make_request_id(early_ids_));
        responder.respond(std::move(busy));
      });
  if (!listener) return std::move(listener).error();
  listener_ = std::move(*listener);
  std::string warning = exposure_warning(options_.host);
  if (!warning.empty()) warnings_.push_back(std::move(warning));
  return {};
}

Result<void> Server::Impl::open_functions() {
  functions::HostOptions host;
  host.region = options_.region;
  host.endpoint_url = url();
  host.open_files_max = options_.function_open_files_max;
  host_ = std::make_unique<functions::Host>(http_, std::move(host));
  for (const FunctionDefinition* definition : catalog_.all()) {
    Result<void> added = host_->add(spec_of(*definition, catalog_, options_));
    if (!added) return added;
  }
  remote_ = std::make_unique<RemoteFunctions>(*transport_, RemoteOptions{});
  registry_ = std::make_unique<FunctionRegistry>(
      catalog_, *host_, *remote_,
      [this](std::function<void()> task) { http_.post_after(Duration{0}, std::move(task)); },
      service::DurableConfig{options_.execution_timeout, options_.retention_days});
  Result<void> set = registry_->set_endpoint(options_.lambda_endpoint);
  if (!set) return Error{ErrorCode::invalid_usage, set.error().message};  // no request's error
  return set;
}

bool Server::Impl::is_idle() const {
  return api_ == nullptr || (api_->in_work() == 0 && registry_->running() <= unattended());
}

std::size_t Server::Impl::unattended() const {
  std::size_t count = 0;
  for (const FunctionDefinition* definition : catalog_.all()) {
    if (!definition->command.empty()) continue;
    const auto state = host_->state(definition->name);
    if (state && state->running == 0 && state->attached == 0) count += state->waiting;
  }
  return count;
}

void Server::Impl::stop(Duration grace) {
  if (listener_ == nullptr) return;
  if (api_) api_->drain();
  const auto until = std::chrono::steady_clock::now() + grace;
  std::mutex mutex;
  std::condition_variable never;
  std::unique_lock lock(mutex);
  while (!is_idle() && std::chrono::steady_clock::now() < until) {
    never.wait_for(lock, drain_pause);
  }
  listener_->stop_accepting();
  if (api_) api_->release_held();
  const auto end = std::chrono::steady_clock::now() + farewell;
  while (listener_->connections() > 0 && std::chrono::steady_clock::now() < end) {
    never.wait_for(lock, drain_pause);
  }
  lock.unlock();
  close();
}

void Server::Impl::close() {
  gate_->close();
  listener_.reset();  // no request comes in any more
  service_.reset();   // no answer is made any more
  // Processes end before what their last invocations report to.
  if (host_) host_->stop();
  remote_.reset();
  registry_.reset();
  early_.clear();
  api_.reset();
}

std::vector<std::string> Server::Impl::attach_lines() const {
  std::vector<std::string> lines;
  if (!registry_) return lines;
  for (const FunctionDefinition* definition : catalog_.all()) {
    const bool runs_here = registry_->endpoint_of(definition->name).empty();
    if (runs_here && definition->command.empty() && host_->state(definition->name)) {
      lines.push_back(host_->attach_line(definition->name));
    }
  }
  return lines;
}

Result<std::unique_ptr<Server>> Server::open(ServerOptions options) {
  auto impl = std::make_unique<Impl>(std::move(options));
  Result<void> opened = impl->open();
  if (!opened) return std::move(opened).error();
  return std::unique_ptr<Server>(new Server(std::move(impl)));
}

Server::Server(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Server::~Server() = default;

std::uint16_t Server::port() const { return impl_->port(); }
std::string Server::url() const { return impl_->url(); }
const std::vector<std::string>& Server::warnings() const { return impl_->warnings(); }
std::vector<std::string> Server::attach_lines() const { return impl_->attach_lines(); }
std::vector<functions::LogLine> Server::log(std::string_view function, std::uint64_t after,
                                            std::size_t count_max) const {
  return impl_->log(function, after, count_max);
}
void Server::stop(Duration grace) { impl_->stop(grace); }

std::string exposure_warning(const std::string& host) {
  if (is_loopback(host)) return {};
  return "WARNING: the server listens on " + host +
         ", so other machines can reach it. Whoever can, may start your functions and read all "
         "payloads: there is no authentication. Listen on 127.0.0.1, or require signatures.";
}

}  // namespace durable::server
