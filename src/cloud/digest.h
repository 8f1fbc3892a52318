// SPDX-License-Identifier: Apache-2.0
//
// SHA-256 and HMAC-SHA256: the one place that calls libcrypto.
#pragma once

#include "cloud/secret.h"

#include <array>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>

namespace durable::cloud {

using Digest = std::array<std::uint8_t, 32>;

/// Computes digests one after the other. Looking the algorithm up costs more than a short digest,
/// so whoever needs several keeps one of these. Not thread-safe.
class Hasher {
 public:
  Hasher();
  ~Hasher();
  Hasher(const Hasher&) = delete;
  Hasher& operator=(const Hasher&) = delete;

  /// Of all `parts`, one behind the other.
  [[nodiscard]] Digest sha256(std::initializer_list<std::string_view> parts);
  [[nodiscard]] Digest hmac_sha256(std::string_view key, std::string_view text);
  /// The bytes of an HMAC that is itself a key.
  [[nodiscard]] Secret hmac_sha256_key(std::string_view key, std::string_view text);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

[[nodiscard]] Digest sha256(std::string_view text);
/// The bytes of `digest` as a key.
[[nodiscard]] std::string_view bytes_of(const Digest& digest) noexcept;
/// Lower case.
[[nodiscard]] std::string hex(const Digest& digest);
/// Whether two texts are equal, in a time that does not tell where they differ.
[[nodiscard]] bool equal_in_constant_time(std::string_view a, std::string_view b) noexcept;

}  // namespace durable::cloud
