# SPDX-License-Identifier: Apache-2.0
# What both guests build, and how they test it.
find_package(GTest REQUIRED)
add_library(guest_tests OBJECT ${CMAKE_CURRENT_LIST_DIR}/guest.cc)
target_link_libraries(guest_tests PUBLIC durable::sdk durable::gtest)

# The tests with local mode only, and with both modes.
add_executable(guest $<TARGET_OBJECTS:guest_tests>)
target_link_libraries(guest PRIVATE durable::gtest GTest::gtest_main)
add_executable(guest_both_modes $<TARGET_OBJECTS:guest_tests>)
target_link_libraries(guest_both_modes
  PRIVATE durable::testing_cloud durable::gtest durable::gtest_main)

# The function itself.
add_executable(function ${CMAKE_CURRENT_LIST_DIR}/function.cc)
target_link_libraries(function PRIVATE durable::lambda)
durable_add_lambda(function)

enable_testing()
foreach(program guest guest_both_modes)
  add_test(NAME ${program} COMMAND ${program})
  set_tests_properties(${program} PROPERTIES PASS_REGULAR_EXPRESSION "\\[  PASSED  \\] 1 test\\.")
endforeach()
# expect_text(NAME TEXT COMMAND...): the command, in an environment without what would send it
# elsewhere, says TEXT.
function(expect_text name text)
  add_test(NAME ${name} COMMAND ${ARGN})
  set(variables LC_ALL=set:C)
  foreach(variable QUALIFIED_FUNCTION_NAME LAMBDA_FUNCTION_TEST_NAME DURABLE_FUNCTION_NAME_MAP
      PYTEST_FUNCTION_NAME_MAP AWS_LAMBDA_RUNTIME_API)
    list(APPEND variables ${variable}=unset:)
  endforeach()
  set_tests_properties(${name} PROPERTIES
    PASS_REGULAR_EXPRESSION "${text}" ENVIRONMENT_MODIFICATION "${variables}")
endfunction()
expect_text(guest_in_cloud_mode "Cloud mode requires both QUALIFIED_FUNCTION_NAME"
  guest_both_modes --runner-mode=cloud)
expect_text(function "AWS_LAMBDA_RUNTIME_API is not set" function)
expect_text(function_is_static "not a dynamic executable" ldd $<TARGET_FILE:function>)
