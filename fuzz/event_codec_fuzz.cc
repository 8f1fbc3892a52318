// SPDX-License-Identifier: Apache-2.0
// Any bytes are either refused, with nothing read, or exactly what the codec writes for what they
// mean.
#include "fuzz/entry.h"
#include "store/event_codec.h"

#include <durable/base/assert.h>

#include <string>
#include <string_view>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view block(reinterpret_cast<const char*>(data), size);
  std::vector<durable::engine::Event> events;
  const durable::Result<void> decoded = durable::store::decode(block, events);
  if (!decoded) {
    DURABLE_ASSERT(events.empty());
    DURABLE_ASSERT(decoded.error().code == durable::ErrorCode::corrupt);
    DURABLE_ASSERT(!decoded.error().message.empty());
    return 0;
  }
  std::string again;
  durable::store::encode(events, again);
  DURABLE_ASSERT(again == block);
  return 0;
}
