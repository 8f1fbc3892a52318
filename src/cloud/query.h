// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <durable/base/time.h>

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace durable::cloud {

/// The query of a request: encoded, in order of the names. Absent values are left out.
class Query {
 public:
  void add(const char* name, std::string value);
  void add(const char* name, bool value);
  void add(const char* name, std::int64_t value);
  /// In ISO 8601, as the service takes timestamps here (its bodies have numbers).
  void add(const char* name, Timestamp value);
  template <class T>
  void add(const char* name, const std::optional<T>& value) {
    if (value) add(name, *value);
  }

  /// `path`, with '?' and the query where there is one.
  [[nodiscard]] std::string after(std::string path) const;

 private:
  std::vector<std::pair<std::string, std::string>> parameters_;
};

}  // namespace durable::cloud
