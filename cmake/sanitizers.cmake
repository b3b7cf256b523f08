# LOOPSTEAL_SANITIZE builds everything of ours with the sanitizers it names. They
# must cover whole programs, hence directory-wide options and not a target.
if(LOOPSTEAL_SANITIZE)
  if(NOT LOOPSTEAL_SANITIZE MATCHES "^(address|undefined|address,undefined|thread)$")
    message(FATAL_ERROR
      "LOOPSTEAL_SANITIZE=${LOOPSTEAL_SANITIZE} is not known; "
      "use address, undefined, address,undefined or thread")
  endif()
  # Without recovery, a finding ends the test that made it instead of scrolling by.
  set(flags -fsanitize=${LOOPSTEAL_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  # These four double the time to compile. What they find crashes or is found by ASan as
  # well, except misalignment, which no code here can make: it casts no byte buffers.
  if(LOOPSTEAL_SANITIZE MATCHES "undefined")
    list(APPEND flags -fno-sanitize=null,vptr,object-size,alignment)
    # GCC leaves this one out of "undefined"; overflow of signed integers is in it.
    list(APPEND flags -fsanitize=float-cast-overflow)
    # Clang 14 cannot assemble what this one, which GCC does not have, puts before coroutines.
    if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
      list(APPEND flags -fno-sanitize=function)
    endif()
  endif()
  add_compile_options(${flags})
  add_link_options(${flags})
endif()

# Everything of ours counts for libFuzzer which of its branches were taken; the fuzz targets alone
# are linked with its main().
if(LOOPSTEAL_FUZZ)
  if(NOT CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    message(FATAL_ERROR "LOOPSTEAL_FUZZ takes Clang and its libFuzzer: cmake --preset fuzz")
  endif()
  add_compile_options(-fsanitize=fuzzer-no-link)
  add_link_options(-fsanitize=fuzzer-no-link)
endif()

# What a sanitized program reads at its start; tests get it from cmake/testing.cmake.
# Fatal on the first finding, since the second is often made by the first. Debian's
# oneTBB is not instrumented, so TSan cannot see its synchronisation: cmake/tsan.supp
# lists those calls by name.
set(suppressions "${PROJECT_SOURCE_DIR}/cmake/tsan.supp")
set(LOOPSTEAL_SANITIZER_ENVIRONMENT
  "ASAN_OPTIONS=detect_stack_use_after_return=1:strict_string_checks=1"
  "UBSAN_OPTIONS=print_stacktrace=1"
  "TSAN_OPTIONS=halt_on_error=1:second_deadlock_stack=1:suppressions=${suppressions}")
