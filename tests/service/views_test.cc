// SPDX-License-Identifier: Apache-2.0
#include "service/views.h"

#include "service/worlds.h"

#include <gtest/gtest.h>

#include <string>

namespace durable::service {
namespace {

/// Counts the events that are read.
class CountingStore final : public ForwardingStore {
 public:
  using ForwardingStore::ForwardingStore;

  Result<store::Revision> read(store::ExecutionKey key, store::Revision first,
                               const store::EventReader& reader) const override {
    return ForwardingStore::read(key, first, [&](engine::Event event) {
      ++events_read;
      return reader(std::move(event));
    });
  }

  mutable std::size_t events_read = 0;
};

/// An execution with ten steps, each with a result of half a mebibyte.
class ViewsTest : public ::testing::Test {
 protected:
  void run(const Code& code) {
    FakeFunctions functions;
    functions.add(FakeFunctions::target("orders"));
    CoreHost host(kept_, functions, {{"orders", code}});
    const auto started = host.start("orders");
    ASSERT_TRUE(started.has_value());
    host.settle();
    key_ = kept_.find(started->arn).value()->key;
    whole_ = (*Views(kept_).read(key_, first_moment))->log.size();
  }
  static void large_step(Call& call, int number) {
    const std::string id = "s" + std::to_string(number);
    const Payload result('"' + std::string(512 * 1024, 'x') + '"');
    EXPECT_TRUE(call.checkpoint({step_start(id), step(id, OperationAction::succeed, result)}));
  }
  static auto ten_large_steps(Call& call) {
    for (int i = 0; i < 10; ++i) large_step(call, i);
    return answer(succeeded());
  }

  store::MemoryStore kept_;
  CountingStore store_{kept_};
  store::ExecutionKey key_{};
  std::size_t whole_ = 0;
};

TEST_F(ViewsTest, ReadsALongLogWithThePagesThatNeedIt) {
  run(ten_large_steps);
  Views views(store_);
  const auto first = views.read(key_, first_moment, 3);
  ASSERT_TRUE(first.has_value());
  EXPECT_GT((*first)->state.progress().history_id, 3U);
  EXPECT_LT((*first)->log.size(), whole_ / 2);
  EXPECT_EQ(store_.events_read, (*first)->log.size());

  for (std::size_t reach = 1; reach < 30; ++reach) {
    const auto more = views.read(key_, first_moment, reach);
    ASSERT_TRUE(more.has_value());
    const bool is_whole = (*more)->log.size() == whole_;
    EXPECT_TRUE(is_whole || (*more)->state.progress().history_id > reach) << reach;
  }
  EXPECT_EQ(store_.events_read, whole_) << "no event is read twice";
}

TEST_F(ViewsTest, ReadsTheRestWhenAllIsAskedFor) {
  run(ten_large_steps);
  Views views(store_);
  ASSERT_TRUE(views.read(key_, first_moment, 1).has_value());
  const auto read = views.read(key_, first_moment);
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ((*read)->log.size(), whole_);
  EXPECT_FALSE((*read)->state.running());
  EXPECT_EQ(store_.events_read, whole_) << "what was read is kept";
}

TEST_F(ViewsTest, ReadsOnWhileAnOperationIsOpen) {
  run([](Call& call) {
    EXPECT_TRUE(call.checkpoint({callback_start("open", 600)}));
    return ten_large_steps(call);
  });
  Views views(store_);
  const auto read = views.read(key_, first_moment, 1);
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ((*read)->log.size(), whole_) << "what is told of it later is shown at its start";
}

}  // namespace
}  // namespace durable::service
