# loopsteal_warnings: linked PRIVATE by every target of ours, so that the warnings
# reach neither the libraries we use nor those who use us. An installed target
# links it as $<BUILD_INTERFACE:loopsteal_warnings>.
add_library(loopsteal_warnings INTERFACE)
target_compile_options(loopsteal_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wshadow
  $<$<BOOL:${LOOPSTEAL_WERROR}>:-Werror>)

# g++ 12 sees overlapping copies inside std::string's operator+ where there are none
# (GCC bug 105651; gone in 13).
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  target_compile_options(loopsteal_warnings INTERFACE -Wno-restrict)
endif()
