// SPDX-License-Identifier: Apache-2.0
#include "voucher.h"

#include <durable/testing/gtest.h>

using ::testing::AllOf;
using ::testing::Ge;
using ::testing::Le;
using ::testing::SizeIs;

DURABLE_TEST(Voucher, IsTheSameInEveryReplay, .handler = examples::give_voucher,
             .lambda_function_name = "voucher") {
  const auto result = durable_runner.run();

  ASSERT_THAT(result, durable::Succeeded());
  const auto voucher = result.result<examples::Voucher>();
  EXPECT_THAT(voucher.code, SizeIs(36));
  EXPECT_THAT(voucher.discount_percent, AllOf(Ge(5), Le(10)));
  EXPECT_FALSE(voucher.expired);
}
