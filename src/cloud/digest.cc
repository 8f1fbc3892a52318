// SPDX-License-Identifier: Apache-2.0
#include "cloud/digest.h"

#include <durable/base/assert.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <algorithm>

namespace durable::cloud {
namespace {

constexpr std::size_t block_size = 64;  // of SHA-256

}  // namespace

Secret::Secret(std::string text)
    : text_(new std::string(text), [](std::string* kept) {
        OPENSSL_cleanse(kept->data(), kept->size());
        delete kept;
      }) {
  OPENSSL_cleanse(text.data(), text.size());
}

struct Hasher::Impl {
  std::unique_ptr<EVP_MD, decltype(&EVP_MD_free)> algorithm{
      EVP_MD_fetch(nullptr, "SHA256", nullptr), &EVP_MD_free};
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context{EVP_MD_CTX_new(),
                                                                  &EVP_MD_CTX_free};
};

Hasher::Hasher() : impl_(std::make_unique<Impl>()) {
  // Missing only where there is no memory, or libcrypto was built without SHA-256.
  DURABLE_ASSERT(impl_->algorithm != nullptr && impl_->context != nullptr);
}

Hasher::~Hasher() = default;

Digest Hasher::sha256(std::initializer_list<std::string_view> parts) {
  EVP_MD_CTX* context = impl_->context.get();
  bool done = EVP_DigestInit_ex2(context, impl_->algorithm.get(), nullptr) == 1;
  for (const std::string_view part : parts) {
    done = done && EVP_DigestUpdate(context, part.data(), part.size()) == 1;
  }
  Digest digest;
  done = done && EVP_DigestFinal_ex(context, digest.data(), nullptr) == 1;
  DURABLE_ASSERT(done);
  return digest;
}

Digest Hasher::hmac_sha256(std::string_view key, std::string_view text) {
  std::string block(block_size, '\0');
  const Digest shortened = key.size() > block_size ? sha256({key}) : Digest{};
  const std::string_view used = key.size() > block_size ? bytes_of(shortened) : key;
  std::copy(used.begin(), used.end(), block.begin());
  constexpr char inner = 0x36;
  constexpr char outer = 0x5c;
  for (char& c : block) c = static_cast<char>(c ^ inner);
  const Digest within = sha256({block, text});
  for (char& c : block) c = static_cast<char>(c ^ inner ^ outer);
  const Digest digest = sha256({block, bytes_of(within)});
  OPENSSL_cleanse(block.data(), block.size());
  return digest;
}

Secret Hasher::hmac_sha256_key(std::string_view key, std::string_view text) {
  Digest digest = hmac_sha256(key, text);
  Secret derived{std::string(bytes_of(digest))};
  OPENSSL_cleanse(digest.data(), digest.size());
  return derived;
}

Digest sha256(std::string_view text) { return Hasher().sha256({text}); }

std::string_view bytes_of(const Digest& digest) noexcept {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

std::string hex(const Digest& digest) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  text.reserve(2 * digest.size());
  for (const std::uint8_t byte : digest) {
    text += digits[byte >> 4U];
    text += digits[byte & 15U];
  }
  return text;
}

bool equal_in_constant_time(std::string_view a, std::string_view b) noexcept {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace durable::cloud
