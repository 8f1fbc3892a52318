// SPDX-License-Identifier: Apache-2.0
#include "data_export.h"

#include <durable/testing/gtest.h>

using namespace std::chrono_literals;
using ::testing::HasSubstr;

DURABLE_TEST(DataExport, AsksUntilTheJobIsDone, .handler = examples::export_table,
             .lambda_function_name = "data export") {
  const auto result = durable_runner.run("orders");

  EXPECT_THAT(result, durable::HasResult("export-of-orders after 3 polls"));
  EXPECT_GE(result.duration(), durable::Duration(4s));
}

DURABLE_TEST(DataExport, AsksNothingAboutAJobThatDidNotStart, .handler = examples::export_table,
             .lambda_function_name = "data export") {
  EXPECT_THAT(durable_runner.run(""),
              durable::FailedWith("StepError", HasSubstr("a table has a name")));
}
