// SPDX-License-Identifier: Apache-2.0
//
// What every store must do. A fixture has `Store& store()`, and `void reopen()`, after which the
// store must still have all that was committed.
#pragma once

#include "engine/decide.h"
#include "sim/workload.h"
#include "store/samples.h"
#include "store/store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>
#include <vector>

namespace durable::store {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

template <class Fixture>
class StoreContract : public ::testing::Test {
 protected:
  Store& store() { return fixture_.store(); }
  void reopen() { fixture_.reopen(); }

  Page must_list(const ListQuery& query) {
    Result<Page> page = store().list(query);
    EXPECT_TRUE(page.has_value()) << page.error().message;
    return page ? std::move(*page) : Page{};
  }
  /// All pages together.
  std::vector<std::string> list_names(ListQuery query) {
    std::vector<std::string> all;
    for (int pages = 0; pages < 1'000; ++pages) {
      const Page page = must_list(query);
      for (std::string& name : names(page)) all.push_back(std::move(name));
      query.marker = page.next;
      if (page.next.empty()) return all;
    }
    ADD_FAILURE() << "the pages do not end";
    return all;
  }
  std::optional<Summary> summary(ExecutionKey key) { return store().find(key).value(); }
  ErrorCode refusal(std::span<const Write> writes) {
    const Result<void> committed = store().commit(writes);
    EXPECT_FALSE(committed.has_value());
    return committed ? ErrorCode{} : committed.error().code;
  }

 private:
  Fixture fixture_;
};

TYPED_TEST_SUITE_P(StoreContract);

// ---- Commits ----

TYPED_TEST_P(StoreContract, KeepsTheEventsOfEveryCommitInOrder) {
  const auto first = events_of(1);
  const auto second = events_of(2, 1);
  const auto third = events_of(3, 40);
  const Identity identity = identity_of("a");
  const ExecutionKey key = must_create(this->store(), identity, {}, first);
  must_commit(this->store(), {key, 3, second, {}, nullptr});
  must_commit(this->store(), {key, 4, third, {}, nullptr});
  this->reopen();
  EXPECT_TRUE(same(events_in(this->store(), key), joined(joined(first, second), third)));
  EXPECT_EQ(this->summary(key)->revision, 44U);
}

TYPED_TEST_P(StoreContract, CommitsToManyExecutionsAtOnce) {
  const auto events = events_of(1);
  const Identity a = identity_of("a");
  const Identity b = identity_of("b");
  const ExecutionKey old_key = must_create(this->store(), a, {}, events);
  const ExecutionKey new_key = this->store().next_key();
  const auto more = events_of(2);
  const std::vector<Write> writes{{old_key, 3, more, {}, nullptr}, {new_key, 0, events, {}, &b}};
  ASSERT_TRUE(this->store().commit(writes).has_value());
  this->reopen();
  EXPECT_TRUE(same(events_in(this->store(), old_key), joined(events, more)));
  EXPECT_TRUE(same(events_in(this->store(), new_key), events));
}

TYPED_TEST_P(StoreContract, OneCommitMayWriteTwiceToOneExecution) {
  const auto events = events_of(1);
  const Identity identity = identity_of("a");
  const ExecutionKey key = this->store().next_key();
  const std::vector<Write> writes{{key, 0, events, {}, &identity},
                                  {key, 3, events, asleep_until(noon), nullptr}};
  ASSERT_TRUE(this->store().commit(writes).has_value());
  EXPECT_EQ(this->summary(key)->revision, 6U);
  EXPECT_EQ(this->summary(key)->standing.due_at, noon);
}

TYPED_TEST_P(StoreContract, AnEmptyCommitChangesNothing) {
  EXPECT_TRUE(this->store().commit({}).has_value());
  EXPECT_THAT(this->list_names({}), IsEmpty());
}

TYPED_TEST_P(StoreContract, AnotherRevisionIsAConflictAndNothingIsWritten) {
  const auto events = events_of(1);
  const Identity a = identity_of("a");
  const Identity b = identity_of("b");
  const ExecutionKey key = must_create(this->store(), a, {}, events);
  const ExecutionKey other = this->store().next_key();
  for (const Revision expected : {Revision{0}, Revision{2}, Revision{4}}) {
    const std::vector<Write> writes{{other, 0, events, {}, &b},
                                    {key, expected, events, closed(noon, noon), &a}};
    EXPECT_EQ(this->refusal(writes), ErrorCode::conflict) << expected;
  }
  this->reopen();
  EXPECT_EQ(this->summary(key)->revision, 3U);
  EXPECT_EQ(this->summary(key)->standing, Standing{});
  EXPECT_EQ(this->summary(other), std::nullopt);
  EXPECT_EQ(this->store().find(b.arn).value(), std::nullopt);
  EXPECT_THAT(this->list_names({}), ElementsAre("a"));
}

TYPED_TEST_P(StoreContract, AnUnknownExecutionHasRevision0) {
  const auto events = events_of(1);
  const Write write{this->store().next_key(), 1, events, {}, nullptr};
  EXPECT_EQ(this->refusal({&write, 1}), ErrorCode::conflict);
}

TYPED_TEST_P(StoreContract, AConflictSaysWhatIsThere) {
  const auto events = events_of(1);
  const ExecutionKey key = must_create(this->store(), identity_of("a"), {}, events);
  const Write write{key, 7, events, {}, nullptr};
  const Result<void> committed = this->store().commit({&write, 1});
  EXPECT_EQ(committed.error().message,
            "execution " + std::to_string(static_cast<std::int64_t>(key)) +
                " has revision 3, and the write expected 7; load the execution again and decide "
                "anew");
}

TYPED_TEST_P(StoreContract, TwoExecutionsCannotHaveOneArn) {
  const auto events = events_of(1);
  const Identity identity = identity_of("a");
  const ExecutionKey key = must_create(this->store(), identity, {}, events);
  const Write write{this->store().next_key(), 0, events, {}, &identity};
  EXPECT_EQ(this->refusal({&write, 1}), ErrorCode::conflict);

  const Identity fresh = identity_of("b");
  const std::vector<Write> twins{{this->store().next_key(), 0, events, {}, &fresh},
                                 {this->store().next_key(), 0, events, {}, &fresh}};
  EXPECT_EQ(this->refusal(twins), ErrorCode::conflict);
  EXPECT_EQ(this->store().find(fresh.arn).value(), std::nullopt);
  EXPECT_EQ(this->store().find(identity.arn).value()->key, key);
}

TYPED_TEST_P(StoreContract, AfterARefusalTheNextCommitWorks) {
  const auto events = events_of(1);
  const ExecutionKey key = must_create(this->store(), identity_of("a"), {}, events);
  const Write stale{key, 1, events, {}, nullptr};
  EXPECT_EQ(this->refusal({&stale, 1}), ErrorCode::conflict);
  must_commit(this->store(), {key, 3, events, {}, nullptr});
  EXPECT_EQ(this->summary(key)->revision, 6U);
}

TYPED_TEST_P(StoreContract, KeysRiseAndAreNotGivenTwice) {
  const ExecutionKey first = must_create(this->store(), identity_of("a"));
  const ExecutionKey unused = this->store().next_key();
  const ExecutionKey second = must_create(this->store(), identity_of("b"));
  EXPECT_LT(first, unused);
  EXPECT_LT(unused, second);
  this->reopen();
  EXPECT_LT(second, this->store().next_key());
}

// ---- Reading ----

TYPED_TEST_P(StoreContract, ReadsFromAnyEventOn) {
  std::vector<engine::Event> all;
  const Identity identity = identity_of("a");
  const ExecutionKey key = this->store().next_key();
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    const auto events = events_of(seed, seed);
    must_commit(this->store(), {key, all.size(), events, {}, &identity});
    all = joined(std::move(all), events);
  }
  for (std::size_t first = 0; first <= all.size() + 1; ++first) {
    const std::vector<engine::Event> rest(
        all.begin() + static_cast<std::ptrdiff_t>(std::min(first, all.size())), all.end());
    EXPECT_TRUE(same(events_in(this->store(), key, first), rest)) << "from " << first;
  }
}

TYPED_TEST_P(StoreContract, StopsWhenTheReaderSaysSo) {
  const auto events = events_of(1, 10);
  const ExecutionKey key = must_create(this->store(), identity_of("a"), {}, events);
  const std::vector<engine::Event> middle(events.begin() + 2, events.begin() + 5);
  EXPECT_TRUE(same(events_in(this->store(), key, 2, 3), middle));
}

TYPED_TEST_P(StoreContract, ReadingAnUnknownExecutionIsRefused) {
  const auto read =
      this->store().read(ExecutionKey{77}, 0, [](const engine::Event&) { return Reading::go_on; });
  EXPECT_EQ(read.error().code, ErrorCode::resource_not_found);
  EXPECT_EQ(read.error().message, "there is no execution 77 in the store; it may have expired");
}

TYPED_TEST_P(StoreContract, KeepsLargePayloads) {
  const std::string megabyte(1 << 20, 'x');
  const std::vector<engine::Event> events{
      engine::Event(noon, 1, 0, engine::fact::ExecutionSucceeded{Payload(megabyte)})};
  const ExecutionKey key = must_create(this->store(), identity_of("a"), {}, events);
  this->reopen();
  EXPECT_TRUE(same(events_in(this->store(), key), events));
}

// What a host does: commit after each decision, fall over, load, fold and go on.
TYPED_TEST_P(StoreContract, AnExecutionLivesOnAfterEveryRestart) {
  for (std::uint64_t seed = 0; seed < 4; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    sim::Workload workload(seed);
    Timestamp now{Duration{1'000'000}};
    engine::Execution execution;
    engine::Decision decision;
    const Identity identity = identity_of("seed-" + std::to_string(seed));
    const ExecutionKey key = this->store().next_key();
    engine::Command command = workload.start();
    Revision revision = 0;
    for (int i = 0; i < 200; ++i) {
      const bool accepted = engine::decide(execution, command, now, decision).has_value();
      if (accepted && !decision.events.empty()) {
        must_commit(this->store(), {key, revision, decision.events, {}, &identity});
        for (const engine::Event& event : decision.events) engine::evolve(execution, event);
        revision += decision.events.size();
      }
      if (i % 40 == 39) {
        this->reopen();
        const auto log = load(this->store(), key);
        ASSERT_TRUE(log.has_value()) << log.error().message;
        engine::Execution folded;
        for (const engine::Event& event : *log) engine::evolve(folded, event);
        ASSERT_TRUE(folded == execution);
        execution = std::move(folded);
      }
      now += workload.step_time(execution, now);
      command = workload.next(execution, std::string(execution.token()), now);
    }
  }
}

// ---- Looking up ----

TYPED_TEST_P(StoreContract, FindsByKeyAndByArn) {
  const Identity identity = identity_of("a");
  const ExecutionKey key = must_create(this->store(), identity, asleep_until(noon));
  must_create(this->store(), identity_of("b"));
  this->reopen();
  const Summary expected{key, 3, identity, asleep_until(noon)};
  EXPECT_EQ(this->store().find(key).value(), expected);
  EXPECT_EQ(this->store().find(identity.arn).value(), expected);
  EXPECT_EQ(this->store().find(ExecutionKey{77}).value(), std::nullopt);
  EXPECT_EQ(this->store().find(identity.arn + "x").value(), std::nullopt);
}

TYPED_TEST_P(StoreContract, KeepsWhatAHostHasToKnowAgain) {
  Identity identity = identity_of("a");
  identity.tenant_id = "";
  identity.trace_header = "Root=1-2-3";
  identity.retention_days = 3;
  const ExecutionKey key = must_create(this->store(), identity, asleep_until(noon));
  must_commit(this->store(), {key, 3, events_of(2), closed(noon, noon), nullptr});
  this->reopen();
  EXPECT_EQ(this->summary(key)->identity, identity);
  EXPECT_EQ(this->store().list({}).value().items.at(0).identity, identity);
}

TYPED_TEST_P(StoreContract, AnIdentityMayHaveEmptyTextsAndAnyBytes) {
  Identity identity;
  identity.arn = "\"'; -- \xC3\xA9";
  const ExecutionKey key = must_create(this->store(), identity);
  this->reopen();
  EXPECT_EQ(this->summary(key)->identity, identity);
}

TYPED_TEST_P(StoreContract, EachCommitReplacesTheStanding) {
  const auto events = events_of(1);
  const ExecutionKey key = must_create(this->store(), identity_of("a"), asleep_until(noon));
  must_commit(this->store(), {key, 3, events, asleep_until(engine::never), nullptr});
  EXPECT_EQ(this->summary(key)->standing, Standing{});
  const Standing end =
      closed(noon + Duration{5}, noon + Duration{9}, wire::ExecutionStatus::failed);
  must_commit(this->store(), {key, 6, events, end, nullptr});
  this->reopen();
  EXPECT_EQ(this->summary(key)->standing, end);
  // The invocation that was running when it closed ends later.
  must_commit(this->store(), {key, 9, events, end, nullptr});
  EXPECT_EQ(this->summary(key)->standing, end);
  EXPECT_EQ(this->summary(key)->revision, 12U);
}

TYPED_TEST_P(StoreContract, FindsTheNewestWithAName) {
  Identity first = identity_of("a");
  const ExecutionKey old_key = must_create(this->store(), first, closed(noon, noon));
  Identity second = identity_of("a");
  second.arn += "-2";
  second.started_at -= Duration{1};  // The clock was set back; still it came later.
  const ExecutionKey new_key = must_create(this->store(), second);
  must_create(this->store(), identity_of("a", "billing"));
  EXPECT_LT(old_key, new_key);
  EXPECT_EQ(this->store().find_newest("orders", "a").value()->key, new_key);
  EXPECT_EQ(this->store().find_newest("orders", "b").value(), std::nullopt);
  EXPECT_EQ(this->store().find_newest("shipping", "a").value(), std::nullopt);
}

TYPED_TEST_P(StoreContract, OpenExecutionsAreThoseThatRun) {
  const ExecutionKey a = must_create(this->store(), identity_of("a"), asleep_until(noon));
  const ExecutionKey b = must_create(this->store(), identity_of("b"), closed(noon, noon));
  const ExecutionKey c = must_create(this->store(), identity_of("c"));
  const ExecutionKey d = must_create(this->store(), identity_of("d"));
  must_commit(this->store(), {d, 3, events_of(2), closed(noon, noon), nullptr});
  this->reopen();
  EXPECT_THAT(this->store().open_executions().value(),
              ElementsAre(OpenExecution{a, noon}, OpenExecution{c, engine::never}));
  EXPECT_NE(this->summary(b), std::nullopt);
}

// ---- Listing ----

TYPED_TEST_P(StoreContract, ListsNewestFirstUnlessAskedOtherwise) {
  must_create(this->store(), identity_of("b", "orders", noon + Duration{2}));
  must_create(this->store(), identity_of("a", "orders", noon + Duration{1}));
  must_create(this->store(), identity_of("c", "billing", noon + Duration{3}));
  must_create(this->store(), identity_of("d", "billing", noon + Duration{3}));
  ListQuery query;
  EXPECT_THAT(this->list_names(query), ElementsAre("d", "c", "b", "a"));
  query.order = Order::oldest_first;
  EXPECT_THAT(this->list_names(query), ElementsAre("a", "b", "c", "d"));
}

TYPED_TEST_P(StoreContract, FiltersApplyTogether) {
  for (const std::string function : {"orders", "billing"}) {
    for (int i = 0; i < 6; ++i) {
      Identity identity =
          identity_of(function.substr(0, 1) + std::to_string(i), function, noon + Duration{i});
      if (i % 2 == 1) identity.version = "$LATEST";
      const bool ended = i < 2;
      must_create(this->store(), identity,
                  ended ? closed(noon, noon, wire::ExecutionStatus::timed_out) : Standing{});
    }
  }
  ListQuery query;
  query.order = Order::oldest_first;
  query.function_name = "orders";
  EXPECT_THAT(this->list_names(query), ElementsAre("o0", "o1", "o2", "o3", "o4", "o5"));
  query.version = "7";
  EXPECT_THAT(this->list_names(query), ElementsAre("o0", "o2", "o4"));
  query.statuses = {wire::ExecutionStatus::running};
  EXPECT_THAT(this->list_names(query), ElementsAre("o2", "o4"));
  query.statuses = {wire::ExecutionStatus::failed, wire::ExecutionStatus::timed_out};
  EXPECT_THAT(this->list_names(query), ElementsAre("o0"));
  query.function_name.reset();
  EXPECT_THAT(this->list_names(query), ElementsAre("o0", "b0"));
  query = {};
  query.execution_name = "b4";
  EXPECT_THAT(this->list_names(query), ElementsAre("b4"));
  query.function_name = "orders";
  EXPECT_THAT(this->list_names(query), IsEmpty());
  query.function_name = "billing";
  EXPECT_THAT(this->list_names(query), ElementsAre("b4"));
}

TYPED_TEST_P(StoreContract, TimesAreOpenAtBothEnds) {
  for (int i = 0; i < 5; ++i) {
    must_create(this->store(), identity_of(std::to_string(i), "orders", noon + Duration{i}));
  }
  ListQuery query;
  query.started_after = noon + Duration{1};
  EXPECT_THAT(this->list_names(query), ElementsAre("4", "3", "2"));
  query.started_before = noon + Duration{4};
  EXPECT_THAT(this->list_names(query), ElementsAre("3", "2"));
  query.order = Order::oldest_first;
  query.function_name = "orders";
  EXPECT_THAT(this->list_names(query), ElementsAre("2", "3"));
  query.started_before = noon + Duration{2};
  EXPECT_THAT(this->list_names(query), IsEmpty());
  query.started_before = noon;
  EXPECT_THAT(this->list_names(query), IsEmpty());
}

TYPED_TEST_P(StoreContract, PagesFollowEachOther) {
  for (int i = 0; i < 7; ++i) {
    // Four of them start together.
    must_create(this->store(), identity_of(std::to_string(i), "orders", noon + Duration{i / 4}));
  }
  for (const Order order : {Order::newest_first, Order::oldest_first}) {
    ListQuery query;
    query.order = order;
    const auto all = this->list_names(query);
    ASSERT_EQ(all.size(), 7U);
    for (std::size_t items = 1; items <= 8; ++items) {
      query.items_max = items;
      EXPECT_EQ(this->list_names(query), all) << items << " a page";
    }
  }
}

TYPED_TEST_P(StoreContract, AFullLastPageHasNoNext) {
  must_create(this->store(), identity_of("a"));
  must_create(this->store(), identity_of("b"));
  ListQuery query;
  query.items_max = 2;
  EXPECT_EQ(this->must_list(query).next, "");
  query.items_max = 1;
  EXPECT_NE(this->must_list(query).next, "");
}

TYPED_TEST_P(StoreContract, PagesAreStableUnderCommits) {
  for (int i = 0; i < 6; ++i) {
    must_create(this->store(), identity_of(std::to_string(i), "orders", noon + Duration{i}));
  }
  ListQuery query;
  query.items_max = 2;
  const Page first = this->must_list(query);
  EXPECT_THAT(names(first), ElementsAre("5", "4"));
  // Newer ones come, one that was listed goes on, and one that was listed is removed.
  must_create(this->store(), identity_of("6", "orders", noon + Duration{6}));
  must_commit(this->store(), {first.items[0].key, 3, events_of(2), {}, nullptr});
  must_commit(this->store(), {first.items[1].key, 3, events_of(2), closed(noon, noon), nullptr});
  ASSERT_TRUE(this->store().remove_expired(noon, 10).has_value());
  this->reopen();
  query.marker = first.next;
  EXPECT_THAT(this->list_names(query), ElementsAre("3", "2", "1", "0"));
}

TYPED_TEST_P(StoreContract, AMarkerThatNoPageGaveIsRefused) {
  for (const std::string marker :
       {"x", "1", "1.", ".1", "1.2.3", "1.2 ", "99999999999999999999.1"}) {
    ListQuery query;
    query.marker = marker;
    const auto page = this->store().list(query);
    ASSERT_FALSE(page.has_value()) << marker;
    EXPECT_EQ(page.error().code, ErrorCode::invalid_parameter);
    EXPECT_EQ(page.error().message, "Invalid Marker '" + marker +
                                        "': expected the NextMarker of an earlier page of this "
                                        "list.");
  }
}

TYPED_TEST_P(StoreContract, AFilterThatNothingPassesGivesWayNowAndThen) {
  const auto events = events_of(1, 1);
  std::vector<Identity> identities;
  std::vector<Write> writes;
  for (std::size_t i = 0; i < examined_max + 5; ++i) {
    identities.push_back(identity_of(std::to_string(i), "orders", noon + Duration{i}));
  }
  for (const Identity& identity : identities) {
    writes.push_back({this->store().next_key(), 0, events, {}, &identity});
  }
  ASSERT_TRUE(this->store().commit(writes).has_value());
  ListQuery query;
  query.execution_name = "2";
  const Page first = this->must_list(query);
  EXPECT_THAT(first.items, IsEmpty());
  EXPECT_NE(first.next, "");
  query.marker = first.next;
  EXPECT_THAT(names(this->must_list(query)), ElementsAre("2"));
}

// ---- Retention ----

TYPED_TEST_P(StoreContract, WhatHasExpiredIsRemovedWithItsLog) {
  const Identity a = identity_of("a");
  const ExecutionKey key = must_create(this->store(), a, {}, events_of(1));
  for (Revision revision = 3; revision < 12; revision += 3) {
    must_commit(this->store(), {key, revision, events_of(2), closed(noon, noon), nullptr});
  }
  const ExecutionKey other = must_create(this->store(), identity_of("b"), {}, events_of(3));
  EXPECT_THAT(this->store().remove_expired(noon - Duration{1}, 10).value(), IsEmpty());
  EXPECT_THAT(this->store().remove_expired(noon, 10).value(), ElementsAre(key));
  this->reopen();
  EXPECT_EQ(this->summary(key), std::nullopt);
  EXPECT_EQ(this->store().find(a.arn).value(), std::nullopt);
  EXPECT_EQ(this->store().find_newest("orders", "a").value(), std::nullopt);
  EXPECT_THAT(this->list_names({}), ElementsAre("b"));
  EXPECT_EQ(load(this->store(), key).error().code, ErrorCode::resource_not_found);
  EXPECT_TRUE(same(events_in(this->store(), other), events_of(3)));
  EXPECT_THAT(this->store().remove_expired(noon, 10).value(), IsEmpty());
}

TYPED_TEST_P(StoreContract, ARemovedNameAndArnAreFree) {
  const Identity identity = identity_of("a");
  must_create(this->store(), identity, closed(noon, noon));
  ASSERT_TRUE(this->store().remove_expired(noon, 10).has_value());
  const ExecutionKey key = must_create(this->store(), identity, {}, events_of(5));
  this->reopen();
  EXPECT_EQ(this->store().find_newest("orders", "a").value()->key, key);
  EXPECT_TRUE(same(events_in(this->store(), key), events_of(5)));
}

TYPED_TEST_P(StoreContract, RemovalTakesTheEarliestFirstAndNoMoreThanAsked) {
  const auto end = [](int ms) { return closed(noon, noon + Duration{ms}); };
  const ExecutionKey late = must_create(this->store(), identity_of("late"), end(3));
  const ExecutionKey early = must_create(this->store(), identity_of("early"), end(1));
  const ExecutionKey middle = must_create(this->store(), identity_of("middle"), end(2));
  const Timestamp now = noon + Duration{10};
  EXPECT_THAT(this->store().remove_expired(now, 0).value(), IsEmpty());
  EXPECT_THAT(this->store().remove_expired(now, 2).value(), ElementsAre(early, middle));
  EXPECT_THAT(this->store().remove_expired(now, 2).value(), ElementsAre(late));
}

TYPED_TEST_P(StoreContract, WhatRunsOrNeverExpiresIsKept) {
  Standing running = asleep_until(noon);
  running.expires_at = noon;  // of no meaning while it runs
  must_create(this->store(), identity_of("a"), running);
  must_create(this->store(), identity_of("b"), closed(noon, engine::never));
  EXPECT_THAT(this->store().remove_expired(Timestamp::max(), 10).value(), IsEmpty());
  EXPECT_THAT(this->list_names({}), ElementsAre("b", "a"));
}

REGISTER_TYPED_TEST_SUITE_P(
    StoreContract, KeepsTheEventsOfEveryCommitInOrder, CommitsToManyExecutionsAtOnce,
    OneCommitMayWriteTwiceToOneExecution, AnEmptyCommitChangesNothing,
    AnotherRevisionIsAConflictAndNothingIsWritten, AnUnknownExecutionHasRevision0,
    AConflictSaysWhatIsThere, TwoExecutionsCannotHaveOneArn, AfterARefusalTheNextCommitWorks,
    KeysRiseAndAreNotGivenTwice, ReadsFromAnyEventOn, StopsWhenTheReaderSaysSo,
    ReadingAnUnknownExecutionIsRefused, KeepsLargePayloads, AnExecutionLivesOnAfterEveryRestart,
    FindsByKeyAndByArn, KeepsWhatAHostHasToKnowAgain, AnIdentityMayHaveEmptyTextsAndAnyBytes,
    EachCommitReplacesTheStanding, FindsTheNewestWithAName, OpenExecutionsAreThoseThatRun,
    ListsNewestFirstUnlessAskedOtherwise, FiltersApplyTogether, TimesAreOpenAtBothEnds,
    PagesFollowEachOther, AFullLastPageHasNoNext, PagesAreStableUnderCommits,
    AMarkerThatNoPageGaveIsRefused, AFilterThatNothingPassesGivesWayNowAndThen,
    WhatHasExpiredIsRemovedWithItsLog, ARemovedNameAndArnAreFree,
    RemovalTakesTheEarliestFirstAndNoMoreThanAsked, WhatRunsOrNeverExpiresIsKept);

}  // namespace durable::store
