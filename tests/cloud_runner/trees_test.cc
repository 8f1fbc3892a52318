// SPDX-License-Identifier: Apache-2.0
#include "testing/gtest/trees.h"

#include <durable/durable.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace durable::detail {
namespace {

using ::testing::HasSubstr;
using namespace std::chrono_literals;

Task<std::string> sell(int outages, DurableContext& ctx) {
  auto inside = [outages](DurableContext& child) -> Task<int> {
    co_return co_await child.step("charge",
                                  [outages](StepContext& step) {
                                    const int attempt = static_cast<int>(step.attempt());
                                    if (attempt <= outages) throw std::runtime_error("no\nanswer");
                                    return attempt;
                                  },
                                  {.retry = retry::fixed({.max_attempts = 2, .delay = 1s})});
  };
  co_await ctx.run_in_child_context("order", inside);
  auto callback = co_await ctx.create_callback<std::string>("paid");
  co_await ctx.step("mail", [&] { return "answer to " + callback.id(); });
  co_return co_await callback.result();
}

class Trees : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string path = std::filesystem::path(testing::TempDir()) / "durable-trees-XXXXXX";
    ASSERT_NE(mkdtemp(path.data()), nullptr);
    folder = path;
    runner.on_callback("paid").succeed(std::string("yes"));
  }
  void TearDown() override { std::filesystem::remove_all(folder); }
  [[nodiscard]] Variables variables(const std::filesystem::path& value) const {
    return [value](const char* name) -> std::optional<std::string> {
      if (std::string_view(name) != "DURABLE_RECORD_TREES" || value.empty()) return std::nullopt;
      return value.string();
    };
  }
  static std::string text_of(const std::filesystem::path& file) {
    std::ifstream in(file);
    return {std::istreambuf_iterator<char>(in), {}};
  }

  std::filesystem::path folder;
  DurableFunctionTestRunner runner{sell};
};

constexpr const char* sold = R"(execution SUCCEEDED -> "yes"
  CONTEXT RunInChildContext "order" SUCCEEDED -> 2
    STEP Step "charge" SUCCEEDED attempts 2 -> 2
  CALLBACK Callback "paid" SUCCEEDED -> yes
  STEP Step "mail" SUCCEEDED attempts 1 -> "answer to <callback paid>"
)";
constexpr const char* not_sold = R"(execution FAILED ! ChildContextError: no answer
  CONTEXT RunInChildContext "order" FAILED ! StepError: no answer
    STEP Step "charge" FAILED attempts 2 ! std::runtime_error: no answer
)";

TEST_F(Trees, AreALineForEachOperationWithoutWhatTheServiceChooses) {
  EXPECT_EQ(canonical_tree(runner.run(1)), sold);
  EXPECT_EQ(canonical_tree(runner.run(9)), not_sold);
}

TEST_F(Trees, AreWrittenForEachResultOfATest) {
  const auto recorder = record_trees(variables(folder / "new"), "Shop.Sells", runner);
  ASSERT_NE(recorder, nullptr);
  EXPECT_EQ(recorder->mode(), RunnerMode::local);
  EXPECT_EQ(&recorder->local(), &runner);
  recorder->run(1);
  (void)recorder->wait_for_result(recorder->run_async(9));
  EXPECT_EQ(text_of(folder / "new" / "Shop.Sells.txt"), std::string(sold) + not_sold);

  record_trees(variables(folder / "new"), "Shop.Sells", runner)->run(9);
  EXPECT_EQ(text_of(folder / "new" / "Shop.Sells.txt"), not_sold) << "the last run of the test";
}

TEST_F(Trees, AreWrittenOnlyWhereTheVariableIsSet) {
  EXPECT_EQ(record_trees(variables({}), "Shop.Sells", runner), nullptr);
}

TEST_F(Trees, ThatCannotBeWrittenFailTheTest) {
  std::ofstream(folder / "file") << "in the way";
  try {
    (void)record_trees(variables(folder / "file" / "inside"), "Shop.Sells", runner);
    FAIL() << "nothing was thrown";
  } catch (const std::runtime_error& error) {
    EXPECT_THAT(error.what(), HasSubstr("DURABLE_RECORD_TREES: cannot make the folder"));
  }
  std::filesystem::create_directory(folder / "Shop.Sells.txt");
  const auto recorder = record_trees(variables(folder), "Shop.Sells", runner);
  try {
    recorder->run(1);
    FAIL() << "nothing was thrown";
  } catch (const std::runtime_error& error) {
    EXPECT_THAT(error.what(), HasSubstr("DURABLE_RECORD_TREES: cannot write "));
  }
}

}  // namespace
}  // namespace durable::detail
