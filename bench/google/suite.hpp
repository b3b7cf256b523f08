// Points of a comparison as benchmarks of Google Benchmark.
#pragma once

#include <list>
#include <string>

#include "bench/measure/interruption.hpp"
#include "bench/measure/row.hpp"
#include "bench/measure/workload_catalog.hpp"

namespace loopsteal {

/// Registers points and keeps what their benchmarks need while they run. One iteration is one run,
/// through measure(); its time is the makespan. A run that fails or answers wrong ends its
/// benchmark with an error.
class Suite {
 public:
  /// `workloads` and `interruption` must outlive the suite, and the suite the runs. After a
  /// signal the next run is not begun: the program ends there, as Google Benchmark cannot stop.
  Suite(const WorkloadCatalog& workloads, Interruption& interruption)
      : workloads_(workloads), interruption_(interruption) {}
  Suite(const Suite&) = delete;
  Suite& operator=(const Suite&) = delete;

  /// `point` as checked() has returned it.
  void add(const Point& point);

  /// Whether a benchmark has ended with an error.
  [[nodiscard]] bool failed() const { return failed_; }

 private:
  /// A benchmark: its point, and the seed of its next run.
  struct Entry {
    Suite& suite;
    Point point;
  };

  [[nodiscard]] std::string name_of_point(const Point& point) const;

  const WorkloadCatalog& workloads_;
  Interruption& interruption_;
  std::list<Entry> entries_;  // Where they are, benchmarks know.
  bool failed_ = false;

  friend class Runs;
};

}  // namespace loopsteal
