// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "testing/run_record.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace durable {

/// What a search for a callback came to.
struct CallbackSearch {
  std::string id;        ///< Empty: not found.
  std::size_t seen = 0;  ///< How many have the name, whatever became of them.
  /// Whether an invocation has ended since the callback was made: the one that made it, or a later
  /// one.
  bool settled = false;
};

/// Looks for a callback as DurableTestRunner::wait_for_callback describes.
[[nodiscard]] CallbackSearch find_callback(const detail::RunRecord& record, std::string_view name,
                                           std::optional<std::size_t> index);

}  // namespace durable
