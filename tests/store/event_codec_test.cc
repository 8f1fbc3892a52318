// SPDX-License-Identifier: Apache-2.0
#include "store/event_codec.h"

#include "sim/workload.h"
#include "store/random_events.h"

#include "engine/decide.h"

#include <gtest/gtest.h>

#include <limits>
#include <string>

namespace durable::store {
namespace {

using engine::Event;
namespace fact = engine::fact;

constexpr std::size_t fact_count = std::variant_size_v<engine::Fact>;

std::string block_of(const std::vector<Event>& events) {
  std::string block;
  encode(events, block);
  return block;
}

/// The message of a refusal; empty if there was none.
std::string refusal(std::string_view block) {
  std::vector<Event> events;
  const Result<void> decoded = decode(block, events);
  if (decoded) return {};
  EXPECT_EQ(decoded.error().code, ErrorCode::corrupt);
  EXPECT_TRUE(events.empty());
  return decoded.error().message;
}

TEST(EventCodec, EveryFactComesBackAsItWas) {
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    for (std::size_t fact = 0; fact < fact_count; ++fact) {
      SCOPED_TRACE("seed " + std::to_string(seed) + ", fact " + std::to_string(fact));
      Random random(seed);
      const std::vector<Event> events{random_event(random, fact)};
      std::vector<Event> decoded;
      const Result<void> read = decode(block_of(events), decoded);
      ASSERT_TRUE(read.has_value()) << read.error().message;
      EXPECT_TRUE(same(decoded, events));
    }
  }
}

TEST(EventCodec, EventsOfABlockKeepTheirOrder) {
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Random random(seed);
    const std::vector<Event> events = random_events(random, 40);
    std::vector<Event> decoded;
    ASSERT_TRUE(decode(block_of(events), decoded).has_value());
    EXPECT_TRUE(same(decoded, events));
  }
}

TEST(EventCodec, ABlockIsAppendedAndItsEventsToo) {
  Random random(1);
  const std::vector<Event> first = random_events(random, 3);
  const std::vector<Event> second = random_events(random, 3);
  std::string bytes = block_of(first);
  const std::size_t middle = bytes.size();
  encode(second, bytes);

  std::vector<Event> decoded;
  ASSERT_TRUE(decode(std::string_view(bytes).substr(0, middle), decoded).has_value());
  ASSERT_TRUE(decode(std::string_view(bytes).substr(middle), decoded).has_value());

  std::vector<Event> both = first;
  both.insert(both.end(), second.begin(), second.end());
  EXPECT_TRUE(same(decoded, both));
}

TEST(EventCodec, AnEventThatIsCutShortIsRefused) {
  for (std::size_t fact = 0; fact < fact_count; ++fact) {
    Random random(fact);
    const std::string block = block_of({random_event(random, fact)});
    for (std::size_t size = 0; size < block.size(); ++size) {
      if (size == 1) continue;  // a block without events
      EXPECT_NE(refusal(block.substr(0, size)), "") << "fact " << fact << ", " << size << " bytes";
    }
  }
}

// What is accepted is what would be written, so nothing is lost when a log is written anew.
TEST(EventCodec, AChangedByteIsRefusedOrMeansAnotherEvent) {
  for (std::size_t fact = 0; fact < fact_count; ++fact) {
    Random random(100 + fact);
    const std::string block = block_of({random_event(random, fact)});
    for (int i = 0; i < 2'000; ++i) {
      std::string changed = block;
      const auto place = static_cast<std::size_t>(random.below(block.size()));
      changed[place] = static_cast<char>(random.below(256));
      std::vector<Event> decoded;
      if (!decode(changed, decoded)) continue;
      ASSERT_EQ(block_of(decoded), changed) << "fact " << fact << ", byte " << place;
    }
  }
}

TEST(EventCodec, ARefusalSaysWhatWasExpectedAndWhere) {
  EXPECT_EQ(refusal(""),
            "damaged event data: expected a format at byte 0 of 0, where the data ends");
  EXPECT_EQ(
      refusal("\x02"),
      "event data of format 2: expected 1 to 1 at byte 0; a newer version of durable may read it");
  EXPECT_EQ(refusal(std::string("\x01\x10", 2)),
            "damaged event data: expected a type of event from 1 to 15 at byte 1 of 2");
  EXPECT_EQ(
      refusal(std::string("\x01\x0e\x00\x05", 4)),
      "damaged event data: expected an operation's number at byte 4 of 4, where the data ends");
  // A number that would fit fewer bytes, and one that no 64 bits hold.
  EXPECT_EQ(refusal(std::string("\x01\x0e\x00\x85\x00\x01", 6)),
            "damaged event data: expected an event's id at byte 3 of 6");
  EXPECT_EQ(refusal(std::string("\x01\x0e\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02\x01\x01", 14)),
            "damaged event data: expected an event's time at byte 2 of 14");
  // An id beyond 32 bits, a text longer than the data, and a flag that is neither 0 nor 1.
  EXPECT_EQ(refusal(std::string("\x01\x0e\x00\xff\xff\xff\xff\x1f\x01", 9)),
            "damaged event data: expected an event's id at byte 3 of 9");
  EXPECT_EQ(refusal(std::string("\x01\x04\x00\x01\x00\x03"
                                "ab",
                                8)),
            "damaged event data: expected a request id at byte 6 of 8");
  EXPECT_EQ(refusal(std::string("\x01\x0c\x00\x01\x01\x00\x01\x02", 8)),
            "damaged event data: expected whether children are replayed at byte 7 of 8");
}

TEST(EventCodec, ALongStackTraceThatIsNotThereIsRefusedAtOnce) {
  std::string block("\x01\x09\x00\x01\x01\x01\x00\x00\x00", 9);
  block += "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01";
  EXPECT_NE(refusal(block).find("expected a frame of a stack trace"), std::string::npos);
}

TEST(EventCodec, OneStepTakesFewBytes) {
  engine::OperationInfo::Parts parts;
  parts.id = "0123456789abcdef";
  parts.name = "charge";
  parts.sub_type = "Step";
  parts.type = wire::OperationType::step;
  const Timestamp at{Duration{1'700'000'000'000}};
  const std::string block = block_of(
      {Event(at, 2, 1, fact::OperationStarted{engine::OperationInfo::make(std::move(parts))}),
       Event(at, 3, 1, fact::OperationSucceeded{Payload("12345678"), 1, false}),
       Event(at, 3, 0, fact::CheckpointAccepted{0})});
  // Of these the texts are 34.
  EXPECT_EQ(block.size(), 63U);
}

// Folds what was decoded and compares with the execution that lived through it.
TEST(EventCodec, ADecodedLogFoldsToTheSameExecution) {
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    sim::Workload workload(seed);
    Timestamp now{Duration{1'000'000}};
    engine::Execution lived;
    engine::Decision decision;
    engine::Command command = workload.start();
    std::vector<Event> decoded;
    for (int i = 0; i < 300; ++i) {
      if (engine::decide(lived, command, now, decision)) {
        for (const Event& event : decision.events) engine::evolve(lived, event);
        const Result<void> read = decode(block_of(decision.events), decoded);
        ASSERT_TRUE(read.has_value()) << read.error().message;
      }
      now += workload.step_time(lived, now);
      command = workload.next(lived, std::string(lived.token()), now);
    }

    engine::Execution folded;
    for (const Event& event : decoded) engine::evolve(folded, event);

    EXPECT_TRUE(folded == lived);
    EXPECT_TRUE(engine::obligations(folded) == engine::obligations(lived));
    EXPECT_TRUE(folded.invariants().has_value());
  }
}

}  // namespace
}  // namespace durable::store
