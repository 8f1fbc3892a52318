// SPDX-License-Identifier: Apache-2.0
// Any text is either refused, or a value whose JSON reads back as the same JSON.
#include "fuzz/entry.h"

#include <durable/base/assert.h>
#include <durable/json/json.h>
#include <durable/wire/json.h>

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace durable::fuzz {

enum class Color : std::uint8_t { red, green };

struct Inner {
  std::optional<double> ratio;
  std::vector<std::int64_t> counts;
};

struct Sample {
  std::string text;
  std::uint64_t large = 0;
  bool flag = false;
  std::optional<Color> color;
  std::vector<Inner> inner;
  std::map<std::string, std::string> names;
  std::optional<std::variant<std::int64_t, std::string>> either;
};

namespace {

template <class T>
void read_and_read_back(std::string_view text) {
  const Result<T> value = json::decode<T>(text);
  if (!value) {
    DURABLE_ASSERT(!value.error().message.empty());
    return;
  }
  const Result<std::string> once = json::encode(*value);
  DURABLE_ASSERT(once.has_value());
  const Result<T> again = json::decode<T>(*once);
  DURABLE_ASSERT(again.has_value());
  DURABLE_ASSERT(*json::encode(*again) == *once);
}

// The service's types tolerate enumerators that are not known yet, and do not write them.
void read_wire(std::string_view text) {
  const auto value = wire::decode<wire::CheckpointDurableExecutionRequest>(text);
  if (!value) return;
  const Result<std::string> once = wire::encode(*value);
  if (!once) return;
  const auto again = wire::decode<wire::CheckpointDurableExecutionRequest>(*once);
  DURABLE_ASSERT(again.has_value());
  DURABLE_ASSERT(*wire::encode(*again) == *once);
}

}  // namespace
}  // namespace durable::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  durable::fuzz::read_and_read_back<durable::fuzz::Sample>(text);
  durable::fuzz::read_and_read_back<durable::json::Value>(text);
  durable::fuzz::read_wire(text);
  return 0;
}
