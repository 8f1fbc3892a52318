// SPDX-License-Identifier: Apache-2.0
#include <durable/testing/gtest.h>

int main(int argc, char** argv) {
  durable::init(&argc, argv);
  ::testing::InitGoogleMock(&argc, argv);
  return RUN_ALL_TESTS();
}
