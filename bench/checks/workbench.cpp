#include "bench/checks/workbench.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <thread>

#include <fmt/format.h>
#include <oneapi/tbb/parallel_for.h>
#include <oneapi/tbb/task_arena.h>
#include <sys/resource.h>

#include "bench/measure/costs.hpp"
#include "sched/machine/sim/sim_invariants.hpp"
#include "workloads/catalog.hpp"

namespace loopsteal::checks {
namespace {

void check_steals(const Measurement& measurement) {
  if (measurement.steals.empty()) return;
  const std::uint64_t in_matrix =
      std::accumulate(measurement.steals.begin(), measurement.steals.end(), std::uint64_t{0});
  const std::uint64_t taken = measurement.total(Op::stolen_job);
  if (in_matrix != taken) {
    throw SimError(
        fmt::format("The matrix of steals holds {} jobs, and thieves took {}", in_matrix, taken));
  }
}

}  // namespace

std::uint64_t Workbench::scaled(std::uint64_t jobs) const {
  const double scaled = std::ceil(static_cast<double>(jobs) * options_.scale);
  return std::max<std::uint64_t>(1, static_cast<std::uint64_t>(scaled));
}

RunOutcome Workbench::run(const Point& point) {
  if (point.is_virtual()) ledger_.runs.fetch_add(1, std::memory_order_relaxed);  // A count.
  try {
    RunOutcome outcome = run_once(point, workload_named(point.workload.name), nullptr);
    check_steals(outcome.measurement);
    if (!outcome.result.answer_ok) {
      throw CheckError(fmt::format("{} under {} answers {}, which is wrong",
                                   to_string(point.workload), to_string(point.scheduler),
                                   outcome.result.answer));
    }
    // relaxed: read when all is done.
    jobs_.fetch_add(outcome.result.samples.size(), std::memory_order_relaxed);
    return outcome;
  } catch (const SimError&) {
    ledger_.breaches.fetch_add(1, std::memory_order_relaxed);  // A count.
    throw;
  }
}

void Workbench::each(std::uint32_t count, const std::function<void(std::uint32_t)>& body) {
  const std::thread::id own = std::this_thread::get_id();
  const auto timed = [&](std::uint32_t i) {
    const Duration before = thread_cpu_time();
    body(i);
    if (std::this_thread::get_id() == own) return;
    // relaxed: read when all is done.
    helped_ns_.fetch_add((thread_cpu_time() - before).count(), std::memory_order_relaxed);
  };
  // Isolated: while this thread waits for its last body, it begins no other check, whose time would
  // be added to this check's.
  tbb::this_task_arena::isolate(
      [&] { tbb::parallel_for(std::uint32_t{0}, count, timed, tbb::simple_partitioner()); });
}

Duration thread_cpu_time() {
  rusage usage{};
  getrusage(RUSAGE_THREAD, &usage);
  const auto duration = [](const timeval& time) {
    return std::chrono::seconds(time.tv_sec) + std::chrono::microseconds(time.tv_usec);
  };
  return duration(usage.ru_utime) + duration(usage.ru_stime);
}

Point virtual_point(std::string_view scheduler, std::string_view workload, WorkerId workers,
                    std::string_view costs) {
  Point point;
  point.scheduler = parse_spec(scheduler);
  point.workload = parse_spec(workload);
  point.machine = "sim";
  point.workers = workers;
  point.costs = parse_costs(costs);
  return point;
}

}  // namespace loopsteal::checks
