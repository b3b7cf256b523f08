# Run by the build: asks git what is being built and fills in the template.
# A tarball has no git; then the commit is "unknown" and nothing fails.
set(COMMIT "unknown")
set(DIRTY "false")
find_program(GIT git)
if(GIT AND EXISTS "${SOURCE_DIR}/.git")
  # A build as root in somebody else's clone is no reason to lose the commit.
  set(git "${GIT}" -c safe.directory=* -C "${SOURCE_DIR}")
  execute_process(COMMAND ${git} rev-parse --verify HEAD
    OUTPUT_VARIABLE head RESULT_VARIABLE failed ERROR_QUIET OUTPUT_STRIP_TRAILING_WHITESPACE)
  if(NOT failed)
    set(COMMIT "${head}")
  endif()
  execute_process(COMMAND ${git} --no-optional-locks status --porcelain --untracked-files=no
    OUTPUT_VARIABLE changes ERROR_QUIET)
  if(NOT changes STREQUAL "")
    set(DIRTY "true")
  endif()
endif()
configure_file("${TEMPLATE}" "${HEADER}" @ONLY)
