# SPDX-License-Identifier: Apache-2.0
# cmake -DPROGRAM=... -DFILE=... -DTEXT=... -P check_refusal.cmake
#
# The program must refuse FILE with exit code 2 and one line of error that holds TEXT, and print nothing else.
execute_process(COMMAND ${PROGRAM} ${FILE}
  RESULT_VARIABLE code OUTPUT_VARIABLE output ERROR_VARIABLE error)
if(NOT code EQUAL 2)
  message(FATAL_ERROR "expected exit code 2, found ${code}\n${output}${error}")
endif()
string(REGEX MATCHALL "\n" line_ends "${error}")
list(LENGTH line_ends lines)
if(NOT lines EQUAL 1 OR NOT output STREQUAL "")
  message(FATAL_ERROR "expected one line of error and no output, found\n${output}${error}")
endif()
string(FIND "${error}" "${TEXT}" found)
if(found EQUAL -1)
  message(FATAL_ERROR "expected a line with '${TEXT}', found\n${error}")
endif()
