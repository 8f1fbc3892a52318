# SPDX-License-Identifier: Apache-2.0
# Install rules and the CMake package, for all rooms alike: `find_package(durable COMPONENTS sdk)`.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

get_property(durable_components GLOBAL PROPERTY DURABLE_COMPONENTS)
get_property(durable_private_components GLOBAL PROPERTY DURABLE_PRIVATE_COMPONENTS)
set(durable_package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/durable)

# durable_visit(ROOM): appends ROOM to the caller's list `rooms`, after those that it links, and to
# `packages` what their links name of packages that not everybody needs.
function(durable_visit room)
  if(room IN_LIST rooms)
    return()
  endif()
  if(NOT room IN_LIST durable_components AND NOT room IN_LIST durable_private_components)
    message(FATAL_ERROR "The room '${room}' is INTERNAL, but a room that is installed links it. Make "
      "it a PRIVATE_COMPONENT in its call of durable_add_room().")
  endif()
  get_target_property(links durable_${room} LINK_LIBRARIES)
  foreach(link IN LISTS links)
    if(link MATCHES "^durable::(.+)$")
      durable_visit(${CMAKE_MATCH_1})
    elseif(link MATCHES "^durable_private::")
      list(APPEND packages OpenSSL)
    elseif(link MATCHES "^(CURL|GTest)::")
      list(APPEND packages ${CMAKE_MATCH_1})
    endif()
  endforeach()
  list(APPEND rooms ${room})
  list(REMOVE_DUPLICATES packages)
  set(rooms ${rooms} PARENT_SCOPE)
  set(packages ${packages} PARENT_SCOPE)
endfunction()

set(durable_tables "set(durable_components ${durable_components})\n")
set(durable_rooms)
foreach(component IN LISTS durable_components)
  set(rooms)
  set(packages)
  durable_visit(${component})
  list(APPEND durable_rooms ${rooms})
  string(APPEND durable_tables "set(durable_rooms_of_${component} ${rooms})\n"
    "set(durable_packages_of_${component} ${packages})\n")
endforeach()
list(REMOVE_DUPLICATES durable_rooms)

# One targets file a room, so that the package loads only what is asked for. A private room stands
# where nobody looks for a library to link: in a folder and a namespace of its own.
foreach(room IN LISTS durable_rooms)
  set(folder ${CMAKE_INSTALL_LIBDIR})
  set(namespace durable::)
  if(room IN_LIST durable_private_components)
    string(APPEND folder /durable)
    set(namespace durable_private::)
  endif()
  install(TARGETS durable_${room} EXPORT durable-${room} ARCHIVE DESTINATION ${folder}
    INCLUDES DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
  install(EXPORT durable-${room} NAMESPACE ${namespace} FILE durable-${room}-targets.cmake
    DESTINATION ${durable_package_dir})
endforeach()

# The headers of the components that are there. gtest.h includes cloud_runner.h, for its options.
set(absent)
if(NOT "lambda" IN_LIST durable_components)
  list(APPEND absent REGEX "/durable/lambda([.]h)?$" EXCLUDE)
endif()
if(NOT "gtest" IN_LIST durable_components)
  list(APPEND absent REGEX "/durable/testing/gtest[.]h$" EXCLUDE)
  if(NOT "testing_cloud" IN_LIST durable_components)
    list(APPEND absent REGEX "/durable/testing/cloud_runner[.]h$" EXCLUDE)
  endif()
endif()
install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/durable DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}
  FILES_MATCHING PATTERN "*.h" ${absent})
install(FILES ${PROJECT_SOURCE_DIR}/LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})

configure_package_config_file(cmake/durable-config.cmake.in
  ${PROJECT_BINARY_DIR}/cmake/durable-config.cmake
  INSTALL_DESTINATION ${durable_package_dir} NO_SET_AND_CHECK_MACRO)
# Before 1.0 a minor version may break its users, so only the same minor version satisfies a request.
write_basic_package_version_file(${PROJECT_BINARY_DIR}/cmake/durable-config-version.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/cmake/durable-config.cmake
  ${PROJECT_BINARY_DIR}/cmake/durable-config-version.cmake
  cmake/DurableLambda.cmake cmake/DurableOpenSSL.cmake
  DESTINATION ${durable_package_dir})
