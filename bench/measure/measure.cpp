#include "bench/measure/measure.hpp"

#include <algorithm>
#include <cerrno>
#include <exception>
#include <memory>
#include <system_error>

#include <fmt/format.h>

#include "bench/measure/output.hpp"
#include "bench/measure/run_once.hpp"
#include "bench/measure/virtual_measure.hpp"
#include "sched/catalog.hpp"
#include "sched/observe/recorder.hpp"

namespace loopsteal {
namespace {

// What watches the run, if anything is asked for. A foreign scheduler shows nothing of its inside.
std::unique_ptr<Recorder> make_recorder(const Point& point, const TraceFile* trace) {
  const bool delays = point.observe == Observe::delays;
  if ((!delays && trace == nullptr) || is_foreign(point.scheduler.name)) return nullptr;
  return std::make_unique<Recorder>(RecorderOptions{.delays = delays, .trace = trace != nullptr});
}

void take(Row& row, const Point& point, const WorkloadInfo& info, RunOutcome outcome) {
  row.workers = outcome.workers;
  row.cpu_time = outcome.cpu_time;
  row.measurement = std::move(outcome.measurement);
  row.tasks = outcome.result.tasks;
  row.answer = outcome.result.answer;
  row.answer_ok = outcome.result.answer_ok;
  row.schedule_latency.add_bins(row.measurement.schedule_latency_bins);
  row.poll_time.add_bins(row.measurement.poll_time_bins);
  row.greedy_bounds = greedy_bounds_of(point, info);
  const std::optional<OpenLoop> loop = info.open_loop(point.workload, setup_of(point));
  if (point.is_virtual() && loop) {
    return estimate_one_run(row, point, *loop, outcome.result.samples);
  }
  for (const RequestSample& sample : outcome.result.samples) {
    row.wait.add(sample.wait);
    row.sojourn.add(sample.sojourn);
  }
}

void write_timeline(const Recorder& recorder, const Row& row, TraceFile& trace) {
  const std::unique_ptr<Output> output = open_output(trace.path);
  recorder.write_trace([&](std::string_view text) { output->write(text); }, name_of(row));
  output->commit();
  trace.events_dropped = recorder.trace_events_dropped();
}

std::string message_of(const std::system_error& error) {
  const int code = error.code().value();
  std::string message = error.what();
  if (code == EMFILE || code == ENFILE) {
    message +=
        ". The workload needs more open files than the limit allows: raise it (ulimit -n) "
        "or use fewer connections";
  }
  if (code == EAGAIN) message += ". Most likely the limit of threads is reached (ulimit -u)";
  return message;
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
  if (point.is_virtual()) row.costs = point.costs.name;
  row.workers = point.workers;
  row.seed = point.seed;
  return row;
}

Point checked(const Point& point, const WorkloadCatalog& workloads) {
  Point result = point;
  result.scheduler = canonical_scheduler(point.scheduler);
  const WorkloadInfo& info = workloads.named(point.workload.name);
  if (point.is_virtual()) check_virtual(point, info);
  result.workload = parse_spec(info.canonical(point.workload, point.size));
  // Settings that contradict each other are found only by making one.
  static_cast<void>(info.make(result.workload, setup_of(point)));
  return result;
}

Row measure(const Point& point, const WorkloadCatalog& workloads, TraceFile* trace,
            const std::function<bool()>& stop) {
  const WorkloadInfo& info = workloads.named(point.workload.name);
  Row row = row_for(point, info);
  const std::unique_ptr<Recorder> recorder = make_recorder(point, trace);
  try {
    if (point.precision > 0) return measure_precisely(point, workloads, stop);
    take(row, point, info, run_once(point, info, recorder.get()));
  } catch (const std::system_error& error) {
    row.error = message_of(error);
    row.no_thread = error.code() == std::errc::resource_unavailable_try_again;
  } catch (const std::exception& error) {
    row.error = error.what();
  }
  if (row.failed()) row.measurement = {};
  if (trace != nullptr && recorder != nullptr && !row.failed()) {
    write_timeline(*recorder, row, *trace);
  }
  return row;
}

bool is_foreign(std::string_view scheduler) {
  return std::ranges::any_of(schedulers(), [scheduler](const SchedulerInfo& info) {
    return info.name == scheduler && info.foreign;
  });
}

}  // namespace loopsteal
