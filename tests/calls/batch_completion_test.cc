// SPDX-License-Identifier: Apache-2.0
//
// The pure decisions of a batch, over all small cases.
#include "sdk/completion_rule.h"

#include <gmock/gmock.h>

#include <cmath>
#include <limits>
#include <string>

namespace durable::machine {
namespace {

using detail::completion_rule;
using detail::failures_within;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Item = BatchSchedule::Item;

TEST(FailuresWithin, IsExactForPercentagesOfOneDecimal) {
  for (std::size_t total = 0; total <= 300; ++total) {
    for (std::size_t tenths = 0; tenths <= 1'000; ++tenths) {
      const double percentage = static_cast<double>(tenths) / 10.0;
      // The largest count with count * 1000 <= tenths * total.
      EXPECT_EQ(failures_within(percentage, total), tenths * total / 1'000)
          << percentage << " of " << total;
    }
  }
}

TEST(FailuresWithin, TakesAThirdOfThreeAsOne) {
  EXPECT_EQ(failures_within(100.0 / 3, 3), 1U);
  EXPECT_EQ(failures_within(200.0 / 3, 3), 2U);
  EXPECT_EQ(failures_within(33.3, 3), 0U);
  EXPECT_EQ(failures_within(100, 100'000), 100'000U);
}

TEST(CompletionRule, WithNothingSetEndsAtTheFirstFailure) {
  const CompletionRule rule = completion_rule({}, 5);
  EXPECT_EQ(rule.failures_max, 0U);
  EXPECT_EQ(rule.min_successful, std::nullopt);
}

TEST(CompletionRule, WithAMinimumAloneToleratesAnyFailure) {
  const CompletionRule rule = completion_rule({.min_successful = 2}, 5);
  EXPECT_EQ(rule.failures_max, std::nullopt);
  EXPECT_EQ(rule.min_successful, 2U);
}

TEST(CompletionRule, TakesTheStricterOfCountAndPercentage) {
  const auto max = [](std::size_t count, double percentage) {
    return completion_rule(
               {.tolerated_failure_count = count, .tolerated_failure_percentage = percentage}, 10)
        .failures_max;
  };
  EXPECT_EQ(max(1, 50), 1U);
  EXPECT_EQ(max(7, 50), 5U);
}

TEST(CompletionRule, OfThePresetsIsWhatTheyAreNamedFor) {
  EXPECT_EQ(completion_rule(Completion::all_completed(), 7).failures_max, 7U);
  EXPECT_EQ(completion_rule(Completion::all_successful(), 7).failures_max, 0U);
  EXPECT_EQ(completion_rule(Completion::first_successful(), 7).min_successful, 1U);
}

// What is to hold, in the words of the requirement and without a shortcut.
std::optional<CompletionReason> expected_reason(const Completion& completion,
                                                const BatchCounts& counts) {
  const auto failed = static_cast<double>(counts.failed);
  const auto total = static_cast<double>(counts.total);
  const bool nothing_set = !completion.min_successful && !completion.tolerated_failure_count &&
                           !completion.tolerated_failure_percentage;
  if (nothing_set && counts.failed > 0) return CompletionReason::failure_tolerance_exceeded;
  if (completion.tolerated_failure_count && counts.failed > *completion.tolerated_failure_count) {
    return CompletionReason::failure_tolerance_exceeded;
  }
  if (completion.tolerated_failure_percentage &&
      failed * 100 > *completion.tolerated_failure_percentage * total) {
    return CompletionReason::failure_tolerance_exceeded;
  }
  if (counts.succeeded + counts.failed == counts.total) return CompletionReason::all_completed;
  if (completion.min_successful && counts.succeeded >= *completion.min_successful) {
    return CompletionReason::min_successful_reached;
  }
  return std::nullopt;
}

// Checklist 16: the order of the reasons, the strict comparison, all items as the denominator.
TEST(CompletionReasonOrder, IsToleranceThenAllThenMinimumInEverySmallCase) {
  std::size_t cases = 0;
  for (std::size_t total = 0; total <= 6; ++total) {
    for (std::size_t min = 0; min <= total; ++min) {
      for (std::size_t count = 0; count <= total + 1; ++count) {
        for (const double percentage : {-1.0, 0.0, 10.0, 20.0, 25.0, 50.0, 75.0, 100.0}) {
          Completion completion;
          if (min > 0) completion.min_successful = min;
          if (count > 0) completion.tolerated_failure_count = count - 1;
          if (percentage >= 0) completion.tolerated_failure_percentage = percentage;
          const CompletionRule rule = completion_rule(completion, total);
          for (std::size_t succeeded = 0; succeeded <= total; ++succeeded) {
            for (std::size_t failed = 0; succeeded + failed <= total; ++failed) {
              const BatchCounts counts{total, succeeded, failed};
              EXPECT_EQ(completion_of(rule, counts), expected_reason(completion, counts))
                  << "total " << total << ", min " << min << ", count " << count << ", percentage "
                  << percentage << ", succeeded " << succeeded << ", failed " << failed;
              ++cases;
            }
          }
        }
      }
    }
  }
  EXPECT_GT(cases, 10'000U);
}

TEST(BatchSchedule, BeginsItemsInOrderAndKeepsToItsConcurrency) {
  BatchSchedule schedule(3, CompletionRule{}, 2);

  ASSERT_EQ(schedule.next(), 0U);
  schedule.begin(0);
  ASSERT_EQ(schedule.next(), 1U);
  schedule.begin(1);
  EXPECT_EQ(schedule.next(), std::nullopt) << "both places are taken";

  schedule.end(1, true);
  ASSERT_EQ(schedule.next(), 2U);
  schedule.begin(2);
  EXPECT_EQ(schedule.next(), std::nullopt);
  EXPECT_EQ(schedule.reason(), std::nullopt);
  schedule.end(0, true);
  schedule.end(2, false);
  EXPECT_EQ(schedule.reason(), CompletionReason::all_completed);
}

TEST(BatchSchedule, OfNothingIsCompleteAtOnce) {
  BatchSchedule schedule(0, completion_rule({}, 0), std::nullopt);
  EXPECT_EQ(schedule.reason(), CompletionReason::all_completed);
  EXPECT_EQ(schedule.next(), std::nullopt);
  EXPECT_EQ(schedule.summary().begun, 0U);
}

TEST(BatchSchedule, PassesOverItemsThatHaveBegunOutOfOrder) {
  BatchSchedule schedule(4, CompletionRule{}, std::nullopt);
  schedule.begin(1);
  schedule.end(1, true);
  schedule.begin(2);

  EXPECT_EQ(schedule.next(), 0U);
  schedule.begin(0);
  EXPECT_EQ(schedule.next(), 3U);
}

TEST(BatchSchedule, SaysWhetherASuccessCanChangeAnything) {
  BatchSchedule unlimited(2, completion_rule({}, 2), std::nullopt);
  unlimited.begin(0);
  EXPECT_FALSE(unlimited.success_matters());

  BatchSchedule with_minimum(2, completion_rule({.min_successful = 1}, 2), std::nullopt);
  with_minimum.begin(0);
  EXPECT_TRUE(with_minimum.success_matters());

  BatchSchedule one_at_a_time(2, completion_rule({}, 2), 1);
  one_at_a_time.begin(0);
  EXPECT_TRUE(one_at_a_time.success_matters());
}

/// Runs every order of ends of `total` items, with every pattern of failures, and calls `check` at
/// each complete schedule.
template <class Check>
void run_all(const BatchSchedule& schedule, const Check& check) {
  BatchSchedule now = schedule;
  while (const auto index = now.next()) now.begin(*index);
  if (now.reason()) {
    check(now);
    return;
  }
  bool ended = false;
  for (std::size_t i = 0; i < now.total(); ++i) {
    if (now.item(i) != Item::running) continue;
    for (const bool success : {true, false}) {
      BatchSchedule then = now;
      then.end(i, success);
      ended = true;
      run_all(then, check);
    }
  }
  EXPECT_TRUE(ended) << "neither complete nor able to go on";
}

TEST(BatchSchedule, SummaryGivesTheSameItemsAgainInEverySmallCase) {
  std::size_t cases = 0;
  for (std::size_t total = 0; total <= 4; ++total) {
    for (std::size_t concurrency = 0; concurrency <= total; ++concurrency) {
      for (std::size_t min = 0; min <= total; ++min) {
        for (std::size_t failures = 0; failures <= 2; ++failures) {
          CompletionRule rule;
          if (min > 0) rule.min_successful = min;
          if (failures > 0) rule.failures_max = failures - 1;
          const BatchSchedule fresh(total, rule,
                                    concurrency > 0 ? std::optional(concurrency) : std::nullopt);
          run_all(fresh, [&](const BatchSchedule& complete) {
            ++cases;
            const BatchSummary summary = complete.summary();
            const std::size_t ended = summary.succeeded + summary.failed;
            EXPECT_LE(summary.indexes.size(), std::min(ended, summary.begun - ended))
                << "the shorter list";
            auto again = BatchSchedule::again(total, summary);
            ASSERT_TRUE(again.has_value());
            while (const auto index = again->next()) {
              const Item item = complete.item(*index);
              ASSERT_TRUE(item == Item::succeeded || item == Item::failed) << *index;
              again->begin(*index);
              again->end(*index, item == Item::succeeded);
            }
            EXPECT_EQ(again->counts().succeeded, summary.succeeded);
            EXPECT_EQ(again->counts().failed, summary.failed);
            for (std::size_t i = 0; i < total; ++i) {
              const Item first = complete.item(i);
              const Item expected = first == Item::running   ? Item::left_running
                                    : first == Item::waiting ? Item::left_out
                                                             : first;
              EXPECT_EQ(again->item(i), expected) << i;
            }
          });
        }
      }
    }
  }
  EXPECT_GT(cases, 1'000U);
}

TEST(BatchSchedule, DoesNotTakeASummaryThatDoesNotFit) {
  const auto fits = [](std::size_t total, const BatchSummary& summary) {
    return BatchSchedule::again(total, summary).has_value();
  };
  const BatchSummary good{CompletionReason::all_completed, 3, 2, 0, {1}, true};
  EXPECT_TRUE(fits(3, good));
  EXPECT_TRUE(fits(9, good)) << "more items than have begun";
  EXPECT_FALSE(fits(2, good)) << "fewer items than have begun";

  BatchSummary bad = good;
  bad.indexes = {3};
  EXPECT_FALSE(fits(3, bad)) << "an index that has not begun";
  bad.indexes = {1, 1};
  bad.succeeded = 1;
  EXPECT_FALSE(fits(3, bad)) << "an index twice";
  bad = good;
  bad.failed = 1;
  EXPECT_FALSE(fits(3, bad)) << "counts that do not add up";
}

}  // namespace
}  // namespace durable::machine
