# What a line of the catalog is made into (see CMakeLists.txt): the sources of the scheduler's
# folder, and for each machine and observer one source from a template in catalog/.

# loopsteal_policy(FOLDER CLASS): policy/FOLDER/, whose policy.hpp has the class template CLASS.
function(loopsteal_policy FOLDER CLASS)
  file(GLOB sources CONFIGURE_DEPENDS policy/${FOLDER}/*.cpp)
  _loopsteal_row(policy_threads policy_recorded policy_sim)
endfunction()

# loopsteal_foreign_scheduler(FOLDER CLASS): FOLDER/, whose FOLDER_scheduler.hpp has the class
# CLASS, a Scheduler that is no policy.
function(loopsteal_foreign_scheduler FOLDER CLASS)
  file(GLOB sources CONFIGURE_DEPENDS ${FOLDER}/*.cpp)
  _loopsteal_row(foreign)
endfunction()

# Makes `sources` and the templates of that name part of the library.
macro(_loopsteal_row)
  foreach(template ${ARGN})
    set(made "${CMAKE_CURRENT_BINARY_DIR}/catalog/${FOLDER}_${template}.cpp")
    configure_file(catalog/${template}.cpp.in "${made}" @ONLY)
    list(APPEND sources "${made}")
  endforeach()
  target_sources(loopsteal_sched PRIVATE ${sources})
  set_property(TARGET loopsteal_sched APPEND PROPERTY LOOPSTEAL_ROWS ${FOLDER})
endmacro()

# After the last line.
function(loopsteal_write_catalog)
  get_target_property(rows loopsteal_sched LOOPSTEAL_ROWS)
  foreach(row IN LISTS rows)
    string(APPEND DECLARATIONS "void add_${row}(std::vector<CatalogEntry>& entries);\n")
    string(APPEND CALLS "  add_${row}(entries);\n")
  endforeach()
  set(made "${CMAKE_CURRENT_BINARY_DIR}/catalog/catalog_entries.cpp")
  configure_file(catalog/catalog_entries.cpp.in "${made}" @ONLY)
  target_sources(loopsteal_sched PRIVATE "${made}")
endfunction()
