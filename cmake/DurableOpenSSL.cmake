# SPDX-License-Identifier: Apache-2.0
# OpenSSL as the rooms link it: shared in programs for this machine, static in those that
# durable_add_lambda() makes. Only the program that is linked at the end knows which. To be included
# after find_package(OpenSSL), here and by the installed package, with the same names.
if(NOT TARGET durable_private::ssl)
  cmake_path(GET OPENSSL_SSL_LIBRARY PARENT_PATH durable_openssl_dir)  # the static ones are beside it
  find_library(DURABLE_STATIC_SSL NAMES libssl.a HINTS "${durable_openssl_dir}"
    DOC "OpenSSL's libssl for static programs")
  find_library(DURABLE_STATIC_CRYPTO NAMES libcrypto.a HINTS "${durable_openssl_dir}"
    DOC "OpenSSL's libcrypto for static programs")
  mark_as_advanced(DURABLE_STATIC_SSL DURABLE_STATIC_CRYPTO)
  unset(durable_openssl_dir)
  # As targets, so that CMake knows their order.
  add_library(durable_private::static_crypto STATIC IMPORTED GLOBAL)
  set_target_properties(durable_private::static_crypto PROPERTIES
    IMPORTED_LOCATION "${DURABLE_STATIC_CRYPTO}")
  add_library(durable_private::static_ssl STATIC IMPORTED GLOBAL)
  set_target_properties(durable_private::static_ssl PROPERTIES
    IMPORTED_LOCATION "${DURABLE_STATIC_SSL}"
    INTERFACE_LINK_LIBRARIES durable_private::static_crypto)
  set(durable_is_static $<BOOL:$<TARGET_PROPERTY:DURABLE_STATIC_PROGRAM>>)
  # Imported, though they only pass on what they name: so they are in no export set, and the
  # installed package makes them anew with the OpenSSL of the machine it is on.
  add_library(durable_private::crypto INTERFACE IMPORTED GLOBAL)
  target_include_directories(durable_private::crypto INTERFACE ${OPENSSL_INCLUDE_DIR})
  target_link_libraries(durable_private::crypto INTERFACE
    $<IF:${durable_is_static},durable_private::static_crypto,OpenSSL::Crypto>)
  add_library(durable_private::ssl INTERFACE IMPORTED GLOBAL)
  target_link_libraries(durable_private::ssl INTERFACE
    durable_private::crypto $<IF:${durable_is_static},durable_private::static_ssl,OpenSSL::SSL>)
  unset(durable_is_static)
endif()
