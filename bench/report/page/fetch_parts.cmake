# cmake -DNPM=… -DFOLDER=… -P fetch_parts.cmake: installs what the page is made of, unless it is
# there; fails if it cannot. Builds of several presets share the folder.
cmake_minimum_required(VERSION 3.25)

file(LOCK "${FOLDER}/node_modules.lock" GUARD PROCESS TIMEOUT 600)

file(SHA256 "${FOLDER}/package-lock.json" wanted)
set(stamp "${FOLDER}/node_modules/.installed")
set(installed "")
if(EXISTS "${stamp}")
  file(READ "${stamp}" installed)
endif()
if(installed STREQUAL wanted)
  return()
endif()

message("Fetching what the page of `loopsteal report` is made of (npm ci)")
# Without a network, this fails soon.
execute_process(COMMAND "${NPM}" ci --no-audit --no-fund --ignore-scripts
    --fetch-retries 1 --fetch-retry-mintimeout 1000
  WORKING_DIRECTORY "${FOLDER}" RESULT_VARIABLE failed
  OUTPUT_VARIABLE output ERROR_VARIABLE output)
if(failed)
  message(FATAL_ERROR "${output}")
endif()
file(WRITE "${stamp}" "${wanted}")
