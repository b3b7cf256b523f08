// The program `loopsteal_checks`: whether virtual time says what is known by other means.
#pragma once

#include <span>
#include <string>

namespace loopsteal::checks {

/// Does what `words` (argv) ask. Results go to standard output or a file, all else to standard
/// error. Returns the exit status: 1 if a check failed; else as those of the program loopsteal.
int run_program(std::span<const std::string> words);

}  // namespace loopsteal::checks
