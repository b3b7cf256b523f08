# cmake -D SOURCE=<tree> -D COMPILER=<c++> -D PROGRAM=<hook.cpp> -P this
cmake_minimum_required(VERSION 3.25)

function(compile hook)
  execute_process(
    COMMAND "${COMPILER}" -std=c++20 -fsyntax-only "-I${SOURCE}" "-DHOOK=${hook}" "${PROGRAM}"
    RESULT_VARIABLE status OUTPUT_VARIABLE out ERROR_VARIABLE out)
  set(status "${status}" PARENT_SCOPE)
  set(output "${out}" PARENT_SCOPE)
endfunction()

compile(has_budget)
if(NOT status EQUAL 0)
  message(FATAL_ERROR "A hook that is spelt well does not compile:\n${output}")
endif()
compile(has_buget)
if(status EQUAL 0 OR NOT output MATCHES "override")
  message(FATAL_ERROR "A misspelt hook compiles, or fails for another reason:\n${output}")
endif()
