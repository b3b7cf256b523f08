// Waking a worker that sleeps: there and back between two threads, on the futex and in the reactor.
#include <atomic>
#include <thread>

#include <benchmark/benchmark.h>

#include "sched/machine/threads/parker.hpp"
#include "sched/machine/threads/reactor.hpp"

namespace loopsteal {
namespace {

/// A thread that answers each unpark() with one of its own.
template <class Park>
class Echo {
 public:
  Echo(Parker& back, Park park) : back_(back), thread_([this, park] { answer(park); }) {}
  ~Echo() {
    ending_.store(true, std::memory_order_relaxed);  // relaxed: the token below orders it.
    parker.unpark();
    thread_.join();
  }
  Echo(const Echo&) = delete;
  Echo& operator=(const Echo&) = delete;

  Parker parker;

 private:
  void answer(Park park) {
    while (true) {
      park(parker);
      if (ending_.load(std::memory_order_relaxed)) return;
      back_.unpark();
    }
  }

  Parker& back_;
  std::atomic<bool> ending_{false};
  std::thread thread_;  // Last: it uses all of the above.
};

template <class Park>
void round_trips(benchmark::State& state, Park park) {
  Parker here;
  Echo<Park> there(here, park);
  for ([[maybe_unused]] auto _ : state) {
    there.parker.unpark();
    here.park(kForever);
  }
}

void on_futex(benchmark::State& state) {
  round_trips(state, [](Parker& parker) { parker.park(kForever); });
}
BENCHMARK(on_futex)->Name("micro/wake/futex_round_trip")->UseRealTime();

void in_reactor(benchmark::State& state) {
  Reactor reactor;
  round_trips(state, [&reactor](Parker& parker) {
    parker.park_in(reactor, kForever);
    JobQueue finished;
    reactor.take(finished);  // Empties the descriptor of the wake-up.
  });
}
BENCHMARK(in_reactor)->Name("micro/wake/reactor_round_trip")->UseRealTime();

}  // namespace
}  // namespace loopsteal
