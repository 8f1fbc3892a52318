# SPDX-License-Identifier: Apache-2.0
# Functions for Lambda as files that can be deployed.

# OpenSSL as the rooms link it: shared in programs for this machine, static in those that
# durable_add_lambda() makes. Only the program that is linked at the end knows which.
if(OPENSSL_FOUND AND NOT TARGET durable_ssl)
  find_library(DURABLE_STATIC_SSL NAMES libssl.a DOC "OpenSSL's libssl for static programs")
  find_library(DURABLE_STATIC_CRYPTO NAMES libcrypto.a DOC "OpenSSL's libcrypto for static programs")
  mark_as_advanced(DURABLE_STATIC_SSL DURABLE_STATIC_CRYPTO)
  # As targets, so that CMake knows their order.
  add_library(durable_static_crypto STATIC IMPORTED GLOBAL)
  set_target_properties(durable_static_crypto PROPERTIES IMPORTED_LOCATION "${DURABLE_STATIC_CRYPTO}")
  add_library(durable_static_ssl STATIC IMPORTED GLOBAL)
  set_target_properties(durable_static_ssl PROPERTIES
    IMPORTED_LOCATION "${DURABLE_STATIC_SSL}" INTERFACE_LINK_LIBRARIES durable_static_crypto)
  set(static_program $<BOOL:$<TARGET_PROPERTY:DURABLE_STATIC_PROGRAM>>)
  add_library(durable_crypto INTERFACE)
  target_include_directories(durable_crypto INTERFACE ${OPENSSL_INCLUDE_DIR})
  target_link_libraries(durable_crypto INTERFACE
    $<IF:${static_program},durable_static_crypto,OpenSSL::Crypto>)
  add_library(durable_ssl INTERFACE)
  target_link_libraries(durable_ssl INTERFACE
    durable_crypto $<IF:${static_program},durable_static_ssl,OpenSSL::SSL>)
  unset(static_program)
endif()

# durable_add_lambda(TARGET): makes the program TARGET, which calls durable::lambda::run, ready for
# Lambda. It is then a `bootstrap` that is linked fully static, so that it runs on any Linux of the
# same processor, in an empty container image too. The target TARGET_zip packs it into TARGET.zip,
# for the runtime provided.al2023.
function(durable_add_lambda target)
  set(folder ${CMAKE_CURRENT_BINARY_DIR}/${target})
  set(archive ${CMAKE_CURRENT_BINARY_DIR}/${target}.zip)
  set_target_properties(${target} PROPERTIES
    OUTPUT_NAME bootstrap RUNTIME_OUTPUT_DIRECTORY ${folder})
  if(NOT DURABLE_STATIC_SSL OR NOT DURABLE_STATIC_CRYPTO)
    message(WARNING "durable_add_lambda(${target}): no static OpenSSL (libssl.a, libcrypto.a) was "
      "found, so the program needs the shared one where it runs. Install OpenSSL's development "
      "package, or name the files in DURABLE_STATIC_SSL and DURABLE_STATIC_CRYPTO.")
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
