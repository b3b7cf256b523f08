// The program `loopsteal_checks`: see program.hpp.
#include <string>
#include <vector>

#include "bench/checks/program.hpp"

int main(int argc, char** argv) {
  return loopsteal::checks::run_program(std::vector<std::string>(argv, argv + argc));
}
