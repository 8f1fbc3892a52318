# SPDX-License-Identifier: Apache-2.0
# cmake -DCOMPILER=... -DFLAGS=... -DSOURCE=file.cc -P check.cmake
#
# A source must compile without its marked line (DURABLE_WRONG undefined) and must not compile with
# it; the errors must then hold the text of each line `// EXPECT: text` in the source.
cmake_minimum_required(VERSION 3.25)
separate_arguments(flags UNIX_COMMAND "${FLAGS}")

# Not file(STRINGS): it would read the ';' in a text as the end of a list's element.
file(READ "${SOURCE}" source)
string(REPLACE ";" "<semicolon>" source "${source}")
string(REGEX MATCHALL "// EXPECT: [^\n]*" expectations "${source}")
if(NOT expectations)
  message(FATAL_ERROR "${SOURCE} has no line that begins with '// EXPECT: '.")
endif()

execute_process(COMMAND ${COMPILER} ${flags} -fsyntax-only ${SOURCE}
  RESULT_VARIABLE right ERROR_VARIABLE right_errors)
if(NOT right EQUAL 0)
  message(FATAL_ERROR "${SOURCE} must compile without its marked line, but does not:\n${right_errors}")
endif()

execute_process(COMMAND ${COMPILER} ${flags} -DDURABLE_WRONG -fsyntax-only ${SOURCE}
  RESULT_VARIABLE wrong ERROR_VARIABLE wrong_errors)
if(wrong EQUAL 0)
  message(FATAL_ERROR "${SOURCE} must not compile with its marked line, but does.")
endif()
# Compilers break long messages, and Clang 14 escapes quotes in them.
string(REGEX REPLACE "[ \n]+" " " said "${wrong_errors}")
string(REPLACE "\\\"" "\"" said "${said}")
foreach(expectation IN LISTS expectations)
  string(REGEX REPLACE "^// EXPECT: " "" text "${expectation}")
  string(REPLACE "<semicolon>" ";" text "${text}")
  string(FIND "${said}" "${text}" found)
  if(found EQUAL -1)
    message(FATAL_ERROR "${SOURCE}: the errors do not say\n  ${text}\nbut:\n${wrong_errors}")
  endif()
endforeach()
