# SPDX-License-Identifier: Apache-2.0
# What both guests build, and how they test it.
find_package(GTest REQUIRED)
add_executable(guest ${CMAKE_CURRENT_LIST_DIR}/guest.cc)
target_link_libraries(guest PRIVATE durable::sdk durable::gtest GTest::gtest_main)

enable_testing()
add_test(NAME guest COMMAND guest)
set_tests_properties(guest PROPERTIES PASS_REGULAR_EXPRESSION "\\[  PASSED  \\] 1 test\\.")
