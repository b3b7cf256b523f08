// How long a run has to be, said before it runs: near full load a queue forgets so slowly that
// millions of jobs say less than a hundred independent ones would.
//
// All in jobs and relative to the mean, so no unit of time is needed. These are forecasts by
// formulas for heavy traffic (Whitt, "Planning queueing simulations", 1989), good for the order of
// magnitude and, above a load of 0.7 or so, for some 20 %; intervals come from the run itself.
#pragma once

#include <cstdint>
#include <string>

#include "bench/statistics/interval.hpp"
#include "bench/statistics/warm_up.hpp"

namespace loopsteal {

/// An interval from fewer relaxation times is marked as not to be trusted.
inline constexpr double kTrustworthyRelaxationTimes = 500;
/// Of each of many pools: twice the warm-up, so that half of a run is kept.
inline constexpr double kSampleRelaxationTimes = 2 * kWarmUpRelaxationTimes;

/// A quantile is trusted when the jobs beyond it are as many as this number of relaxation times of
/// one worker: 5,000 relaxation times for p99. With fewer its 95 % interval covers less than 93 %
/// (measured on five queues, 400 runs each: docs/simulator.md).
inline constexpr double kTailRelaxationTimes = 50;

/// What is known of a queue beforehand. Every function here throws std::invalid_argument for what
/// has no steady state or no meaning: a load outside 0 < load < 1, no worker, no pool, a negative
/// squared coefficient of variation. An infinite one is allowed and makes every run too short.
struct QueueLoad {
  double load = 0.5;          ///< Work that arrives in a time, as a share of what workers can do.
  std::uint64_t workers = 1;  ///< That share one queue, or steal from each other: a pool.
  std::uint64_t pools = 1;    ///< That share nothing, and among which the jobs are split.
  /// The pools are many, and each is a sample of all: so a run is trusted that is 500 relaxation
  /// times long in all of them together, if it is a few dozen long in each.
  bool samples = false;
  double arrival_cv2 = 1;  ///< Variance of the gaps over their squared mean; 1 is Poisson.
  double service_cv2 = 1;  ///< The same of the service times; 1 is exponential, 0 constant.
};

/// The jobs after which a run has forgotten by a factor of e how it began. One worker:
/// load / (1 - sqrt(load))^2, as M/M/1 does. A pool forgets as fast in jobs, but no faster than it
/// works off one job that each of its workers is behind: workers * load / (1 - load). Both times
/// the variability (arrival_cv2 + service_cv2) / 2 where that is above 1, and times the pools.
double relaxation_jobs(const QueueLoad& queue);

/// Of a run that is to be trusted: 500 relaxation times; of pools that are samples, see there.
double jobs_for_trust(const QueueLoad& queue);

/// Whether a run of `jobs` is at least that long.
bool trustworthy(const QueueLoad& queue, double jobs);

/// Of a run whose quantile `q` (0 < q < 1) is to be trusted: long enough for its mean, and
/// kTailRelaxationTimes beyond the quantile. Pools and workers count here as one queue that forgets
/// as a single worker does, or takes one job for each worker: clusters beyond a quantile are no
/// longer in a pool than on one worker.
double jobs_for_quantile(const QueueLoad& queue, double q);

/// Daley's asymptotic variance of the mean wait in M/M/1, in units of the mean service time
/// squared: n jobs give that mean a variance of this / n ("The serial correlation coefficients of
/// waiting times in a stationary single server queue", 1968).
double mm1_wait_variance(double load);

/// The jobs, after the warm-up, that make the interval of the mean wait narrower than
/// `relative_half_width` (above 0) of it: Daley's for M/M/1; else (z / half-width)^2 *
/// 2 (arrival_cv2 + service_cv2) / (load (1 - load)^2), over the probability of a wait for a pool.
double jobs_for_wait(const QueueLoad& queue, double relative_half_width,
                     double confidence = kConfidence);

/// The same for the mean sojourn, of which the wait is but a part (by Allen and Cunneen's mean
/// wait): fewer jobs, by the square of that part, but no fewer than the service times alone ask
/// for. Near full load nothing is lost by that; for M/M/1 at a load of 0.5 it is a fifth too few,
/// since long services and long waits go together.
double jobs_for_sojourn(const QueueLoad& queue, double relative_half_width,
                        double confidence = kConfidence);

/// The other way round: the relative half-width that `jobs` (above 0) after the warm-up will give
/// the mean sojourn.
double sojourn_half_width(const QueueLoad& queue, double jobs, double confidence = kConfidence);

/// What is printed before a run.
struct RunLength {
  double relative_half_width = 0;  ///< What was asked for.
  double relaxation_jobs = 0;
  double jobs_for_precision = 0;  ///< jobs_for_sojourn().
  double jobs_for_trust = 0;      ///< jobs_for_trust().
  double jobs = 0;                ///< For both, warm-up included: what to run.
  double jobs_cap = 0;
  bool out_of_reach = false;        ///< `jobs` is above the cap.
  double half_width_at_cap = 0;     ///< What a run as long as the cap would reach for the sojourn.
  bool trustworthy_at_cap = false;  ///< Whether such a run would be long enough to believe it.
};

/// The forecast for `relative_half_width` on the mean sojourn with at most `jobs_cap` jobs.
RunLength forecast_run_length(const QueueLoad& queue, double relative_half_width, double jobs_cap,
                              double confidence = kConfidence);

/// "1.2e+06 jobs for +-1 % on the mean sojourn (a relaxation time is 26 jobs)", and what is wrong
/// when it is out of reach.
std::string describe(const RunLength& run_length);

}  // namespace loopsteal
