#include "sched/onetbb/onetbb_options.hpp"

#include "sched/core/config/knob_makers.hpp"

namespace loopsteal {
namespace {

using Options = OneTbbOptions;

inline constexpr Named<Door> kDoors[] = {{"enqueue", Door::enqueue},
                                         {"task_group", Door::task_group}};

// oneTBB has neither timers nor a pool for blocking calls. The values are those of work_stealing,
// so that a comparison of the two compares their queues.
constexpr Knob<Options> kKnobs[] = {
    knob<&Options::door, kDoors>(
        "door", "How jobs enter the arena: through its shared FIFO door or its local LIFO one.",
        "oneTBB: task_arena::enqueue, task_group::run"),
    knob<&Options::timer_granularity, Range{1, 1'000'000'000}>(
        "timer_granularity", "The time that deadlines are rounded up to.", "Tokio: 1ms"),
    knob<&Options::blocking_threads, Range{1, 4096}>(
        "blocking_threads", "Most threads of the blocking pool.", "Tokio: 512"),
};

}  // namespace

std::span<const Knob<Options>> onetbb_knobs() noexcept { return kKnobs; }

}  // namespace loopsteal
