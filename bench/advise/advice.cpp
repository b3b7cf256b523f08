#include "bench/advise/advice.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "bench/advise/variations.hpp"
#include "sched/catalog.hpp"

namespace loopsteal {
namespace {

// Far from the seeds of the search: it never has so many replications.
constexpr std::uint64_t kCheckSeedsBehind = 1'000'000;
constexpr std::uint32_t kCheckFirst = 40;
constexpr double kCheckVerdicts = 2;
constexpr double kCheckRounds = 3;  // 40, 80, 160.

// What is varied is looked at less closely, and among few.
constexpr std::uint32_t kVariedLast = 40;
constexpr std::size_t kVariedSchedulers = 3;

std::vector<Contender> contenders_of(const std::vector<std::string>& schedulers,
                                     const Demand& demand, WorkerId workers_max) {
  std::vector<Contender> contenders;
  for (const std::string& scheduler : schedulers) {
    contenders.push_back({.scheduler = scheduler,
                          .low = demand.workers_min(),
                          .high = has_one_worker(parse_spec(scheduler).name) ? 1 : workers_max});
  }
  return contenders;
}

class Adviser {
 public:
  Adviser(const AdviceQuestion& question, const WorkloadCatalog& workloads,
          const AdviceProgress& progress)
      : question_(question),
        workloads_(workloads),
        progress_(progress),
        simulation_(question.demand, workloads, question.simulation),
        trials_(measuring(simulation_)) {}

  Advice run() {
    advice_.not_varied = varied_.left_out;
    begin("searching");
    const SearchResult found = search(
        trials_, contenders_of(question_.schedulers, question_.demand, question_.workers_max),
        rule());
    advice_.choice = found.elimination.chosen;
    for (const Standings& one : found.schedulers) keep(one, found.elimination);
    for (const Weighed& weighed : found.elimination.weighed) {
      if (weighed.outcome == Outcome::not_decided) advice_.undecided.push_back(weighed.candidate);
    }
    advice_.replications = trials_.replications();
    if (!advice_.choice) return std::move(advice_);
    advice_.evidence = *trials_.find(*advice_.choice);
    if (question_.demand.kind() == DemandKind::steady) {
      advice_.requests = simulation_.requests_on(advice_.choice->workers);
    }
    advice_.trustworthy = simulation_.trustworthy(*advice_.choice, advice_.evidence.replications());
    begin("checking");
    check();
    for (const VariedQuestion& varied : varied_.questions) {
      begin(varied.what);
      vary(varied);
    }
    return std::move(advice_);
  }

 private:
  static Measure measuring(const Simulation& simulation) {
    return [&simulation](const Candidate& candidate, std::uint32_t first, std::uint32_t count) {
      return simulation.measure(candidate, first, count);
    };
  }

  EliminationRule rule() const {
    EliminationRule rule = question_.rule;
    rule.tie_break.by = question_.simulation.objectives.front();
    return rule;
  }

  void begin(std::string_view name) {
    const std::size_t steps = 2 + varied_.questions.size();
    if (progress_) progress_(steps_begun_++, steps, name);
  }

  void keep(const Standings& one, const Elimination& elimination) {
    Advised& advised = advice_.schedulers.emplace_back();
    advised.scheduler = one.contender.scheduler;
    advised.least = one.least;
    const std::optional<Candidate>& choice = elimination.chosen;
    if (choice && choice->scheduler == advised.scheduler) advised.least.workers = choice->workers;
    advised.workers = one.least.workers.value_or(one.contender.high);
    const Candidate candidate{advised.scheduler, advised.workers};
    advised.outcome = elimination.outcome_of(candidate);
    const Evidence* const evidence = trials_.find(candidate);
    if (evidence == nullptr) {
      advised.workers = 0;
    } else {
      advised.evidence = *evidence;
    }
  }

  void check() {
    SimulationOptions options = question_.simulation;
    options.seed += kCheckSeedsBehind;
    const Simulation simulation(question_.demand, workloads_, options);
    Trials trials(measuring(simulation));
    AdviceCheck& check = advice_.check.emplace();
    check.seed = options.seed;
    Candidate candidate = *advice_.choice;
    check.choice_standing = stand(trials, candidate);
    check.choice = *trials.find(candidate);
    if (--candidate.workers == 0) return;
    check.fewer_overloaded = candidate.workers < question_.demand.workers_min();
    check.fewer_standing = stand(trials, candidate);
    check.fewer = *trials.find(candidate);
  }

  Standing stand(Trials& trials, const Candidate& candidate) const {
    const double confidence = 1 - (1 - question_.rule.confidence) / (kCheckVerdicts * kCheckRounds);
    Standing standing = Standing::open;
    for (std::uint32_t n = kCheckFirst; standing == Standing::open; n *= 2) {
      standing = trials.grow(candidate, n).standing(confidence);
      if (n >= question_.rule.last) break;
    }
    return standing;
  }

  void vary(const VariedQuestion& varied) {
    SimulationOptions options = question_.simulation;
    options.costs = varied.costs;
    const Simulation simulation(varied.demand, workloads_, options);
    Trials trials(measuring(simulation));
    EliminationRule quick = rule();
    quick.last = std::min(quick.last, kVariedLast);
    Variation& variation = advice_.variations.emplace_back();
    variation.what = varied.what;
    variation.overloaded = advice_.choice->workers < varied.demand.workers_min();
    variation.choice = variation.overloaded
                           ? Standing::broken
                           : trials.grow(*advice_.choice, quick.last).standing(quick.confidence);
    variation.best =
        search(trials, contenders_of(nearest_schedulers(), varied.demand, question_.workers_max),
               quick)
            .elimination.chosen;
  }

  // The chosen one and those that need the fewest workers of the others, in the order asked.
  std::vector<std::string> nearest_schedulers() const {
    std::vector<const Advised*> near;
    for (const Advised& advised : advice_.schedulers) {
      if (advised.least.workers) near.push_back(&advised);
    }
    std::ranges::stable_sort(near, {}, [this](const Advised* advised) {
      return std::pair(advised->scheduler != advice_.choice->scheduler, *advised->least.workers);
    });
    near.resize(std::min(near.size(), kVariedSchedulers));
    std::ranges::sort(near);  // They lie in one vector, in the order asked.
    std::vector<std::string> names;
    std::ranges::transform(near, std::back_inserter(names), &Advised::scheduler);
    return names;
  }

  const AdviceQuestion& question_;
  const WorkloadCatalog& workloads_;
  const AdviceProgress& progress_;
  const VariedQuestions varied_ = variations_of(question_.demand, question_.simulation.costs);
  const Simulation simulation_;
  Trials trials_;
  Advice advice_;
  std::size_t steps_begun_ = 0;
};

}  // namespace

Advice advise(const AdviceQuestion& question, const WorkloadCatalog& workloads,
              const AdviceProgress& progress) {
  return Adviser(question, workloads, progress).run();
}

std::vector<std::string> usual_schedulers() {
  std::vector<std::string> specs;
  for (const SchedulerInfo& info : schedulers())
    for (const std::string_view variant : info.variants)
      specs.push_back(spec_with(info.name, variant));
  return specs;
}

}  // namespace loopsteal
