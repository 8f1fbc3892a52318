// SPDX-License-Identifier: Apache-2.0
#include <durable/base/payload.h>

#include <gtest/gtest.h>

#include <string>

namespace {

using durable::Payload;

TEST(Payload, IsSharedByItsCopies) {
  const Payload first(std::string(100, 'x'));
  const Payload second = first;  // NOLINT: the copy is what is tested
  EXPECT_EQ(first.view().data(), second.view().data());
}

TEST(Payload, TakesAStringOver) {
  std::string text(100, 'x');
  const char* const data = text.data();
  const Payload payload(std::move(text));
  EXPECT_EQ(payload.view().data(), data);
}

TEST(Payload, IsEqualByItsText) {
  EXPECT_EQ(Payload("a"), Payload(std::string_view("a")));
  EXPECT_NE(Payload("a"), Payload("b"));
  EXPECT_EQ(Payload(), Payload(""));
  EXPECT_NE(Payload(), Payload("a"));
}

TEST(Payload, MayBeEmpty) {
  EXPECT_TRUE(Payload().empty());
  EXPECT_TRUE(Payload("").empty());
  EXPECT_EQ(Payload("").view(), "");
  EXPECT_EQ(Payload("").str(), "");
  EXPECT_EQ(Payload("abc").size(), 3U);
}

TEST(Payload, HoldsAnyByte) {
  const std::string bytes("\0\xff\n", 3);
  EXPECT_EQ(Payload(bytes).str(), bytes);
}

}  // namespace
