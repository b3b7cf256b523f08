#include "bench/advise/elimination.hpp"

#include <algorithm>
#include <utility>

#include "bench/statistics/bracket.hpp"

namespace loopsteal {
namespace {

constexpr double kNeighbours = 3;  // One worker fewer, as many, one more.

double rounds_of(const EliminationRule& rule) {
  double rounds = 1;
  for (std::uint64_t n = rule.first; n < rule.last; n *= 2) ++rounds;
  return rounds;
}

// As far as the screening tells.
bool keeps(Trials& trials, const Candidate& candidate, const EliminationRule& rule,
           double confidence) {
  const Evidence* evidence = &trials.grow(candidate, rule.first);
  if (evidence->standing(confidence) == Standing::open) {
    evidence = &trials.grow(candidate, rule.screen);
  }
  const Standing standing = evidence->standing(confidence);
  return standing == Standing::open ? evidence->seems_kept() : standing == Standing::kept;
}

// One round after the other, until all that matters is known.
class Race {
 public:
  Race(Trials& trials, const std::vector<Candidate>& candidates, const EliminationRule& rule,
       double confidence)
      : trials_(trials), rule_(rule), confidence_(confidence) {
    for (const Candidate& candidate : candidates) runners_.push_back({candidate});
  }

  Elimination run() {
    std::uint32_t replications = rule_.first;
    while (round(replications) && replications < rule_.last) {
      replications = std::min(rule_.last, 2 * replications);
    }
    Elimination result;
    if (fewest_) {
      Runner& chosen = choose();
      chosen.outcome = Outcome::chosen;
      result.chosen = chosen.candidate;
    }
    for (Runner& runner : runners_) result.weighed.push_back({runner.candidate, runner.outcome});
    return result;
  }

 private:
  struct Runner {
    Candidate candidate;
    Standing standing = Standing::open;  // What is shown once is not asked again.
    Outcome outcome = Outcome::not_decided;

    [[nodiscard]] bool open() const {
      return standing == Standing::open && outcome == Outcome::not_decided;
    }
  };

  // Whether somebody who matters is open still.
  bool round(std::uint32_t replications) {
    for (Runner& runner : runners_) {
      if (!runner.open()) continue;
      const WorkerId workers = runner.candidate.workers;
      runner.standing = trials_.grow(runner.candidate, replications).standing(confidence_);
      if (runner.standing == Standing::broken) runner.outcome = Outcome::breaks;
      if (runner.standing == Standing::kept) fewest_ = std::min(fewest_.value_or(workers), workers);
    }
    for (Runner& runner : runners_) {
      const bool dear = fewest_ && runner.candidate.workers > *fewest_;
      if (dear && runner.outcome == Outcome::not_decided) runner.outcome = Outcome::costs_more;
    }
    return std::ranges::any_of(runners_, &Runner::open);
  }

  // --- Among equals in workers ---

  Runner& choose() {
    std::vector<Runner*> finalists;
    for (Runner& runner : runners_) {
      const bool cheap = runner.candidate.workers == *fewest_;
      if (cheap && runner.standing == Standing::kept) finalists.push_back(&runner);
    }
    std::uint32_t replications = rule_.first;
    while (!told_apart(finalists, replications) && replications < rule_.last) {
      replications = std::min(rule_.last, 2 * replications);
    }
    return *prefer_;
  }

  // Sets the outcome of all, that of the best to tied. Whether each is known to be worse than the
  // best, or known not to be.
  bool told_apart(const std::vector<Runner*>& finalists, std::uint32_t replications) {
    TieBreak tie_break = rule_.tie_break;
    tie_break.replications = replications;
    tie_break.confidence = confidence_;
    std::vector<const Evidence*> evidence;
    for (const Runner* runner : finalists) {
      evidence.push_back(&trials_.grow(runner->candidate, replications));
    }
    const auto burden = [&](const Evidence* of) { return tie_break.burden(*of); };
    const auto best = std::ranges::min_element(evidence, {}, burden) - evidence.begin();
    bool all_known = true;
    prefer_ = nullptr;
    for (std::size_t i = 0; i < finalists.size(); ++i) {
      const Evidence& of_best = *evidence[static_cast<std::size_t>(best)];
      const Interval worse = tie_break.worse_by(*evidence[i], of_best);
      finalists[i]->outcome = worse.low() > 0 ? Outcome::worse : Outcome::tied;
      all_known = all_known && (worse.low() > 0 || worse.high() <= 0);
      if (prefer_ == nullptr && worse.mean <= 0) prefer_ = finalists[i];
    }
    return all_known;
  }

  Trials& trials_;
  const EliminationRule& rule_;
  const double confidence_;
  std::vector<Runner> runners_;
  std::optional<WorkerId> fewest_;  // That are known to do.
  Runner* prefer_ = nullptr;        // The first that is as good as the best, as far as is known.
};

// What was found of each scheduler, and its neighbours. Where nothing was found, the most that
// there may be: whether it breaks an objective has to be shown, too.
std::vector<Candidate> candidates_of(const std::vector<Standings>& schedulers) {
  std::vector<Candidate> candidates;
  for (const auto& [contender, least] : schedulers) {
    if (!least.workers) {
      const bool tried = contender.low <= contender.high;
      if (tried) candidates.push_back({contender.scheduler, contender.high});
      continue;
    }
    const WorkerId first = std::max<WorkerId>(contender.low, *least.workers - 1);
    const WorkerId last = std::min<WorkerId>(contender.high, *least.workers + 1);
    for (WorkerId n = first; n <= last; ++n) candidates.push_back({contender.scheduler, n});
  }
  return candidates;
}

}  // namespace

double EliminationRule::confidence_of_verdict(std::size_t schedulers) const {
  const auto verdicts =
      static_cast<double>(std::max<std::size_t>(schedulers, 1)) * kNeighbours * rounds_of(*this);
  return 1 - (1 - confidence) / verdicts;
}

std::string_view to_string(Outcome outcome) {
  switch (outcome) {
    case Outcome::chosen:
      return "chosen";
    case Outcome::tied:
      return "tie";
    case Outcome::worse:
      return "worse";
    case Outcome::costs_more:
      return "costs more";
    case Outcome::breaks:
      return "breaks an objective";
    case Outcome::not_decided:
      return "not decided";
  }
  return {};
}

LeastWorkers least_workers(Trials& trials, const Contender& contender, const EliminationRule& rule,
                           double confidence) {
  if (contender.low > contender.high) return {};
  const auto enough = [&](WorkerId workers) {
    return keeps(trials, {contender.scheduler, workers}, rule, confidence);
  };
  Bracket<WorkerId> workers{.meets = contender.low, .misses = contender.low - 1};
  for (WorkerId step = 1; !enough(workers.meets); step *= 2) {
    if (workers.meets == contender.high) return {};
    workers.misses = workers.meets;
    workers.meets += std::min<WorkerId>(step, contender.high - workers.meets);
  }
  const auto between = [](const Bracket<WorkerId>& of) -> std::optional<WorkerId> {
    if (of.meets - of.misses <= 1) return std::nullopt;
    return of.misses + (of.meets - of.misses) / 2;
  };
  narrow(workers, between, enough);
  const WorkerId least = workers.meets;
  return {.workers = least, .monotone = least == contender.high || enough(least + 1)};
}

std::optional<Outcome> Elimination::outcome_of(const Candidate& candidate) const {
  const auto found = std::ranges::find(weighed, candidate, &Weighed::candidate);
  if (found == weighed.end()) return std::nullopt;
  return found->outcome;
}

Elimination eliminate(Trials& trials, const std::vector<Candidate>& candidates,
                      const EliminationRule& rule, double confidence) {
  return Race(trials, candidates, rule, confidence).run();
}

SearchResult search(Trials& trials, const std::vector<Contender>& contenders,
                    const EliminationRule& rule) {
  const double confidence = rule.confidence_of_verdict(contenders.size());
  const auto screened = [&] {
    std::vector<Standings> schedulers;
    for (const Contender& contender : contenders) {
      schedulers.push_back({contender, least_workers(trials, contender, rule, confidence)});
    }
    return schedulers;
  };
  SearchResult result{.schedulers = screened(), .elimination = {}};
  std::vector<Candidate> candidates = candidates_of(result.schedulers);
  for (;;) {
    result.elimination = eliminate(trials, candidates, rule, confidence);
    // The screening may have been too hopeful. By now more is known of those that it took, so the
    // same question may have another answer; it has as many as there are numbers of workers.
    result.schedulers = screened();
    std::vector<Candidate> others = candidates_of(result.schedulers);
    if (result.elimination.chosen || others == candidates) return result;
    candidates = std::move(others);
  }
}

}  // namespace loopsteal
