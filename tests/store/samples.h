// SPDX-License-Identifier: Apache-2.0
//
// Executions to put into stores.
#pragma once

#include "store/random_events.h"
#include "store/store.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace durable::store {

constexpr Timestamp noon{Duration{1'700'000'000'000}};

inline Identity identity_of(const std::string& name, std::string function = "orders",
                            Timestamp started_at = noon) {
  Identity identity;
  identity.function_arn = "arn:aws:lambda:us-east-1:123456789012:function:" + function + ":7";
  identity.arn = identity.function_arn + "/durable-execution/" + name + "/0001";
  identity.name = name;
  identity.function_name = std::move(function);
  identity.version = "7";
  identity.started_at = started_at;
  return identity;
}

inline Standing asleep_until(Timestamp due_at) {
  Standing standing;
  standing.due_at = due_at;
  return standing;
}

inline Standing closed(Timestamp ended_at, Timestamp expires_at,
                       wire::ExecutionStatus status = wire::ExecutionStatus::succeeded) {
  return {status, engine::never, ended_at, expires_at};
}

inline std::vector<engine::Event> events_of(std::uint64_t seed, std::size_t count = 3) {
  Random random(seed);
  return random_events(random, count);
}

inline std::vector<engine::Event> joined(std::vector<engine::Event> first,
                                         const std::vector<engine::Event>& second) {
  first.insert(first.end(), second.begin(), second.end());
  return first;
}

/// The events from `first` on; at most `count_max`.
inline std::vector<engine::Event> events_in(const Store& store, ExecutionKey key,
                                            Revision first = 0, std::size_t count_max = 1'000'000) {
  std::vector<engine::Event> events;
  const auto read = store.read(key, first, [&](engine::Event event) {
    events.push_back(std::move(event));
    return events.size() < count_max ? Reading::go_on : Reading::stop;
  });
  EXPECT_TRUE(read.has_value()) << read.error().message;
  return events;
}

/// Commits one write and expects success.
inline void must_commit(Store& store, const Write& write) {
  const Result<void> committed = store.commit({&write, 1});
  ASSERT_TRUE(committed.has_value()) << committed.error().message;
}

/// Creates an execution; returns its key.
inline ExecutionKey must_create(Store& store, const Identity& identity,
                                const Standing& standing = {},
                                const std::vector<engine::Event>& events = events_of(1)) {
  const ExecutionKey key = store.next_key();
  must_commit(store, {key, 0, events, standing, &identity});
  return key;
}

inline std::vector<std::string> names(const Page& page) {
  std::vector<std::string> names;
  for (const Summary& summary : page.items) names.push_back(summary.identity.name);
  return names;
}

}  // namespace durable::store
