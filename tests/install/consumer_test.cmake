# Installs the build into a prefix of its own, builds the consumer against that prefix
# and runs it. Usage:
#   cmake -D BUILD=<build folder> -D CONSUMER=<source> -D WORK=<scratch folder>
#         -D RESULTS=<results file> -D COMPILER=<c++> -D LAUNCHER=<ccache or empty>
#         -D GENERATOR=<name> -P this
cmake_minimum_required(VERSION 3.25)

function(run)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE status OUTPUT_VARIABLE out ERROR_VARIABLE out)
  if(NOT status EQUAL 0)
    list(JOIN ARGN " " command)
    message(FATAL_ERROR "${command}\nended with ${status}:\n${out}")
  endif()
  set(output "${out}" PARENT_SCOPE)
endfunction()

# What an earlier run left would hide a file that is no longer installed.
file(REMOVE_RECURSE "${WORK}")
set(prefix "${WORK}/prefix")
run("${CMAKE_COMMAND}" --install "${BUILD}" --prefix "${prefix}")

# The package must not know where it was built: it may be moved.
file(RENAME "${prefix}" "${WORK}/moved")
set(prefix "${WORK}/moved")
file(GLOB_RECURSE package "${prefix}/*.cmake")
foreach(file IN LISTS package)
  file(READ "${file}" text)
  foreach(folder "${BUILD}" "${CONSUMER}" "${WORK}/prefix")
    string(FIND "${text}" "${folder}" position)
    if(NOT position EQUAL -1)
      message(FATAL_ERROR "${file} names ${folder}")
    endif()
  endforeach()
endforeach()

run("${CMAKE_COMMAND}" -G "${GENERATOR}" -S "${CONSUMER}" -B "${WORK}/build"
  "-DCMAKE_PREFIX_PATH=${prefix}"
  "-DCMAKE_CXX_COMPILER=${COMPILER}"
  "-DCMAKE_CXX_COMPILER_LAUNCHER=${LAUNCHER}"
  -DCMAKE_BUILD_TYPE=Release)
run("${CMAKE_COMMAND}" --build "${WORK}/build" --parallel 2)
run("${WORK}/build/consumer")
message(STATUS "${output}")

# What was installed as a program runs from there.
run("${prefix}/bin/loopsteal" list schedulers)
# With the page of its report, where one was built.
if(EXISTS "${BUILD}/share/loopsteal/report_page.html")
  run("${prefix}/bin/loopsteal" report "${RESULTS}" -o "${WORK}/report.html")
endif()
