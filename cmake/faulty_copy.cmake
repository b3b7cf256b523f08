# loopsteal_faulty_copy(FOLDER NAME FILE from to [header]): a copy of FILE with a deliberate fault,
# for a program that a test must find wrong. FOLDER is set to what has to stand before the
# original on its include path. A text that is not there any more is an error, so that no fault is
# left behind by a change. `header`: what the fault has to include.
function(loopsteal_faulty_copy FOLDER NAME FILE FROM TO)
  set(folder "${CMAKE_CURRENT_BINARY_DIR}/faults/${NAME}")
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/${FILE}")
  file(READ "${PROJECT_SOURCE_DIR}/${FILE}" right)
  string(REPLACE "${FROM}" "${TO}" wrong "${right}")
  if(wrong STREQUAL right)
    message(FATAL_ERROR "The fault ${NAME} finds nothing to replace in ${FILE}: \"${FROM}\"")
  endif()
  if(ARGC GREATER 5)
    string(REPLACE "#pragma once" "#pragma once\n#include \"${ARGV5}\"" wrong "${wrong}")
  endif()
  file(CONFIGURE OUTPUT "${folder}/${FILE}" CONTENT "${wrong}" @ONLY)
  set(${FOLDER} "${folder}" PARENT_SCOPE)
endfunction()
