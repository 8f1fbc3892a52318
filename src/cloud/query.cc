// SPDX-License-Identifier: Apache-2.0
#include "cloud/query.h"

#include "http/message.h"

#include <durable/json/codec.h>

#include <algorithm>

namespace durable::cloud {

void Query::add(const char* name, std::string value) {
  parameters_.emplace_back(name, std::move(value));
}

void Query::add(const char* name, bool value) { add(name, std::string(value ? "true" : "false")); }

void Query::add(const char* name, std::int64_t value) { add(name, std::to_string(value)); }

void Query::add(const char* name, Timestamp value) {
  const std::string quoted = json::write(value, json::TimestampFormat::iso_8601);
  add(name, quoted.substr(1, quoted.size() - 2));
}

std::string Query::after(std::string path) const {
  auto sorted = parameters_;
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  char separator = '?';
  for (const auto& [name, value] : sorted) {
    path += std::exchange(separator, '&');
    path += http::percent_encode(name) + "=" + http::percent_encode(value);
  }
  return path;
}

}  // namespace durable::cloud
