# SPDX-License-Identifier: Apache-2.0
# The functions under test as programs for Lambda: one with all suites for this machine's server, and
# one for each suite to be deployed, with its SAM template beside it.
if(NOT TARGET durable::lambda)
  return()
endif()

add_library(durable_conformance_function_program STATIC function_program.cc)
set_target_properties(durable_conformance_function_program PROPERTIES CXX_EXTENSIONS OFF)
target_link_libraries(durable_conformance_function_program
  PUBLIC durable_conformance_functions PRIVATE durable::lambda durable_flags)

# add_conformance_program(NAME CALL [EXCLUDE_FROM_ALL]): NAME has the functions that CALL gives.
function(add_conformance_program name call)
  add_executable(${name} ${ARGN} function_main.cc)
  set_target_properties(${name} PROPERTIES CXX_EXTENSIONS OFF)
  target_compile_definitions(${name} PRIVATE DURABLE_CONFORMANCE_FUNCTIONS=${call})
  target_link_libraries(${name} PRIVATE durable_flags durable_conformance_function_program)
endfunction()

add_conformance_program(conformance_functions functions)

add_executable(conformance_templates EXCLUDE_FROM_ALL templates_main.cc)
set_target_properties(conformance_templates PROPERTIES CXX_EXTENSIONS OFF)
target_link_libraries(conformance_templates PRIVATE durable_flags durable_conformance_functions)

# `ninja conformance_lambda` makes all that is deployed.
set(templates ${CMAKE_CURRENT_BINARY_DIR}/templates)
add_custom_target(conformance_lambda
  COMMAND ${CMAKE_COMMAND} -E make_directory ${templates}
  COMMAND conformance_templates ${templates}
  VERBATIM)
foreach(suite step wait child callback invoke wait_for_condition wait_for_callback parallel map plugin)
  add_conformance_program(conformance_${suite} ${suite}_functions EXCLUDE_FROM_ALL)
  durable_add_lambda(conformance_${suite})
  add_dependencies(conformance_lambda conformance_${suite})
endforeach()
