// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <durable/base/boxed.h>
#include <durable/base/payload.h>
#include <durable/sdk/detail/operation.h>
#include <durable/sdk/replay_check.h>
#include <durable/wire/model.h>

#include <optional>

namespace durable::detail {

/// How a context has ended by the record, where its body runs again to be checked.
struct RecordedEnd {
  std::optional<Payload> result;  // in the form of its type
  Boxed<wire::ErrorObject> error;

  [[nodiscard]] std::optional<ReplayDivergence> compare_result(
      const ContextCore& context, const std::optional<Payload>& now) const;
  [[nodiscard]] std::optional<ReplayDivergence> compare_error(const ContextCore& context,
                                                              const wire::ErrorObject& now) const;
};

/// Whether an error is what is recorded, as far as the record tells.
[[nodiscard]] bool same_error(const wire::ErrorObject& recorded, const wire::ErrorObject& now);

}  // namespace durable::detail
