// The program `loopsteal_checks`: compares virtual time with known results.
#pragma once

#include <span>
#include <string>

namespace loopsteal::checks {

/// Runs the command line `words` (argv). Results go to standard output or a file, everything else
/// to standard error. Returns the exit status: 1 if a check failed, else that of the program
/// loopsteal.
int run_program(std::span<const std::string> words);

}  // namespace loopsteal::checks
