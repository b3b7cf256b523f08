// Workloads that go wrong on purpose, to see what becomes of the others and of the results. They
// are measured by the same path as the real ones, but no program that is installed knows them.
#pragma once

#include "bench/measure/workload_catalog.hpp"

namespace loopsteal::testing {

/// The built-in workloads and, behind them: `wrong_answer`, `throwing`, `out_of_files` (EMFILE from
/// the operating system's own mouth), `steady` (correct, of constant length), `endless` (sleeps for
/// an hour), and `contradicting` (refuses its settings only when it is made).
WorkloadCatalog workloads_with_faulty_ones();

}  // namespace loopsteal::testing
