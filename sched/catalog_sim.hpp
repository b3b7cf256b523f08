// Policies in virtual time, as the catalog makes them: seen by no observer, or by a Recorder. They
// are compiled on their own (catalog_sim.cpp), so that what the threads run is optimised without
// regard to them.
#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>

#include "sched/catalog.hpp"
#include "sched/core/scheduler.hpp"
#include "sched/core/spec.hpp"
#include "sched/machine/sim/sim_machine.hpp"
#include "sched/observe/recorder.hpp"
#include "sched/policy/event_loops/policy.hpp"
#include "sched/policy/shared_queue/policy.hpp"
#include "sched/policy/work_stealing/policy.hpp"
#include "sched/runtime.hpp"

namespace loopsteal::detail {

/// `observer` must outlive the scheduler.
template <template <class> class PolicyOn, class O>
std::unique_ptr<Scheduler> in_virtual_time(const Spec& spec, WorkerId workers, std::uint64_t seed,
                                           const typename PolicyOn<SimMachine<O>>::Options& options,
                                           std::size_t blocking_threads, const SimSetup& setup,
                                           O& observer);

}  // namespace loopsteal::detail
