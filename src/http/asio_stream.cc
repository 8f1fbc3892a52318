// SPDX-License-Identifier: Apache-2.0
#include "http/asio_stream.h"

#include <boost/asio/buffer.hpp>

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <cstdlib>
#include <utility>

namespace durable::http {
namespace {

using boost::system::error_code;
using Clock = std::chrono::steady_clock;
namespace asio = boost::asio;

constexpr const char* late = "it took longer than the time-out";

error_code last_system_error() { return {errno, boost::system::system_category()}; }

std::string openssl_reason() {
  const unsigned long code = ERR_peek_last_error();
  const char* const reason = ERR_reason_error_string(code);
  ERR_clear_error();
  return reason != nullptr ? reason : "unknown error of OpenSSL";
}

bool is_address(const std::string& host) {
  error_code error;
  static_cast<void>(asio::ip::make_address(host, error));
  return !error;
}

void trust_system(SSL_CTX* context) {
  SSL_CTX_set_default_verify_paths(context);
  // This variable has been read by the call above; whoever sets it means that file alone.
  if (std::getenv(X509_get_default_cert_file_env()) != nullptr) return;
  for (const char* const bundle :
       {"/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/certs/ca-certificates.crt",
        "/etc/ssl/cert.pem", "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem"}) {
    if (SSL_CTX_load_verify_file(context, bundle) == 1) break;
  }
  ERR_clear_error();
}

}  // namespace

Result<TlsContext> make_tls_context(const std::string& ca_bundle) {
  TlsContext context(SSL_CTX_new(TLS_client_method()));
  if (!context) {
    return Error{ErrorCode::unavailable, "OpenSSL cannot be set up: " + openssl_reason()};
  }
  SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  SSL_CTX_set_mode(context.get(),
                   SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  if (ca_bundle.empty()) {
    trust_system(context.get());
  } else if (SSL_CTX_load_verify_file(context.get(), ca_bundle.c_str()) != 1) {
    return bundle_error(ca_bundle, openssl_reason());
  }
  return context;
}

Deadline Deadline::after(Duration time) {
  Deadline deadline;
  if (time > Duration::zero()) deadline.at_ = Clock::now() + time;
  return deadline;
}

Deadline Deadline::or_earlier(const Deadline& other) const {
  if (!at_) return other;
  if (!other.at_) return *this;
  return *at_ < *other.at_ ? *this : other;
}

int Deadline::poll_timeout_ms() const {
  if (!at_) return -1;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(*at_ - Clock::now()).count();
  return static_cast<int>(std::clamp<decltype(left)>(left, 0, INT_MAX));
}

// What is lost by not saying goodbye is a session that could be resumed, which nobody does here.
Stream::~Stream() = default;

Stream::Wait Stream::wait(short events, const Deadline& deadline) {
  pollfd entry{socket_.native_handle(), events, 0};
  while (true) {
    const int count = poll(&entry, 1, deadline.poll_timeout_ms());
    if (count > 0) return Wait::ready;  // or broken, as the next call finds
    if (count == 0) return Wait::late;
    if (errno != EINTR) return Wait::ready;
  }
}

Cause Stream::connect(const asio::ip::tcp::endpoint& endpoint, const Deadline& deadline) {
  error_code error;
  socket_.close(error);
  socket_.open(endpoint.protocol(), error);
  if (!error) socket_.non_blocking(true, error);
  if (!error) socket_.set_option(asio::ip::tcp::no_delay(true), error);
  if (error) return error.message();
  // Asio's own call would wait without a limit.
  if (::connect(socket_.native_handle(), endpoint.data(),
                static_cast<socklen_t>(endpoint.size())) == 0) {
    return std::nullopt;
  }
  if (errno != EINPROGRESS && errno != EINTR) return last_system_error().message();
  if (wait(POLLOUT, deadline) == Wait::late) return late;
  int failure = 0;
  socklen_t size = sizeof failure;
  if (getsockopt(socket_.native_handle(), SOL_SOCKET, SO_ERROR, &failure, &size) != 0) {
    return last_system_error().message();
  }
  if (failure != 0) return error_code(failure, boost::system::system_category()).message();
  return std::nullopt;
}

Cause Stream::start_tls(SSL_CTX* context, const std::string& host, const Deadline& deadline) {
  session_.reset(SSL_new(context));
  BIO* const bio = BIO_new(bio_method());
  if (!session_ || bio == nullptr) {
    BIO_free(bio);
    return openssl_reason();
  }
  BIO_set_data(bio, this);
  BIO_set_init(bio, 1);
  SSL_set_bio(session_.get(), bio, bio);
  bool is_ready = false;
  if (is_address(host)) {
    X509_VERIFY_PARAM* const rules = SSL_get0_param(session_.get());
    is_ready = X509_VERIFY_PARAM_set1_ip_asc(rules, host.c_str()) == 1;
  } else {
    SSL_set_hostflags(session_.get(), X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    is_ready = SSL_set1_host(session_.get(), host.c_str()) == 1 &&
               SSL_set_tlsext_host_name(session_.get(), host.c_str()) == 1;
  }
  if (!is_ready) return openssl_reason();
  while (true) {
    ERR_clear_error();
    const int result = SSL_connect(session_.get());
    if (result == 1) return std::nullopt;
    Cause cause = after_tls_call(result, deadline);
    if (cause) return cause;
  }
}

std::string Stream::tls_cause(int error) const {
  const long verified = SSL_get_verify_result(session_.get());
  if (verified != X509_V_OK) {
    return std::string("the certificate was refused: ") + X509_verify_cert_error_string(verified);
  }
  if (io_error_ == asio::error::eof) return "the connection was closed";
  if (error == SSL_ERROR_SYSCALL && io_error_) return io_error_.message();
  return openssl_reason();
}

Cause Stream::after_tls_call(int result, const Deadline& deadline) {
  const int error = SSL_get_error(session_.get(), result);
  if (error != SSL_ERROR_WANT_READ && error != SSL_ERROR_WANT_WRITE) return tls_cause(error);
  if (wait(error == SSL_ERROR_WANT_READ ? POLLIN : POLLOUT, deadline) == Wait::late) return late;
  return std::nullopt;
}

Cause Stream::write(std::string_view bytes, const Deadline& deadline) {
  while (!bytes.empty()) {
    if (session_) {
      ERR_clear_error();
      const std::size_t piece = std::min<std::size_t>(bytes.size(), INT_MAX);
      const int result = SSL_write(session_.get(), bytes.data(), static_cast<int>(piece));
      if (result > 0) {
        bytes.remove_prefix(static_cast<std::size_t>(result));
        continue;
      }
      Cause cause = after_tls_call(result, deadline);
      if (cause) return cause;
      continue;
    }
    error_code error;
    bytes.remove_prefix(socket_.write_some(asio::buffer(bytes), error));
    if (error == asio::error::would_block) {
      if (wait(POLLOUT, deadline) == Wait::late) return late;
    } else if (error) {
      return error.message();
    }
  }
  return std::nullopt;
}

Stream::Read Stream::read(char* to, std::size_t size, const Deadline& deadline) {
  while (true) {
    if (session_) {
      ERR_clear_error();
      const std::size_t most = std::min<std::size_t>(size, INT_MAX);
      const int result = SSL_read(session_.get(), to, static_cast<int>(most));
      if (result > 0) return {static_cast<std::size_t>(result), std::nullopt};
      if (SSL_get_error(session_.get(), result) == SSL_ERROR_ZERO_RETURN) return {};
      Cause cause = after_tls_call(result, deadline);
      if (cause) return {0, std::move(cause)};
      continue;
    }
    // An answer is hardly ever there at once, so waiting first saves a call.
    if (wait(POLLIN, deadline) == Wait::late) return {0, late};
    error_code error;
    const std::size_t count = socket_.read_some(asio::buffer(to, size), error);
    if (!error) return {count, std::nullopt};
    if (error == asio::error::eof) return {};
    if (error != asio::error::would_block) return {0, error.message()};
  }
}

bool Stream::is_stale() {
  char byte = 0;
  if (session_) {  // its peek takes in what TLS itself has to say, such as tickets
    ERR_clear_error();
    const int result = SSL_peek(session_.get(), &byte, 1);
    return SSL_get_error(session_.get(), result) != SSL_ERROR_WANT_READ;
  }
  error_code error;
  socket_.receive(asio::buffer(&byte, 1), asio::socket_base::message_peek, error);
  return error != asio::error::would_block;
}

// OpenSSL's own BIO for sockets would raise SIGPIPE in whoever uses this library.
int Stream::bio_write(BIO* bio, const char* data, std::size_t size, std::size_t* written) {
  auto& stream = *static_cast<Stream*>(BIO_get_data(bio));
  BIO_clear_retry_flags(bio);
  *written = stream.socket_.write_some(asio::buffer(data, size), stream.io_error_);
  if (stream.io_error_ == asio::error::would_block) BIO_set_retry_write(bio);
  return stream.io_error_ ? 0 : 1;
}

int Stream::bio_read(BIO* bio, char* data, std::size_t size, std::size_t* count) {
  auto& stream = *static_cast<Stream*>(BIO_get_data(bio));
  BIO_clear_retry_flags(bio);
  *count = stream.socket_.read_some(asio::buffer(data, size), stream.io_error_);
  if (stream.io_error_ == asio::error::would_block) BIO_set_retry_read(bio);
  return stream.io_error_ ? 0 : 1;
}

long Stream::bio_control(BIO* bio, int command, long, void*) {
  if (command == BIO_CTRL_FLUSH) return 1;
  if (command == BIO_CTRL_EOF) {
    return static_cast<Stream*>(BIO_get_data(bio))->io_error_ == asio::error::eof ? 1 : 0;
  }
  return 0;
}

const BIO_METHOD* Stream::bio_method() {
  static const BIO_METHOD* const method = [] {  // written once, and then only read
    BIO_METHOD* const made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "durable");
    BIO_meth_set_write_ex(made, bio_write);
    BIO_meth_set_read_ex(made, bio_read);
    BIO_meth_set_ctrl(made, bio_control);
    return made;
  }();
  return method;
}

}  // namespace durable::http
