# SPDX-License-Identifier: Apache-2.0
# Functions for Lambda as files that can be deployed.

# durable_add_lambda(TARGET): makes the program TARGET, which calls durable::lambda::run, ready for
# Lambda. It is then a `bootstrap` that is linked fully static, so that it runs on any Linux of the
# same processor, in an empty container image too. The target TARGET_zip packs it into TARGET.zip,
# for the runtime provided.al2023.
function(durable_add_lambda target)
  set(folder ${CMAKE_CURRENT_BINARY_DIR}/${target})
  set(archive ${CMAKE_CURRENT_BINARY_DIR}/${target}.zip)
  set_target_properties(${target} PROPERTIES
    OUTPUT_NAME bootstrap RUNTIME_OUTPUT_DIRECTORY ${folder})
  set(boost_type)
  if(TARGET Boost::json)
    get_target_property(boost_type Boost::json TYPE)
  endif()
  if(NOT DURABLE_STATIC_SSL OR NOT DURABLE_STATIC_CRYPTO)
    message(WARNING "durable_add_lambda(${target}): no static OpenSSL (libssl.a, libcrypto.a) was "
      "found, so the program needs the shared one where it runs. Install OpenSSL's development "
      "package (Debian: libssl-dev), or name the files in DURABLE_STATIC_SSL and "
      "DURABLE_STATIC_CRYPTO.")
  elseif(boost_type STREQUAL "SHARED_LIBRARY")
    message(WARNING "durable_add_lambda(${target}): Boost.JSON was found as a shared library, so the "
      "program needs it where it runs. Set Boost_USE_STATIC_LIBS to ON before Boost is found.")
  elseif(NOT DURABLE_SANITIZE)  # sanitizers need their shared libraries
    set_target_properties(${target} PROPERTIES DURABLE_STATIC_PROGRAM ON)
    target_link_options(${target} PRIVATE -static)
  endif()
  target_link_options(${target} PRIVATE -Wl,--gc-sections $<$<CONFIG:Release,MinSizeRel>:-s>)
  add_custom_command(OUTPUT ${archive}
    COMMAND ${CMAKE_COMMAND} -E tar cf ${archive} --format=zip bootstrap
    WORKING_DIRECTORY ${folder}
    DEPENDS ${target}
    COMMENT "Packing ${archive}"
    VERBATIM)
  add_custom_target(${target}_zip DEPENDS ${archive})
endfunction()
