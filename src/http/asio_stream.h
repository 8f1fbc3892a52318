// SPDX-License-Identifier: Apache-2.0
//
// One connection to a server, plain or with TLS, whose every call ends by a deadline.
#pragma once

#include "http/outbound.h"

#include <durable/base/result.h>
#include <durable/base/time.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <openssl/ssl.h>

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace durable::http {

struct FreeContext {
  void operator()(SSL_CTX* context) const noexcept { SSL_CTX_free(context); }
};
using TlsContext = std::unique_ptr<SSL_CTX, FreeContext>;

/// A context that trusts `ca_bundle`, or if that is empty the system's certificates: SSL_CERT_FILE
/// and SSL_CERT_DIR, OpenSSL's own place, and where Amazon Linux, Debian and Alpine have theirs,
/// as a statically linked OpenSSL knows only the place of the system that it was built on.
/// Errors: `invalid_usage` for a bundle that cannot be read.
[[nodiscard]] Result<TlsContext> make_tls_context(const std::string& ca_bundle);

/// When a call has to end.
class Deadline {
 public:
  /// After `time` from now; zero: never.
  static Deadline after(Duration time);
  [[nodiscard]] Deadline or_earlier(const Deadline& other) const;
  /// For poll: -1 without a deadline, 0 when it has passed.
  [[nodiscard]] int poll_timeout_ms() const;

 private:
  std::optional<std::chrono::steady_clock::time_point> at_;
};

/// Why a call failed, as a clause.
using Cause = std::optional<std::string>;

class Stream {
 public:
  explicit Stream(boost::asio::io_context& io) : socket_(io) {}
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;
  ~Stream();

  [[nodiscard]] Cause connect(const boost::asio::ip::tcp::endpoint& endpoint,
                              const Deadline& deadline);
  /// TLS with a server that has to prove that it is `host`.
  [[nodiscard]] Cause start_tls(SSL_CTX* context, const std::string& host,
                                const Deadline& deadline);

  [[nodiscard]] Cause write(std::string_view bytes, const Deadline& deadline);

  struct Read {
    std::size_t count = 0;  ///< Zero without a cause: the other side sends no more.
    Cause cause;
  };
  [[nodiscard]] Read read(char* to, std::size_t size, const Deadline& deadline);

  /// Whether the other side has closed this idle connection, or said something unasked.
  [[nodiscard]] bool is_stale();

 private:
  struct FreeSession {
    void operator()(SSL* session) const noexcept { SSL_free(session); }
  };

  enum class Wait { ready, late };
  [[nodiscard]] Wait wait(short events, const Deadline& deadline);
  // Waits for what the TLS call that returned `result` needs; absent: call it again.
  [[nodiscard]] Cause after_tls_call(int result, const Deadline& deadline);
  [[nodiscard]] std::string tls_cause(int error) const;

  static int bio_write(BIO* bio, const char* data, std::size_t size, std::size_t* written);
  static int bio_read(BIO* bio, char* data, std::size_t size, std::size_t* count);
  static long bio_control(BIO* bio, int command, long number, void* pointer);
  static const BIO_METHOD* bio_method();

  boost::asio::ip::tcp::socket socket_;
  boost::system::error_code io_error_;  // of the last call of a BIO
  std::unique_ptr<SSL, FreeSession> session_;
};

}  // namespace durable::http
