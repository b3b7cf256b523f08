// The rows of a policy: on either machine, seen by no observer or by a Recorder.
//
// Each machine and each observer is compiled on its own (policy_*.cpp.in): several in one file, the
// compiler would inline less of each, and a recorder that nobody uses would cost something.
#pragma once
#include <concepts>
#include <memory>
#include <vector>

#include "sched/catalog/entry.hpp"
#include "sched/machine/sim/sim_machine.hpp"
#include "sched/machine/threads/thread_machine.hpp"
#include "sched/observe/recorder.hpp"
#include "sched/runtime.hpp"

namespace loopsteal::detail {

template <class Options>
concept CatalogOptions = requires(const Options& options) {
  { Options::schedulers() } -> std::same_as<std::vector<SchedulerOf<Options>>>;
  { options.blocking_threads } -> std::convertible_to<std::uint32_t>;
};

template <template <class> class PolicyOn>
using OptionsOf = typename PolicyOn<ThreadMachine<NullObserver>>::Options;

/// `observer` must outlive the scheduler. Throws std::system_error if threads or descriptors cannot
/// be had.
template <template <class> class PolicyOn, class O>
std::unique_ptr<Scheduler> on_threads(const OptionsOf<PolicyOn>& options, const Making& making,
                                      O& observer) {
  using M = ThreadMachine<O>;
  using R = Runtime<PolicyOn, M, O>;
  return std::make_unique<R>(
      typename R::Options{making.spec.name,
                          {making.workers, PolicyOn<M>::kReactors, making.blocking_threads},
                          options,
                          making.setup.seed},
      observer);
}

/// `observer` must outlive the scheduler.
template <template <class> class PolicyOn, class O>
std::unique_ptr<Scheduler> in_virtual_time(const OptionsOf<PolicyOn>& options, const Making& making,
                                           O& observer) {
  using M = SimMachine<O>;
  using R = Runtime<PolicyOn, M, O>;
  const SimSetup& sim = making.setup.sim;
  return std::make_unique<R>(typename R::Options{making.spec.name,
                                                 {.workers = making.workers,
                                                  .cpus = sim.cpus,
                                                  .reactors = PolicyOn<M>::kReactors,
                                                  .blocking_threads = making.blocking_threads,
                                                  .costs = sim.costs,
                                                  .noise = sim.noise,
                                                  .seed = making.setup.seed,
                                                  .shuffle_ties = sim.shuffle_ties},
                                                 options,
                                                 making.setup.seed},
                             observer);
}

inline NullObserver null_observer;  // Has no state.

template <template <class> class PolicyOn>
requires CatalogOptions<OptionsOf<PolicyOn>>
void add_policy(std::vector<CatalogEntry>& entries) {
  using Options = OptionsOf<PolicyOn>;
  const auto make = [](const Options& options, const Making& making) {
    const auto with = [&](auto& observer) {
      return making.setup.machine == "sim" ? in_virtual_time<PolicyOn>(options, making, observer)
                                           : on_threads<PolicyOn>(options, making, observer);
    };
    Recorder* const recorder = making.setup.recorder;
    return recorder == nullptr ? with(null_observer) : with(*recorder);
  };
  for (const SchedulerOf<Options>& scheduler : Options::schedulers())
    entries.push_back(entry_of(scheduler, false, make));
}

}  // namespace loopsteal::detail
