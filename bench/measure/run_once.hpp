// One run of one point, and nothing else: the scheduler is made, the workload runs on it, and both
// are gone.
#pragma once

#include <span>
#include <vector>

#include "bench/measure/row.hpp"
#include "sched/observe/recorder.hpp"
#include "workloads/catalog.hpp"
#include "workloads/request_sink.hpp"

namespace loopsteal {

struct RunOutcome {
  WorkerId workers = 0;  ///< Those there were.
  Duration cpu_time{};   ///< Of the process while the run lasted; of its thread, if virtual.
  Measurement measurement;
  WorkloadResult result;
};

/// What `point`'s workload is made for. A load is one of the workers that the scheduler has: of
/// one, if it is a single loop. Traffic that is to be the same for all is given as a rate.
WorkloadSetup setup_of(const Point& point);

/// Runs `point`, a checked() one, with the seed it has. Throws what making or running it throws. On
/// real threads one at a time in a process: the run gets its frames in the order of a new pool,
/// whatever ran before it. `sink` gets the requests if it wants them; without it all are kept, 16
/// bytes each.
RunOutcome run_once(const Point& point, const WorkloadInfo& workload, Recorder* recorder,
                    RequestSink* sink = nullptr);

/// One of the times of each request, in ns.
std::vector<double> values_of(std::span<const RequestSample> samples,
                              Duration RequestSample::*member);

/// Throws UnknownCosts if a run of the virtual `point` is billed for entries that its costs do not
/// have. It makes the run to see that, unless the costs have all that any run of the scheduler is
/// billed for. That the run fails otherwise is left to a later one to say.
void rehearse_costs(const Point& point, const WorkloadInfo& workload);

}  // namespace loopsteal
