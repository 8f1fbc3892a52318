# SPDX-License-Identifier: Apache-2.0
# What both guests build, and how they test it.
add_executable(guest ${CMAKE_CURRENT_LIST_DIR}/guest.cc)
target_link_libraries(guest PRIVATE durable::json)

enable_testing()
add_test(NAME guest COMMAND guest)
set_tests_properties(guest PROPERTIES PASS_REGULAR_EXPRESSION "{\"id\":\"7\",\"total_cents\":995}")
