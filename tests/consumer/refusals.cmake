# SPDX-License-Identifier: Apache-2.0
# What the installed package does not ask for, and what it says when something is missing.
find_package(durable 0.1 REQUIRED)
foreach(target durable::lambda durable::testing_cloud durable::gtest durable_private::cloud
    OpenSSL::SSL CURL::libcurl GTest::gtest)
  if(TARGET ${target})
    message(FATAL_ERROR "${target} is there, though nobody asked for it")
  endif()
endforeach()

# expect_refusal(COMPONENT TEXT [WITHOUT]): the component is refused with TEXT, for want of package
# WITHOUT.
function(expect_refusal component text)
  foreach(package IN LISTS ARGN)
    set(CMAKE_DISABLE_FIND_PACKAGE_${package} ON)
  endforeach()
  find_package(durable 0.1 QUIET COMPONENTS sdk OPTIONAL_COMPONENTS ${component})
  if(NOT durable_FOUND OR durable_${component}_FOUND)
    message(FATAL_ERROR "expected durable without its optional component ${component}")
  endif()
  find_package(durable 0.1 QUIET COMPONENTS ${component})
  if(durable_FOUND OR NOT durable_NOT_FOUND_MESSAGE MATCHES "${text}")
    message(FATAL_ERROR "expected component ${component} to be refused with '${text}', "
      "found '${durable_NOT_FOUND_MESSAGE}'")
  endif()
endfunction()
expect_refusal(lambda "component 'lambda' needs OpenSSL 3[.]0 .*Debian: libssl-dev" OpenSSL)
expect_refusal(testing_cloud
  "component 'testing_cloud' needs libcurl 7[.]88 .*Debian: libcurl4-openssl-dev" CURL)
expect_refusal(gtest "component 'gtest' needs GoogleTest .*Debian: libgtest-dev" GTest)
expect_refusal(cloud "no component 'cloud'.* Its components are: base, json, wire")
