# SPDX-License-Identifier: Apache-2.0
# Requirements through Lambda's API: against an endpoint, and against a server of their own.
add_library(durable_conformance_server STATIC served.cc server_target.cc service_reader.cc)
set_target_properties(durable_conformance_server PROPERTIES CXX_EXTENSIONS OFF)
target_include_directories(durable_conformance_server
  PUBLIC ${PROJECT_SOURCE_DIR} ${PROJECT_SOURCE_DIR}/src)
target_link_libraries(durable_conformance_server
  PUBLIC durable_conformance durable::server durable::cloud
  PRIVATE durable::testing_cloud durable::http durable_flags)
