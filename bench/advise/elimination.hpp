// Which candidate keeps the objectives with the fewest workers, at the least expense.
//
// First each scheduler's least number of workers is looked for, with few replications: by doubling
// steps and bisection, since more workers do not make it worse; that this is so is looked at beside
// what was found. Then those numbers and their neighbours are weighed against each other. After
// each round whoever is shown to break an objective is out, and so is whoever has more workers than
// one that is shown to keep them all; the others get twice as many replications. Who is left with
// the same number of workers is told apart by the first objective's metric, in pairs; what cannot
// be told apart is a tie.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "bench/advise/evidence.hpp"
#include "bench/advise/tie_break.hpp"
#include "bench/statistics/interval.hpp"

namespace loopsteal {

/// A scheduler and the numbers of workers that come into question; none if low > high.
struct Contender {
  std::string scheduler;
  WorkerId low = 1;
  WorkerId high = 1;
};

struct EliminationRule {
  std::uint32_t first = 10;         ///< Replications before anything is said.
  std::uint32_t screen = 20;        ///< At most, while the least number of workers is looked for.
  std::uint32_t last = 160;         ///< At most.
  double confidence = kConfidence;  ///< Of all that is said, together.
  TieBreak tie_break = {};          ///< Its metric is the first objective's; the rest is set here.

  /// Of one verdict, so that all of them hold together: the rest is shared out evenly (Bonferroni)
  /// among `schedulers`, each with three numbers of workers, and all rounds.
  [[nodiscard]] double confidence_of_verdict(std::size_t schedulers) const;
};

/// The least number of workers of a scheduler, as far as `screen` replications tell.
struct LeastWorkers {
  std::optional<WorkerId> workers;  ///< None if not even the largest number will do.
  bool monotone = true;             ///< Whether one more worker keeps the objectives, too.
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

/// Weighs the candidates. Of those that tie, the earliest is chosen that is as good as the best,
/// up to the indifference, as far as is known.
Elimination eliminate(Trials& trials, const std::vector<Candidate>& candidates,
                      const EliminationRule& rule, double confidence);

/// What there is about one scheduler in the end.
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
