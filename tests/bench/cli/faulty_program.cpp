// The program `loopsteal` with workloads that go wrong on purpose beside the real ones.
#include <string>
#include <vector>

#include "bench/cli/program.hpp"
#include "tests/bench/faulty_workloads.hpp"

int main(int argc, char** argv) {
  const std::vector<std::string> words(argv, argv + argc);
  return loopsteal::run_program(words, loopsteal::testing::workloads_with_faulty_ones());
}
