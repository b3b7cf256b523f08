// The program `loopsteal_bench` with workloads that go wrong on purpose beside the real ones.
#include "bench/google/benchmark_program.hpp"
#include "tests/bench/faulty_workloads.hpp"

int main(int argc, char** argv) {
  return loopsteal::run_benchmark_program(argc, argv,
                                          loopsteal::testing::workloads_with_faulty_ones());
}
