// What tasks and workers cost in memory, counted at operator new.
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <new>
#include <vector>

#include <gtest/gtest.h>

#include "sched/catalog.hpp"
#include "sched/core/coro/task_group.hpp"
#include "sched/core/coro/verbs.hpp"
#include "sched/core/measurement.hpp"
#include "sched/core/sync/event.hpp"
#include "sched/machine/sim/sim_machine.hpp"
#include "sched/policy/random_stealing/worker.hpp"
#include "sched/policy/work_stealing/stealing_worker.hpp"

namespace {

std::atomic<std::uint64_t> bytes_asked_for = 0;  // By all threads; there is one.

void* allocate(std::size_t size, std::size_t alignment) {
  bytes_asked_for += size;
  void* const memory =
      std::aligned_alloc(alignment, (size + alignment - 1) / alignment * alignment);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}

}  // namespace

void* operator new(std::size_t size) { return allocate(size, __STDCPP_DEFAULT_NEW_ALIGNMENT__); }
void* operator new(std::size_t size, std::align_val_t alignment) {
  return allocate(size, static_cast<std::size_t>(alignment));
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept { std::free(memory); }

namespace loopsteal {
namespace {

using namespace std::chrono_literals;

/// As a request of the workload of that name: it waits for its turn, computes, and leaves a sample.
struct Sample {
  Duration wait{}, sojourn{};
};
Task<void> serve(Scheduler& scheduler, TimePoint arrival, Work work, Sample& sample) {
  const TimePoint begin = scheduler.now();
  co_await compute(work);
  sample = {begin - arrival, scheduler.now() - arrival};
}

Task<void> serve_all(Scheduler& scheduler, std::vector<Sample>& samples) {
  TaskGroup group(scheduler);
  const TimePoint arrival = scheduler.now();
  for (Sample& sample : samples) group.spawn(serve(scheduler, arrival, Work::of(1us), sample));
  co_await group.join();
}

/// Bytes asked for by a run whose tasks are all alive at once, their log among them.
std::uint64_t bytes_of_run(Scheduler& scheduler, std::size_t tasks) {
  const std::uint64_t before = bytes_asked_for;
  std::vector<Sample> samples(tasks);
  scheduler.run(serve_all(scheduler, samples));
  for (const Sample& sample : samples) EXPECT_GE(sample.sojourn, Duration(1us));
  return bytes_asked_for - before;
}

// 512 bytes a live task are allowed; a run of twice as many tasks shows what each one adds.
TEST(SimMemory, ALiveTaskCostsHalfAKilobyteAtMost) {
  for (const char* const spec : {"event_loop", "shared_queue", "work_stealing"}) {
    const auto scheduler = make_scheduler(parse_spec(spec), {.machine = "sim", .workers = 10'000});
    constexpr std::size_t kTasks = 100'000;
    EXPECT_LE(bytes_of_run(*scheduler, kTasks), 512 * kTasks + 4'000'000) << spec;
  }
}

// Frames are used again, so the tasks of a second run cost their log alone.
TEST(SimMemory, TasksThatHaveEndedLeaveTheirMemoryToTheNext) {
  const auto scheduler =
      make_scheduler(parse_spec("work_stealing"), {.machine = "sim", .workers = 10'000});
  constexpr std::size_t kTasks = 100'000;
  static_cast<void>(bytes_of_run(*scheduler, kTasks));
  EXPECT_LE(bytes_of_run(*scheduler, kTasks), sizeof(Sample) * kTasks + 10'000 * 512);
}

Task<void> spawn_in_waves(Scheduler& scheduler, int waves, int size) {
  Sample sample;
  for (int wave = 0; wave < waves; ++wave) {
    TaskGroup group(scheduler);
    for (int i = 0; i < size; ++i)
      group.spawn(serve(scheduler, scheduler.now(), Work::of(1us), sample));
    co_await group.join();
  }
}

// Ten times the tasks, no more memory: what counts is how many are alive.
TEST(SimMemory, ManyTasksOneAfterTheOtherNeedNoMoreThanFew) {
  const auto scheduler =
      make_scheduler(parse_spec("work_stealing"), {.machine = "sim", .workers = 10'000});
  const auto bytes = [&](int waves) {
    const std::uint64_t before = bytes_asked_for;
    scheduler->run(spawn_in_waves(*scheduler, waves, 10'000));
    return bytes_asked_for - before;
  };
  static_cast<void>(bytes(1));
  const std::uint64_t few = bytes(2);
  EXPECT_LE(bytes(20), few + few / 10);
}

// Per worker: its row, its place in the event list, its queue of 256 places, and no more than that.
TEST(SimMemory, AWorkerCostsAFewKilobytes) {
  for (const char* const spec :
       {"sharded_loops", "shared_queue", "work_stealing", "random_stealing"}) {
    const std::uint64_t before = bytes_asked_for;
    const auto scheduler = make_scheduler(parse_spec(spec), {.machine = "sim", .workers = 10'000});
    EXPECT_LE(bytes_asked_for - before, 10'000u * 4'096) << spec;
  }
}

// What an event touches of a worker is fetched before its turn, as so many lines of memory from its
// beginning. If it grows past them, it is no longer all fetched, and ten thousand workers no longer
// fit where they did.
TEST(SimMemory, AWorkersRowsAreFewLines) {
  EXPECT_EQ(sizeof(VirtualCpu), 4 * kCacheLineBytes);
  EXPECT_LE(sizeof(StealingWorker<SimMachine<>>), 5 * kCacheLineBytes);
  EXPECT_EQ(alignof(StealingWorker<SimMachine<>>), kCacheLineBytes);
  EXPECT_LE(sizeof(RandomStealingWorker<SimMachine<>>), 7 * kCacheLineBytes);
  EXPECT_EQ(alignof(RandomStealingWorker<SimMachine<>>), kCacheLineBytes);
}

}  // namespace
}  // namespace loopsteal
