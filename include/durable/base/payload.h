// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace durable {

/// Immutable text, shared by all its copies: the serialized form of an input, a result or a state.
///
/// A payload travels from the SDK through the service's log and back without being copied. Making
/// one from a `std::string&&` takes the string over. An empty payload holds no memory. Absent and
/// empty are different things: absent is `std::optional<Payload>` without a value.
///
/// Thread-safety: as `std::shared_ptr<const T>`.
class Payload {
 public:
  Payload() = default;
  Payload(std::string text)
      : text_(text.empty() ? nullptr : std::make_shared<const std::string>(std::move(text))) {}
  Payload(std::string_view text) : Payload(std::string(text)) {}
  Payload(const char* text) : Payload(std::string(text)) {}

  [[nodiscard]] std::string_view view() const noexcept {
    return text_ ? std::string_view(*text_) : std::string_view();
  }
  [[nodiscard]] std::string str() const { return std::string(view()); }
  [[nodiscard]] std::size_t size() const noexcept { return text_ ? text_->size() : 0; }
  [[nodiscard]] bool empty() const noexcept { return size() == 0; }

  friend bool operator==(const Payload& a, const Payload& b) noexcept {
    return a.text_ == b.text_ || a.view() == b.view();
  }

 private:
  std::shared_ptr<const std::string> text_;  // owners: every copy of this payload; null means empty
};

}  // namespace durable
