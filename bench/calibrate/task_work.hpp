// Time of the almost empty tasks of a workload on this machine: a property of the workload, which
// has a knob for it (node_work or task_work).
#pragma once

#include <string>
#include <vector>

#include "bench/measure/row.hpp"
#include "bench/measure/workload_catalog.hpp"

namespace loopsteal {

/// A run of a workload on one worker that gives the work of its tasks. There is one under each kind
/// of scheduler, since the order of execution determines how many tasks exist at once and what the
/// caches still hold of them.
struct TaskWorkProbe {
  Point point;       ///< Real.
  std::string knob;  ///< "node_work".

  [[nodiscard]] std::string name() const;
};

/// Runs of workloads of the catalog that have such a knob. No cell of validation is among them.
std::vector<TaskWorkProbe> task_work_probes(const WorkloadCatalog& workloads);

/// `point` in virtual time, with the given work of the tasks.
Point in_virtual_time(const Point& point, const Costs& costs, const std::string& knob,
                      Duration work, const WorkloadCatalog& workloads);

/// The knob of `workload` for the time of its tasks; empty if it has none.
std::string task_work_knob_of(std::string_view workload, const WorkloadCatalog& workloads);

/// Work with which a run in virtual time takes as long as `measured`, at least 0.
Duration task_work_for(const TaskWorkProbe& probe, const Costs& costs, Duration measured,
                       const WorkloadCatalog& workloads);

}  // namespace loopsteal
