// Steady states: requests that arrive on their own, long after the beginning, by replications with
// deletion.
//
// A queue's time has no unit: the mean service is one millisecond of virtual time, and everything
// here is told in mean services.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "bench/checks/workbench.hpp"
#include "bench/statistics/interval.hpp"

namespace loopsteal::checks {

inline constexpr double kUnitNs = 1e6;

/// How long a queue takes to forget that it began empty, in mean services: twenty relaxation times
/// of M/M/c, 1 / (c (1 - sqrt(load))^2) each and no less than one service, times the variability
/// of the service where that is above 1.
double warm_up_of(double load, WorkerId servers = 1, double service_cv2 = 1);

struct SteadyState {
  std::string scheduler;        ///< As on the command line.
  std::string service = "exp";  ///< With further settings of the workload, "lognormal,cv2=4".
  double load = 0.8;
  WorkerId workers = 1;
  std::string costs = "zero";
  std::uint64_t jobs = 0;  ///< Counted in all replications, at full length.
  double warm_up = 0;      ///< In mean services; a tenth of a replication is deleted at least.
  std::uint32_t replications = 20;
  std::uint64_t shuffle_ties = 0;  ///< As Point has it.
};

/// One replication, as estimands see it.
struct SteadyRun {
  std::span<const RequestSample> samples;  ///< After the warm-up.
  const RunOutcome& outcome;               ///< Of all of it, warm-up included.
  std::uint64_t requests = 0;              ///< In all of it.
};

/// A number of a replication.
using Estimand = std::function<double(const SteadyRun&)>;

Estimand mean_wait();
Estimand mean_sojourn();
Estimand mean_square_wait();
/// The share of requests that waited at all.
Estimand share_that_waits();
/// The share of requests that waited for just this long.
Estimand share_that_waits_exactly(Duration wait);
/// By nearest rank; 0 < q < 1.
Estimand wait_quantile(double q);
Estimand sojourn_quantile(double q);
/// How often something happened, for each request.
Estimand operations_per_request(Op op);
/// The ratio of two counts.
Estimand operations_per_operation(Op op, Op other);
/// What all requests together took, from the beginning of their service on: nothing interrupts
/// them.
Duration time_served(const RunOutcome& outcome);

/// The values of each estimand by replication. The same for any number of threads. Throws as
/// Workbench::run(), and SimError if the workers were not busy for as long as the requests took.
std::vector<std::vector<double>> replicated(Workbench& bench, const SteadyState& state,
                                            const std::vector<Estimand>& estimands);

/// Their means, with intervals. Throws as replicated().
std::vector<Interval> estimate(Workbench& bench, const SteadyState& state,
                               const std::vector<Estimand>& estimands);

/// The point of one replication.
Point point_of(const SteadyState& state, std::uint64_t requests, std::uint64_t seed);

}  // namespace loopsteal::checks
