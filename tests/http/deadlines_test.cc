// SPDX-License-Identifier: Apache-2.0
#include "http/deadlines.h"

#include <gtest/gtest.h>

namespace durable::http {
namespace {

using namespace std::chrono_literals;
using Kind = Deadlines::Kind;

struct Waiting : Deadlines::Timed {
  void expired() override {}
  void close() override {}
};

constexpr Deadlines::Timeouts timeouts = {0ms, 10ms, 20ms, 30ms, 40ms, 50ms};
constexpr Deadlines::Time start{};

TEST(Deadlines, FindsTheEarliestOfAllKinds) {
  Deadlines deadlines(timeouts);
  Waiting idle;
  Waiting headers;
  deadlines.add(idle);
  deadlines.add(headers);
  EXPECT_EQ(deadlines.next(), std::nullopt);

  EXPECT_EQ(deadlines.set(idle, Kind::idle, start), start + 30ms);
  EXPECT_EQ(deadlines.set(headers, Kind::headers, start + 5ms), start + 15ms);

  EXPECT_EQ(deadlines.next(), start + 15ms);
  deadlines.set(headers, Kind::none, start + 6ms);
  EXPECT_EQ(deadlines.next(), start + 30ms);
}

TEST(Deadlines, TellsForHowLongOneHasWaited) {
  Deadlines deadlines(timeouts);
  Waiting idle;
  deadlines.add(idle);
  deadlines.set(idle, Kind::idle, start + 1ms);
  EXPECT_EQ(deadlines.waited(idle, start + 8ms), 7ms);
}

TEST(Deadlines, GivesOutEachThatIsDueOnce) {
  Deadlines deadlines(timeouts);
  Waiting first;
  Waiting second;
  Waiting later;
  for (Waiting* const one : {&first, &second, &later}) deadlines.add(*one);
  deadlines.set(later, Kind::headers, start);
  deadlines.set(first, Kind::headers, start + 1ms);
  deadlines.set(second, Kind::headers, start + 2ms);
  deadlines.set(later, Kind::headers, start + 3ms);  // renewed: the last in its queue

  EXPECT_EQ(deadlines.take_due(start + 10ms), nullptr);
  EXPECT_EQ(deadlines.take_due(start + 12ms), &first);
  EXPECT_EQ(deadlines.take_due(start + 12ms), &second);
  EXPECT_EQ(deadlines.take_due(start + 12ms), nullptr);
  EXPECT_EQ(first.kind(), Kind::none);
  EXPECT_EQ(deadlines.next(), start + 13ms);
}

TEST(Deadlines, ForgetsWhatIsRemoved) {
  Deadlines deadlines(timeouts);
  Waiting one;
  deadlines.add(one);
  deadlines.set(one, Kind::write, start);
  EXPECT_EQ(deadlines.any(), &one);

  deadlines.remove(one);

  EXPECT_EQ(deadlines.any(), nullptr);
  EXPECT_EQ(deadlines.next(), std::nullopt);
  EXPECT_TRUE(deadlines.waiting(Kind::write).empty());
}

}  // namespace
}  // namespace durable::http
