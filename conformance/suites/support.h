// SPDX-License-Identifier: Apache-2.0
//
// What several suites use.
#pragma once

#include <durable/durable.h>

#include <algorithm>
#include <cctype>
#include <chrono>
#include <stdexcept>
#include <string>

#include "conformance/function.h"

namespace durable::conformance {

using namespace std::chrono_literals;

/// An error that is worth another attempt.
struct TransientError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

inline std::string upper(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](char c) {
    return static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  });
  return text;
}

/// At most `max_attempts`, a second apart.
inline RetryPolicy attempts(std::uint32_t max_attempts) {
  return retry::fixed({.max_attempts = max_attempts, .delay = 1s});
}

/// Records text in capitals, without the quotes of JSON.
class UpperCaseSerdes final : public PayloadSerdes {
 public:
  Payload serialize(const Payload& plain, const SerdesContext&) const override {
    return Payload(upper(json::decode<std::string>(plain.view()).value()));
  }
  Payload deserialize(const Payload& stored, const SerdesContext&) const override {
    return Payload(json::encode(std::string(stored.view())).value());
  }
};
inline const UpperCaseSerdes upper_case;

/// For a function that needs nothing of its host.
template <class F>
std::function<Handler(Host&)> plain(F function) {
  return [function](Host&) { return Handler(function); };
}

}  // namespace durable::conformance
