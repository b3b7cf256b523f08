// Rows made by hand, for the tests of what is done with rows.
#pragma once

#include <string>

#include "bench/measure/row.hpp"

namespace loopsteal::testing {

/// A row that ended: `workers` workers, the last of which stole all that was stolen.
inline Row sample_row(const std::string& scheduler, const std::string& workload,
                      std::int64_t makespan_ns, std::uint32_t workers = 2) {
  Row row;
  row.scheduler = parse_spec(scheduler).name;
  row.scheduler_spec = scheduler;
  row.workload = parse_spec(workload).name;
  row.workload_spec = workload;
  row.shape = "balanced";
  row.machine = "threads";
  row.size = "small";
  row.workers = workers;
  row.seed = 1;
  row.tasks = 100;
  row.answer = 42;
  row.answer_ok = true;
  row.cpu_time = Duration(makespan_ns);
  row.measurement.makespan = Duration(makespan_ns);
  row.measurement.workers.resize(workers);
  row.measurement.steals.resize(std::size_t{workers} * workers);
  for (WorkerStats& worker : row.measurement.workers) {
    worker.busy = Duration(makespan_ns / 2);
    worker.poll_count = 50;
    worker.local_run_count = 40;
  }
  if (workers > 1) {
    const std::size_t last = workers - 1;
    row.measurement.workers[last].ops[static_cast<std::size_t>(Op::stolen_job)] = 10;
    row.measurement.steals[last * workers] = 10;
  }
  return row;
}

/// A row of a run in virtual time: `hash` is that of its events.
inline Row virtual_row(const std::string& scheduler, const std::string& workload,
                       std::int64_t makespan_ns, std::uint64_t seed, std::uint64_t hash,
                       std::uint32_t workers = 2) {
  Row row = sample_row(scheduler, workload, makespan_ns, workers);
  row.machine = "sim";
  row.costs = "zero";
  row.seed = seed;
  row.measurement.virtual_account = VirtualAccount{.trace_hash = hash};
  return row;
}

inline Row failed_row(const std::string& scheduler, const std::string& workload,
                      const std::string& error) {
  Row row = sample_row(scheduler, workload, 1);
  row.measurement = {};
  row.error = error;
  return row;
}

}  // namespace loopsteal::testing
