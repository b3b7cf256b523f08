# cmake -DNPM=… -DFOLDER=… -DBUILT=… -DPAGE=… -P build_page.cmake: installs what the page is made
# of, unless it is there, and builds PAGE.
#
# That npm cannot reach its registry is no reason for everything else not to be built: it is told,
# there is no page, and the next build tries again.
cmake_minimum_required(VERSION 3.25)

# Builds of several presets share the folder.
file(LOCK "${FOLDER}/node_modules.lock" GUARD PROCESS TIMEOUT 600)

file(SHA256 "${FOLDER}/package-lock.json" wanted)
set(stamp "${FOLDER}/node_modules/.installed")
set(installed "")
if(EXISTS "${stamp}")
  file(READ "${stamp}" installed)
endif()

function(give_up reason output)
  file(REMOVE "${PAGE}")
  message("${output}")
  message("There is no page for `loopsteal report`: ${reason}. "
    "Build the target report_page to try again.")
endfunction()

if(NOT installed STREQUAL wanted)
  message("Fetching what the page is made of (npm ci)")
  # Whoever has no network must not wait long to hear of it.
  execute_process(COMMAND "${NPM}" ci --no-audit --no-fund --ignore-scripts
      --fetch-retries 1 --fetch-retry-mintimeout 1000
    WORKING_DIRECTORY "${FOLDER}" RESULT_VARIABLE failed
    OUTPUT_VARIABLE output ERROR_VARIABLE output)
  if(failed)
    give_up("npm ci failed, and it needs the network the first time" "${output}")
    return()
  endif()
  file(WRITE "${stamp}" "${wanted}")
endif()

execute_process(COMMAND "${NPM}" run --silent build -- --outDir "${BUILT}" --logLevel warn
  WORKING_DIRECTORY "${FOLDER}" RESULT_VARIABLE failed
  OUTPUT_VARIABLE output ERROR_VARIABLE output)
if(failed)
  # A fault of the page's own sources, which whoever changes them must see.
  message("${output}")
  message(FATAL_ERROR "The page of `loopsteal report` cannot be built; the reason stands above.")
endif()
get_filename_component(folder "${PAGE}" DIRECTORY)
file(MAKE_DIRECTORY "${folder}")
file(COPY_FILE "${BUILT}/index.html" "${PAGE}")
