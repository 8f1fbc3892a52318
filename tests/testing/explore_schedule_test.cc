// SPDX-License-Identifier: Apache-2.0
#include <durable/testing/schedule.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

namespace durable {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

constexpr FaultKind all_kinds[] = {FaultKind::kill_before_send, FaultKind::kill_reply_lost,
                                   FaultKind::kill_after_reply, FaultKind::throttled,
                                   FaultKind::service_error,    FaultKind::stale_token,
                                   FaultKind::state_error,      FaultKind::callback_twice,
                                   FaultKind::callback_late,    FaultKind::callback_early};

TEST(Schedule, ReadsWhatItWritesForEachKind) {
  for (const FaultKind kind : all_kinds) {
    const Schedule schedule{{{kind, 7}}, 0, {}};
    EXPECT_EQ(schedule.to_string(), std::string(to_string(kind)) + "@7");
    EXPECT_EQ(Schedule::parse(schedule.to_string()), schedule) << schedule.to_string();
  }
}

TEST(Schedule, HoldsSeveralFaultsAnOrderAndAnOutcome) {
  const Schedule schedule{{{FaultKind::kill_before_send, 3}, {FaultKind::throttled, 4}}, 99, 0x1fU};
  EXPECT_EQ(schedule.to_string(), "kill-before-send@3,throttled@4,order=99,outcome=1f");
  EXPECT_EQ(Schedule::parse(schedule.to_string()), schedule);
}

TEST(Schedule, CallsAnEmptyOneUndisturbed) {
  EXPECT_TRUE(Schedule{}.undisturbed());
  EXPECT_EQ(Schedule{}.to_string(), "undisturbed");
  EXPECT_EQ(Schedule::parse("undisturbed"), Schedule{});
  EXPECT_FALSE(Schedule::parse("order=3").undisturbed());
}

TEST(Schedule, RefusesWhatItDoesNotKnowAndSaysWhatItDoes) {
  for (const char* text : {"", "kill", "kill-before-send", "kill-before-send@", "throttled@0",
                           "throttled@-1", "order=x", "outcome=xyz", "throttled@1,", "explode@1"}) {
    EXPECT_THAT([text] { static_cast<void>(Schedule::parse(text)); },
                ThrowsMessage<std::invalid_argument>(
                    AllOf(HasSubstr("kill-reply-lost@7"), HasSubstr("callback-twice"))))
        << text;
  }
}

}  // namespace
}  // namespace durable
