// SPDX-License-Identifier: Apache-2.0
//
// The local server as a whole: store, service, function processes and the API over HTTP.
#pragma once

#include "functions/host.h"
#include "http/server.h"
#include "server/api.h"
#include "server/catalog.h"
#include "server/signature_verifier.h"
#include "service/service.h"
#include "store/sqlite_store.h"

#include <durable/base/result.h>
#include <durable/base/time.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace durable::server {

enum class StoreKind : std::uint8_t {
  memory,  ///< Gone with the process.
  sqlite   ///< One file.
};

/// What `durable server` may be told. The defaults are those of the program.
struct ServerOptions {
  // ---- Where it listens ----
  std::string host = "127.0.0.1";
  std::uint16_t port = 9014;  ///< 0: a free one.
  /// Host names besides `localhost` and addresses that requests may come under.
  std::vector<std::string> allowed_hosts;
  std::size_t connections_max = 2'048;
  /// Of a request. A checkpoint of 6 MiB of payload may be twice as long in JSON.
  std::size_t body_bytes_max = 16 * 1024 * 1024;

  // ---- What it keeps, and where ----
  StoreKind store = StoreKind::sqlite;
  std::string store_path = ".durable/executions.db";  ///< Its folder is made if it is not there.
  store::Durability durability = store::Durability::full;

  // ---- Whom it plays ----
  std::string account_id = "123456789012";
  std::string region = "us-east-1";

  // ---- Functions ----
  std::vector<FunctionDefinition> functions;
  std::string lambda_endpoint;  ///< Functions are invoked there; empty: by this server.
  /// Of functions that say nothing themselves. 15 minutes is the most that can also be started
  /// synchronously.
  Duration execution_timeout = std::chrono::minutes{15};
  std::int64_t retention_days = 14;
  std::optional<Duration> invocation_timeout;  ///< As above, of one invocation.
  /// The processes' soft limit of open files; absent: the server's.
  std::optional<std::uint64_t> function_open_files_max;
  bool allow_unqualified = false;

  // ---- Time ----
  service::TimeMode time_mode = service::TimeMode::real;
  double time_scale = 1.0;

  // ---- Limits ----
  engine::Settings settings;
  std::size_t mailbox_max = 4'096;
  std::size_t loaded_executions_max = 256;

  std::string log_level = "INFO";   ///< For the caller, who prints; the server does not.
  AccessLog* access_log = nullptr;  ///< Null: off. Outlives the server.
  /// Told of each time that the store's disk or file refuses, on the service's thread; may be
  /// empty.
  std::function<void(const Error&)> store_failed;
  /// Requests must be signed with one of them, and functions get the first to sign with. Empty:
  /// requests need no signature.
  std::vector<cloud::Credentials> required_keys;
  /// Where processes that somebody attaches find the first of them, since the line that attaches
  /// one is printed: an absolute path, in the form of ~/.aws/credentials. Empty: they need
  /// credentials of their own.
  std::string key_file;
  std::string key_profile = "default";  ///< The file's section.
  RequestVerifier* verifier = nullptr;  ///< Null: nobody is asked who he is. Outlives the server.
  std::uint64_t seed = 0;               ///< For ids and secrets; 0: from the system.
};

/// Thread-safety: all members may be called from any thread, but the destructor.
class Server {
 public:
  /// Starts all of it. Errors: those of the store and the listener, `invalid_usage` for options
  /// that contradict each other.
  [[nodiscard]] static Result<std::unique_ptr<Server>> open(ServerOptions options);
  /// As `stop` without grace.
  ~Server();

  [[nodiscard]] std::uint16_t port() const;
  /// `http://127.0.0.1:9014`
  [[nodiscard]] std::string url() const;
  /// What the one who starts it should be told before he goes away: that others can reach it.
  [[nodiscard]] const std::vector<std::string>& warnings() const;
  /// How to start the process of an attached function; one line for each.
  [[nodiscard]] std::vector<std::string> attach_lines() const;
  /// As `functions::Host::log`; also after `stop`, with what processes printed up to their end.
  [[nodiscard]] std::vector<functions::LogLine> log(std::string_view function, std::uint64_t after,
                                                    std::size_t count_max) const;

  /// Refuses new executions and waits until requests and invocations that run are done, at most
  /// `grace`. Then closes all. Sleeping executions go on at the next start.
  void stop(Duration grace);

 private:
  class Impl;
  explicit Server(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

/// The warning about listening on `host`; empty for a loopback address.
[[nodiscard]] std::string exposure_warning(const std::string& host);

}  // namespace durable::server
