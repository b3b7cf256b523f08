# `cmake --install` and what find_package(loopsteal CONFIG) reads afterwards.
# Headers keep their place under one root of their own, so that a consumer writes
# #include "sched/core/coro/verbs.hpp" as we do.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(package_folder "${CMAKE_INSTALL_LIBDIR}/cmake/loopsteal")

install(TARGETS loopsteal_sched loopsteal_workloads EXPORT loopsteal_targets)
foreach(folder sched workloads)
  install(DIRECTORY "${PROJECT_SOURCE_DIR}/${folder}"
    DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}/loopsteal" FILES_MATCHING PATTERN "*.hpp")
endforeach()
if(LOOPSTEAL_BUILD_BENCH)
  install(TARGETS loopsteal)
  # Only if it was built: scripts/run builds the program alone.
  install(TARGETS loopsteal_bench OPTIONAL)
endif()

install(EXPORT loopsteal_targets
  NAMESPACE loopsteal:: FILE loopsteal-targets.cmake DESTINATION "${package_folder}")
configure_package_config_file(
  "${PROJECT_SOURCE_DIR}/cmake/loopsteal-config.cmake.in"
  "${PROJECT_BINARY_DIR}/loopsteal-config.cmake"
  INSTALL_DESTINATION "${package_folder}")
write_basic_package_version_file("${PROJECT_BINARY_DIR}/loopsteal-config-version.cmake"
  COMPATIBILITY SameMinorVersion)
install(FILES
  "${PROJECT_BINARY_DIR}/loopsteal-config.cmake"
  "${PROJECT_BINARY_DIR}/loopsteal-config-version.cmake"
  DESTINATION "${package_folder}")
