# SPDX-License-Identifier: Apache-2.0
# Configures, builds and runs a guest project in a fresh build tree. Variables: see CMakeLists.txt.

function(run)
  list(JOIN ARGV " " line)
  message(STATUS "${line}")
  execute_process(COMMAND ${ARGV} RESULT_VARIABLE code)
  if(code)
    message(FATAL_ERROR "the guest project failed (exit ${code}) at: ${line}")
  endif()
endfunction()

file(REMOVE_RECURSE ${guest_dir})
set(arguments
  -S ${source_dir}/tests/consumer/${way} -B ${guest_dir} -G Ninja
  -D CMAKE_CXX_COMPILER=${cxx_compiler}
  -D CMAKE_CXX_COMPILER_LAUNCHER=${cxx_launcher}
  -D CMAKE_CXX_FLAGS=${cxx_flags}
  -D CMAKE_CXX_FLAGS_DEBUG=${cxx_flags_debug}
  -D CMAKE_BUILD_TYPE=${build_type})
if(way STREQUAL "find_package")
  run(${CMAKE_COMMAND} --install ${build_dir} --prefix ${guest_dir}/prefix)
  list(APPEND arguments -D CMAKE_PREFIX_PATH=${guest_dir}/prefix)
else()
  list(APPEND arguments
    -D DURABLE_SOURCE_DIR=${source_dir} -D DURABLE_WARNINGS_AS_ERRORS=${warnings_as_errors})
endif()
run(${CMAKE_COMMAND} ${arguments})
run(${CMAKE_COMMAND} --build ${guest_dir})
run(${CMAKE_CTEST_COMMAND} --test-dir ${guest_dir} --no-tests=error --output-on-failure)
