#include "sched/policy/work_stealing/options.hpp"

#include <algorithm>
#include <bit>
#include <string>

#include "sched/core/knob_makers.hpp"

namespace loopsteal {
namespace {

using Options = WorkStealingOptions;

inline constexpr Named<LocalOrder> kLocalOrders[] = {
    {"fifo", LocalOrder::fifo}, {"lifo", LocalOrder::lifo}, {"random", LocalOrder::random}};
inline constexpr Named<LifoSlot> kLifoSlots[] = {
    {"on", LifoSlot::on}, {"off", LifoSlot::off}, {"stealable", LifoSlot::stealable}};
inline constexpr Named<StealAmount> kStealAmounts[] = {{"half", StealAmount::half},
                                                       {"half_floor", StealAmount::half_floor},
                                                       {"one", StealAmount::one},
                                                       {"all", StealAmount::all}};
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
inline constexpr Named<Placement> kPlacements[] = {{"injector", Placement::injector},
                                                   {"random", Placement::random},
                                                   {"round_robin", Placement::round_robin},
                                                   {"jsq", Placement::jsq},
                                                   {"skewed", Placement::skewed}};
inline constexpr Named<StolenOrder> kStolenOrders[] = {{"last_first", StolenOrder::last_first},
                                                       {"kept", StolenOrder::kept}};
inline constexpr Named<Spread> kSpreads[] = {{"always", Spread::always},
                                             {"pending", Spread::pending}};
inline constexpr Named<Transfer> kTransfers[] = {{"constant", Transfer::constant},
                                                 {"exp", Transfer::exp}};
inline constexpr Named<std::uint32_t> kAttemptWords[] = {{"all", Options::kEverybody}};
inline constexpr Named<std::uint32_t> kProbeWords[] = {{"all", Options::kAll}};
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
    knob<&Options::victim, kVictims>("victim", "Whom a thief asks, and in which order.",
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
    knob<&Options::placement, kPlacements>(
        "placement",
        "Where a job made ready outside the workers goes: to the injector, or straight into the "
        "queue of a worker, which then is one under a lock and without a bound.",
        "Tokio, Go: injector; the models of stealing: random"),
    knob<&Options::placement_choices, Range{1, 65'535}>(
        "placement_choices",
        "With placement=jsq: of how many workers, drawn at random with repetition, the one with "
        "the fewest jobs gets it; the job that runs counts.",
        "Mitzenmacher 2001, Vvedenskaya and others 1996: 2"),
    knob<&Options::hot_share, Thousandths{0, 1'000}>(
        "hot_share",
        "With placement=skewed: the share of jobs for worker 0; the others share the rest.",
        "one hot worker of many, as uvicorn users report: 0.7"),
    knob<&Options::search_on_empty, Range{0, 1'000'000}, kAttemptWords>(
        "search_on_empty",
        "Attempts of a worker that has run out of work; all: everybody, steal_rounds times. With "
        "a number, nobody is woken for jobs in the queues of others.",
        "Tokio, Go: all; Mitzenmacher 1998: 1"),
    knob<&Options::retry_rate, Thousandths{0, 1'000'000'000'000}>(
        "retry_rate",
        "Further attempts a second of a worker that sleeps, one at a time, after exponential "
        "waits. 0: none.",
        "Mitzenmacher 1998, repeated attempts; none of the originals"),
    knob<&Options::victim_threshold, Range{1, 1'000'000}>(
        "victim_threshold",
        "Jobs that a victim must have, the one that it runs included: one fewer wait. 1 is as 2.",
        "Mitzenmacher 1998: T = 2"),
    knob<&Options::victims_sampled, Range{1, 65'535}>(
        "victims_sampled",
        "With victim=random: how many others an attempt draws, with repetition; it takes from the "
        "longest queue.",
        "Mitzenmacher 1998: 1"),
    knob<&Options::stolen_order, kStolenOrders>(
        "stolen_order",
        "Of jobs stolen together the last runs first, or they keep their order, in front of the "
        "thief's own.",
        "Tokio: last_first"),
    knob<&Options::transfer_latency, Range{0, 3'600'000'000'000}>(
        "transfer_latency",
        "How long stolen jobs travel to the thief, which runs its own meanwhile and steals no "
        "more.",
        "none of the originals; Mitzenmacher 1998, transfer times"),
    knob<&Options::transfer, kTransfers>(
        "transfer", "Whether transfer_latency is constant or the mean of an exponential time.",
        "Mitzenmacher 1998: exp"),
    knob<&Options::probes_per_step, Range{1, 1'000'000}, kProbeWords>(
        "probes_per_step",
        "Victims looked at in one step. With a number, what a look costs passes before it is "
        "taken, and before jobs are; all: a search is one step and pays afterwards.",
        "the simulator of McClure and others, NSDI 2022: 1"),
    knob<&Options::self_check, Range{0, 3'600'000'000'000}>(
        "self_check",
        "With probes_per_step: how long a thief searches before it looks into its own queue again. "
        "It does so in any case at the end of a round and after a steal.",
        "McClure and others: the mean service time"),
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
    knob<&Options::park>(
        "park",
        "Whether a worker that finds nothing sleeps. off: it searches on for as long as its looks "
        "take time; a program that waits for ever then never ends.",
        "Tokio, Go: on; McClure and others: off"),
};

constexpr Preset kPresets[] = {
    {"tokio-1.53", "",
     "Tokio 1.53 multi_thread, as its sources read: the defaults. Not run beside the original."},
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
    {"mean-field",
     "lifo_slot=off,steal=one,victim=random,searchers=all,global_queue_interval=never,"
     "injector_batch=off,placement=random,search_on_empty=1",
     "Mitzenmacher's simple stealing (SPAA 1998): jobs arrive at random workers; one that runs out "
     "of work tries one other, once, and takes one job if two are there."},
    {"probing",
     "lifo_slot=off,searchers=all,global_queue_interval=never,injector_batch=off,placement=random,"
     "stolen_order=kept,probes_per_step=1,self_check=1ms,park=off",
     "The static stealing pool of McClure and others (NSDI 2022): nobody sleeps, and each look "
     "takes its time. For jobs of 1ms and costs of 0.1ms for steal_attempt and steal_operation."},
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

IdleSetOptions idle_set_options(const Options& options, WorkerId workers) noexcept {
  const bool half = options.searchers == Options::kHalf;
  return {workers, half ? IdleSetOptions::half(workers) : std::min(options.searchers, workers),
          options.wakes_thieves()};
}

namespace {

void check_park_off(const Options& options) {
  if (options.park) return;
  if (options.searchers != Options::kAll)
    throw SpecError(
        "park=off needs searchers=all: a worker that may not search could do nothing but sleep.");
  if (options.search_on_empty == 0)
    throw SpecError("park=off contradicts search_on_empty=0: a worker searches on, or sleeps.");
  if (options.retry_rate != 0)
    throw SpecError(
        "retry_rate is for workers that sleep between attempts, so it contradicts park=off.");
}

}  // namespace

bool WorkStealingOptions::conserves_work() const noexcept {
  const bool finds_all = search_on_empty == kEverybody && victim == Victim::random_start &&
                         probes_per_step == kAll && park;
  const bool may_take_all =
      lifo_slot != LifoSlot::on && victim_threshold <= 2 && steal != StealAmount::half_floor;
  return finds_all && may_take_all && transfer_latency == Duration::zero();
}

PolicyCharges charges_of(const Options& options, WorkerId workers) noexcept {
  Charges every_run = {Charge::run, Op::push_local};
  // The root task comes through the injector, unless tasks from outside go straight to workers.
  if (!options.places()) every_run = every_run | Charges{Op::pop_remote, Charge::lock};
  Charges some_run =
      every_run | kCommonCharges | Charges{Op::pop_local, Op::pop_remote, Op::push_remote,
                                           Charge::lock,  Op::overflow,   Op::search};
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
  if (options.local_order == LocalOrder::random && options.yield == YieldTo::back)
    throw SpecError(
        "yield=back contradicts local_order=random: a job that yields might run again before the "
        "others. Use yield=deferred or yield=global.");
  if (options.victims_sampled != 1 && options.victim != Victim::random)
    throw SpecError(
        "victims_sampled draws victims at random, so it needs victim=random as well: "
        "victim=random_start asks one after the other.");
  check_park_off(options);
  return options;
}

}  // namespace loopsteal
