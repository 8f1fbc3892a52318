// SPDX-License-Identifier: Apache-2.0
#include "http/asio_response.h"
#include "http/asio_stream.h"
#include "http/outbound.h"
#include "http/read_buffer.h"
#include "http/transport.h"

#include <exception>
#include <list>
#include <mutex>
#include <utility>

namespace durable::http {
namespace {

using boost::system::error_code;
using Tcp = boost::asio::ip::tcp;

/// Connections that are kept between requests.
constexpr std::size_t idle_connections_max = 16;
/// Bodies up to this size travel in one piece with the headers.
constexpr std::size_t joined_body_bytes_max = 16 * 1024;
constexpr std::size_t read_bytes = 16 * 1024;
constexpr std::size_t connect_answer_bytes_max = 64 * 1024;

std::string authority_of(const std::string& host, std::uint16_t port) {
  const bool is_ipv6 = host.find(':') != std::string::npos;
  return (is_ipv6 ? '[' + host + ']' : host) + ':' + std::to_string(port);
}

/// What is asked, and by when.
struct Job {
  const OutboundRequest& request;
  const Url& url;
  const std::optional<Proxy>& proxy;
  Deadline deadline;

  [[nodiscard]] bool is_tunnelled() const { return proxy && url.scheme == Scheme::https; }

  /// Connections with the same key can serve each other's requests.
  [[nodiscard]] std::string key() const {
    std::string key = url.scheme == Scheme::https ? "https " : "http ";
    key += authority_of(url.host, url.port);
    if (proxy) key += ' ' + authority_of(proxy->host, proxy->port) + proxy->authorization();
    return key;
  }

  [[nodiscard]] std::string head() const {
    std::string head = request.method + ' ';
    if (proxy && url.scheme == Scheme::http) head += "http://" + url.authority;
    head += url.target + " HTTP/1.1\r\nHost: " + url.authority + "\r\n";
    for (const Header& header : request.headers) {
      if (is_made_by_transport(header.name)) continue;
      head.append(header.name).append(": ").append(header.value).append("\r\n");
    }
    if (proxy && url.scheme == Scheme::http && !proxy->authorization().empty()) {
      head += "Proxy-Authorization: " + proxy->authorization() + "\r\n";
    }
    if (!request.body.empty() || always_tells_length(request.method)) {
      head += "Content-Length: " + std::to_string(request.body.size()) + "\r\n";
    }
    head += "\r\n";
    return head;
  }
};

/// A connection that is kept, with what its requests have to match.
struct Kept {
  std::string key;
  std::unique_ptr<Stream> stream;
};

/// Connections between two requests. Thread-safe.
class Pool {
 public:
  /// The one that was used last; null if there is none.
  std::unique_ptr<Stream> take(const std::string& key) {
    std::list<Kept> closed;  // closed after the lock is released
    const std::lock_guard lock(mutex_);
    for (auto at = idle_.begin(); at != idle_.end();) {
      const auto found = at++;
      if (found->key != key) continue;
      std::unique_ptr<Stream> stream = std::move(found->stream);
      closed.splice(closed.end(), idle_, found);
      if (!stream->is_stale()) return stream;
      closed.back().stream = std::move(stream);
    }
    return nullptr;
  }

  void keep(std::string key, std::unique_ptr<Stream> stream) {
    std::list<Kept> closed;
    const std::lock_guard lock(mutex_);
    idle_.push_front({std::move(key), std::move(stream)});
    if (idle_.size() > idle_connections_max) {
      closed.splice(closed.end(), idle_, std::prev(idle_.end()));
    }
  }

 private:
  std::mutex mutex_;
  std::list<Kept> idle_;  // guarded by mutex_; the last used first
};

class AsioTransport final : public Transport {
 public:
  explicit AsioTransport(TransportOptions options) : options_(std::move(options)) {}

  [[nodiscard]] Result<Response> send(const OutboundRequest& request) override {
    Result<Url> url = parse_url(request.url);
    if (!url) return std::move(url).error();
    Result<std::optional<Proxy>> proxy = choose_proxy(options_, *url);
    if (!proxy) return std::move(proxy).error();
    const Result<void> checked = check_request(request);
    if (!checked) return checked.error();
    try {
      return send(Job{request, *url, *proxy, Deadline::after(request.timeout)});
    } catch (const std::exception& error) {  // no memory, or no file descriptor for Asio
      return transport_error(*url, Phase::send, error.what());
    }
  }

 private:
  Result<Response> send(const Job& job) {
    const std::string key = job.key();
    std::unique_ptr<Stream> stream = pool_.take(key);
    if (stream) {
      Attempt attempt = exchange(*stream, job, Connection::used_before);
      if (!attempt.was_stale) return finish(std::move(attempt), key, std::move(stream));
    }
    Result<std::unique_ptr<Stream>> connected = connect(job);
    if (!connected) return std::move(connected).error();
    Attempt attempt = exchange(**connected, job, Connection::fresh);
    return finish(std::move(attempt), key, std::move(*connected));
  }

  enum class Connection { used_before, fresh };
  struct Attempt {
    Result<Response> response;
    bool can_be_kept = false;
    /// Closed by the other side at the moment of the request: nothing came back.
    bool was_stale = false;
  };

  Result<Response> finish(Attempt attempt, const std::string& key, std::unique_ptr<Stream> stream) {
    if (attempt.can_be_kept) pool_.keep(key, std::move(stream));
    return std::move(attempt.response);
  }

  Attempt exchange(Stream& stream, const Job& job, Connection connection) {
    const std::string& body = job.request.body;
    std::string head = job.head();
    const bool is_joined = body.size() <= joined_body_bytes_max;
    if (is_joined) head += body;
    Cause unsent = stream.write(head, job.deadline);
    if (!unsent && !is_joined) unsent = stream.write(body, job.deadline);
    // A server that has refused the body while it was sent may have said why.
    const auto rule = job.request.method == "HEAD" ? ResponseParser::BodyRule::none
                                                   : ResponseParser::BodyRule::by_headers;
    ResponseParser parser(options_.response_bytes_max, rule);
    const Received received = receive(stream, parser, job.deadline);
    switch (parser.state()) {
      case ResponseParser::State::complete:
        return {parser.take(), !unsent && !received.has_more && parser.keep_alive()};
      case ResponseParser::State::too_large:
        return {response_too_large(job.url, options_.response_bytes_max)};
      case ResponseParser::State::incomplete:
      case ResponseParser::State::failed:
        break;
    }
    const bool was_stale =
        connection == Connection::used_before && !parser.started() && !received.is_late;
    const Phase phase = unsent ? Phase::send : Phase::receive;
    const std::string cause = unsent ? *unsent : received.cause.value_or(parser.cause());
    return {transport_error(job.url, phase, cause), false, was_stale};
  }

  struct Received {
    Cause cause;
    bool is_late = false;
    bool has_more = false;  // bytes after the response
  };

  static Received receive(Stream& stream, ResponseParser& parser, const Deadline& deadline) {
    ReadBuffer buffer;
    while (parser.state() == ResponseParser::State::incomplete) {
      if (buffer.size() == buffer.capacity()) buffer.resize(buffer.size() + read_bytes);
      const ReadBuffer::Room room = buffer.room();
      Stream::Read read = stream.read(room.data, room.size, deadline);
      if (read.cause) return {std::move(read.cause), deadline.poll_timeout_ms() == 0};
      if (read.count == 0) {
        parser.end();
        break;
      }
      buffer.commit(read.count);
      buffer.consume(parser.feed(buffer.data()));
    }
    return {std::nullopt, false, !buffer.empty()};
  }

  Result<std::unique_ptr<Stream>> connect(const Job& job) {
    const Deadline deadline = job.deadline.or_earlier(Deadline::after(job.request.connect_timeout));
    const std::string& host = job.proxy ? job.proxy->host : job.url.host;
    const std::uint16_t port = job.proxy ? job.proxy->port : job.url.port;
    error_code error;
    const auto endpoints = Tcp::resolver(io()).resolve(host, std::to_string(port),
                                                       Tcp::resolver::numeric_service, error);
    const std::string whose = job.proxy ? "the proxy " : "";
    if (error) {
      return transport_error(job.url, Phase::resolve, whose + "'" + host + "': " + error.message());
    }
    auto stream = std::make_unique<Stream>(io());
    Cause cause = "the name stands for no address";
    for (const auto& entry : endpoints) {
      cause = stream->connect(entry.endpoint(), deadline);
      if (!cause) break;
    }
    if (cause) {
      return transport_error(job.url, Phase::connect,
                             whose + authority_of(host, port) + ": " + *cause);
    }
    if (job.is_tunnelled()) {
      cause = ask_for_tunnel(*stream, job, deadline);
      if (cause) return transport_error(job.url, Phase::connect, *cause);
    }
    if (job.url.scheme == Scheme::https) {
      const Result<SSL_CTX*> context = tls();
      if (!context) return context.error();
      cause = stream->start_tls(*context, job.url.host, deadline);
      if (cause) return transport_error(job.url, Phase::tls, *cause);
    }
    return stream;
  }

  static Cause ask_for_tunnel(Stream& stream, const Job& job, const Deadline& deadline) {
    const std::string target = authority_of(job.url.host, job.url.port);
    std::string question = "CONNECT " + target + " HTTP/1.1\r\nHost: " + target + "\r\n";
    const std::string authorization = job.proxy->authorization();
    if (!authorization.empty()) question += "Proxy-Authorization: " + authorization + "\r\n";
    question += "\r\n";
    ResponseParser parser(connect_answer_bytes_max, ResponseParser::BodyRule::none);
    Cause cause = stream.write(question, deadline);
    if (!cause) cause = receive(stream, parser, deadline).cause;
    const std::string proxy = "the proxy " + authority_of(job.proxy->host, job.proxy->port);
    if (cause) return proxy + ": " + *cause;
    if (parser.state() != ResponseParser::State::complete) return proxy + ": " + parser.cause();
    const int status = parser.take().status;
    if (status / 100 == 2) return std::nullopt;
    return proxy + " answered CONNECT with status " + std::to_string(status);
  }

  // Made at the first use: a function that starts has no time to lose.
  boost::asio::io_context& io() {
    const std::lock_guard lock(mutex_);
    if (!io_) io_ = std::make_unique<boost::asio::io_context>();
    return *io_;
  }

  Result<SSL_CTX*> tls() {
    const std::lock_guard lock(mutex_);
    if (!tls_) {
      Result<TlsContext> made = make_tls_context(options_.ca_bundle);
      if (!made) return std::move(made).error();
      tls_ = std::move(*made);
    }
    return tls_.get();
  }

  const TransportOptions options_;
  std::mutex mutex_;
  std::unique_ptr<boost::asio::io_context> io_;  // guarded by mutex_; before its sockets in pool_
  TlsContext tls_;                               // guarded by mutex_
  Pool pool_;
};

}  // namespace

std::unique_ptr<Transport> make_asio_transport(TransportOptions options) {
  return std::make_unique<AsioTransport>(std::move(options));
}

}  // namespace durable::http
