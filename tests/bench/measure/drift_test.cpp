// What repetitions of a point in one process leave for each other: the first and the last one get
// the same memory in the same order, whatever ran in between.
//
// Time would tell the same on a quiet machine. Here the frames' addresses tell it on any machine:
// they are what later repetitions were slower for.
#include <atomic>
#include <cstdint>
#include <deque>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "bench/measure/own_process.hpp"
#include "bench/measure/run_once.hpp"
#include "sched/catalog.hpp"
#include "sched/core/coro/frame_pool.hpp"
#include "sched/core/coro/task_group.hpp"
#include "sched/core/coro/verbs.hpp"
#include "sched/core/sync/event.hpp"
#include "workloads/catalog.hpp"

namespace loopsteal {
namespace {

#if LOOPSTEAL_FRAME_POOL

constexpr std::size_t kTasks = 20'000;
constexpr int kProcesses = 5;
constexpr int kRepetitions = 9;
constexpr std::size_t kStride = 7'919;  // A prime.
constexpr std::uintptr_t kPageBytes = 4096;

constexpr const char* kSchedulers[] = {"event_loop",
                                       "sharded_loops",
                                       "shared_queue",
                                       "work_stealing",
                                       "work_stealing:preset=rayon",
                                       "onetbb:door=enqueue",
                                       "onetbb:door=task_group"};

std::vector<std::uintptr_t> addresses;  // Of the frames in the order of their allocation.

Task<void> wait_for(Event& event, std::atomic<std::size_t>& begun) {
  ++begun;
  co_await event.wait();
}

/// Has all its tasks live at once, so no frame is allocated twice, and the root allocates them all.
/// They end in an order that has nothing to do with that of their addresses.
class ManyAtOnce final : public Workload {
 public:
  Task<void> root(Scheduler& scheduler) override {
    addresses.clear();
    static_assert(kTasks % kStride != 0 && kStride > kTasks / 3);
    std::deque<Event> ends(kTasks);
    std::atomic<std::size_t> begun = 0;
    TaskGroup tasks(scheduler);
    for (std::size_t i = 0; i < kTasks; ++i) {
      Task<void> task = wait_for(ends[i], begun);
      addresses.push_back(reinterpret_cast<std::uintptr_t>(&task.promise()));
      tasks.spawn(std::move(task));
    }
    while (begun != kTasks) co_await yield();
    for (std::size_t i = 0; i < kTasks; ++i) ends[i * kStride % kTasks].set();
    co_await tasks.join();
  }
  WorkloadResult result() override { return {}; }
};

WorkloadInfo many_at_once() {
  WorkloadInfo info = workload_named("skynet");
  info.make = [](const Spec&, const WorkloadSetup&) -> std::unique_ptr<Workload> {
    return std::make_unique<ManyAtOnce>();
  };
  return info;
}

Point point_of(const char* scheduler, const char* workload) {
  return {.scheduler = parse_spec(scheduler), .workload = parse_spec(workload), .workers = 2};
}

/// Runs whose frames are freed on two workers, in no order of addresses.
void disturb() {
  for (const char* scheduler : {"work_stealing", "shared_queue"}) {
    run_once(point_of(scheduler, "skynet:levels=4"), workload_named("skynet"), nullptr);
    run_once(point_of(scheduler, "skynet"), many_at_once(), nullptr);
  }
}

/// How often an allocation did not get the neighbour of the frame before it.
double jumps() {
  const std::uintptr_t stride = addresses[1] - addresses[0];
  double count = 0;
  for (std::size_t i = 1; i < addresses.size(); ++i)
    count += addresses[i] - addresses[i - 1] != stride ? 1 : 0;
  return count;
}

double pages() {
  std::set<std::uintptr_t> touched;
  for (const std::uintptr_t address : addresses) touched.insert(address / kPageBytes);
  return static_cast<double>(touched.size());
}

double frames_left() { return static_cast<double>(frame_pool::frames_in_use()); }

/// Of each repetition: jumps, pages, frames that are in use after it.
std::vector<double> repeat(const char* scheduler) {
  std::vector<double> seen;
  for (int repetition = 0; repetition < kRepetitions; ++repetition) {
    run_once(point_of(scheduler, "skynet"), many_at_once(), nullptr);
    seen.insert(seen.end(), {jumps(), pages(), frames_left()});
    disturb();
  }
  return seen;
}

TEST(Drift, TheFirstAndTheLastRepetitionGetTheSameMemory) {
  for (const char* const scheduler : kSchedulers) {
    SCOPED_TRACE(scheduler);
    for (int process = 0; process < kProcesses; ++process) {
      const std::vector<double> seen = in_own_process([&] { return repeat(scheduler); });
      ASSERT_EQ(seen.size(), 3u * kRepetitions);
      const std::vector<double> first(seen.begin(), seen.begin() + 3);
      for (std::size_t i = 3; i < seen.size(); i += 3)
        EXPECT_EQ(std::vector<double>(seen.begin() + static_cast<std::ptrdiff_t>(i),
                                      seen.begin() + static_cast<std::ptrdiff_t>(i) + 3),
                  first)
            << "repetition " << i / 3;
    }
  }
}

// The control: what the runs in between do to a run that does not ask the pool to forget.
TEST(Drift, WithoutForgettingTheOrderIsLost) {
  const std::vector<double> seen = in_own_process([] {
    run_once(point_of("event_loop", "skynet"), many_at_once(), nullptr);
    std::vector<double> result{jumps()};
    disturb();
    ManyAtOnce workload;
    const auto scheduler = make_scheduler(parse_spec("event_loop"), {.workers = 1});
    scheduler->run(workload.root(*scheduler));
    result.push_back(jumps());
    return result;
  });
  ASSERT_EQ(seen.size(), 2u);
  EXPECT_GT(seen[1], 2 * seen[0]);
}

#endif

}  // namespace
}  // namespace loopsteal
