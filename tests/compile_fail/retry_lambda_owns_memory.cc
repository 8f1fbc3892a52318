// SPDX-License-Identifier: Apache-2.0
// EXPECT: durable: a retry lambda is copied as plain bytes into the step
#include <durable/durable.h>

durable::RetryPolicy make(std::string text) {
#ifdef DURABLE_WRONG
  return [text](const durable::RetryContext&) -> std::optional<durable::Duration> {
    return std::chrono::seconds(text.size());
  };
#endif
  return durable::retry::fixed({.max_attempts = static_cast<std::uint32_t>(text.size())});
}
