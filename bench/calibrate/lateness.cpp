#include "bench/calibrate/lateness.hpp"

#include <algorithm>
#include <ctime>
#include <memory>
#include <vector>

#include "bench/calibrate/probe.hpp"
#include "bench/statistics/quantile.hpp"
#include "sched/catalog.hpp"
#include "sched/core/task_group.hpp"
#include "sched/core/verbs.hpp"

namespace loopsteal {
namespace {

/// What a program saw, in ns.
struct Seen {
  std::vector<double> late;
  double client_cpu = 0;  ///< Of the clients' thread, all its turns.

  void note(const Scheduler& scheduler, TimePoint due) {
    late.push_back(static_cast<double>((scheduler.now() - due).count()));
  }
};

// As long as the sleepers of other probes sleep.
constexpr Duration kGap{kForkWork.ns};

double cpu_ns_of_this_thread() {
  timespec taken{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &taken);
  return static_cast<double>(taken.tv_sec) * 1e9 + static_cast<double>(taken.tv_nsec);
}

Task<void> begin_request(Scheduler& scheduler, TimePoint due, Seen& seen) {
  seen.note(scheduler, due);
  co_return;
}

Task<void> send_requests(Scheduler& scheduler, std::uint32_t times, Seen& seen) {
  TaskGroup requests(scheduler);
  TimePoint due = scheduler.now();
  co_await outside_until(due);  // From here on the clients' thread runs this.
  const double before = cpu_ns_of_this_thread();
  for (std::uint32_t i = 0; i < times; ++i) {
    due += kGap;
    co_await outside_until(due);
    requests.spawn(begin_request(scheduler, due, seen));
  }
  seen.client_cpu = cpu_ns_of_this_thread() - before;
  co_await requests.join();
}

Task<void> begin_and_burn(Scheduler& scheduler, TimePoint due, double& late) {
  late = static_cast<double>((scheduler.now() - due).count());
  co_await compute(kForkWork);
}

// Two tasks at once, the second for the other worker: it is placed there, or has to be fetched, as
// the first keeps this one busy. Meanwhile the other has slept.
Task<void> hand_over(Scheduler& scheduler, std::uint32_t times, Seen& seen) {
  TaskGroup tasks(scheduler);
  for (std::uint32_t i = 0; i < times; ++i) {
    co_await compute(kForkWork);
    double of_each[2] = {};
    const TimePoint due = scheduler.now();
    for (WorkerId place = 0; place < 2; ++place)
      tasks.spawn(begin_and_burn(scheduler, due, of_each[place]), place);
    co_await tasks.join();
    seen.late.push_back(std::max(of_each[0], of_each[1]));
  }
}

Task<void> sleep_often(Scheduler& scheduler, std::uint32_t times, Seen& seen) {
  for (std::uint32_t i = 0; i < times; ++i) {
    const TimePoint due = scheduler.now() + kGap;
    co_await sleep_until(due);
    seen.note(scheduler, due);
  }
}

Task<void> program_of(Lateness lateness, Scheduler& scheduler, std::uint32_t times, Seen& seen) {
  switch (lateness) {
    case Lateness::of_handovers:
      return hand_over(scheduler, times, seen);
    case Lateness::of_requests:
      return send_requests(scheduler, times, seen);
    case Lateness::of_sleeps:
      break;
  }
  return sleep_often(scheduler, times, seen);
}

Seen run(Lateness lateness, std::string_view spec, std::uint32_t times, SchedulerSetup setup) {
  setup.workers = lateness == Lateness::of_handovers ? 2 : 1;
  const std::unique_ptr<Scheduler> scheduler = make_scheduler(parse_spec(spec), setup);
  Seen seen;
  scheduler->run(program_of(lateness, *scheduler, times, seen));
  return seen;
}

}  // namespace

double lateness_on_threads(Lateness lateness, std::string_view scheduler, std::uint32_t times) {
  return median(run(lateness, scheduler, times, {}).late);
}

double lateness_in_virtual_time(Lateness lateness, std::string_view scheduler, std::uint32_t times,
                                const CostModel& costs) {
  return median(run(lateness, scheduler, times, {.machine = "sim", .sim = {.costs = costs}}).late);
}

double cpu_of_a_request(std::uint32_t times) {
  return run(Lateness::of_requests, scheduler_with(Role::baseline), times, {}).client_cpu / times;
}

}  // namespace loopsteal
