// The program `loopsteal_bench`, as a function of its command line.
//
// Schedulers on workloads as Google Benchmark's benchmarks, measured as `loopsteal` measures them
// (bench/measure), and micro-benchmarks of single operations under `micro/`. All of Google
// Benchmark's flags work; our own say which schedulers and workloads, and how large.
#pragma once

#include "bench/measure/workload_catalog.hpp"

namespace loopsteal {

/// Returns the exit status: 0, 1 if a benchmark ended with an error (a wrong answer), 2 for a wrong
/// command line, which is told on standard error. Once a process: the benchmarks stay registered.
int run_benchmark_program(int argc, char** argv, const WorkloadCatalog& workloads);

}  // namespace loopsteal
