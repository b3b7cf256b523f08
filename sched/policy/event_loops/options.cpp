#include "sched/policy/event_loops/options.hpp"

#include "sched/core/config/knob_makers.hpp"

namespace loopsteal {
namespace {

using Options = EventLoopsOptions;

inline constexpr Named<Placement> kPlacements[] = {{"round_robin", Placement::round_robin},
                                                   {"hash", Placement::hash},
                                                   {"least_loaded", Placement::least_loaded},
                                                   {"random", Placement::random},
                                                   {"jsq", Placement::jsq},
                                                   {"skewed", Placement::skewed}};
inline constexpr Named<std::uint32_t> kThreadWords[] = {{"default", 0}};

// Placement first: an event loop has all but that.
constexpr std::size_t kOfPlacement = 3;
constexpr Knob<Options> kKnobs[] = {
    knob<&Options::placement, kPlacements>(
        "placement", "Which loop a task without an affinity key is put on, for good.",
        "a fair spread: round_robin"),
    knob<&Options::placement_choices, Range{1, 65'535}>(
        "placement_choices",
        "With placement=jsq: of how many loops, drawn at random with repetition, the one with the "
        "fewest jobs gets a task; the job that runs counts.",
        "Mitzenmacher 2001, Vvedenskaya and others 1996: 2"),
    knob<&Options::hot_share, Thousandths{0, 1'000}>(
        "hot_share",
        "With placement=skewed: the share of tasks for loop 0; the others share the rest.",
        "one hot worker of many, as uvicorn users report: 0.7"),
    knob<&Options::timer_granularity, Range{1, 1'000'000'000}>(
        "timer_granularity", "The time that waits for timers are rounded up to.",
        "CPython selectors.py, EpollSelector: 1ms"),
    knob<&Options::debug>("debug", "Warn of callbacks that hold the loop for too long.",
                          "asyncio: off"),
    knob<&Options::slow_callback_duration, Range{1, 3'600'000'000'000}>(
        "slow_callback_duration", "How long is too long, with debug=on.",
        "CPython base_events.py: 100ms"),
    knob<&Options::blocking_threads, Range{1, 4096}, kThreadWords>(
        "blocking_threads",
        "Most threads of the blocking pool, of which each loop has its own, as each process has. "
        "default: min(32, CPUs + 4), by the CPUs of the machine (--cpus in virtual time).",
        "CPython ThreadPoolExecutor: min(32, CPUs + 4)"),
};

constexpr Preset kPresets[] = {
    {"asyncio-3.11", "",
     "CPython 3.11's asyncio, in its order to the iteration (docs/parity.md): the defaults."},
};

// What each of them is known to lack.
constexpr PresetGap kGaps[] = {
    {"asyncio-3.11",
     "It is CPython 3.11.2. From 3.11.7 at the latest a timeout also works in a task that carries "
     "an earlier cancellation, and 3.12 has another wait_for. A sleep of more than a day is not "
     "cut in two."},
};

}  // namespace

std::span<const Knob<Options>> sharded_loops_knobs() noexcept { return kKnobs; }
std::span<const Knob<Options>> event_loop_knobs() noexcept {
  return std::span(kKnobs).subspan(kOfPlacement);
}

std::span<const Preset> event_loop_presets() noexcept { return kPresets; }
std::span<const PresetGap> event_loop_preset_gaps() noexcept { return kGaps; }

PolicyCharges charges_of(const Options&, WorkerId workers) noexcept {
  // The root task comes through an inbox, as every task from outside does.
  const Charges every_run = {Charge::run,   Op::push_local, Op::pop_local,
                             Op::iteration, Op::pop_remote, Charge::lock};
  Charges some_run = every_run | kCommonCharges;
  if (workers > 1) some_run = some_run | Charges{Op::push_remote, Op::unpark, Charge::moved};
  return {every_run, some_run};
}

}  // namespace loopsteal
