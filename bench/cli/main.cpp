// The program `loopsteal`: see program.hpp.
#include <string>
#include <vector>

#include "bench/cli/program.hpp"

int main(int argc, char** argv) {
  const std::vector<std::string> words(argv, argv + argc);
  return loopsteal::run_program(words, loopsteal::built_in_workloads());
}
