# SPDX-License-Identifier: Apache-2.0
# Install rules and the CMake package, for all rooms alike: `find_package(durable COMPONENTS sdk)`.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

get_property(durable_rooms GLOBAL PROPERTY DURABLE_ROOMS)
set(durable_package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/durable)

# One targets file a room, so that the package loads a room that needs GoogleTest only on request.
foreach(room IN LISTS durable_rooms)
  install(TARGETS durable_${room} EXPORT durable-${room} ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
  install(EXPORT durable-${room} NAMESPACE durable:: FILE durable-${room}-targets.cmake
    DESTINATION ${durable_package_dir})
endforeach()

install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/durable DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}
  FILES_MATCHING PATTERN "*.h")
install(FILES ${PROJECT_SOURCE_DIR}/LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})

configure_package_config_file(cmake/durable-config.cmake.in
  ${PROJECT_BINARY_DIR}/cmake/durable-config.cmake
  INSTALL_DESTINATION ${durable_package_dir} NO_SET_AND_CHECK_MACRO)
# Before 1.0 a minor version may break its users, so only the same minor version satisfies a request.
write_basic_package_version_file(${PROJECT_BINARY_DIR}/cmake/durable-config-version.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/cmake/durable-config.cmake
  ${PROJECT_BINARY_DIR}/cmake/durable-config-version.cmake
  DESTINATION ${durable_package_dir})
