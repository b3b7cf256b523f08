# cmake -DNPM=… -DFOLDER=… -DBUILT=… -DPAGE=… -P build_page.cmake: builds PAGE.
cmake_minimum_required(VERSION 3.25)

# Builds of several presets share the folder.
file(LOCK "${FOLDER}/node_modules.lock" GUARD PROCESS TIMEOUT 600)

execute_process(COMMAND "${NPM}" run --silent build -- --outDir "${BUILT}" --logLevel warn
  WORKING_DIRECTORY "${FOLDER}" RESULT_VARIABLE failed
  OUTPUT_VARIABLE output ERROR_VARIABLE output)
if(failed)
  # An error in the page's own sources, which their author must see.
  message("${output}")
  message(FATAL_ERROR "The page of `loopsteal report` cannot be built; the reason stands above.")
endif()
get_filename_component(folder "${PAGE}" DIRECTORY)
file(MAKE_DIRECTORY "${folder}")
file(COPY_FILE "${BUILT}/index.html" "${PAGE}")
