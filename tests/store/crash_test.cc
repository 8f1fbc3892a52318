// SPDX-License-Identifier: Apache-2.0
//
// Kills a process that commits, at many moments, and looks at what it left behind.
#include "store/samples.h"
#include "store/sqlite_store.h"
#include "store/temporary_folder.h"

#include <gtest/gtest.h>

#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdlib>

namespace durable::store {
namespace {

constexpr std::size_t execution_count = 5;

/// What the store holds after so many commits. Commit number n is the same in every process.
class Model {
 public:
  [[nodiscard]] const std::vector<engine::Event>& log(std::size_t execution) const {
    return logs_[execution];
  }
  [[nodiscard]] static ExecutionKey key(std::size_t execution) {
    return ExecutionKey{static_cast<std::int64_t>(execution) + 1};
  }

  void apply(std::uint64_t commit) {
    for (std::size_t i = 0; i < execution_count; ++i) {
      if (is_part(commit, i)) logs_[i] = joined(std::move(logs_[i]), events(commit, i));
    }
  }

  /// Makes commit number `commit` in a store that is as this model.
  [[nodiscard]] Result<void> commit(Store& store, std::uint64_t commit) const {
    std::array<std::vector<engine::Event>, execution_count> appended;
    std::array<Identity, execution_count> identities;
    std::vector<Write> writes;
    for (std::size_t i = 0; i < execution_count; ++i) {
      if (!is_part(commit, i)) continue;
      appended[i] = events(commit, i);
      identities[i] = identity_of(std::to_string(i));
      writes.push_back({key(i), logs_[i].size(), appended[i], asleep_until(noon + Duration{commit}),
                        &identities[i]});
    }
    return store.commit(writes);
  }

  /// Whether `store` holds exactly this.
  [[nodiscard]] bool is_in(const Store& store) const {
    for (std::size_t i = 0; i < execution_count; ++i) {
      const auto summary = store.find(key(i)).value();
      if ((summary ? summary->revision : 0) != logs_[i].size()) return false;
      if (summary && !same(events_in(store, key(i)), logs_[i])) return false;
    }
    return true;
  }

 private:
  static bool is_part(std::uint64_t commit, std::size_t execution) {
    return Random(commit * execution_count + execution).below(3) > 0;
  }
  static std::vector<engine::Event> events(std::uint64_t commit, std::size_t execution) {
    return events_of(commit * execution_count + execution, 1 + commit % 4);
  }

  std::array<std::vector<engine::Event>, execution_count> logs_;
};

/// Commits from number `first` on, and says so to `pipe` after each, until it is killed.
[[noreturn]] void commit_for_ever(const std::string& path, const SqliteOptions& options,
                                  Model model, std::uint64_t first, int pipe) {
  const auto store = SqliteStore::open(path, options);
  for (std::uint64_t commit = first; store; ++commit) {
    if (!model.commit(**store, commit)) break;
    model.apply(commit);
    if (::write(pipe, "+", 1) != 1) break;
  }
  ::_exit(1);
}

/// Starts such a process, kills it at a moment that `random` says, and returns how many of its
/// commits it said were done.
std::uint64_t commits_before_kill(const std::string& path, const SqliteOptions& options,
                                  const Model& model, std::uint64_t first, Random& random) {
  std::array<int, 2> ends{};
  if (::pipe(ends.data()) != 0) std::abort();
  const pid_t child = ::fork();
  if (child == 0) {
    ::close(ends[0]);
    commit_for_ever(path, options, model, first, ends[1]);
  }
  ::close(ends[1]);
  std::uint64_t acknowledged = 0;
  char byte = 0;
  for (std::uint64_t wanted = random.below(16); acknowledged < wanted; ++acknowledged) {
    if (::read(ends[0], &byte, 1) != 1) break;
  }
  // Somewhere in the commit that follows, or in opening the file.
  volatile std::uint64_t spin = random.below(400'000);
  while (spin > 0) spin = spin - 1;
  ::kill(child, SIGKILL);
  while (::read(ends[0], &byte, 1) == 1) ++acknowledged;
  ::close(ends[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) << "the child ended by itself";
  return acknowledged;
}

TEST(SqliteStoreCrash, KeepsEveryAcknowledgedCommitAndNothingInHalves) {
  constexpr std::uint64_t seed = 20;
  constexpr int kills = 24;
  Random random(seed);
  const TemporaryFolder folder;
  const std::string path = folder.file("store.db");
  Model model;
  std::uint64_t commits = 0;
  int unacknowledged = 0;
  for (int i = 0; i < kills; ++i) {
    SCOPED_TRACE("seed " + std::to_string(seed) + ", kill " + std::to_string(i));
    SqliteOptions options;
    options.durability = i % 2 == 0 ? Durability::full : Durability::normal;
    const std::uint64_t acknowledged =
        commits_before_kill(path, options, model, commits + 1, random);
    for (std::uint64_t n = 0; n < acknowledged; ++n) model.apply(++commits);

    const auto store = SqliteStore::open(path, options);
    ASSERT_TRUE(store.has_value()) << store.error().message;
    if (!model.is_in(**store)) {
      // The last one was done, and its process was killed before it could say so.
      model.apply(++commits);
      ++unacknowledged;
      ASSERT_TRUE(model.is_in(**store)) << "after " << commits << " commits";
    }
  }
  EXPECT_GT(commits, 50U);
  RecordProperty("unacknowledged", unacknowledged);
}

}  // namespace
}  // namespace durable::store
