// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <durable/durable.h>

#include <string>
#include <vector>

namespace examples {

struct ThumbnailReport {
  std::vector<std::string> made;
  std::vector<std::string> failed;  ///< Which, and why.
};

/// Works on many pictures side by side; those that fail do not keep the others from their end.
durable::Task<ThumbnailReport> make_thumbnails(std::vector<std::string> pictures,
                                               durable::DurableContext& ctx);

}  // namespace examples
