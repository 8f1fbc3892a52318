# SPDX-License-Identifier: Apache-2.0
if(NOT TARGET durable_conformance_server)
  return()
endif()

durable_add_test(conformance_functions_test
  SOURCES process_host_test.cc sam_template_test.cc
  LINK durable_conformance_functions durable::functions yaml-cpp)

durable_add_test(conformance_server_test
  SOURCES ../cloud/fakes.cc server_target_test.cc
  LINK durable_conformance_server)

durable_add_test(conformance_served_test
  SOURCES served_test.cc
  LINK durable_conformance_server
  LABELS e2e)
target_compile_definitions(conformance_served_test PRIVATE
  DURABLE_CONFORMANCE_PROGRAM="$<TARGET_FILE:conformance_functions>")
add_dependencies(conformance_served_test conformance_functions)
