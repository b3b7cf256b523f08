// An original of known costs, for tests: what it would have taken.
#pragma once

#include <vector>

#include "bench/calibrate/originals/micro_programs.hpp"
#include "bench/calibrate/originals/original_solution.hpp"

namespace loopsteal {

/// The micro programs on an original whose costs are known: virtual time says what they take, and
/// the own code of tasks comes on top.
inline std::vector<MicroRuns> as_if(const OriginalTarget& target, const OriginalSolution& truth,
                                    double scale = 0.3) {
  std::vector<MicroRuns> runs = micro_programs(target, scale);
  for (MicroRuns& each : runs) {
    if (!has_twin(each.micro)) {
      each.makespans.assign(3, ns_without_twin(each.micro, truth));
      each.cpu = each.makespans;
      continue;
    }
    const Measurement run = micro_in_virtual_time(each.micro, target, truth.model());
    const OwnCode own = own_code_of(each.micro);
    const double own_ns = static_cast<double>(own.tasks) * truth.task +
                          static_cast<double>(own.pieces) * truth.piece +
                          static_cast<double>(own.events) * truth.event +
                          static_cast<double>(own.hops) * truth.hop;
    Duration busy{};
    for (const WorkerStats& worker : run.workers) busy += worker.busy + worker.searching;
    const double factor = 1.0 / each.micro.workers;
    for (int repetition = 0; repetition < 3; ++repetition) {
      each.makespans.push_back(ns_in_virtual_time(each.micro, target, truth.model()) +
                               own_ns * factor);
      each.cpu.push_back(static_cast<double>(busy.count()) + own_ns);
    }
  }
  return runs;
}

}  // namespace loopsteal
