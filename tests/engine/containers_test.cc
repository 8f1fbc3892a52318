// SPDX-License-Identifier: Apache-2.0
#include "engine/chunked_vector.h"
#include "engine/operation_index.h"
#include "engine/overlay.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

namespace durable::engine {
namespace {

TEST(ChunkedVector, HoldsWhatWasPutInAcrossChunks) {
  ChunkedVector<std::string> vector;
  std::vector<const std::string*> places;
  for (int i = 0; i < 3'000; ++i) {
    places.push_back(&vector.emplace_back(std::to_string(i)));
  }
  ASSERT_EQ(vector.size(), 3'000U);
  for (std::size_t i = 0; i < vector.size(); ++i) {
    EXPECT_EQ(vector[i], std::to_string(i));
    EXPECT_EQ(&vector[i], places[i]) << "elements never move";
  }
  std::size_t position = 0;
  for (const std::string& element : vector) EXPECT_EQ(element, std::to_string(position++));
  EXPECT_EQ(vector.back(), "2999");
}

TEST(ChunkedVector, CopiesMovesAndDestroys) {
  const auto counted = std::make_shared<int>(0);
  {
    ChunkedVector<std::shared_ptr<int>> vector;
    for (int i = 0; i < 600; ++i) vector.push_back(counted);
    ChunkedVector<std::shared_ptr<int>> copy = vector;
    EXPECT_EQ(copy, vector);
    EXPECT_EQ(counted.use_count(), 1201);
    ChunkedVector<std::shared_ptr<int>> moved = std::move(copy);
    EXPECT_EQ(counted.use_count(), 1201);
    vector = std::move(moved);
    EXPECT_EQ(counted.use_count(), 601);
    vector.clear();
    EXPECT_TRUE(vector.empty());
    vector.push_back(counted);
    EXPECT_EQ(vector.size(), 1U);
  }
  EXPECT_EQ(counted.use_count(), 1);
}

TEST(OperationIndex, TellsApartIdsWithEqualHashes) {
  OperationIndex index;
  for (std::uint32_t number = 0; number < 100; ++number) index.insert(number % 3, number);
  for (std::uint32_t number = 0; number < 100; ++number) {
    EXPECT_EQ(index.find(number % 3, [&](std::uint32_t n) { return n == number; }), number);
  }
  EXPECT_EQ(index.find(1, [](std::uint32_t) { return false; }), std::nullopt);
  EXPECT_EQ(OperationIndex().find(1, [](std::uint32_t) { return true; }), std::nullopt);
}

TEST(Overlay, FindsFewAndManyAlike) {
  Overlay overlay;
  for (int round = 0; round < 2; ++round) {
    for (OperationNumber number = 0; number < 40; ++number) {
      OperationInfo::Parts parts;
      const std::string id = "id" + std::to_string(number);
      parts.id = id;
      const auto info = OperationInfo::make(std::move(parts));
      if (number % 2 == 0) {
        overlay.add_created(number, info);
      } else {
        OperationState state;
        state.info = info;
        overlay.add_copy(number, state);
      }
      for (OperationNumber known = 0; known <= number; ++known) {
        ASSERT_NE(overlay.find(known), nullptr);
        EXPECT_EQ(overlay.find(known)->number, known);
        const auto* created = overlay.find_created("id" + std::to_string(known));
        EXPECT_EQ(created != nullptr, known % 2 == 0) << "only what was created has a new id";
      }
      EXPECT_EQ(overlay.find(number + 1), nullptr);
    }
    overlay.clear();
    EXPECT_EQ(overlay.find(0), nullptr);
  }
}

}  // namespace
}  // namespace durable::engine
