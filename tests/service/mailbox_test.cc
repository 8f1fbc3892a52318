// SPDX-License-Identifier: Apache-2.0
#include "service/mailbox.h"

#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <string>
#include <thread>

namespace durable::service {
namespace {

using namespace std::chrono_literals;

TEST(Mailbox, GivesAllThatIsThereInOrder) {
  Mailbox<int> mailbox(3);
  for (int message : {1, 2, 3}) EXPECT_EQ(mailbox.offer(message), Delivery::taken);

  std::vector<int> batch;
  EXPECT_TRUE(mailbox.take(batch, 0ns));
  EXPECT_EQ(batch, (std::vector{1, 2, 3}));
}

TEST(Mailbox, RefusesWhatIsTooMuchAndLeavesItWithItsOwner) {
  Mailbox<std::string> mailbox(1);
  std::string first = "first";
  EXPECT_EQ(mailbox.offer(first), Delivery::taken);

  std::string second = "second";
  EXPECT_EQ(mailbox.offer(second), Delivery::full);
  EXPECT_EQ(second, "second");

  mailbox.leave("third");
  std::vector<std::string> batch;
  EXPECT_TRUE(mailbox.take(batch, 0ns));
  EXPECT_EQ(batch, (std::vector<std::string>{"first", "third"}));
}

TEST(Mailbox, IsEmptyWhenNothingCameInTime) {
  Mailbox<int> mailbox(1);
  std::vector<int> batch;
  EXPECT_TRUE(mailbox.take(batch, 0ns));
  EXPECT_TRUE(batch.empty());
  EXPECT_TRUE(mailbox.take(batch, 1ns));
  EXPECT_TRUE(batch.empty());
}

TEST(Mailbox, GivesWhatWasLeftBeforeItsClose) {
  Mailbox<int> mailbox(2);
  int message = 1;
  EXPECT_EQ(mailbox.offer(message), Delivery::taken);
  mailbox.close();
  EXPECT_EQ(mailbox.offer(message), Delivery::closed);
  mailbox.leave(3);

  std::vector<int> batch;
  EXPECT_TRUE(mailbox.take(batch, std::nullopt));
  EXPECT_EQ(batch, std::vector{1});
  batch.clear();
  EXPECT_FALSE(mailbox.take(batch, std::nullopt));
}

TEST(Mailbox, WakesItsReaderForEachWriter) {
  constexpr int writers = 4;
  constexpr int messages = 2'000;
  Mailbox<std::pair<int, int>> mailbox(writers * messages);
  std::vector<std::thread> threads;
  for (int writer = 0; writer < writers; ++writer) {
    threads.emplace_back([&mailbox, writer] {
      for (int i = 0; i < messages; ++i) {
        std::pair<int, int> message(writer, i);
        EXPECT_EQ(mailbox.offer(message), Delivery::taken);
      }
    });
  }

  std::map<int, int> next;
  int taken = 0;
  std::vector<std::pair<int, int>> batch;
  while (taken < writers * messages && mailbox.take(batch, std::nullopt)) {
    for (const auto& [writer, i] : batch) EXPECT_EQ(next[writer]++, i) << "writer " << writer;
    taken += static_cast<int>(batch.size());
    batch.clear();
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(taken, writers * messages);
}

}  // namespace
}  // namespace durable::service
