# loopsteal_test(NAME sources... [LIBS libraries...] [LABELS labels...]
#                [TIMEOUT seconds] [SERIAL] [UNSANITIZED])
#
# One GoogleTest program whose cases ctest lists one by one as Suite.Name.
#   TIMEOUT      a guard against hanging, never a measurement; by default generous,
#                since a noisy machine is no failure
#   SERIAL       nothing else may run meanwhile: tests that compare speeds or count
#                what the CPU does while idle
#   UNSANITIZED  labels the cases `unsanitized`: what they count (instructions,
#                allocations, speed) a sanitizer changes, so .ci/run leaves them out there
#
# loopsteal_command_test(NAME name COMMAND command... [the same options]) is the same
# for a command whose exit status is the verdict.
#
# loopsteal_left_out(REASON): tests that cannot be here; scripts/test tells of them at its end.
include(GoogleTest)

set(LOOPSTEAL_LEFT_OUT "${PROJECT_BINARY_DIR}/left_out.txt")
file(WRITE "${LOOPSTEAL_LEFT_OUT}" "")
function(loopsteal_left_out reason)
  file(APPEND "${LOOPSTEAL_LEFT_OUT}" "${reason}\n")
  message(WARNING "Tests are left out: ${reason}")
endfunction()

# Properties from the options, as one argument list for set_tests_properties().
function(_loopsteal_properties out)
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 300)
  endif()
  if(ARG_UNSANITIZED)
    list(APPEND ARG_LABELS unsanitized)
  endif()
  set(environment ${LOOPSTEAL_SANITIZER_ENVIRONMENT} ${ARG_ENVIRONMENT})
  set(properties "TIMEOUT \"${ARG_TIMEOUT}\" ENVIRONMENT \"${environment}\"")
  if(ARG_LABELS)
    string(APPEND properties " LABELS \"${ARG_LABELS}\"")
  endif()
  if(ARG_SERIAL)
    string(APPEND properties " RUN_SERIAL TRUE")
  endif()
  set(${out} "${properties}" PARENT_SCOPE)
endfunction()

function(loopsteal_test NAME)
  cmake_parse_arguments(PARSE_ARGV 1 ARG "SERIAL;UNSANITIZED" "TIMEOUT" "LIBS;LABELS")
  add_executable(${NAME} ${ARG_UNPARSED_ARGUMENTS})
  target_include_directories(${NAME} PRIVATE "${PROJECT_SOURCE_DIR}")
  target_link_libraries(${NAME} PRIVATE
    ${ARG_LIBS} loopsteal_warnings GTest::gmock GTest::gtest_main)
  # PRE_TEST: the build does not run programs, and ctest asks them anew what they hold.
  gtest_discover_tests(${NAME} DISCOVERY_MODE PRE_TEST DISCOVERY_TIMEOUT 120)
  # CMake 3.25 loses the semicolons of a list on the way through PROPERTIES, so ctest
  # gets them from a file of our own, read after the discovery.
  _loopsteal_properties(properties)
  set(file "${CMAKE_CURRENT_BINARY_DIR}/${NAME}_properties.cmake")
  file(CONFIGURE OUTPUT "${file}"
    CONTENT "set_tests_properties(\${@NAME@_TESTS} PROPERTIES @properties@)\n" @ONLY)
  set_property(DIRECTORY APPEND PROPERTY TEST_INCLUDE_FILES "${file}")
endfunction()

function(loopsteal_command_test)
  cmake_parse_arguments(PARSE_ARGV 0 ARG
    "SERIAL;UNSANITIZED" "NAME;TIMEOUT" "COMMAND;LABELS;ENVIRONMENT")
  add_test(NAME ${ARG_NAME} COMMAND ${ARG_COMMAND})
  _loopsteal_properties(properties)
  cmake_language(EVAL CODE "set_tests_properties([==[${ARG_NAME}]==] PROPERTIES ${properties})")
endfunction()

# What needs a runtime that is not here is left out, and scripts/test says so.
set(LOOPSTEAL_HAS_TOKIO OFF)
if(EXISTS /usr/bin/cargo AND EXISTS /usr/share/cargo/registry/tokio-1.24.2)
  set(LOOPSTEAL_HAS_TOKIO ON)
else()
  loopsteal_left_out("runs beside Tokio: the packages cargo and librust-tokio-dev are missing")
endif()
