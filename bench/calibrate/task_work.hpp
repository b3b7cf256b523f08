// What the almost empty tasks of a workload take on this machine: a property of the workload, which
// has a knob for it (node_work or task_work).
#pragma once

#include <string>
#include <vector>

#include "bench/measure/row.hpp"
#include "bench/measure/workload_catalog.hpp"

namespace loopsteal {

/// A workload whose tasks' work is to be found: a run of it on one worker, under each kind of
/// scheduler, since how many tasks are alive at once, and what the caches still hold of them, hangs
/// on the order in which they run.
struct TaskWorkProbe {
  Point point;       ///< Real.
  std::string knob;  ///< "node_work".

  [[nodiscard]] std::string name() const;
};

/// Runs of workloads of the catalog that have such a knob. No cell of validation is among them.
std::vector<TaskWorkProbe> task_work_probes(const WorkloadCatalog& workloads);

/// `point` in virtual time, with the tasks' work as given.
Point in_virtual_time(const Point& point, const Costs& costs, const std::string& knob,
                      Duration work, const WorkloadCatalog& workloads);

/// The knob of `workload` that says what its tasks take; empty if it has none.
std::string task_work_knob_of(std::string_view workload, const WorkloadCatalog& workloads);

/// The work with which virtual time makes as long a run as `measured` is, 0 at least.
Duration task_work_for(const TaskWorkProbe& probe, const Costs& costs, Duration measured,
                       const WorkloadCatalog& workloads);

}  // namespace loopsteal
