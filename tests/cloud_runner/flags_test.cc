// SPDX-License-Identifier: Apache-2.0
#include "testing/gtest/flags.h"

#include <array>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace durable::detail {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

struct Parsed {
  Result<Flags> flags = Flags{};
  std::vector<std::string> left;
};

Parsed parse(std::vector<std::string> words) {
  words.insert(words.begin(), "tests");
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  int argc = static_cast<int>(words.size());
  Parsed parsed;
  parsed.flags = take_flags(&argc, argv.data());
  if (!parsed.flags) return parsed;
  EXPECT_EQ(argv.at(static_cast<std::size_t>(argc)), nullptr);
  for (int i = 0; i < argc; ++i) parsed.left.emplace_back(argv.at(static_cast<std::size_t>(i)));
  return parsed;
}

TEST(Flags, ReadTheModeInOneWordAndInTwo) {
  EXPECT_EQ(parse({"--runner-mode=cloud"}).flags->mode, RunnerMode::cloud);
  EXPECT_EQ(parse({"--runner-mode", "cloud"}).flags->mode, RunnerMode::cloud);
  EXPECT_EQ(parse({"--runner-mode", "cloud", "--runner-mode=local"}).flags->mode,
            RunnerMode::local);
  EXPECT_EQ(parse({}).flags->mode, std::nullopt);
}

TEST(Flags, RefuseAnyOtherModeAndListTheTwo) {
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"--runner-mode=clod"}, {"--runner-mode", "clod"}}) {
    const Parsed parsed = parse(words);
    ASSERT_FALSE(parsed.flags);
    EXPECT_EQ(parsed.flags.error().message,
              "--runner-mode: expected \"local\" or \"cloud\", found \"clod\"");
  }
  EXPECT_FALSE(parse({"--runner-mode="}).flags);
  EXPECT_FALSE(parse({"--runner-mode=Cloud"}).flags);
}

TEST(Flags, RefuseAFlagWithoutItsValue) {
  const Parsed mode = parse({"--runner-mode"});
  ASSERT_FALSE(mode.flags);
  EXPECT_THAT(mode.flags.error().message, HasSubstr("--runner-mode: expected a value"));
  const Parsed selection = parse({"-k"});
  ASSERT_FALSE(selection.flags);
  EXPECT_THAT(selection.flags.error().message, HasSubstr("-k: expected a value"));
}

TEST(Flags, LeaveAllOtherArguments) {
  const Parsed parsed = parse({"--gtest_filter=A.*", "-k", "hello", "--runner-modes", "-kx",
                               "--explore-crashes", "--help", "rest"});
  EXPECT_EQ(parsed.flags->selection, "hello");
  EXPECT_TRUE(parsed.flags->explore_crashes);
  EXPECT_TRUE(parsed.flags->help);
  EXPECT_THAT(parsed.left, ElementsAre("tests", "--gtest_filter=A.*", "--runner-modes", "-kx",
                                       "--help", "rest"));
}

TEST(Selection, ComparesWithoutCaseAndUnderscores) {
  for (const char* text : {"hello_world", "HelloWorld", "HELLO", "test_hello_world", "world.greets",
                           "Hello_World.Greets", "", "Test_HelloWorld"}) {
    EXPECT_TRUE(is_selected("HelloWorld.Greets", text)) << text;
  }
  for (const char* text : {"goodbye", "hello world", "testhello", "test_goodbye", "greets.hello"}) {
    EXPECT_FALSE(is_selected("HelloWorld.Greets", text)) << text;
  }
  EXPECT_TRUE(is_selected("Hello_World.Test_It", "helloworld.testit"));
}

TEST(Selection, NarrowsTheFilterThatIsThere) {
  const std::vector<std::string> all{"Hello.Greets", "Hello.Waits", "Order.Pays"};
  EXPECT_EQ(narrow_filter("*", all, "hello"), "*-Order.Pays");
  EXPECT_EQ(narrow_filter("Hello.*-Hello.Waits", all, "hello"), "Hello.*-Hello.Waits:Order.Pays");
  EXPECT_EQ(narrow_filter("*", all, "none"), "*-Hello.Greets:Hello.Waits:Order.Pays");
  EXPECT_EQ(narrow_filter("*", all, "s"), "*");
}

}  // namespace
}  // namespace durable::detail
