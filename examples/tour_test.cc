// SPDX-License-Identifier: Apache-2.0
#include "tour.h"

#include <durable/testing/gtest.h>

#include <algorithm>
#include <memory>
#include <sstream>
#include <string>

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;

DURABLE_TEST(Tour, Delivers, .handler = examples::drive_tour, .lambda_function_name = "tour") {
  EXPECT_THAT(durable_runner.run(2), durable::HasResult(2));
}

TEST(Tour, LogsEachLineOnceAndCountsEachOperationOnce) {
  std::ostringstream lines;
  durable::SystemClock clock;
  durable::TextLogger logger(lines, clock);
  durable::LocalRunnerOptions options;
  options.logger = &logger;
  auto counter = std::make_shared<examples::OperationCounter>();

  durable::DurableFunctionTestRunner runner(examples::make_tour(counter), options);
  const auto result = runner.run(2);

  EXPECT_EQ(result.invocations().size(), 3);  // the code ran three times
  const std::string text = lines.str();
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 3);
  EXPECT_THAT(text, HasSubstr("stops=2"));
  EXPECT_THAT(counter->ended, ElementsAre(Pair("deliver", 2), Pair("drive", 2)));
}
