// SPDX-License-Identifier: Apache-2.0
#include "thumbnails.h"

#include <stdexcept>

namespace examples {
namespace {

// Stands for a library that scales pictures.
std::string scale(const std::string& picture) {
  if (!picture.ends_with(".png")) throw std::invalid_argument("no picture");
  return "small-" + picture;
}

durable::Task<std::string> make_thumbnail(durable::DurableContext& item,
                                          const std::string& picture) {
  co_return co_await item.step("scale", [&] { return scale(picture); },
                               {.retry = durable::retry::none()});
}

}  // namespace

durable::Task<ThumbnailReport> make_thumbnails(std::vector<std::string> pictures,
                                               durable::DurableContext& ctx) {
  auto thumbnails =
      co_await ctx.map("thumbnails", pictures, make_thumbnail,
                       {.max_concurrency = 10, .completion = durable::Completion::all_completed()});

  ThumbnailReport report;
  for (const auto& item : thumbnails.items()) {
    if (item.result) report.made.push_back(*item.result);
    if (item.error) report.failed.push_back(pictures.at(item.index) + ": " + item.error->what());
  }
  co_return report;
}

}  // namespace examples
