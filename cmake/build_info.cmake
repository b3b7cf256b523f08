# loopsteal_build_info: "build_info.hpp", which says what was built. Every result
# carries it, so it is made at build time: a commit after the configure counts.
# The header is rewritten only when it changes, so an idle build compiles nothing.
string(TOUPPER "${CMAKE_BUILD_TYPE}" build_type_upper)
set(LOOPSTEAL_BUILD_FLAGS "${CMAKE_CXX_FLAGS} ${CMAKE_CXX_FLAGS_${build_type_upper}}")
if(LOOPSTEAL_SANITIZE)
  string(APPEND LOOPSTEAL_BUILD_FLAGS " -fsanitize=${LOOPSTEAL_SANITIZE}")
endif()
string(STRIP "${LOOPSTEAL_BUILD_FLAGS}" LOOPSTEAL_BUILD_FLAGS)

set(build_info_folder "${PROJECT_BINARY_DIR}/generated")
add_custom_target(loopsteal_build_info_header
  COMMAND "${CMAKE_COMMAND}"
    "-DSOURCE_DIR=${PROJECT_SOURCE_DIR}"
    "-DTEMPLATE=${PROJECT_SOURCE_DIR}/cmake/build_info.hpp.in"
    "-DHEADER=${build_info_folder}/build_info.hpp"
    "-DVERSION=${PROJECT_VERSION}"
    "-DCOMPILER=${CMAKE_CXX_COMPILER_ID} ${CMAKE_CXX_COMPILER_VERSION}"
    "-DFLAGS=${LOOPSTEAL_BUILD_FLAGS}"
    "-DBUILD_TYPE=${CMAKE_BUILD_TYPE}"
    "-DSANITIZE=${LOOPSTEAL_SANITIZE}"
    -P "${PROJECT_SOURCE_DIR}/cmake/write_build_info.cmake"
  BYPRODUCTS "${build_info_folder}/build_info.hpp"
  COMMENT "Writing build_info.hpp"
  VERBATIM)

add_library(loopsteal_build_info INTERFACE)
target_include_directories(loopsteal_build_info INTERFACE "${build_info_folder}")
add_dependencies(loopsteal_build_info loopsteal_build_info_header)
