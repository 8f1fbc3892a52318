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

file(REMOVE_RECURSE ${work_dir})
set(arguments
  -S ${source_dir}/tests/consumer/${way} -B ${work_dir}/build -G Ninja
  -D CMAKE_CXX_COMPILER=${cxx_compiler}
  -D CMAKE_CXX_COMPILER_LAUNCHER=${cxx_launcher}
  -D CMAKE_CXX_FLAGS=${cxx_flags}
  -D CMAKE_BUILD_TYPE=${build_type})
if(way STREQUAL "find_package")
  run(${CMAKE_COMMAND} --install ${build_dir} --prefix ${work_dir}/prefix)
  list(APPEND arguments -D CMAKE_PREFIX_PATH=${work_dir}/prefix)
else()
  list(APPEND arguments
    -D DURABLE_SOURCE_DIR=${source_dir} -D DURABLE_WARNINGS_AS_ERRORS=${warnings_as_errors})
endif()
run(${CMAKE_COMMAND} ${arguments})
run(${CMAKE_COMMAND} --build ${work_dir}/build)
run(${CMAKE_CTEST_COMMAND} --test-dir ${work_dir}/build --no-tests=error --output-on-failure)
