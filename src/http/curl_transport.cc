// SPDX-License-Identifier: Apache-2.0
#include "http/outbound.h"
#include "http/transport.h"

#include <curl/curl.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <ctime>
#include <mutex>
#include <utility>
#include <vector>

namespace durable::http {
namespace {

/// Handles, with their open connections, that are kept between requests.
constexpr std::size_t idle_handles_max = 16;

struct Cleanup {
  void operator()(CURL* handle) const noexcept { curl_easy_cleanup(handle); }
  void operator()(curl_slist* list) const noexcept { curl_slist_free_all(list); }
};
using Handle = std::unique_ptr<CURL, Cleanup>;

/// Keeps a connection that breaks during a TLS write from ending the process. libcurl could do so
/// only by a process-wide setting.
class BlockedPipeSignal {
 public:
  BlockedPipeSignal() {
    sigset_t pending;
    sigemptyset(&pending);
    sigpending(&pending);
    was_pending_ = sigismember(&pending, SIGPIPE) == 1;
    sigemptyset(&pipe_);
    sigaddset(&pipe_, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipe_, &before_);
  }
  ~BlockedPipeSignal() {
    const timespec at_once{};
    if (!was_pending_) {
      while (sigtimedwait(&pipe_, nullptr, &at_once) == SIGPIPE) {
      }
    }
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }
  BlockedPipeSignal(const BlockedPipeSignal&) = delete;
  BlockedPipeSignal& operator=(const BlockedPipeSignal&) = delete;

 private:
  sigset_t pipe_{};
  sigset_t before_{};
  bool was_pending_ = false;
};

class HeaderLines {
 public:
  void add(const std::string& line) {
    curl_slist* const longer = curl_slist_append(list_.get(), line.c_str());
    if (longer == nullptr) return;
    static_cast<void>(list_.release());
    list_.reset(longer);
  }
  [[nodiscard]] curl_slist* get() const { return list_.get(); }

 private:
  std::unique_ptr<curl_slist, Cleanup> list_;
};

/// What arrives.
struct Arrival {
  Response response;
  std::size_t bytes = 0;
  std::size_t bytes_max = 0;
  bool is_too_large = false;

  bool count(std::size_t more) {
    bytes += more;
    is_too_large = is_too_large || bytes > bytes_max;
    return !is_too_large;
  }
};

std::size_t take_body(char* data, std::size_t size, std::size_t count, void* user) {
  auto& arrival = *static_cast<Arrival*>(user);
  if (!arrival.count(size * count)) return 0;
  arrival.response.body.append(data, size * count);
  return size * count;
}

std::size_t take_header(char* data, std::size_t size, std::size_t count, void* user) {
  auto& arrival = *static_cast<Arrival*>(user);
  if (!arrival.count(size * count)) return 0;
  std::string_view line(data, size * count);
  line = line.substr(0, line.find_last_not_of("\r\n") + 1);
  if (line.starts_with("HTTP/")) {
    arrival.response.headers.clear();  // those before were of an interim response
    return size * count;
  }
  const std::size_t colon = line.find(':');
  if (colon != std::string_view::npos) {
    std::string_view value = line.substr(colon + 1);
    value.remove_prefix(std::min(value.find_first_not_of(" \t"), value.size()));
    value = value.substr(0, value.find_last_not_of(" \t") + 1);
    arrival.response.headers.push_back({std::string(line.substr(0, colon)), std::string(value)});
  }
  return size * count;
}

/// libcurl asks at least once a second whether to go on.
int has_to_stop(void* user, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<const std::stop_token*>(user)->stop_requested() ? 1 : 0;
}

template <class T>
T info(CURL* handle, CURLINFO what) {
  T value{};
  curl_easy_getinfo(handle, what, &value);
  return value;
}

// libcurl has one code for all that came too late, and no time stamp between connection and TLS.
Phase phase_of_timeout(CURL* handle, std::string_view cause) {
  if (info<curl_off_t>(handle, CURLINFO_NAMELOOKUP_TIME_T) == 0) return Phase::resolve;
  if (cause.starts_with("SSL connection")) return Phase::tls;
  return info<curl_off_t>(handle, CURLINFO_PRETRANSFER_TIME_T) == 0 ? Phase::connect
                                                                    : Phase::receive;
}

Phase phase_of(CURLcode code, CURL* handle, std::string_view cause) {
  switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
      return Phase::resolve;
    case CURLE_COULDNT_CONNECT:
    case CURLE_PROXY:
      return Phase::connect;
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
      return Phase::tls;
    case CURLE_SEND_ERROR:
      return Phase::send;
    case CURLE_RECV_ERROR:
      // A proxy that refuses to connect shows as this.
      return info<curl_off_t>(handle, CURLINFO_PRETRANSFER_TIME_T) == 0 ? Phase::connect
                                                                        : Phase::receive;
    case CURLE_OPERATION_TIMEDOUT:
      return phase_of_timeout(handle, cause);
    default:
      return Phase::receive;
  }
}

long milliseconds(Duration time) { return static_cast<long>(time.count()); }

class CurlTransport final : public Transport {
 public:
  explicit CurlTransport(TransportOptions options) : options_(std::move(options)) {}

  [[nodiscard]] Result<Response> send(const OutboundRequest& request) override {
    Result<Url> url = parse_url(request.url);
    if (!url) return std::move(url).error();
    Result<std::optional<Proxy>> proxy = choose_proxy(options_, *url);
    if (!proxy) return std::move(proxy).error();
    const Result<void> checked = check_request(request);
    if (!checked) return checked.error();

    Handle handle = take_handle();
    if (!handle) {
      return transport_error(*url, Phase::connect, "libcurl cannot be set up: no memory");
    }
    Result<Response> response = exchange(handle.get(), request, *url, *proxy);
    return_handle(std::move(handle));
    return response;
  }

 private:
  Result<Response> exchange(CURL* handle, const OutboundRequest& request, const Url& url,
                            const std::optional<Proxy>& proxy) {
    Arrival arrival;
    arrival.bytes_max = options_.response_bytes_max;
    std::array<char, CURL_ERROR_SIZE> cause{};
    curl_easy_reset(handle);
    set_fixed(handle, arrival, cause.data());
    set_proxy(handle, proxy);
    const HeaderLines lines = set_request(handle, request);
    curl_easy_setopt(handle, CURLOPT_HTTPHEADER, lines.get());

    CURLcode code = CURLE_OK;
    {
      const BlockedPipeSignal blocked;
      code = curl_easy_perform(handle);
    }
    curl_easy_setopt(handle, CURLOPT_ERRORBUFFER, nullptr);  // the handle lives longer than it
    arrival.response.status = static_cast<int>(info<long>(handle, CURLINFO_RESPONSE_CODE));
    if (code == CURLE_OK) return std::move(arrival.response);
    if (arrival.is_too_large) return response_too_large(url, arrival.bytes_max);
    std::string_view text = cause[0] != '\0' ? cause.data() : curl_easy_strerror(code);
    if (code == CURLE_ABORTED_BY_CALLBACK) text = "the request was called off";
    if (code == CURLE_SSL_CACERT_BADFILE) return bundle_error(options_.ca_bundle, text);
    if (code == CURLE_COULDNT_CONNECT && proxy) {
      return transport_error(url, Phase::connect,
                             "the proxy " + proxy->host + ":" + std::to_string(proxy->port) + ": " +
                                 std::string(text));
    }
    return transport_error(url, phase_of(code, handle, text), text);
  }

  void set_fixed(CURL* handle, Arrival& arrival, char* cause) const {
    curl_easy_setopt(handle, CURLOPT_ERRORBUFFER, cause);
    curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(handle, CURLOPT_PATH_AS_IS, 1L);
    curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(handle, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
    curl_easy_setopt(handle, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, take_body);
    curl_easy_setopt(handle, CURLOPT_WRITEDATA, &arrival);
    curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, take_header);
    curl_easy_setopt(handle, CURLOPT_HEADERDATA, &arrival);
    curl_easy_setopt(handle, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    if (!options_.ca_bundle.empty()) {
      curl_easy_setopt(handle, CURLOPT_CAINFO, options_.ca_bundle.c_str());
      curl_easy_setopt(handle, CURLOPT_CAPATH, nullptr);
    }
  }

  static void set_proxy(CURL* handle, const std::optional<Proxy>& proxy) {
    // An empty name keeps libcurl from reading the environment: our options have it already.
    const bool is_ipv6 = proxy && proxy->host.find(':') != std::string::npos;
    const std::string host =
        proxy ? (is_ipv6 ? "http://[" + proxy->host + "]" : "http://" + proxy->host) : "";
    curl_easy_setopt(handle, CURLOPT_PROXY, host.c_str());
    curl_easy_setopt(handle, CURLOPT_NOPROXY, "");
    if (!proxy) return;
    curl_easy_setopt(handle, CURLOPT_PROXYPORT, static_cast<long>(proxy->port));
    curl_easy_setopt(handle, CURLOPT_HEADEROPT, static_cast<long>(CURLHEADER_SEPARATE));
    if (proxy->authorization().empty()) return;
    curl_easy_setopt(handle, CURLOPT_PROXYAUTH, static_cast<long>(CURLAUTH_BASIC));
    curl_easy_setopt(handle, CURLOPT_PROXYUSERNAME, proxy->user.c_str());
    curl_easy_setopt(handle, CURLOPT_PROXYPASSWORD, proxy->password.c_str());
  }

  // What libcurl refers to, and has to outlive the exchange, is returned.
  static HeaderLines set_request(CURL* handle, const OutboundRequest& request) {
    curl_easy_setopt(handle, CURLOPT_URL, request.url.c_str());
    curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, milliseconds(request.timeout));
    curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT_MS, milliseconds(request.connect_timeout));
    if (request.method == "HEAD") {
      curl_easy_setopt(handle, CURLOPT_NOBODY, 1L);
    } else if (!request.body.empty() || always_tells_length(request.method)) {
      curl_easy_setopt(handle, CURLOPT_POST, 1L);
      curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE,
                       static_cast<curl_off_t>(request.body.size()));
      curl_easy_setopt(handle, CURLOPT_POSTFIELDS, request.body.c_str());
    }
    curl_easy_setopt(handle, CURLOPT_CUSTOMREQUEST, request.method.c_str());

    if (request.stop.stop_possible()) {
      curl_easy_setopt(handle, CURLOPT_NOPROGRESS, 0L);
      curl_easy_setopt(handle, CURLOPT_XFERINFOFUNCTION, has_to_stop);
      curl_easy_setopt(handle, CURLOPT_XFERINFODATA, &request.stop);
    }

    HeaderLines lines;
    for (const Header& header : request.headers) {
      if (is_made_by_transport(header.name)) continue;
      // libcurl takes a name with a colon and nothing for "leave this header out".
      lines.add(header.value.empty() ? header.name + ';' : header.name + ": " + header.value);
    }
    for (const char* const name : {"Accept", "Content-Type", "Expect"}) {
      if (!find_header(request.headers, name)) lines.add(std::string(name) + ':');
    }
    return lines;
  }

  Handle take_handle() {
    {
      const std::lock_guard lock(mutex_);
      if (!idle_.empty()) {
        Handle handle = std::move(idle_.back());
        idle_.pop_back();
        return handle;
      }
    }
    return Handle(curl_easy_init());
  }

  void return_handle(Handle handle) {
    const std::lock_guard lock(mutex_);
    if (idle_.size() < idle_handles_max) idle_.push_back(std::move(handle));
  }

  const TransportOptions options_;
  std::mutex mutex_;
  std::vector<Handle> idle_;  // guarded by mutex_
};

}  // namespace

std::unique_ptr<Transport> make_curl_transport(TransportOptions options) {
  // Once per process, and never undone: libcurl may be used by others in it.
  [[maybe_unused]] static const CURLcode initialised = curl_global_init(CURL_GLOBAL_DEFAULT);
  return std::make_unique<CurlTransport>(std::move(options));
}

}  // namespace durable::http
