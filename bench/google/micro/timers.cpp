// The heap of timers, at sizes from a hundred to a million, in both orders of equal deadlines.
#include <cstdint>
#include <vector>

#include <benchmark/benchmark.h>

#include "sched/core/random/random.hpp"
#include "sched/core/timer_heap.hpp"

namespace loopsteal {
namespace {

/// A heap of `size` timers with random deadlines.
template <TimerTies kTies>
class FilledHeap {
 public:
  explicit FilledHeap(std::size_t size) : jobs_(size), timers_(size) {
    for (std::size_t i = 0; i < size; ++i) {
      timers_[i].job = &jobs_[i];
      insert(timers_[i]);
    }
  }

  void insert(Timer& timer) {
    timer.deadline = TimePoint(Duration(static_cast<std::int64_t>(random_.next_u32())));
    heap.insert(timer);
  }

  Timer& any() { return timers_[random_.next_below(static_cast<std::uint32_t>(timers_.size()))]; }
  Timer& of(const Job& job) { return timers_[static_cast<std::size_t>(&job - jobs_.data())]; }

  TimerHeap<kTies> heap;

 private:
  FastRandom random_{1};
  std::vector<Job> jobs_;
  std::vector<Timer> timers_;
};

/// A timer is cancelled and set anew: most timers are time-outs that never fire. With the
/// compaction that this brings in time.
template <TimerTies kTies>
void cancel_and_insert(benchmark::State& state) {
  FilledHeap<kTies> filled(static_cast<std::size_t>(state.range(0)));
  for ([[maybe_unused]] auto _ : state) {
    Timer& timer = filled.any();
    benchmark::DoNotOptimize(filled.heap.cancel(timer));
    filled.insert(timer);
    filled.heap.prune();
  }
}

/// The earliest timer fires and is set anew.
template <TimerTies kTies>
void pop_and_insert(benchmark::State& state) {
  FilledHeap<kTies> filled(static_cast<std::size_t>(state.range(0)));
  for ([[maybe_unused]] auto _ : state) {
    Job* const job = filled.heap.pop_due(kForever);
    filled.insert(filled.of(*job));
  }
}

constexpr int kSmallest = 100, kLargest = 1'000'000;

BENCHMARK(cancel_and_insert<TimerTies::as_heapq>)
    ->Name("micro/timer_heap/as_heapq/cancel_insert")
    ->RangeMultiplier(10)
    ->Range(kSmallest, kLargest);
BENCHMARK(cancel_and_insert<TimerTies::first_in>)
    ->Name("micro/timer_heap/first_in/cancel_insert")
    ->RangeMultiplier(10)
    ->Range(kSmallest, kLargest);
BENCHMARK(pop_and_insert<TimerTies::as_heapq>)
    ->Name("micro/timer_heap/as_heapq/pop_insert")
    ->RangeMultiplier(10)
    ->Range(kSmallest, kLargest);
BENCHMARK(pop_and_insert<TimerTies::first_in>)
    ->Name("micro/timer_heap/first_in/pop_insert")
    ->RangeMultiplier(10)
    ->Range(kSmallest, kLargest);

}  // namespace
}  // namespace loopsteal
