#include "sched/policy/shared_queue/options.hpp"

#include "sched/core/config/knob_makers.hpp"

namespace loopsteal {
namespace {

using Options = SharedQueueOptions;

// The same values as work_stealing has, so that a comparison of the two is one of their queues.
constexpr Knob<Options> kKnobs[] = {
    knob<&Options::event_interval, Range{1, 1'000'000}>(
        "event_interval", "Jobs a worker runs between looks at timers and I/O.", "Tokio: 61"),
    knob<&Options::timer_granularity, Range{1, 1'000'000'000}>(
        "timer_granularity", "The time that deadlines are rounded up to.", "Tokio: 1ms"),
    knob<&Options::blocking_threads, Range{1, 4096}>(
        "blocking_threads", "Most threads of the blocking pool, which all workers share.",
        "Tokio: 512"),
};

}  // namespace

std::span<const Knob<Options>> shared_queue_knobs() noexcept { return kKnobs; }

PolicyCharges charges_of(const Options&, WorkerId workers) noexcept {
  const Charges every_run = {Charge::run, Op::push_remote, Op::pop_remote, Charge::lock};
  Charges some_run = every_run | kCommonCharges;
  if (workers > 1) some_run = some_run | Charges{Op::unpark, Charge::moved};
  return {every_run, some_run};
}

}  // namespace loopsteal
