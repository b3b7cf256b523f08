#include "sched/policy/work_stealing_options.hpp"

#include <bit>
#include <string>

#include "sched/core/knob_makers.hpp"

namespace loopsteal {
namespace {

using Options = WorkStealingOptions;

inline constexpr Named<LocalOrder> kLocalOrders[] = {{"fifo", LocalOrder::fifo},
                                                     {"lifo", LocalOrder::lifo}};
inline constexpr Named<LifoSlot> kLifoSlots[] = {
    {"on", LifoSlot::on}, {"off", LifoSlot::off}, {"stealable", LifoSlot::stealable}};
inline constexpr Named<StealAmount> kStealAmounts[] = {
    {"half", StealAmount::half}, {"one", StealAmount::one}, {"all", StealAmount::all}};
inline constexpr Named<Victim> kVictims[] = {{"random_start", Victim::random_start},
                                             {"random", Victim::random}};
inline constexpr Named<Overflow> kOverflows[] = {{"first_half", Overflow::first_half},
                                                 {"second_half", Overflow::second_half}};
inline constexpr Named<YieldTo> kYields[] = {
    {"deferred", YieldTo::deferred}, {"back", YieldTo::back}, {"global", YieldTo::global}};
inline constexpr Named<DeferredOrder> kDeferredOrders[] = {{"front", DeferredOrder::front},
                                                           {"back", DeferredOrder::back}};
inline constexpr Named<std::uint32_t> kSearcherWords[] = {{"half", Options::kHalf},
                                                          {"all", Options::kAll}};
inline constexpr Named<std::uint32_t> kIntervalWords[] = {{"adaptive", Options::kAdaptive},
                                                          {"never", Options::kNever}};
inline constexpr Named<std::uint32_t> kCapWords[] = {{"unlimited", Options::kUnlimited}};

void set_capacity(Options& options, std::string_view value) {
  const auto capacity = static_cast<std::uint32_t>(parse_integer(value, Range{2, 65536}));
  if (!std::has_single_bit(capacity))
    throw SpecError("\"" + std::string(value) +
                    "\" is no power of two. Allowed: 2, 4, 8 … 65536.");
  options.queue_capacity = capacity;
}
std::string get_capacity(const Options& options) { return std::to_string(options.queue_capacity); }

constexpr Knob<Options> kKnobs[] = {
    knob<&Options::local_order, kLocalOrders>(
        "local_order", "Which of its own jobs a worker runs first.", "Tokio: fifo; Rayon: lifo"),
    knob<&Options::lifo_slot, kLifoSlots>(
        "lifo_slot", "Run the job made ready last before the others; may thieves take it?",
        "Tokio: on"),
    knob<&Options::lifo_cap, Range{1, 1'000'000}, kCapWords>(
        "lifo_cap", "Jobs run from the LIFO slot in a row, then the queue has its turn.",
        "Tokio 1.53 MAX_LIFO_POLLS_PER_TICK: 3"),
    knob<&Options::steal, kStealAmounts>("steal", "How much of a victim's queue a thief takes.",
                                         "Tokio, Go: half"),
    knob<&Options::victim, kVictims>("victim", "Whom a thief asks, and in which order.",
                                     "Tokio: random_start"),
    knob<&Options::steal_rounds, Range{1, 1'000}>(
        "steal_rounds", "Rounds over the victims before a thief gives up.", "Tokio: 1; Go: 4"),
    knob<&Options::searchers, Range{1, 65'535}, kSearcherWords>(
        "searchers", "Workers that may look for work to steal at a time.", "Tokio, Go: half"),
    {"queue_capacity", "2..65536, a power of two", "Tokio, Go: 256",
     "Jobs a worker's own queue holds; with local_order=lifo it grows from there.", set_capacity,
     get_capacity},
    knob<&Options::overflow, kOverflows>(
        "overflow", "Which half of a full queue goes to the injector.",
        "Tokio since 1.52: second_half"),
    knob<&Options::global_queue_interval, Range{1, 1'000'000}, kIntervalWords>(
        "global_queue_interval", "A worker looks into the injector first every so many jobs.",
        "Tokio 1.53: adaptive; 1.24, Go: 61"),
    knob<&Options::injector_batch>("injector_batch", "Take a fair share from the injector at once.",
                                   "Tokio 1.53: on; 1.24: off"),
    knob<&Options::event_interval, Range{1, 1'000'000}>(
        "event_interval",
        "Jobs a worker runs between looks at timers and I/O. At 1, a job that yields with "
        "yield=deferred is back in the LIFO slot at once.",
        "Tokio: 61"),
    knob<&Options::budget, Range{1, 1'000'000}>(
        "budget", "Wake-ups that a chain of jobs from the LIFO slot may use up.",
        "Tokio coop: 128"),
    knob<&Options::yield, kYields>("yield", "Where a job that yields goes.",
                                   "Tokio: deferred; Go: global"),
    knob<&Options::deferred_order, kDeferredOrders>(
        "deferred_order", "Which deferred job comes back first.", "Tokio 1.53: back; 1.24: front"),
    knob<&Options::timer_granularity, Range{1, 1'000'000'000}>(
        "timer_granularity", "The time that deadlines are rounded up to.", "Tokio: 1ms"),
    knob<&Options::blocking_threads, Range{1, 4096}>(
        "blocking_threads", "Most threads of the blocking pool.", "Tokio: 512"),
};

constexpr Preset kPresets[] = {
    {"tokio-1.53", "", "Tokio 1.53 multi_thread: the defaults."},
    {"tokio-1.24",
     "lifo_cap=unlimited,overflow=first_half,global_queue_interval=61,injector_batch=off,"
     "deferred_order=front",
     "Tokio 1.24 multi_thread: the LIFO slot has no cap, so tasks that respawn themselves starve "
     "the injector."},
    {"go-1.19",
     "lifo_slot=stealable,lifo_cap=unlimited,steal_rounds=4,global_queue_interval=61,"
     "overflow=first_half,yield=global",
     "Go 1.19's queues: runnext may be stolen, four rounds of stealing. No preemption, no time "
     "slice inherited by runnext."},
    {"rayon",
     "local_order=lifo,lifo_slot=off,steal=one,victim=random_start,searchers=all,"
     "global_queue_interval=never,injector_batch=off",
     "Rayon's deques: newest first at home, one job stolen at a time, any number of searchers. "
     "Also the nearest relative of oneTBB's arena. No spinning before sleep."},
};

}  // namespace

std::span<const Knob<Options>> work_stealing_knobs() noexcept { return kKnobs; }
std::span<const Preset> work_stealing_presets() noexcept { return kPresets; }

const Options& checked(const Options& options) {
  if (options.local_order == LocalOrder::lifo && options.yield == YieldTo::back)
    throw SpecError(
        "yield=back contradicts local_order=lifo: what is pushed last runs first there, so a job "
        "that yields would run again before the others. Use yield=deferred or yield=global.");
  return options;
}

}  // namespace loopsteal
