// SPDX-License-Identifier: Apache-2.0
#include "thumbnails.h"

#include <durable/testing/gtest.h>

#include <string>
#include <vector>

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

DURABLE_TEST(Thumbnails, ReportsWhatFailedAndKeepsTheRest, .handler = examples::make_thumbnails,
             .lambda_function_name = "thumbnails") {
  const std::vector<std::string> pictures = {"cat.png", "notes.txt", "dog.png"};

  const auto result = durable_runner.run(pictures);

  ASSERT_THAT(result, durable::Succeeded());
  const auto report = result.result<examples::ThumbnailReport>();
  EXPECT_THAT(report.made, ElementsAre("small-cat.png", "small-dog.png"));
  EXPECT_THAT(report.failed, ElementsAre(HasSubstr("notes.txt: ")));
}

DURABLE_TEST(Thumbnails, HasNothingToDoWithoutPictures, .handler = examples::make_thumbnails,
             .lambda_function_name = "thumbnails") {
  const auto result = durable_runner.run(std::vector<std::string>());

  EXPECT_THAT(result.result<examples::ThumbnailReport>().made, IsEmpty());
}
