// The queues of jobs, by their owner alone: what putting in and taking out costs undisturbed.
#include <cstdint>
#include <deque>
#include <mutex>

#include <benchmark/benchmark.h>

#include "sched/core/job_queue.hpp"
#include "sched/policy/parts/injector.hpp"
#include "sched/policy/parts/run_queue.hpp"
#include "sched/policy/parts/work_deque.hpp"

namespace loopsteal {
namespace {

constexpr std::int64_t kJobs = 128;  // Half a run queue: none overflows.

/// Jobs in, jobs out; one item of the benchmark is one job in and out.
template <class Push, class Pop>
void put_and_take(benchmark::State& state, Push push, Pop pop) {
  std::deque<Job> jobs(kJobs);
  for ([[maybe_unused]] auto _ : state) {
    for (Job& job : jobs) push(job);
    for (std::int64_t i = 0; i < kJobs; ++i) benchmark::DoNotOptimize(pop());
  }
  state.SetItemsProcessed(state.iterations() * kJobs);
}

void run_queue(benchmark::State& state) {
  RunQueue<Job> queue;
  const auto no_overflow = [](Job&, Job&, std::size_t) {};
  put_and_take(
      state, [&](Job& job) { queue.push_back(job, no_overflow); }, [&] { return queue.pop(); });
}
BENCHMARK(run_queue)->Name("micro/run_queue/push_pop");

/// Every push finds a full queue: half of it is linked and goes.
void run_queue_overflow(benchmark::State& state) {
  std::deque<Job> jobs(257);
  for ([[maybe_unused]] auto _ : state) {
    state.PauseTiming();
    RunQueue<Job> queue;
    std::size_t given = 0;
    const auto take = [&](Job&, Job&, std::size_t count) { given = count; };
    for (std::size_t i = 0; i < 256; ++i) queue.push_back(jobs[i], take);
    state.ResumeTiming();
    queue.push_back(jobs[256], take);
    benchmark::DoNotOptimize(given);
  }
}
BENCHMARK(run_queue_overflow)->Name("micro/run_queue/overflow");

void work_deque(benchmark::State& state) {
  WorkDeque<Job> deque;
  put_and_take(
      state, [&](Job& job) { deque.push(job); }, [&] { return deque.pop(); });
}
BENCHMARK(work_deque)->Name("micro/work_deque/push_pop");

void injector(benchmark::State& state) {
  Injector<Job, std::mutex> queue;
  put_and_take(
      state, [&](Job& job) { queue.push(job); }, [&] { return queue.pop(); });
}
BENCHMARK(injector)->Name("micro/injector/push_pop");

void job_queue(benchmark::State& state) {
  JobQueue queue;
  put_and_take(
      state, [&](Job& job) { queue.push_back(job); }, [&] { return queue.pop_front(); });
}
BENCHMARK(job_queue)->Name("micro/job_queue/push_pop");

}  // namespace
}  // namespace loopsteal
