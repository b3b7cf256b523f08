#include "sched/policy/random_stealing/options.hpp"

#include "sched/core/config/knob_makers.hpp"

namespace loopsteal {
namespace {

using Options = RandomStealingOptions;

inline constexpr Named<Placement> kPlacements[] = {{"random", Placement::random},
                                                   {"round_robin", Placement::round_robin},
                                                   {"jsq", Placement::jsq},
                                                   {"skewed", Placement::skewed}};
inline constexpr Named<LocalOrder> kLocalOrders[] = {
    {"fifo", LocalOrder::fifo}, {"lifo", LocalOrder::lifo}, {"random", LocalOrder::random}};
inline constexpr Named<Victim> kVictims[] = {{"random_start", Victim::random_start},
                                             {"random", Victim::random}};
inline constexpr Named<StealAmount> kStealAmounts[] = {{"half", StealAmount::half},
                                                       {"half_floor", StealAmount::half_floor},
                                                       {"one", StealAmount::one},
                                                       {"all", StealAmount::all}};
inline constexpr Named<StolenOrder> kStolenOrders[] = {{"last_first", StolenOrder::last_first},
                                                       {"kept", StolenOrder::kept}};
inline constexpr Named<Transfer> kTransfers[] = {{"constant", Transfer::constant},
                                                 {"exp", Transfer::exp}};
inline constexpr Named<std::uint32_t> kAttemptWords[] = {{"all", Options::kEverybody}};
inline constexpr Named<std::uint32_t> kProbeWords[] = {{"all", Options::kAll}};
inline constexpr Named<std::uint32_t> kSearcherWords[] = {{"half", Options::kHalf},
                                                          {"all", Options::kAll}};

constexpr Knob<Options> kKnobs[] = {
    knob<&Options::placement, kPlacements>(
        "placement", "The worker into whose queue a job made ready outside the workers goes.",
        "the models of stealing: random"),
    knob<&Options::placement_choices, Range{1, 65'535}>(
        "placement_choices",
        "With placement=jsq: of how many workers, drawn at random with repetition, the one with "
        "the fewest jobs gets it; the job that runs counts.",
        "Mitzenmacher 2001, Vvedenskaya and others 1996: 2"),
    knob<&Options::hot_share, Thousandths{0, 1'000}>(
        "hot_share",
        "With placement=skewed: the share of jobs for worker 0; the others share the rest.",
        "one hot worker of many, as uvicorn users report: 0.7"),
    knob<&Options::local_order, kLocalOrders>(
        "local_order", "Which of its own jobs a worker runs first.", "queue disciplines: fifo"),
    knob<&Options::victim, kVictims>(
        "victim",
        "Which workers a thief asks: all in turn from a random one on, or each drawn at random.",
        "Mitzenmacher 1998: random"),
    knob<&Options::search_on_empty, Range{0, 1'000'000}, kAttemptWords>(
        "search_on_empty",
        "Attempts of a worker that has run out of work; all: as many as there are other workers. "
        "With a number, no worker is woken for jobs in the queues of others.",
        "Mitzenmacher 1998: 1"),
    knob<&Options::searchers, Range{1, 65'535}, kSearcherWords>(
        "searchers", "Workers that may look for work to steal at a time.",
        "Tokio, Go: half; the models: all"),
    knob<&Options::retry_rate, Thousandths{0, 1'000'000'000'000}>(
        "retry_rate",
        "Further attempts a second of a worker that sleeps, one at a time, after exponential "
        "waits. 0: none.",
        "Mitzenmacher 1998, repeated attempts"),
    knob<&Options::victim_threshold, Range{1, 1'000'000}>(
        "victim_threshold",
        "Jobs that a victim must have, the one that it runs included: one fewer wait. 1 is as 2.",
        "Mitzenmacher 1998: T = 2"),
    knob<&Options::victims_sampled, Range{1, 65'535}>(
        "victims_sampled",
        "With victim=random: how many others an attempt draws, with repetition; it takes from the "
        "longest queue.",
        "Mitzenmacher 1998: 1"),
    knob<&Options::steal, kStealAmounts>("steal", "How much of a victim's queue a thief takes.",
                                         "Tokio, Go: half; Mitzenmacher 1998: one"),
    knob<&Options::stolen_order, kStolenOrders>(
        "stolen_order",
        "Of jobs stolen together the last runs first, or they keep their order, in front of the "
        "thief's own.",
        "Tokio: last_first"),
    knob<&Options::transfer_latency, Range{0, 3'600'000'000'000}>(
        "transfer_latency",
        "How long stolen jobs travel to the thief, which runs its own meanwhile and steals no "
        "more.",
        "Mitzenmacher 1998, transfer times"),
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
    knob<&Options::park>(
        "park",
        "Whether a worker that finds nothing sleeps. off: it searches on for as long as its looks "
        "take time; a program that waits for ever then never ends.",
        "McClure and others: off"),
    knob<&Options::event_interval, Range{1, 1'000'000}>(
        "event_interval", "Jobs a worker runs between looks at timers and I/O.", "Tokio: 61"),
    knob<&Options::timer_granularity, Range{1, 1'000'000'000}>(
        "timer_granularity", "The time that deadlines are rounded up to.", "Tokio: 1ms"),
    knob<&Options::blocking_threads, Range{1, 4096}>(
        "blocking_threads", "Most threads of the blocking pool, which all workers share.",
        "Tokio: 512"),
};

constexpr Preset kPresets[] = {
    {"mean-field", "victim=random,search_on_empty=1,searchers=all,steal=one",
     "Mitzenmacher's simple stealing (SPAA 1998): jobs arrive at random workers; one that runs out "
     "of work tries one other, once, and takes one job if two are there."},
    {"probing", "searchers=all,stolen_order=kept,probes_per_step=1,self_check=1ms,park=off",
     "The static stealing pool of McClure and others (NSDI 2022): no worker sleeps, and each look "
     "takes its time. For jobs of 1ms and costs of 0.1ms for steal_attempt and steal_operation."},
};

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

std::span<const Knob<Options>> random_stealing_knobs() noexcept { return kKnobs; }
std::span<const Preset> random_stealing_presets() noexcept { return kPresets; }

bool RandomStealingOptions::conserves_work() const noexcept {
  const bool finds_all = search_on_empty == kEverybody && victim == Victim::random_start &&
                         probes_per_step == kAll && park;
  const bool may_take_all = victim_threshold <= 2 && steal != StealAmount::half_floor;
  return finds_all && may_take_all && transfer_latency == Duration::zero();
}

PolicyCharges charges_of(const Options&, WorkerId workers) noexcept {
  const Charges every_run = {Charge::run, Op::push_local};
  Charges some_run = every_run | kCommonCharges | Charges{Op::pop_local, Charge::lock, Op::search};
  if (workers > 1)
    some_run =
        some_run | Charges{Op::unpark, Op::steal_attempt, Op::steal_operation, Op::stolen_job};
  return {every_run, some_run};
}

const Options& checked(const Options& options) {
  if (options.victims_sampled != 1 && options.victim != Victim::random)
    throw SpecError(
        "victims_sampled draws victims at random, so it needs victim=random as well: "
        "victim=random_start asks one after the other.");
  check_park_off(options);
  return options;
}

}  // namespace loopsteal
