// SPDX-License-Identifier: Apache-2.0
//
// YAML as JSON values, with the places that errors name.
#pragma once

#include <durable/base/result.h>
#include <durable/json/value.h>

#include <cstddef>
#include <string>
#include <vector>

namespace durable::conformance {

/// A value of a YAML document that knows where it stood.
struct YamlValue {
  json::Value value;  ///< Members of mappings in their order; of a key given twice the last counts.
  std::string place;  ///< `line 3, column 5`
  std::string key;    ///< In the mapping that it is a member of; else empty.
  std::vector<YamlValue> parts;  ///< Of a list its elements, of a mapping its members, doubles too.
};

struct YamlLimits {
  std::size_t depth_max;
  std::size_t values_max;
};

/// Reads one document; scalars by the core schema of YAML 1.2. Error: `invalid_parameter`, with the
/// place.
[[nodiscard]] Result<YamlValue> parse_yaml(const std::string& text, const YamlLimits& limits);

}  // namespace durable::conformance
