// SPDX-License-Identifier: Apache-2.0
#include "service/timers.h"

#include "engine/operation.h"

#include <durable/base/random.h>

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

namespace durable::service {
namespace {

using store::ExecutionKey;
using namespace std::chrono_literals;

constexpr Timestamp noon{Duration{1'700'000'000'000}};

TEST(Timers, PopsInOrderOfTimeAndThenOfAge) {
  Timers timers;
  timers.set(ExecutionKey{3}, noon + 1s);
  timers.set(ExecutionKey{2}, noon);
  timers.set(ExecutionKey{1}, noon + 1s);

  EXPECT_EQ(timers.next(), noon);
  EXPECT_EQ(timers.pop(noon - 1ms), std::nullopt);
  EXPECT_EQ(timers.pop(noon + 1s), ExecutionKey{2});
  EXPECT_EQ(timers.pop(noon + 1s), ExecutionKey{1});
  EXPECT_EQ(timers.pop(noon + 1s), ExecutionKey{3});
  EXPECT_EQ(timers.next(), std::nullopt);
}

TEST(Timers, KeepOnlyTheLastTimeOfAnExecution) {
  Timers timers;
  timers.set(ExecutionKey{1}, noon);
  timers.set(ExecutionKey{1}, noon + 2s);
  EXPECT_EQ(timers.next(), noon + 2s);
  timers.set(ExecutionKey{1}, noon + 1s);
  EXPECT_EQ(timers.pop(noon + 1h), ExecutionKey{1});
  EXPECT_EQ(timers.pop(noon + 1h), std::nullopt);

  timers.set(ExecutionKey{1}, noon);
  timers.set(ExecutionKey{1}, engine::never);
  EXPECT_EQ(timers.size(), 0U);
  EXPECT_EQ(timers.next(), std::nullopt);
}

TEST(Timers, DoNotGrowWithWhatIsReplaced) {
  Timers timers;
  for (int i = 0; i < 100'000; ++i) timers.set(ExecutionKey{i % 10}, noon + Duration{i});
  EXPECT_EQ(timers.size(), 10U);
  EXPECT_LE(timers.heap_size(), 100U);
}

TEST(Timers, DoWhatAMapWould) {
  constexpr std::uint64_t seed = 11;
  SCOPED_TRACE(seed);
  Random random(seed);
  Timers timers;
  std::map<ExecutionKey, Timestamp> model;
  for (int i = 0; i < 20'000; ++i) {
    const auto key = ExecutionKey{static_cast<std::int64_t>(random.below(50))};
    const Timestamp at = noon + Duration{static_cast<std::int64_t>(random.below(1'000))};
    switch (random.below(4)) {
      case 0:
        timers.remove(key);
        model.erase(key);
        break;
      case 1: {
        const auto popped = timers.pop(at);
        const auto first =
            std::min_element(model.begin(), model.end(), [](const auto& a, const auto& b) {
              return std::pair(a.second, a.first) < std::pair(b.second, b.first);
            });
        const bool due = first != model.end() && first->second <= at;
        ASSERT_EQ(popped, due ? std::optional(first->first) : std::nullopt);
        if (due) model.erase(first);
        break;
      }
      default:
        timers.set(key, at);
        model[key] = at;
    }
    ASSERT_EQ(timers.size(), model.size());
  }
}

}  // namespace
}  // namespace durable::service
