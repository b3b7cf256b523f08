# A rebuild after a change of branch, or in a second build folder, compiles only
# what differs. Left alone where the user chose a launcher.
find_program(LOOPSTEAL_CCACHE_PROGRAM ccache)
mark_as_advanced(LOOPSTEAL_CCACHE_PROGRAM)
if(LOOPSTEAL_CCACHE AND LOOPSTEAL_CCACHE_PROGRAM AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  # Paths relative to the checkout: another checkout of the same sources finds its
  # objects here.
  set(CMAKE_CXX_COMPILER_LAUNCHER "${CMAKE_COMMAND}" -E env
    "CCACHE_BASEDIR=${PROJECT_SOURCE_DIR}" CCACHE_NOHASHDIR=1 "${LOOPSTEAL_CCACHE_PROGRAM}")
endif()
