// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace durable::cloud {

/// Text that must not be shown: it cannot be printed or converted by accident, all copies share one
/// place in memory, and that is overwritten when the last one goes.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string text);

  /// For the one place that needs it. Never for a message or a log.
  [[nodiscard]] std::string_view reveal() const noexcept {
    return text_ ? std::string_view(*text_) : std::string_view();
  }
  [[nodiscard]] bool empty() const noexcept { return reveal().empty(); }

 private:
  std::shared_ptr<const std::string> text_;  // owners: every copy of this secret
};

}  // namespace durable::cloud
