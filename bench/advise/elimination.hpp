// Finds the candidate that meets the objectives with the fewest workers, at the least expense.
//
// First it searches each scheduler's least number of workers, with few replications, by doubling
// steps and bisection. This assumes that more workers do not make a metric worse, which it checks
// at the next number. Then it compares these numbers and their neighbours. After each round, a
// candidate is out if it is shown to break an objective, or if it has more workers than one that is
// shown to keep all objectives; the others get twice as many replications. Candidates with the same
// number of workers are compared by the first objective's metric, in pairs. If no difference is
// shown, it is a tie.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "bench/advise/evidence.hpp"
#include "bench/advise/tie_break.hpp"
#include "bench/statistics/interval.hpp"

namespace loopsteal {

/// A scheduler and its possible numbers of workers; none if low > high.
struct Contender {
  std::string scheduler;
  WorkerId low = 1;
  WorkerId high = 1;
};

struct EliminationRule {
  std::uint32_t first = 10;         ///< Replications before the first verdict.
  std::uint32_t screen = 20;        ///< At most, in the search for the least number of workers.
  std::uint32_t last = 160;         ///< At most.
  double confidence = kConfidence;  ///< Of all verdicts together.
  TieBreak tie_break = {};          ///< Its metric is the first objective's; the rest is set here.

  /// Confidence of one verdict, so that all of them hold together: the rest is divided evenly
  /// (Bonferroni) among `schedulers`, each with three numbers of workers, and all rounds.
  [[nodiscard]] double confidence_of_verdict(std::size_t schedulers) const;
};

/// Least number of workers of a scheduler, according to `screen` replications.
struct LeastWorkers {
  std::optional<WorkerId> workers;  ///< None if even the largest number breaks one.
  bool monotone = true;             ///< One more worker keeps the objectives, too.
};

LeastWorkers least_workers(Trials& trials, const Contender& contender, const EliminationRule& rule,
                           double confidence);

/// Why a candidate is out, or not.
enum class Outcome : std::uint8_t {
  chosen,
  tied,         ///< As many workers, and as good as the chosen one.
  worse,        ///< As many workers, and a worse first metric.
  costs_more,   ///< More workers than one that is known to keep the objectives.
  breaks,       ///< It is known to break an objective.
  not_decided,  ///< No more workers than the chosen one, and too near to a limit to tell.
};
std::string_view to_string(Outcome outcome);

struct Weighed {
  Candidate candidate;
  Outcome outcome = Outcome::not_decided;
};

struct Elimination {
  std::vector<Weighed> weighed;  ///< Every candidate, in the order given.
  std::optional<Candidate> chosen;

  [[nodiscard]] std::optional<Outcome> outcome_of(const Candidate& candidate) const;
};

/// Compares the candidates. Of those that tie, it chooses the earliest that is as good as the best,
/// within the indifference, as far as is known.
Elimination eliminate(Trials& trials, const std::vector<Candidate>& candidates,
                      const EliminationRule& rule, double confidence);

/// Final result of one scheduler.
struct Standings {
  Contender contender;
  LeastWorkers least;
};

struct SearchResult {
  std::vector<Standings> schedulers;  ///< In the order given.
  Elimination elimination;
};

/// Both steps. The order of `contenders` decides ties: the simplest comes first.
SearchResult search(Trials& trials, const std::vector<Contender>& contenders,
                    const EliminationRule& rule);

}  // namespace loopsteal
