// SPDX-License-Identifier: Apache-2.0
#include "sdk/machine/batcher.h"
#include "sdk/machine/journal.h"
#include "sdk/machine/operation_ids.h"
#include "sdk/machine/output_size.h"
#include "sdk/machine/retry.h"

#include <durable/sdk/errors.h>

#include <gmock/gmock.h>

namespace durable::machine {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;

// ---- Ids: running executions depend on these values ----

TEST(OperationIds, AreTheScheme1GoldenValues) {
  ASSERT_EQ(operation_id_scheme_version, 1);
  EXPECT_EQ(operation_id("", 1), "1");
  EXPECT_EQ(operation_id("", 100'000), "100000");
  EXPECT_EQ(operation_id("3", 1), "3-1");
  EXPECT_EQ(operation_id("3-1", 12), "3-1-12");
  EXPECT_EQ(operation_id("", 18'446'744'073'709'551'615ULL), "18446744073709551615");
  const std::string longest(62, '1');
  EXPECT_EQ(operation_id(longest, 9), longest + "-9");
  EXPECT_EQ(operation_id(longest, 10), "ha0e6bfd59d6159519fbcc0983cac01ef");
  EXPECT_EQ(operation_id("ha0e6bfd59d6159519fbcc0983cac01ef", 2),
            "ha0e6bfd59d6159519fbcc0983cac01ef-2");
}

TEST(OperationIds, SayWhichOnesAreHashes) {
  EXPECT_FALSE(is_hashed_id("", 7));
  EXPECT_FALSE(is_hashed_id(std::string(62, '1'), 9));
  EXPECT_TRUE(is_hashed_id(std::string(62, '1'), 10));
}

TEST(OperationIds, StayWithinTheServicesLengthAtAnyDepth) {
  std::string id;
  for (int depth = 0; depth < 256; ++depth) {
    id = operation_id(id, 1'000'000'000);
    ASSERT_LE(id.size(), 64U);
  }
}

// ---- Journal ----

wire::Operation recorded(std::string id, wire::OperationStatus status) {
  wire::Operation operation;
  operation.id = std::move(id);
  operation.type = wire::OperationType::step;
  operation.status = status;
  return operation;
}

constexpr auto started = wire::OperationStatus::started;
constexpr auto succeeded = wire::OperationStatus::succeeded;

std::vector<std::string> ids(const std::vector<const wire::Operation*>& operations) {
  std::vector<std::string> all;
  for (const auto* operation : operations) all.push_back(operation->id);
  return all;
}

TEST(Journal, FindsOperationsByTheirPosition) {
  Journal journal;
  journal.load({recorded("2-1", started), recorded("1", succeeded)});
  journal.load({recorded("2", started)});

  ASSERT_NE(journal.root().child(1), nullptr);
  EXPECT_EQ(journal.root().child(1)->operation->id, "1");
  EXPECT_EQ(journal.root().child(2)->child(1)->operation->id, "2-1");
  EXPECT_EQ(journal.root().child(3), nullptr);
  EXPECT_EQ(journal.root().child(0), nullptr);
  EXPECT_EQ(journal.find("2-1"), journal.root().child(2)->child(1));
  EXPECT_EQ(journal.find("2-2"), nullptr);
  EXPECT_FALSE(journal.has_irregular());
}

TEST(Journal, KeepsIdsThatAreNoPositions) {
  const std::vector<std::string> odd = {
      "h4a0ac85e", "h4a0ac85e-3", "h4a0ac85e-3-1",          "007", "1-", "-1", "1-x", "a-b-c",
      "999999999", "1-999999999", "99999999999999999999999"};
  Journal journal;
  journal.load({recorded("1", succeeded)});
  for (const std::string& id : odd) journal.load({recorded(id, started)});

  for (const std::string& id : odd) {
    ASSERT_NE(journal.find(id), nullptr) << id;
    EXPECT_EQ(journal.find(id)->operation->id, id);
  }
  EXPECT_TRUE(journal.has_irregular());
  EXPECT_EQ(journal.find("h4a0ac85e-4"), nullptr);
  EXPECT_EQ(journal.root().child(1)->operation->id, "1");
}

TEST(Journal, FindsTheExecutionOperationWhereverItStands) {
  Journal journal;
  journal.load({recorded("1", started)});
  EXPECT_EQ(journal.execution(), nullptr);
  wire::Operation execution = recorded("e-1", started);
  execution.type = wire::OperationType::execution;
  journal.load({execution});
  ASSERT_NE(journal.execution(), nullptr);
  EXPECT_EQ(journal.execution()->id, "e-1");
  EXPECT_EQ(journal.find("e-1"), nullptr);
}

TEST(Journal, TakesNewsOnlyOfOpenOperationsThatAreNotAskedForYet) {
  Journal journal;
  journal.load({recorded("1", started), recorded("2", started), recorded("3", succeeded)});
  EXPECT_EQ(journal.open_unasked(), 2U);
  journal.ask(*journal.root().child(1));
  EXPECT_EQ(journal.open_unasked(), 1U);

  journal.update(recorded("1", succeeded));
  journal.update(recorded("2", succeeded));
  journal.update(recorded("3", started));
  journal.update(recorded("9", started));

  EXPECT_EQ(journal.root().child(1)->operation->status, started);
  EXPECT_EQ(journal.root().child(2)->operation->status, succeeded);
  EXPECT_EQ(journal.root().child(3)->operation->status, succeeded);
  EXPECT_EQ(journal.open_unasked(), 0U);
}

TEST(Journal, ListsWhatWasNotAskedForUnderContextsThatRan) {
  Journal journal;
  journal.load({recorded("1", succeeded), recorded("1-1", succeeded), recorded("2", started),
                recorded("2-1", succeeded), recorded("2-2", succeeded), recorded("3", succeeded),
                recorded("hff", succeeded)});
  journal.ask(*journal.root().child(1));  // answered from the record: its child is no leftover
  journal.ask(*journal.root().child(2));
  journal.root().child(2)->entered = true;
  journal.ask(*journal.root().child(2)->child(1));

  EXPECT_THAT(ids(journal.leftovers(10)), ElementsAre("2-2", "3", "hff"));
  EXPECT_THAT(ids(journal.leftovers(1)), ElementsAre("2-2"));
}

// ---- Batcher ----

void add(Batcher& batcher, const std::string& id, Batcher::Urgency urgency, std::size_t payload = 0,
         Timestamp now = {}) {
  wire::OperationUpdate& update = batcher.append();
  update.id = id;
  if (payload > 0) update.payload = Payload(std::string(payload, 'x'));
  batcher.seal(urgency, now);
}

std::vector<std::string> taken(Batcher& batcher) {
  std::vector<std::string> all;
  for (const auto& update : batcher.take()) all.push_back(update.id);
  return all;
}

constexpr auto waited_for = Batcher::Urgency::waited_for;
constexpr auto may_wait = Batcher::Urgency::may_wait;

TEST(Batcher, IsDueAtOnceWhenSomethingIsWaitedFor) {
  Batcher batcher({});
  EXPECT_TRUE(batcher.empty());
  add(batcher, "a", may_wait);
  EXPECT_FALSE(batcher.due(Timestamp(24h)));
  EXPECT_FALSE(batcher.due_at());
  add(batcher, "b", waited_for);
  EXPECT_TRUE(batcher.due(Timestamp{}));
  EXPECT_THAT(taken(batcher), ElementsAre("a", "b"));
  EXPECT_TRUE(batcher.empty());
  EXPECT_FALSE(batcher.due(Timestamp(24h)));
}

TEST(Batcher, IsDueWhenTheOldestHasBeenHeldLongEnough) {
  Batcher batcher({.async_hold = 100ms});
  add(batcher, "a", may_wait, 0, Timestamp(1s));
  add(batcher, "b", may_wait, 0, Timestamp(2s));
  EXPECT_EQ(batcher.due_at(), Timestamp(1100ms));
  EXPECT_FALSE(batcher.due(Timestamp(1099ms)));
  EXPECT_TRUE(batcher.due(Timestamp(1100ms)));
}

TEST(Batcher, KeepsToTheNumberOfUpdatesAndTheirOrder) {
  Batcher batcher({.updates_max = 2});
  for (const char* id : {"a", "b", "c", "d", "e"}) add(batcher, id, waited_for);
  EXPECT_THAT(taken(batcher), ElementsAre("a", "b"));
  add(batcher, "f", may_wait);
  EXPECT_THAT(taken(batcher), ElementsAre("c", "d"));
  EXPECT_THAT(taken(batcher), ElementsAre("e", "f"));
  EXPECT_TRUE(batcher.empty());
}

TEST(Batcher, KeepsToItsBytesButAdmitsAnyFirstUpdate) {
  Batcher batcher({.bytes_max = 10'000});
  add(batcher, "big", waited_for, 20'000);
  add(batcher, "a", waited_for, 5'000);
  add(batcher, "b", waited_for, 5'000);
  EXPECT_THAT(taken(batcher), ElementsAre("big"));
  EXPECT_THAT(taken(batcher), ElementsAre("a"));
  EXPECT_TRUE(batcher.waited_for());
  EXPECT_THAT(taken(batcher), ElementsAre("b"));
  EXPECT_FALSE(batcher.waited_for());
}

// ---- Retry delays ----

TEST(Backoff, GrowsExponentiallyToItsMaximum) {
  const Backoff backoff{5'000, 60'000, 7, 2'000, Jitter::none, Backoff::Growth::exponential};
  std::vector<std::int64_t> seconds;
  for (std::uint32_t attempt = 1; attempt < 7; ++attempt) {
    seconds.push_back(delay_after(backoff, attempt, 0)->count() / 1000);
  }
  EXPECT_THAT(seconds, ElementsAre(5, 10, 20, 40, 60, 60));
  EXPECT_FALSE(delay_after(backoff, 7, 0));
  EXPECT_FALSE(delay_after(backoff, 8, 0));
}

TEST(Backoff, GrowsByHalfWithoutRoundingDownToNothing) {
  const Backoff backoff{1'000, 60'000, 10, 1'500, Jitter::none, Backoff::Growth::exponential};
  EXPECT_EQ(delay_after(backoff, 2, 0), 1500ms);
  EXPECT_EQ(delay_after(backoff, 3, 0), 2250ms);
  const Backoff tiny{0, 60'000, 2'000'000'000, 1'500, Jitter::none, Backoff::Growth::exponential};
  EXPECT_EQ(delay_after(tiny, 1'000'000'000, 0), 0ms) << "and ends at once";
}

TEST(Backoff, GrowsLinearly) {
  const Backoff backoff{1'000, 5'000, 10, 1'000, Jitter::none, Backoff::Growth::linear};
  EXPECT_EQ(delay_after(backoff, 1, 0), 1s);
  EXPECT_EQ(delay_after(backoff, 4, 0), 4s);
  EXPECT_EQ(delay_after(backoff, 9, 0), 5s);
}

TEST(Backoff, JitterCoversItsWholeRange) {
  constexpr std::uint64_t most = ~0ULL;
  const Backoff full{10'000, 60'000, 3, 2'000, Jitter::full, Backoff::Growth::exponential};
  EXPECT_EQ(delay_after(full, 1, 0), 0ms);
  EXPECT_EQ(delay_after(full, 1, most), 10s);
  const Backoff half{10'000, 60'000, 3, 2'000, Jitter::half, Backoff::Growth::exponential};
  EXPECT_EQ(delay_after(half, 1, 0), 5s);
  EXPECT_EQ(delay_after(half, 1, most), 10s);
}

TEST(Backoff, DelaysAreWholeSecondsWithinTheServicesRange) {
  EXPECT_EQ(delay_seconds(0ms), 1);
  EXPECT_EQ(delay_seconds(-5s), 1);
  EXPECT_EQ(delay_seconds(1000ms), 1);
  EXPECT_EQ(delay_seconds(1001ms), 2);
  EXPECT_EQ(delay_seconds(24h * 10'000), 31'622'400);
}

std::vector<int> delays(const RetryPolicy& policy) {
  std::vector<int> seconds;
  for (std::uint32_t attempt = 1; attempt <= 20; ++attempt) {
    const auto delay = policy({.attempt = attempt, .random_bits = ~0ULL});
    if (!delay) break;
    seconds.push_back(static_cast<int>(delay_seconds(*delay)));
  }
  return seconds;
}

TEST(RetryPresets, HaveTheDelaysOfTheOfficialSdks) {
  EXPECT_THAT(delays(RetryPolicy()), ElementsAre(5, 10, 20, 40, 60));
  EXPECT_THAT(delays(retry::standard()), ElementsAre(5, 10, 20, 40, 60));
  EXPECT_THAT(delays(retry::none()), ElementsAre());
  EXPECT_THAT(delays(retry::exponential()), ElementsAre(5, 10));
  EXPECT_THAT(delays(retry::transient()), ElementsAre(5, 10));
  EXPECT_THAT(delays(retry::transient_fast()), ElementsAre(1, 2));
  EXPECT_THAT(delays(retry::resource_availability()), ElementsAre(5, 10, 20, 40));
  EXPECT_THAT(delays(retry::critical()), ElementsAre(1, 2, 3, 4, 6, 8, 12, 18, 26));
  EXPECT_THAT(delays(retry::steady()), ElementsAre(1, 2, 3, 4, 5));
  EXPECT_THAT(delays(retry::linear()), ElementsAre(1, 2, 3, 4, 5));
  EXPECT_THAT(delays(retry::fixed()), ElementsAre(5, 5, 5, 5));
}

TEST(RetryPresets, RefuseOptionsOutOfRange) {
  EXPECT_THROW(static_cast<void>(retry::exponential({.max_attempts = 0})), ValidationError);
  EXPECT_THROW(static_cast<void>(retry::exponential({.rate = 0.5})), ValidationError);
  EXPECT_THROW(static_cast<void>(retry::linear({.increment = -1s})), ValidationError);
  EXPECT_THROW(static_cast<void>(retry::fixed({.delay = -1s})), ValidationError);
}

TEST(RetryFilter, PassesWhatMatchesAnyOfItsParts) {
  EXPECT_TRUE(RetryFilter().passes("Any", "thing"));
  RetryFilter types;
  types.error_type("bank::Busy");
  EXPECT_TRUE(types.passes("bank::Busy", ""));
  EXPECT_FALSE(types.passes("bank::Busy2", "bank::Busy"));
  RetryFilter both;
  both.error_type("A").message_contains("time").message_matches("^[0-9]+ left$");
  EXPECT_TRUE(both.passes("A", "x"));
  EXPECT_TRUE(both.passes("B", "out of time"));
  EXPECT_TRUE(both.passes("B", "12 left"));
  EXPECT_FALSE(both.passes("B", "12 left over"));
  EXPECT_THROW(RetryFilter().message_matches("("), ValidationError);
  EXPECT_FALSE(both.passes("B", std::string(1'000'000, '1'))) << "and returns";
}

TEST(RetryFilter, RestrictsAPolicy) {
  RetryFilter busy;
  busy.error_type("Busy");
  const RetryPolicy policy = retry::fixed({.only = &busy});
  EXPECT_TRUE(policy({.attempt = 1, .error_type = "Busy"}));
  EXPECT_FALSE(policy({.attempt = 1, .error_type = "Broken"}));
}

TEST(OutputSize, CountsEscapes) {
  EXPECT_EQ(json_string_size("abc"), 5U);
  EXPECT_EQ(json_string_size("\"\\\n"), 8U);
  EXPECT_EQ(json_string_size(std::string_view("\0", 1)), 8U);
  EXPECT_EQ(success_output_size("1"), std::string(R"({"Status":"SUCCEEDED","Result":"1"})").size());
}

}  // namespace
}  // namespace durable::machine
