// SPDX-License-Identifier: Apache-2.0
#include "server/watched_store.h"

#include "store/memory_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace durable::server {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(WatchedStore, TellsOfWhatTheDiskRefusesAndHandsItOn) {
  struct FullStore final : store::Store {
    store::ExecutionKey next_key() override { return {}; }
    Result<void> commit(std::span<const store::Write> /*writes*/) override { return full(); }
    Result<store::Revision> read(store::ExecutionKey /*key*/, store::Revision /*first*/,
                                 const store::EventReader& /*reader*/) const override {
      return Error{ErrorCode::corrupt, "damaged"};
    }
    Result<std::optional<store::Summary>> find(store::ExecutionKey /*key*/) const override {
      return full();
    }
    Result<std::optional<store::Summary>> find(std::string_view /*arn*/) const override {
      return full();
    }
    Result<std::optional<store::Summary>> find_newest(std::string_view /*function*/,
                                                      std::string_view /*name*/) const override {
      return full();
    }
    Result<store::Page> list(const store::ListQuery& /*query*/) const override {
      return Error{ErrorCode::invalid_parameter, "marker"};
    }
    Result<std::vector<store::OpenExecution>> open_executions() const override { return full(); }
    Result<std::vector<store::ExecutionKey>> remove_expired(Timestamp /*now*/,
                                                            std::size_t /*count*/) override {
      return full();
    }
    static Error full() { return {ErrorCode::storage, "full"}; }
  };
  std::vector<std::string> told;
  WatchedStore watched(std::make_unique<FullStore>(),
                       [&told](const Error& error) { told.push_back(error.message); });

  EXPECT_EQ(watched.list({}).error().message, "marker");
  EXPECT_THAT(told, IsEmpty()) << "that was the caller's fault";
  EXPECT_EQ(watched.commit({}).error().message, "full");
  EXPECT_FALSE(watched.read({}, 0, {}));
  EXPECT_THAT(told, ElementsAre("full", "damaged"));
  EXPECT_FALSE(watched.find(store::ExecutionKey{1}));
  EXPECT_FALSE(watched.find("arn"));
  EXPECT_FALSE(watched.find_newest("f", "n"));
  EXPECT_FALSE(watched.open_executions());
  EXPECT_FALSE(watched.remove_expired({}, 1));
  EXPECT_EQ(told.size(), 7U);
}

TEST(WatchedStore, IsSilentWhileAllGoesWell) {
  int told = 0;
  WatchedStore watched(std::make_unique<store::MemoryStore>(), [&told](const Error&) { ++told; });
  EXPECT_TRUE(watched.list({}));
  EXPECT_TRUE(watched.open_executions());
  EXPECT_FALSE(watched.read(store::ExecutionKey{7}, 0, [](engine::Event) {
    return store::Reading::go_on;
  })) << "there is no such execution";
  EXPECT_EQ(told, 0);
}

}  // namespace
}  // namespace durable::server
