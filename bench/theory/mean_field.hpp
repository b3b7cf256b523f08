// Many workers: what stealing and placement come to as their number N grows without end.
//
// Exponential service, Poisson arrivals of rate `load` at every worker. In the limit the fractions
// of workers with at least i tasks follow differential equations, whose fixed points are computed
// here (M. Mitzenmacher: stealing, 1998; power of two choices, 1996). A pool of N workers differs
// by about v / N: for simple stealing v is 1.7 at a load of 0.9 and 6.2 at 0.95. All means are in
// units of the mean service time; probes and steals are free, but for a stolen task's journey.
#pragma once

#include <cstdint>

namespace loopsteal::theory {

/// Who steals when, from whom, how fast. One task is taken each time.
struct StealingRule {
  bool when_emptied = true;     ///< One attempt when the last own task is done.
  double retry_rate = 0;        ///< Attempts per service time while idle.
  std::uint64_t threshold = 2;  ///< Tasks a victim must have, that in service included.
  std::uint64_t victims = 1;    ///< Asked at random each time; the one with the most is taken from.
  /// Mean of the exponential time for which a stolen task travels. Its thief meanwhile serves what
  /// arrives on its own, and steals no second one.
  double journey = 0;
};

struct StealingLimit {
  double sojourn_mean = 0;
  double steals_per_task = 0;
};

/// The limit for a rule. A journey is known only for one victim and no attempts while idle. Throws
/// std::invalid_argument unless 0 < load < 1, threshold >= 2, victims >= 1 and the rates are finite
/// and >= 0, and for a journey combined with what it is not known for.
StealingLimit stealing_limit(double load, const StealingRule& rule);

/// E[T] when idle workers look for work at other workers, or busy ones for idle workers, at equally
/// many probes per worker and service time (W. Minnebo and B. Van Houdt, 2014). Throw
/// std::invalid_argument unless 0 < load < 1 and probes >= 0; pushing is known for
/// probes < load^2 / (1 - load), from which on no task waits.
double pull_sojourn_mean(double load, double probes);
double push_sojourn_mean(double load, double probes);

/// The number of probes above which pushing beats pulling: (load^2 + load - 1) / (1 - load),
/// negative where it always does.
double push_beats_pull_above(double load);

/// E[T] when each arrival joins the shortest of `choices` queues drawn at random: the sum of
/// load^((d^i - d) / (d - 1)), i >= 1 (N. Vvedenskaya and others, 1996). Throws
/// std::invalid_argument unless 0 < load < 1 and choices >= 1.
double shortest_of_sojourn_mean(double load, std::uint64_t choices);

}  // namespace loopsteal::theory
