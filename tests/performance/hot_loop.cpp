// What callgrind counts: each scenario in windows between two marks, on one worker.
//
//   performance_hot_loop SCHEDULER COUNT
//
// Prints a line for each window: the scenario and how often it was done. The schedulers are put
// together here, and not taken from the catalog, so that nothing of an observer is in this program.
#include <cstdlib>
#include <iostream>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "sched/core/measurement.hpp"
#include "sched/machine/threads/thread_machine.hpp"
#include "sched/policy/event_loops/policy.hpp"
#include "sched/policy/shared_queue/policy.hpp"
#include "sched/policy/work_stealing/policy.hpp"
#include "sched/runtime.hpp"
#include "tests/performance/scenarios.hpp"

// callgrind knows them by name. The empty asm keeps their calls.
extern "C" {
[[gnu::noinline]] void loopsteal_window_begins() { asm volatile(""); }
[[gnu::noinline]] void loopsteal_window_ends() { asm volatile(""); }
}

namespace loopsteal {
namespace {

NullObserver null_observer;

template <template <class> class PolicyOn, class Options>
std::unique_ptr<Scheduler> one_worker(const Options& options) {
  using M = ThreadMachine<NullObserver>;
  using R = Runtime<PolicyOn, M, NullObserver>;
  return std::make_unique<R>(
      typename R::Options{"hot_loop", {1, PolicyOn<M>::kReactors, 1}, options, 1}, null_observer);
}

std::unique_ptr<Scheduler> make(std::string_view name) {
  if (name == "event_loop") return one_worker<EventLoops>(EventLoopsOptions{});
  if (name == "shared_queue") return one_worker<SharedQueue>(SharedQueueOptions{});
  WorkStealingOptions options;
  options.global_queue_interval =
      61;  // The adaptive one depends on times, and so would the counts.
  if (name == "work_stealing_lifo") options.local_order = LocalOrder::lifo;
  return one_worker<WorkStealing>(options);
}

Task<void> window(Scheduler& scheduler, performance::Scenario scenario, int count) {
  loopsteal_window_begins();
  co_await scenario(scheduler, count);
  loopsteal_window_ends();
}

Task<void> all_windows(Scheduler& scheduler, int count) {
  // callgrind's first dump holds what other threads did before: an empty window takes it.
  loopsteal_window_ends();
  std::cout << "start 0\n";
  for (const performance::NamedScenario& scenario : performance::kScenarios) {
    co_await scenario.run(scheduler, count);  // Warms up: frames, queues.
    for (const int times : {1, 2}) {
      co_await window(scheduler, scenario.run, times * count);
      std::cout << scenario.name << ' ' << times * count << '\n';
    }
  }
}

}  // namespace
}  // namespace loopsteal

int main(int argc, char** argv) {
  if (argc != 3) {
    std::cerr << "usage: performance_hot_loop SCHEDULER COUNT\n";
    return 2;
  }
  const auto scheduler = loopsteal::make(argv[1]);
  scheduler->run(loopsteal::all_windows(*scheduler, std::atoi(argv[2])));
}
