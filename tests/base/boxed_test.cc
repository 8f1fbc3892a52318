// SPDX-License-Identifier: Apache-2.0
#include <durable/base/boxed.h>

#include <gtest/gtest.h>

#include <string>

namespace {

using durable::Boxed;

TEST(Boxed, IsEmptyAtFirst) {
  const Boxed<std::string> box;
  EXPECT_FALSE(box);
  EXPECT_FALSE(box.has_value());
  EXPECT_EQ(box, Boxed<std::string>());
}

TEST(Boxed, CopiesItsValue) {
  const Boxed<std::string> first(std::string("a"));
  Boxed<std::string> second = first;
  *second += "b";

  EXPECT_EQ(*first, "a");
  EXPECT_EQ(*second, "ab");
  EXPECT_NE(first, second);
  second = first;
  EXPECT_EQ(first, second);
  second = Boxed<std::string>();
  EXPECT_NE(first, second);
}

TEST(Boxed, KeepsItsValueWhenAssignedToItself) {
  Boxed<std::string> box(std::string("a"));
  const Boxed<std::string>& same = box;
  box = same;
  ASSERT_TRUE(box);
  EXPECT_EQ(*box, "a");
}

TEST(Boxed, GivesItsValueAwayWhenMoved) {
  Boxed<std::string> first(std::string("a"));
  const Boxed<std::string> second = std::move(first);
  EXPECT_EQ(second->size(), 1U);
  first.reset();
  EXPECT_FALSE(first);
}

TEST(BoxedDeathTest, StopsWhenAnEmptyOneIsRead) {
  const Boxed<std::string> box;
  EXPECT_DEATH(static_cast<void>(*box),
               "internal error: expected `value_ != nullptr` at .*boxed.h");
}

}  // namespace
