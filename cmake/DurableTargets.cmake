# SPDX-License-Identifier: Apache-2.0
# One helper for each kind of target. Flags are INTERFACE targets, linked to our own targets only.

add_library(durable_flags INTERFACE)
target_compile_features(durable_flags INTERFACE cxx_std_20)
target_compile_options(durable_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual
  $<$<BOOL:${DURABLE_WARNINGS_AS_ERRORS}>:-Werror>)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  # GCC 12 reports "literal" + std::string wrongly when it optimises (its bug 105651).
  target_compile_options(durable_flags INTERFACE -Wno-restrict)
endif()
if(DURABLE_SANITIZE)
  # No recovery: a finding that only prints would pass a test.
  target_compile_options(durable_flags INTERFACE
    -fsanitize=${DURABLE_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(durable_flags INTERFACE -fsanitize=${DURABLE_SANITIZE})
endif()

# durable_add_room(NAME [INTERNAL | PRIVATE_COMPONENT] SOURCES ... [PUBLIC_LINK targets...]
#   [PRIVATE_LINK targets...]): the static library durable::NAME. It is a component of the installed
# package; nothing has to be written for that in a room. Its public headers are those of
# include/durable. A PRIVATE_COMPONENT has none: it is installed for the components that link it, as
# durable_private::NAME, and nobody else may. An INTERNAL room has none either and is not installed:
# only this project's programs link it.
function(durable_add_room name)
  cmake_parse_arguments(ROOM "INTERNAL;PRIVATE_COMPONENT" "" "SOURCES;PUBLIC_LINK;PRIVATE_LINK"
    ${ARGN})
  add_library(durable_${name} STATIC ${ROOM_SOURCES})
  add_library(durable::${name} ALIAS durable_${name})
  set_target_properties(durable_${name} PROPERTIES EXPORT_NAME ${name} CXX_EXTENSIONS OFF)
  target_compile_features(durable_${name} PUBLIC cxx_std_20)
  target_include_directories(durable_${name}
    PUBLIC $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>
    PRIVATE ${PROJECT_SOURCE_DIR}/src)
  target_link_libraries(durable_${name} PUBLIC ${ROOM_PUBLIC_LINK}
    PRIVATE $<BUILD_INTERFACE:durable_flags> ${ROOM_PRIVATE_LINK})
  if(ROOM_PRIVATE_COMPONENT)
    set_property(GLOBAL APPEND PROPERTY DURABLE_PRIVATE_COMPONENTS ${name})
  elseif(NOT ROOM_INTERNAL)
    set_property(GLOBAL APPEND PROPERTY DURABLE_COMPONENTS ${name})
  endif()
endfunction()

# durable_add_test(NAME SOURCES ... LINK ... [LABELS ...]): a GoogleTest program, its tests found by CTest.
# Tests may include a room's private headers.
function(durable_add_test name)
  cmake_parse_arguments(TEST "" "" "SOURCES;LINK;LABELS" ${ARGN})
  add_executable(${name} ${TEST_SOURCES})
  set_target_properties(${name} PROPERTIES CXX_EXTENSIONS OFF)
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR}/src ${PROJECT_SOURCE_DIR}/tests)
  target_link_libraries(${name} PRIVATE durable_flags ${TEST_LINK} GTest::gmock GTest::gtest_main)
  if(TARGET durable_test_headers)
    target_precompile_headers(${name} REUSE_FROM durable_test_headers)
    if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
      target_compile_options(${name} PRIVATE -fpch-preprocess)  # or ccache cannot tell what was read
    endif()
  endif()
  if(NOT TEST_LABELS)
    set(TEST_LABELS unit)
  endif()
  gtest_discover_tests(${name} PROPERTIES LABELS "${TEST_LABELS}" TIMEOUT 120 DISCOVERY_TIMEOUT 60)
endfunction()
