#include "sched/catalog_threads.hpp"

namespace loopsteal::detail {

template std::unique_ptr<Scheduler> on_threads<EventLoops, Recorder>(
    const Spec&, WorkerId, std::uint64_t, const EventLoopsOptions&, std::size_t, Recorder&);
template std::unique_ptr<Scheduler> on_threads<SharedQueue, Recorder>(
    const Spec&, WorkerId, std::uint64_t, const SharedQueueOptions&, std::size_t, Recorder&);
template std::unique_ptr<Scheduler> on_threads<WorkStealing, Recorder>(
    const Spec&, WorkerId, std::uint64_t, const WorkStealingOptions&, std::size_t, Recorder&);

}  // namespace loopsteal::detail
