#include "bench/measure/measure.hpp"

#include <algorithm>
#include <exception>
#include <memory>
#include <system_error>

#include <fmt/format.h>

#include "bench/measure/last_resort.hpp"
#include "bench/measure/output.hpp"
#include "bench/measure/preset_note.hpp"
#include "bench/measure/run_once.hpp"
#include "bench/measure/steady_state.hpp"
#include "bench/measure/ties.hpp"
#include "bench/measure/virtual_measure.hpp"
#include "sched/catalog.hpp"
#include "sched/machine/sim/sim_laws.hpp"
#include "sched/observe/recorder.hpp"
#include "workloads/request_sink.hpp"

namespace loopsteal {
namespace {

// What watches the run, if anything is asked for. A foreign scheduler shows nothing of its inside.
std::unique_ptr<Recorder> make_recorder(const Point& point, const TraceFile* trace) {
  const bool delays = point.observe == Observe::delays;
  if ((!delays && trace == nullptr) || is_foreign(point.scheduler.name)) return nullptr;
  return std::make_unique<Recorder>(RecorderOptions{.delays = delays, .trace = trace != nullptr});
}

void run(Row& row, const Point& point, const WorkloadInfo& info, Recorder* recorder) {
  RunOutcome outcome = run_and_estimate(row, point, info, recorder);
  row.workers = outcome.workers;
  row.cpu_time = outcome.cpu_time;
  row.measurement = std::move(outcome.measurement);
  row.tasks = outcome.result.tasks;
  row.answer = outcome.result.answer;
  row.answer_ok = outcome.result.answer_ok;
  row.schedule_latency.add_bins(row.measurement.schedule_latency_bins);
  row.poll_time.add_bins(row.measurement.poll_time_bins);
}

void write_timeline(const Recorder& recorder, const Row& row, TraceFile& trace) {
  const std::unique_ptr<Output> output = open_output(trace.path);
  recorder.write_trace([&](std::string_view text) { output->write(text); }, name_of(row));
  output->commit();
  trace.events_dropped = recorder.trace_events_dropped();
}

// What virtual time does not have.
void check_virtual(const Point& point, const WorkloadInfo& workload) {
  if (is_foreign(point.scheduler.name)) {
    // Says why, and what comes near.
    static_cast<void>(make_scheduler(point.scheduler, {.machine = point.machine}));
  }
  if (workload.needs_descriptors) {
    throw SpecError(
        fmt::format("{} needs real descriptors, and virtual time has none: run it with "
                    "--machine threads.",
                    workload.name));
  }
}

// What is left open of the machine depends on the rest of the point.
void settle_machine(Point& point, const WorkloadInfo& workload) {
  if (point.cpus == 0) point.cpus = point.workers;
  if (point.cpus < setup_of(point).workers) {
    throw SpecError(
        fmt::format("{} workers on {} CPUs: in virtual time each worker has a CPU to itself. Take "
                    "--cpus {} or more, or leave it out.",
                    point.workers, point.cpus, point.workers));
  }
  if (point.shuffle_ties == kTiesAuto)
    point.shuffle_ties = step_of_ties(point, workload) ? kTiesYes : 0;
}

}  // namespace

Row row_for(const Point& point, const WorkloadInfo& workload) {
  Row row;
  row.scheduler = point.scheduler.name;
  row.scheduler_spec = to_string(point.scheduler);
  row.workload = point.workload.name;
  row.workload_spec = to_string(point.workload);
  row.shape = to_string(workload.shape_of(point.workload));
  row.machine = point.machine;
  row.size = to_string(point.size);
  if (point.is_virtual()) {
    row.costs = point.costs.name;
    row.cpus = point.cpus;
    row.shuffle_ties = point.shuffle_ties;
  }
  row.preset = point.preset;
  row.workers = point.workers;
  row.seed = point.seed;
  return row;
}

Point checked(const Point& point, const WorkloadCatalog& workloads) {
  Point result = point;
  if (const std::string preset = preset_of(point.scheduler); !preset.empty())
    result.preset = preset;
  result.scheduler = canonical_scheduler(point.scheduler);
  const WorkloadInfo& info = workloads.named(point.workload.name);
  if (point.is_virtual()) {
    check_virtual(point, info);
    check_costs_known(result.scheduler, point.workers, point.costs);
  }
  result.workload = info.canonical(point.workload, point.size);
  if (point.is_virtual()) settle_machine(result, info);
  // Settings that contradict each other are found only by making one, of which nothing is run.
  RequestCount counted;
  WorkloadSetup setup = setup_of(point);
  setup.sink = &counted;
  static_cast<void>(info.make(result.workload, setup));
  return result;
}

Row measure(const Point& point, const WorkloadCatalog& workloads, TraceFile* trace,
            const std::function<bool()>& stop) {
  const WorkloadInfo& info = workloads.named(point.workload.name);
  Row row = row_for(point, info);
  const std::unique_ptr<Recorder> recorder = make_recorder(point, trace);
  try {
    if (point.precision > 0) return measure_precisely(point, workloads, stop);
    run(row, with_planned_requests(point), info, recorder.get());
  } catch (const UnknownCosts&) {
    throw;  // Not a failed run: the question cannot be answered with this cost model.
  } catch (const NoProgress& error) {
    row.error = error.what();
    row.no_progress = true;
  } catch (const std::exception& error) {
    row.error = sentence_of(error);
    row.out_of_memory = is_out_of_memory(error);
    const auto* const system = dynamic_cast<const std::system_error*>(&error);
    row.no_thread =
        system != nullptr && system->code() == std::errc::resource_unavailable_try_again;
  }
  if (row.failed()) row.measurement = {};
  if (trace != nullptr && recorder != nullptr && !row.failed()) {
    write_timeline(*recorder, row, *trace);
  }
  return row;
}

bool is_foreign(std::string_view scheduler) {
  const SchedulerInfo* const info = find_scheduler(scheduler);
  return info != nullptr && info->foreign;
}

}  // namespace loopsteal
