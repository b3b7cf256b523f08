# Copies the tree, adds a copy of shared_queue under another name as the README says, builds that
# tree, holds the new scheduler to the laws of all schedulers and compares it with the old one.
# Usage:
#   cmake -D SOURCE=<tree> -D TREE=<scratch folder> -D COMPILER=<c++> -D GENERATOR=<name>
#         -D CCACHE=<ON or OFF> -P this
cmake_minimum_required(VERSION 3.25)

function(run)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE status OUTPUT_VARIABLE out ERROR_VARIABLE out)
  if(NOT status EQUAL 0)
    list(JOIN ARGN " " command)
    message(FATAL_ERROR "${command}\nended with ${status}:\n${out}")
  endif()
  set(output "${out}" PARENT_SCOPE)
endfunction()

# What an earlier run left may be of another tree. Its build stays: it is made again where it must.
file(REMOVE_RECURSE "${TREE}/sched" "${TREE}/tests")
file(COPY "${SOURCE}/CMakeLists.txt" "${SOURCE}/cmake" "${SOURCE}/sched" "${SOURCE}/workloads"
  DESTINATION "${TREE}")
file(COPY "${SOURCE}/tests/conformance" DESTINATION "${TREE}/tests")
file(COPY "${CMAKE_CURRENT_LIST_DIR}/tree/" DESTINATION "${TREE}/tests")

# The folder,
set(policies "${TREE}/sched/policy")
file(GLOB files RELATIVE "${policies}/shared_queue" "${policies}/shared_queue/*")
foreach(file IN LISTS files)
  file(READ "${policies}/shared_queue/${file}" text)
  string(REPLACE "shared_queue" "shared_copy" text "${text}")
  string(REPLACE "SharedQueue" "SharedCopy" text "${text}")
  file(WRITE "${policies}/shared_copy/${file}" "${text}")
endforeach()

# and the line.
file(READ "${TREE}/sched/CMakeLists.txt" text)
set(line "loopsteal_policy(shared_queue SharedQueue)\n")
string(REPLACE "${line}" "${line}loopsteal_policy(shared_copy SharedCopy)\n" more "${text}")
if(more STREQUAL text)
  message(FATAL_ERROR "sched/CMakeLists.txt has no line ${line}")
endif()
file(WRITE "${TREE}/sched/CMakeLists.txt" "${more}")

# As deep as build/release of the tree, so that ccache knows what is the same there.
set(build "${TREE}/build/release")
run("${CMAKE_COMMAND}" -G "${GENERATOR}" -S "${TREE}" -B "${build}"
  "-DCMAKE_CXX_COMPILER=${COMPILER}" -DCMAKE_BUILD_TYPE=Release
  "-DLOOPSTEAL_CCACHE=${CCACHE}" -DLOOPSTEAL_BUILD_BENCH=OFF)
run("${CMAKE_COMMAND}" --build "${build}" --parallel 2
  --target conformance_running_test add_scheduler_tie)

run("${build}/bin/conformance_running_test" "--gtest_filter=*shared_copy*")
if(NOT output MATCHES "PASSED  . [1-9]")
  message(FATAL_ERROR "No law was tried on shared_copy:\n${output}")
endif()
run("${build}/bin/add_scheduler_tie" shared_queue shared_copy)
message(STATUS "${output}")
