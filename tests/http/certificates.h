// SPDX-License-Identifier: Apache-2.0
//
// Certificates that exist for one test only.
#pragma once

#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <memory>
#include <string>

namespace durable::http::test {

struct FreeCertificate {
  void operator()(EVP_PKEY* key) const noexcept { EVP_PKEY_free(key); }
  void operator()(X509* certificate) const noexcept { X509_free(certificate); }
  void operator()(SSL_CTX* context) const noexcept { SSL_CTX_free(context); }
};

/// A key and the certificate for it.
struct Identity {
  std::unique_ptr<EVP_PKEY, FreeCertificate> key;
  std::unique_ptr<X509, FreeCertificate> certificate;

  [[nodiscard]] std::string pem() const;
};

enum class Validity { now, past };

/// One that signs others.
[[nodiscard]] Identity make_authority();
/// For the server that `names` say, such as "DNS:localhost,IP:127.0.0.1".
[[nodiscard]] Identity make_server(const Identity& authority, const std::string& names,
                                   Validity validity = Validity::now);

using ServerContext = std::unique_ptr<SSL_CTX, FreeCertificate>;
[[nodiscard]] ServerContext make_server_context(const Identity& identity);

}  // namespace durable::http::test
