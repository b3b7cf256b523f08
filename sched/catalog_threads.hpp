// Policies on real threads, as the catalog makes them: seen by no observer, or by a Recorder.
//
// What a Recorder sees is compiled on its own (catalog_recorded.cpp): side by side in one file, the
// compiler would inline less of both, and a recorder that nobody uses would cost something.
#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>

#include "sched/core/scheduler.hpp"
#include "sched/core/spec.hpp"
#include "sched/machine/threads/thread_machine.hpp"
#include "sched/observe/recorder.hpp"
#include "sched/policy/event_loops/policy.hpp"
#include "sched/policy/shared_queue/policy.hpp"
#include "sched/policy/work_stealing/policy.hpp"
#include "sched/runtime.hpp"

namespace loopsteal::detail {

/// `observer` must outlive the scheduler. Throws std::system_error if there is a lack of threads or
/// descriptors.
template <template <class> class PolicyOn, class O>
std::unique_ptr<Scheduler> on_threads(const Spec& spec, WorkerId workers, std::uint64_t seed,
                                      const typename PolicyOn<ThreadMachine<O>>::Options& options,
                                      std::size_t blocking_threads, O& observer) {
  using M = ThreadMachine<O>;
  using R = Runtime<PolicyOn, M, O>;
  return std::make_unique<R>(
      typename R::Options{
          spec.name, {workers, PolicyOn<M>::kReactors, blocking_threads}, options, seed},
      observer);
}

extern template std::unique_ptr<Scheduler> on_threads<EventLoops, Recorder>(
    const Spec&, WorkerId, std::uint64_t, const EventLoopsOptions&, std::size_t, Recorder&);
extern template std::unique_ptr<Scheduler> on_threads<SharedQueue, Recorder>(
    const Spec&, WorkerId, std::uint64_t, const SharedQueueOptions&, std::size_t, Recorder&);
extern template std::unique_ptr<Scheduler> on_threads<WorkStealing, Recorder>(
    const Spec&, WorkerId, std::uint64_t, const WorkStealingOptions&, std::size_t, Recorder&);

}  // namespace loopsteal::detail
