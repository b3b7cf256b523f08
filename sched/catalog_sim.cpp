#include "sched/catalog_sim.hpp"

namespace loopsteal::detail {

template <template <class> class PolicyOn, class O>
std::unique_ptr<Scheduler> in_virtual_time(const Spec& spec, WorkerId workers, std::uint64_t seed,
                                           const typename PolicyOn<SimMachine<O>>::Options& options,
                                           std::size_t blocking_threads, const SimSetup& setup,
                                           O& observer) {
  using M = SimMachine<O>;
  using R = Runtime<PolicyOn, M, O>;
  return std::make_unique<R>(typename R::Options{spec.name,
                                                 {.workers = workers,
                                                  .cpus = setup.cpus,
                                                  .reactors = PolicyOn<M>::kReactors,
                                                  .blocking_threads = blocking_threads,
                                                  .costs = setup.costs,
                                                  .noise = setup.noise,
                                                  .seed = seed,
                                                  .shuffle_ties = setup.shuffle_ties},
                                                 options,
                                                 seed},
                             observer);
}

// One of each policy for either observer.
#define LOOPSTEAL_IN_VIRTUAL_TIME(POLICY, OBSERVER)                                   \
  template std::unique_ptr<Scheduler> in_virtual_time<POLICY, OBSERVER>(              \
      const Spec&, WorkerId, std::uint64_t, const POLICY##Options&, std::size_t,      \
      const SimSetup&, OBSERVER&);

LOOPSTEAL_IN_VIRTUAL_TIME(EventLoops, NullObserver)
LOOPSTEAL_IN_VIRTUAL_TIME(EventLoops, Recorder)
LOOPSTEAL_IN_VIRTUAL_TIME(SharedQueue, NullObserver)
LOOPSTEAL_IN_VIRTUAL_TIME(SharedQueue, Recorder)
LOOPSTEAL_IN_VIRTUAL_TIME(WorkStealing, NullObserver)
LOOPSTEAL_IN_VIRTUAL_TIME(WorkStealing, Recorder)
#undef LOOPSTEAL_IN_VIRTUAL_TIME

}  // namespace loopsteal::detail
