// The program `loopsteal_bench`: see benchmark_program.hpp.
#include "bench/google/benchmark_program.hpp"

int main(int argc, char** argv) {
  return loopsteal::run_benchmark_program(argc, argv, loopsteal::built_in_workloads());
}
