// SPDX-License-Identifier: Apache-2.0
#include "server/encoder.h"

#include <gmock/gmock.h>

#include <future>
#include <thread>
#include <vector>

namespace durable::server {
namespace {

using ::testing::ElementsAre;

TEST(Encoder, RunsTasksInTheirOrderOnAnotherThread) {
  std::vector<int> done;
  std::promise<std::thread::id> ran_on;
  {
    Encoder encoder;
    encoder.run([&] { done.push_back(1); });
    encoder.run([&] { done.push_back(2); });
    encoder.run([&] { ran_on.set_value(std::this_thread::get_id()); });
  }

  EXPECT_THAT(done, ElementsAre(1, 2));
  EXPECT_NE(ran_on.get_future().get(), std::this_thread::get_id());
}

TEST(Encoder, RunsATaskOnTheCallersThreadWhileTooManyWait) {
  std::promise<void> begun;
  std::promise<void> may_end;
  std::size_t done = 0;
  {
    Encoder encoder;
    encoder.run([&] {
      begun.set_value();
      may_end.get_future().wait();
    });
    begun.get_future().wait();
    for (std::size_t i = 0; i < Encoder::tasks_max; ++i) encoder.run([&done] { ++done; });

    std::thread::id ran_on;
    encoder.run([&ran_on] { ran_on = std::this_thread::get_id(); });
    EXPECT_EQ(ran_on, std::this_thread::get_id());
    may_end.set_value();
  }
  EXPECT_EQ(done, Encoder::tasks_max);  // all that waited is done before the end
}

}  // namespace
}  // namespace durable::server
