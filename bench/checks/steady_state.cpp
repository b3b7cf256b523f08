#include "bench/checks/steady_state.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "bench/measure/ties.hpp"
#include "sched/machine/sim/sim_invariants.hpp"
#include "workloads/catalog.hpp"

namespace loopsteal::checks {
namespace {

constexpr double kWarmUpRelaxations = 20;
constexpr double kWarmUpShareOfRun = 0.1;

double in_units(Duration duration) { return static_cast<double>(duration.count()) / kUnitNs; }

template <class Of>
double mean_over(std::span<const RequestSample> samples, Of of) {
  double sum = 0;
  for (const RequestSample& sample : samples) sum += of(sample);
  return sum / static_cast<double>(samples.size());
}

double quantile(std::span<const RequestSample> samples, Duration RequestSample::*member, double q) {
  std::vector<Duration> values;
  values.reserve(samples.size());
  for (const RequestSample& sample : samples) values.push_back(sample.*member);
  const double rank = std::ceil(q * static_cast<double>(values.size()));
  const auto nth = values.begin() + std::max<std::ptrdiff_t>(0, std::ptrdiff_t(rank) - 1);
  std::nth_element(values.begin(), nth, values.end());
  return in_units(*nth);
}

// A serving worker is busy. Costs of operations are extra.
void check_busy(const SteadyRun& run, bool free) {
  const Duration served = time_served(run.outcome);
  Duration busy{};
  for (const WorkerStats& worker : run.outcome.measurement.workers) busy += worker.busy;
  if (free ? served == busy : served <= busy) return;
  throw SimError(fmt::format("Workers were busy for {} ns, and requests took {} ns", busy.count(),
                             served.count()));
}

}  // namespace

Duration time_served(const RunOutcome& outcome) {
  Duration served{};
  for (const RequestSample& sample : outcome.result.samples) served += sample.sojourn - sample.wait;
  return served;
}

double warm_up_of(double load, WorkerId servers, double service_cv2) {
  const double root = 1 - std::sqrt(load);
  const double relaxation = std::max(1.0, 1 / (root * root * servers));
  return kWarmUpRelaxations * relaxation * std::max(1.0, (1 + service_cv2) / 2);
}

Estimand mean_wait() {
  return [](const SteadyRun& run) {
    return mean_over(run.samples, [](const RequestSample& one) { return in_units(one.wait); });
  };
}

Estimand mean_sojourn() {
  return [](const SteadyRun& run) {
    return mean_over(run.samples, [](const RequestSample& one) { return in_units(one.sojourn); });
  };
}

Estimand mean_square_wait() {
  return [](const SteadyRun& run) {
    return mean_over(run.samples, [](const RequestSample& one) {
      return in_units(one.wait) * in_units(one.wait);
    });
  };
}

Estimand share_that_waits() {
  return [](const SteadyRun& run) {
    return mean_over(run.samples,
                     [](const RequestSample& one) { return one.wait > Duration::zero() ? 1 : 0; });
  };
}

Estimand share_that_waits_exactly(Duration wait) {
  return [wait](const SteadyRun& run) {
    return mean_over(run.samples,
                     [wait](const RequestSample& one) { return one.wait == wait ? 1 : 0; });
  };
}

Estimand wait_quantile(double q) {
  return [q](const SteadyRun& run) { return quantile(run.samples, &RequestSample::wait, q); };
}

Estimand sojourn_quantile(double q) {
  return [q](const SteadyRun& run) { return quantile(run.samples, &RequestSample::sojourn, q); };
}

Estimand operations_per_request(Op op) {
  return [op](const SteadyRun& run) {
    return static_cast<double>(run.outcome.measurement.total(op)) /
           static_cast<double>(run.requests);
  };
}

Estimand operations_per_operation(Op op, Op other) {
  return [op, other](const SteadyRun& run) {
    const Measurement& measurement = run.outcome.measurement;
    return static_cast<double>(measurement.total(op)) /
           static_cast<double>(measurement.total(other));
  };
}

Point point_of(const SteadyState& state, std::uint64_t requests, std::uint64_t seed) {
  Point point = virtual_point(state.scheduler,
                              fmt::format("requests:load={},mean=1ms,count={},service={}",
                                          state.load, requests, state.service),
                              state.workers, state.costs);
  point.seed = seed;
  point.shuffle_ties = state.shuffle_ties;
  if (point.shuffle_ties == kTiesAuto) {
    const bool meet = step_of_ties(point, workload_named(point.workload.name)).has_value();
    point.shuffle_ties = meet ? kTiesYes : 0;
  }
  return point;
}

std::vector<std::vector<double>> replicated(Workbench& bench, const SteadyState& state,
                                            const std::vector<Estimand>& estimands) {
  const std::uint64_t counted = bench.scaled(state.jobs) / state.replications;
  const auto warm_up =
      static_cast<std::uint64_t>(std::max(state.warm_up * state.load * state.workers,
                                          kWarmUpShareOfRun * static_cast<double>(counted)));
  std::vector<std::vector<double>> values(estimands.size(),
                                          std::vector<double>(state.replications));
  bench.each(state.replications, [&](std::uint32_t replication) {
    const Point point = point_of(state, counted + warm_up, bench.seed_of(replication));
    const RunOutcome outcome = bench.run(point);
    const SteadyRun run{std::span(outcome.result.samples).subspan(warm_up), outcome,
                        counted + warm_up};
    check_busy(run, point.costs.model.free());
    for (std::size_t i = 0; i < estimands.size(); ++i) values[i][replication] = estimands[i](run);
  });
  return values;
}

std::vector<Interval> estimate(Workbench& bench, const SteadyState& state,
                               const std::vector<Estimand>& estimands) {
  std::vector<Interval> intervals;
  for (const std::vector<double>& values : replicated(bench, state, estimands))
    intervals.push_back(t_interval(values));
  return intervals;
}

}  // namespace loopsteal::checks
