#include "sched/policy/work_stealing/options.hpp"

#include <algorithm>
#include <bit>
#include <string>

#include "sched/core/config/knob_makers.hpp"

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
inline constexpr Named<TimerSleep> kTimerSleeps[] = {{"until", TimerSleep::until},
                                                     {"ticks", TimerSleep::ticks}};
inline constexpr Named<Spread> kSpreads[] = {{"always", Spread::always},
                                             {"pending", Spread::pending}};
inline constexpr Named<std::uint32_t> kSearcherWords[] = {{"half", Options::kHalf},
                                                          {"all", Options::kAll}};
inline constexpr Named<std::uint32_t> kIntervalWords[] = {{"adaptive", Options::kAdaptive},
                                                          {"never", Options::kNever}};
inline constexpr Named<std::uint32_t> kCapWords[] = {{"unlimited", Options::kUnlimited}};

void set_capacity(Options& options, std::string_view value) {
  const auto capacity = static_cast<std::uint32_t>(parse_integer(value, Range{2, 65536}));
  if (!std::has_single_bit(capacity))
    throw SpecError("\"" + std::string(value) + "\" is no power of two. Allowed: 2, 4, 8 … 65536.");
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
    knob<&Options::victim, kVictims>("victim", "Which workers a thief asks, and in which order.",
                                     "Tokio: random_start"),
    knob<&Options::steal_rounds, Range{1, 1'000}>(
        "steal_rounds", "Rounds over the victims before a thief gives up.", "Tokio: 1; Go: 4"),
    knob<&Options::searchers, Range{1, 65'535}, kSearcherWords>(
        "searchers", "Workers that may look for work to steal at a time.", "Tokio, Go: half"),
    knob<&Options::spread, kSpreads>(
        "spread",
        "Whether the last searcher that finds work always wakes another to search in its place, or "
        "if it sees that more is pending: it looks at every queue for that.",
        "Tokio, Go: always"),
    {"queue_capacity", "2..65536, a power of two", "Tokio, Go: 256",
     "Jobs a worker's own queue holds; with local_order=lifo it grows from there.", set_capacity,
     get_capacity},
    knob<&Options::overflow, kOverflows>("overflow",
                                         "Which half of a full queue goes to the injector.",
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
        "budget",
        "Operations (on channels, locks, timers, tasks) that a chain of jobs from the LIFO slot "
        "may complete.",
        "Tokio coop: 128"),
    knob<&Options::yield, kYields>("yield", "Where a job that yields goes.",
                                   "Tokio: deferred; Go: global"),
    knob<&Options::deferred_order, kDeferredOrders>(
        "deferred_order", "Which deferred job comes back first.", "Tokio 1.53: back; 1.24: front"),
    knob<&Options::timer_granularity, Range{1, 1'000'000'000}>(
        "timer_granularity", "The time that deadlines are rounded up to.", "Tokio: 1ms"),
    knob<&Options::timer_sleep, kTimerSleeps>(
        "timer_sleep",
        "How long the worker that waits for timers sleeps: until the deadline, or for the ticks "
        "between the present one and that of the deadline, which is up to a tick too long.",
        "ours: until; Tokio 1.24, measured: ticks"),
    knob<&Options::blocking_threads, Range{1, 4096}>(
        "blocking_threads", "Most threads of the blocking pool, which all workers share.",
        "Tokio: 512"),
    knob<&Options::park_spin, Range{0, 1'000'000'000}>(
        "park_spin",
        "For how long a worker that parks stays awake and watches for its wake-up, which then "
        "costs no system call. It keeps a CPU busy meanwhile.",
        "oneTBB's workers spin before they sleep; Tokio, Go: 0ns"),
    knob<&Options::preempt, Range{0, 3'600'000'000'000}>(
        "preempt",
        "Time slice of a job and of those that follow it from the slot. A job that computes longer "
        "goes to the back of the injector, in virtual time in the middle of its computing, on "
        "threads at its end. 0: none.",
        "Go forcePreemptNS: 10ms; Tokio, Rayon: none"),
};

constexpr Preset kPresets[] = {
    {"tokio-1.53", "",
     "Tokio 1.53 multi_thread, as its sources read: the defaults. Not compared with a run of "
     "Tokio."},
    {"tokio-1.24",
     "lifo_cap=unlimited,overflow=first_half,global_queue_interval=61,injector_batch=off,"
     "deferred_order=front,timer_sleep=ticks",
     "Tokio 1.24 multi_thread, in its order with one worker (docs/parity.md). The LIFO slot has no "
     "cap, so tasks that respawn themselves starve the injector."},
    {"go-1.19",
     "lifo_slot=stealable,lifo_cap=unlimited,steal_rounds=4,global_queue_interval=61,"
     "overflow=first_half,yield=global,preempt=10ms",
     "Go 1.19's queues: runnext may be stolen, four rounds of stealing, and a goroutine that has "
     "run for 10 ms goes to the global queue."},
    {"rayon",
     "local_order=lifo,lifo_slot=off,steal=one,victim=random_start,searchers=all,"
     "global_queue_interval=never,injector_batch=off",
     "Rayon's deques: newest first at home, one job stolen at a time, any number of searchers. "
     "Also the nearest relative of oneTBB's arena."},
};

// What each of them is known to lack.
constexpr PresetGap kGaps[] = {
    {"tokio-1.53",
     "block_in_place, block_on on the calling thread and the current_thread runtime cannot be "
     "said. The adaptive interval follows virtual time, not measured poll times."},
    {"tokio-1.24",
     "block_in_place cannot be said: a task that blocks keeps the job in its LIFO slot waiting, "
     "as plain blocking does in Tokio. Nor can block_on on the calling thread and the "
     "current_thread runtime."},
    {"go-1.19",
     "A goroutine is preempted while it computes, exactly after 10 ms; on threads only once its "
     "computing is done. Timers and I/O are looked at every 61 jobs and after a preemption; Go "
     "looks at timers whenever it schedules, and its monitor thread at I/O every 10 ms. runnext "
     "may be stolen in any round, Go's only in the last, after 3 us. A system call does not hand "
     "its P over."},
    {"rayon",
     "A join that waits does not run other jobs on its own stack. So a program that deadlocks on "
     "Rayon for that reason, as one that holds a lock across a join may, finishes here. Thieves "
     "look once before they sleep, Rayon's for 32 rounds."},
};

}  // namespace

std::span<const Knob<Options>> work_stealing_knobs() noexcept { return kKnobs; }
std::span<const Preset> work_stealing_presets() noexcept { return kPresets; }
std::span<const PresetGap> work_stealing_preset_gaps() noexcept { return kGaps; }

bool WorkStealingOptions::conserves_work() const noexcept {
  return victim == Victim::random_start && lifo_slot != LifoSlot::on;
}

PolicyCharges charges_of(const Options& options, WorkerId workers) noexcept {
  // The root task comes through the injector.
  const Charges every_run = {Charge::run, Op::push_local, Op::pop_remote, Charge::lock};
  Charges some_run = every_run | kCommonCharges |
                     Charges{Op::pop_local, Op::push_remote, Op::overflow, Op::search};
  if (options.lifo_slot != LifoSlot::off) some_run.add(Op::lifo_poll);
  if (workers > 1)
    some_run = some_run | Charges{Op::unpark, Charge::moved, Op::steal_attempt, Op::steal_operation,
                                  Op::stolen_job};
  return {every_run, some_run};
}

const Options& checked(const Options& options) {
  if (options.local_order == LocalOrder::lifo && options.yield == YieldTo::back)
    throw SpecError(
        "yield=back contradicts local_order=lifo: what is pushed last runs first there, so a job "
        "that yields would run again before the others. Use yield=deferred or yield=global.");
  return options;
}

}  // namespace loopsteal
