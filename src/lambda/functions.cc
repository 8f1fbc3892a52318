// SPDX-License-Identifier: Apache-2.0
#include <durable/lambda/functions.h>

#include <algorithm>
#include <stdexcept>

namespace durable::lambda {

Functions& Functions::add_entry(Entry entry) {
  if (entry.name.empty()) {
    throw std::invalid_argument(
        "lambda::Functions: expected a function's name, found an empty one");
  }
  if (find(entry.name) != nullptr) {
    throw std::invalid_argument("lambda::Functions: there is already a function \"" + entry.name +
                                "\"");
  }
  entries_.push_back(std::move(entry));
  return *this;
}

const Functions::Entry* Functions::find(std::string_view name) const noexcept {
  const auto found = std::find_if(entries_.begin(), entries_.end(),
                                  [&](const Entry& entry) { return entry.name == name; });
  return found != entries_.end() ? &*found : nullptr;
}

}  // namespace durable::lambda
