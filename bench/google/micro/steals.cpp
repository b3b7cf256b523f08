// Steals: what they cost the thief, alone and against an owner at work, and what a thief at work
// costs the owner.
#include <atomic>
#include <cstdint>
#include <deque>
#include <thread>

#include <benchmark/benchmark.h>

#include "sched/core/job.hpp"
#include "sched/policy/parts/run_queue.hpp"
#include "sched/policy/parts/work_deque.hpp"

namespace loopsteal {
namespace {

constexpr std::size_t kJobs = 128;
constexpr auto kNoOverflow = [](Job&, Job&, std::size_t) {};

void drain(RunQueue<Job>& queue) {
  while (queue.pop() != nullptr) {
  }
}

/// One item is one job that changes its queue.
void run_queue_steal(benchmark::State& state) {
  std::deque<Job> jobs(kJobs);
  RunQueue<Job> victim;
  RunQueue<Job> thief;
  std::int64_t stolen = 0;
  for ([[maybe_unused]] auto _ : state) {
    state.PauseTiming();
    drain(victim);
    drain(thief);
    for (Job& job : jobs) victim.push_back(job, kNoOverflow);
    state.ResumeTiming();
    stolen += victim.thief_end().steal_into(thief, StealAmount::half).count;
  }
  state.SetItemsProcessed(stolen);
}
BENCHMARK(run_queue_steal)->Name("micro/run_queue/steal_half");

void work_deque_steal(benchmark::State& state) {
  std::deque<Job> jobs(kJobs);
  WorkDeque<Job> deque;
  for ([[maybe_unused]] auto _ : state) {
    state.PauseTiming();
    for (Job& job : jobs) deque.push(job);
    state.ResumeTiming();
    for (std::size_t i = 0; i < kJobs; ++i) benchmark::DoNotOptimize(deque.thief_end().steal());
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kJobs));
}
BENCHMARK(work_deque_steal)->Name("micro/work_deque/steal");

/// Does `work` again and again on a thread of its own until it is destroyed.
class Background {
 public:
  template <class Work>
  explicit Background(Work work)
      : thread_([this, work] {
          // relaxed: a flag to stop by; orders nothing.
          while (!ending_.load(std::memory_order_relaxed)) work();
        }) {}
  ~Background() {
    ending_.store(true, std::memory_order_relaxed);
    thread_.join();
  }
  Background(const Background&) = delete;
  Background& operator=(const Background&) = delete;

 private:
  std::atomic<bool> ending_{false};
  std::thread thread_;
};

/// One item is one job that the owner puts in and takes out, or finds stolen.
void run_queue_owner_robbed(benchmark::State& state) {
  std::deque<Job> jobs(kJobs);
  RunQueue<Job> queue;
  RunQueue<Job> loot;
  std::atomic<std::int64_t> stolen{0};
  {
    const Background thief([&] {
      const auto count = queue.thief_end().steal_into(loot, StealAmount::half).count;
      drain(loot);
      stolen.fetch_add(count, std::memory_order_relaxed);  // A count.
    });
    for ([[maybe_unused]] auto _ : state) {
      for (Job& job : jobs) queue.push_back(job, kNoOverflow);
      drain(queue);
    }
  }
  const auto items = state.iterations() * static_cast<std::int64_t>(kJobs);
  state.SetItemsProcessed(items);
  state.counters["stolen_share"] = static_cast<double>(stolen) / static_cast<double>(items);
}
BENCHMARK(run_queue_owner_robbed)->Name("micro/run_queue/push_pop_with_thief")->UseRealTime();

void work_deque_owner_robbed(benchmark::State& state) {
  std::deque<Job> jobs(kJobs);
  WorkDeque<Job> deque;
  std::atomic<std::int64_t> stolen{0};
  {
    const Background thief([&] {
      if (deque.thief_end().steal() != nullptr)
        stolen.fetch_add(1, std::memory_order_relaxed);  // A count.
    });
    for ([[maybe_unused]] auto _ : state) {
      for (Job& job : jobs) deque.push(job);
      while (deque.has_tasks()) benchmark::DoNotOptimize(deque.pop());
    }
  }
  const auto items = state.iterations() * static_cast<std::int64_t>(kJobs);
  state.SetItemsProcessed(items);
  state.counters["stolen_share"] = static_cast<double>(stolen) / static_cast<double>(items);
}
BENCHMARK(work_deque_owner_robbed)->Name("micro/work_deque/push_pop_with_thief")->UseRealTime();

}  // namespace
}  // namespace loopsteal
