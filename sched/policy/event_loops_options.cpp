#include "sched/policy/event_loops_options.hpp"

#include "sched/core/knob_makers.hpp"

namespace loopsteal {
namespace {

using Options = EventLoopsOptions;

inline constexpr Named<Placement> kPlacements[] = {{"round_robin", Placement::round_robin},
                                                   {"hash", Placement::hash},
                                                   {"least_loaded", Placement::least_loaded},
                                                   {"random", Placement::random}};
inline constexpr Named<std::uint32_t> kThreadWords[] = {{"default", 0}};

// Placement first: an event loop has all but that one.
constexpr Knob<Options> kKnobs[] = {
    knob<&Options::placement, kPlacements>(
        "placement", "Which loop a task without an affinity key is put on, for good.",
        "a fair spread: round_robin"),
    knob<&Options::timer_granularity, Range{1, 1'000'000'000}>(
        "timer_granularity", "The time that waits for timers are rounded up to.",
        "CPython selectors.py, EpollSelector: 1ms"),
    knob<&Options::debug>("debug", "Warn of callbacks that hold the loop for too long.",
                          "asyncio: off"),
    knob<&Options::slow_callback_duration, Range{1, 3'600'000'000'000}>(
        "slow_callback_duration", "How long is too long, with debug=on.",
        "CPython base_events.py: 100ms"),
    knob<&Options::blocking_threads, Range{1, 4096}, kThreadWords>(
        "blocking_threads", "Most threads of the blocking pool.",
        "CPython ThreadPoolExecutor: min(32, CPUs + 4)"),
};

}  // namespace

std::span<const Knob<Options>> sharded_loops_knobs() noexcept { return kKnobs; }
std::span<const Knob<Options>> event_loop_knobs() noexcept { return std::span(kKnobs).subspan(1); }

}  // namespace loopsteal
