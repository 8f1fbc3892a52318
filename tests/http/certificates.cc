// SPDX-License-Identifier: Apache-2.0
#include "http/certificates.h"

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <stdexcept>

namespace durable::http::test {
namespace {

void require(bool is_done, const char* what) {
  if (!is_done) throw std::runtime_error(std::string("OpenSSL failed: ") + what);
}

void add_extension(X509* certificate, X509* issuer, int id, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* const extension = X509V3_EXT_conf_nid(nullptr, &context, id, value.c_str());
  require(extension != nullptr, "extension");
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
}

Identity make(const char* name, const Identity* authority, Validity validity) {
  constexpr long hour = 3'600;
  Identity made;
  made.key.reset(EVP_EC_gen("P-256"));
  made.certificate.reset(X509_new());
  X509* const certificate = made.certificate.get();
  X509_set_version(certificate, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), authority == nullptr ? 1 : 2);
  X509_gmtime_adj(X509_getm_notBefore(certificate), -2 * hour);
  X509_gmtime_adj(X509_getm_notAfter(certificate), validity == Validity::past ? -hour : hour);
  X509_set_pubkey(certificate, made.key.get());
  X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>(name), -1, -1, 0);
  const Identity& issuer = authority == nullptr ? made : *authority;
  X509_set_issuer_name(certificate, X509_get_subject_name(issuer.certificate.get()));
  return made;
}

void sign(Identity& identity, const Identity& authority) {
  require(X509_sign(identity.certificate.get(), authority.key.get(), EVP_sha256()) > 0, "sign");
}

}  // namespace

std::string Identity::pem() const {
  BIO* const memory = BIO_new(BIO_s_mem());
  PEM_write_bio_X509(memory, certificate.get());
  char* data = nullptr;
  const long size = BIO_get_mem_data(memory, &data);
  std::string text(data, static_cast<std::size_t>(size));
  BIO_free(memory);
  return text;
}

Identity make_authority() {
  Identity authority = make("a test's authority", nullptr, Validity::now);
  X509* const certificate = authority.certificate.get();
  add_extension(certificate, certificate, NID_basic_constraints, "critical,CA:TRUE");
  add_extension(certificate, certificate, NID_key_usage, "critical,keyCertSign");
  add_extension(certificate, certificate, NID_subject_key_identifier, "hash");
  sign(authority, authority);
  return authority;
}

Identity make_server(const Identity& authority, const std::string& names, Validity validity) {
  Identity server = make("a test's server", &authority, validity);
  add_extension(server.certificate.get(), authority.certificate.get(), NID_subject_alt_name, names);
  sign(server, authority);
  return server;
}

ServerContext make_server_context(const Identity& identity) {
  ServerContext context(SSL_CTX_new(TLS_server_method()));
  require(SSL_CTX_use_certificate(context.get(), identity.certificate.get()) == 1, "certificate");
  require(SSL_CTX_use_PrivateKey(context.get(), identity.key.get()) == 1, "key");
  return context;
}

}  // namespace durable::http::test
