// Callbacks through a whole scheduler on one worker: posted in a chain, posted in a batch, and with
// deadlines. What Asio calls post() and asyncio call_soon() and call_at().
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <thread>

#include <benchmark/benchmark.h>

#include "sched/catalog.hpp"
#include "sched/core/coro/callback.hpp"
#include "sched/core/coro/verbs.hpp"
#include "sched/core/fixed_array.hpp"
#include "sched/core/measurement.hpp"
#include "sched/core/random/random.hpp"
#include "sched/core/sync/event.hpp"

namespace loopsteal {
namespace {

constexpr std::uint32_t kCallbacks = 1'000'000;
constexpr std::uint32_t kSpreadNs = 1'000'000'000;
constexpr Duration kFar = std::chrono::seconds(5);  // No timer fires before it is cancelled,
constexpr Duration kNear = std::chrono::milliseconds(500);  // and none before all are set.
constexpr Duration kBeyond = std::chrono::milliseconds(5);

/// Counts down, and wakes the root task at nought.
struct Countdown {
  Scheduler& scheduler;
  std::uint32_t left = kCallbacks;
  Event ended{};

  void operator()() {
    if (--left == 0) ended.set();
  }
};

struct Link {
  Countdown* countdown;
  void operator()() const {
    Countdown& counted = *countdown;
    counted();
    if (counted.left > 0) post(counted.scheduler, Link{countdown});
  }
};

Duration taken_since(const Scheduler& scheduler, TimePoint begin) {
  return scheduler.now() - begin;
}

Task<void> post_chain(Scheduler& scheduler, Duration& taken) {
  Countdown countdown{.scheduler = scheduler};
  const TimePoint begin = scheduler.now();
  post(scheduler, Link{&countdown});
  co_await countdown.ended.wait();
  taken = taken_since(scheduler, begin);
}

Task<void> post_batch(Scheduler& scheduler, Duration& taken) {
  Countdown countdown{.scheduler = scheduler};
  const TimePoint begin = scheduler.now();
  for (std::uint32_t i = 0; i < kCallbacks; ++i) post(scheduler, [&countdown] { countdown(); });
  co_await countdown.ended.wait();
  taken = taken_since(scheduler, begin);
}

/// A million callbacks with random deadlines within a second.
class Timers {
 public:
  Timers(Scheduler& scheduler, Duration begin) : scheduler_(scheduler) {
    FastRandom random(1);
    const TimePoint base = scheduler.now() + begin;
    last_ = base + Duration(kSpreadNs);
    for (std::uint32_t i = 0; i < kCallbacks; ++i) {
      const TimePoint deadline = base + Duration(random.next_below(kSpreadNs));
      timers_.emplace_back(scheduler, deadline, [this] { countdown_(); });
    }
  }

  void cancel() {
    for (std::uint32_t i = 0; i < kCallbacks; ++i) timers_[i].cancel();
  }

  /// Occupies the worker until all of them are due, so that only firing them is left to do.
  void let_pass() const {
    while (scheduler_.now() < last_ + kBeyond) std::this_thread::sleep_for(kBeyond);
  }

  [[nodiscard]] Event& fired() { return countdown_.ended; }

 private:
  Scheduler& scheduler_;
  Countdown countdown_{.scheduler = scheduler_};
  FixedArray<TimedCallback> timers_{kCallbacks};
  TimePoint last_{};
};

Task<void> timer_insert(Scheduler& scheduler, Duration& taken) {
  const TimePoint begin = scheduler.now();
  Timers timers(scheduler, kFar);
  taken = taken_since(scheduler, begin);
  co_return;
}

// With what the loop does about them in its next iteration.
Task<void> timer_cancel(Scheduler& scheduler, Duration& taken) {
  Timers timers(scheduler, kFar);
  const TimePoint begin = scheduler.now();
  timers.cancel();
  co_await yield();
  taken = taken_since(scheduler, begin);
}

Task<void> timer_drain(Scheduler& scheduler, Duration& taken) {
  Timers timers(scheduler, kNear);
  timers.let_pass();
  const TimePoint begin = scheduler.now();
  co_await timers.fired().wait();
  taken = taken_since(scheduler, begin);
}

/// One item is one callback. The first run is to warm up.
void callbacks(benchmark::State& state, Task<void> (*root)(Scheduler&, Duration&)) {
  const auto scheduler = make_scheduler(parse_spec("event_loop"), {.workers = 1});
  Duration taken{};
  scheduler->run(root(*scheduler, taken));
  for ([[maybe_unused]] auto _ : state) {
    scheduler->run(root(*scheduler, taken));
    state.SetIterationTime(std::chrono::duration<double>(taken).count());
  }
  state.SetItemsProcessed(state.iterations() * kCallbacks);
}

void add(benchmark::internal::Benchmark* benchmark) { benchmark->UseManualTime()->Iterations(1); }

BENCHMARK_CAPTURE(callbacks, chain, post_chain)->Name("micro/callbacks/post_chain")->Apply(add);
BENCHMARK_CAPTURE(callbacks, batch, post_batch)->Name("micro/callbacks/post_batch")->Apply(add);
BENCHMARK_CAPTURE(callbacks, insert, timer_insert)
    ->Name("micro/callbacks/timer_insert")
    ->Apply(add);
BENCHMARK_CAPTURE(callbacks, cancel, timer_cancel)
    ->Name("micro/callbacks/timer_cancel")
    ->Apply(add);
BENCHMARK_CAPTURE(callbacks, drain, timer_drain)->Name("micro/callbacks/timer_drain")->Apply(add);

}  // namespace
}  // namespace loopsteal
