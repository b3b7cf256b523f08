#include "bench/measure/run_once.hpp"

#include <algorithm>
#include <exception>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include <sys/resource.h>

#include "sched/catalog.hpp"
#include "sched/core/frame_pool.hpp"
#include "sched/machine/sim/sim_laws.hpp"

namespace loopsteal {
namespace {

// CPU time so far, user and system: of this process, or of this thread, which runs all of a virtual
// run while others may run beside it.
Duration cpu_time_used(const Point& point) {
  rusage usage{};
  getrusage(point.is_virtual() ? RUSAGE_THREAD : RUSAGE_SELF, &usage);
  const auto duration = [](const timeval& time) {
    return std::chrono::seconds(time.tv_sec) + std::chrono::microseconds(time.tv_usec);
  };
  return duration(usage.ru_utime) + duration(usage.ru_stime);
}

// A run that broke off has left tasks in the middle of what they do, and groups that nobody will
// join: they cannot be taken apart. They are kept until the program ends.
void keep(std::unique_ptr<Scheduler> scheduler, std::unique_ptr<Workload> workload) {
  static std::mutex mutex;
  static auto& kept =
      *new std::vector<std::pair<std::unique_ptr<Scheduler>, std::unique_ptr<Workload>>>;
  const std::lock_guard lock(mutex);
  kept.emplace_back(std::move(scheduler), std::move(workload));
}

}  // namespace

WorkloadSetup setup_of(const Point& point) {
  const WorkerId workers = has_one_worker(point.scheduler.name) ? 1 : point.workers;
  return {.seed = point.seed, .workers = workers, .size = point.size};
}

RunOutcome run_once(const Point& point, const WorkloadInfo& workload, Recorder* recorder,
                    RequestSink* sink) {
  RunOutcome outcome;
  // Otherwise a run would be slower for the order in which others before it have freed their
  // frames. Virtual runs are not measured, and there may be several at a time.
  if (!point.is_virtual()) frame_pool::forget();
  std::unique_ptr<Scheduler> scheduler =
      make_scheduler(point.scheduler, {.machine = point.machine,
                                       .workers = point.workers,
                                       .seed = point.seed,
                                       .recorder = recorder,
                                       .sim = {.costs = point.costs.model,
                                               .noise = point.costs.noise,
                                               .shuffle_ties = point.shuffle_ties,
                                               .cpus = point.cpus}});
  outcome.workers = scheduler->workers();
  WorkloadSetup setup = setup_of(point);
  setup.sink = sink;
  std::unique_ptr<Workload> made = workload.make(point.workload, setup);
  const Duration cpu_before = cpu_time_used(point);
  try {
    outcome.measurement = with_explained_costs(
        point.scheduler, point.costs, [&] { return scheduler->run(made->root(*scheduler)); });
  } catch (const SimError&) {
    keep(std::move(scheduler), std::move(made));
    throw;
  }
  outcome.cpu_time = cpu_time_used(point) - cpu_before;
  outcome.result = made->result();
  return outcome;
}

std::vector<double> values_of(std::span<const RequestSample> samples,
                              Duration RequestSample::*member) {
  std::vector<double> values;
  values.reserve(samples.size());
  for (const RequestSample& sample : samples)
    values.push_back(static_cast<double>((sample.*member).count()));
  return values;
}

void rehearse_costs(const Point& point, const WorkloadInfo& workload) {
  if (!point.is_virtual() || point.costs.model.unknown.empty()) return;
  const Charges some_run = charges_of(point.scheduler, point.workers).some_run;
  if ((some_run & point.costs.model.unknown).empty()) return;
  try {
    static_cast<void>(run_once(point, workload, nullptr));
  } catch (const UnknownCosts&) {
    throw;
  } catch (const std::exception&) {
    return;
  }
}

}  // namespace loopsteal
