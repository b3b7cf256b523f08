// One callback posted from a thread that is no worker to a pool with nothing to do, until it has
// run: at once, while a worker still searches; and after a while, when all of them are parked.
#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <thread>

#include <benchmark/benchmark.h>

#include "sched/catalog.hpp"
#include "sched/core/coro/callback.hpp"
#include "sched/core/coro/verbs.hpp"
#include "sched/core/sync/event.hpp"

namespace loopsteal {
namespace {

constexpr WorkerId kWorkers = 2;
constexpr int kSubmissions = 2000;
constexpr int kWarmUp = 200;

Task<void> until(Event& end) { co_await end.wait(); }

void burn(Duration duration) {
  const auto end = std::chrono::steady_clock::now() + duration;
  while (std::chrono::steady_clock::now() < end) {
  }
}

/// A pool that runs while this object lives.
class RunningPool {
 public:
  explicit RunningPool(const char* scheduler)
      : scheduler_(make_scheduler(parse_spec(scheduler), {.workers = kWorkers})),
        thread_([this] { scheduler_->run(until(end_)); }) {}
  ~RunningPool() {
    end_.set();
    thread_.join();
  }
  RunningPool(const RunningPool&) = delete;
  RunningPool& operator=(const RunningPool&) = delete;

  /// Posts one callback and spins until it has run.
  std::chrono::duration<double> submit_and_wait() {
    const auto begin = std::chrono::steady_clock::now();
    const std::uint64_t before = ran_.load(std::memory_order_relaxed);  // Our own last reading.
    // The release pairs with the acquire below: the callback has run.
    post(*scheduler_, [this] { ran_.fetch_add(1, std::memory_order_release); });
    while (ran_.load(std::memory_order_acquire) == before) {
    }
    return std::chrono::steady_clock::now() - begin;
  }

 private:
  std::unique_ptr<Scheduler> scheduler_;
  Event end_;
  std::atomic<std::uint64_t> ran_{0};
  std::thread thread_;  // Last: it uses all of the above.
};

void submissions(benchmark::State& state, const char* scheduler, Duration gap) {
  RunningPool pool(scheduler);
  for (int i = 0; i < kWarmUp; ++i) pool.submit_and_wait();
  for ([[maybe_unused]] auto _ : state) {
    burn(gap);
    state.SetIterationTime(pool.submit_and_wait().count());
  }
  state.SetItemsProcessed(state.iterations());
}

void add(benchmark::internal::Benchmark* benchmark) {
  benchmark->UseManualTime()->Iterations(kSubmissions);
}

// spread=pending: whoever is woken for one callback wakes nobody else before it runs it.
// park_spin: as oneTBB's workers, which spin for some time before they sleep.
BENCHMARK_CAPTURE(submissions, searching, "work_stealing:park_spin=20us,spread=pending",
                  Duration::zero())
    ->Name("micro/submissions/searching")
    ->Apply(add);
BENCHMARK_CAPTURE(submissions, parked, "work_stealing:spread=pending",
                  std::chrono::microseconds(50))
    ->Name("micro/submissions/parked")
    ->Apply(add);

}  // namespace
}  // namespace loopsteal
