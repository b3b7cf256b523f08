#include "bench/measure/virtual_measure.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "bench/measure/measure.hpp"
#include "bench/measure/pooled_runs.hpp"
#include "bench/measure/request_blocks.hpp"
#include "bench/measure/steady_state.hpp"
#include "bench/statistics/batch_means.hpp"
#include "bench/statistics/pooled_quantile.hpp"
#include "bench/statistics/quantile.hpp"
#include "bench/statistics/replications.hpp"

namespace loopsteal {
namespace {

constexpr std::uint32_t kReplicationsMax = 400;

// What is estimated of a point.
enum class Estimated { makespan, finite_requests, steady_requests };

Estimated estimated_of(const std::optional<OpenLoop>& loop,
                       const std::optional<SteadyState>& state) {
  if (state) return Estimated::steady_requests;
  return loop ? Estimated::finite_requests : Estimated::makespan;
}

std::string_view described(Estimated estimated) {
  switch (estimated) {
    case Estimated::makespan:
      return "mean makespan of a run that ends, by replications";
    case Estimated::finite_requests:
      return "mean sojourn of all requests of a finite input, by replications";
    case Estimated::steady_requests:
      return "mean sojourn in the steady state, by replications with deletion";
  }
  return {};
}

// With how many more requests the quantile would be shown, judged by those of all repetitions.
std::uint64_t needed_beyond(const SteadyState& state, std::optional<double> q, double kept) {
  const double kept_needed = q ? jobs_for_quantile(state.queue, *q) : jobs_for_trust(state.queue);
  if (kept >= kept_needed) return 0;
  return static_cast<std::uint64_t>(std::min(requests_needed(state, q), 1e18));
}

void take(PooledRuns& pooled, const RequestBlocks& blocks) {
  pooled.counted_in_bins = true;
  pooled.warmup_deleted = blocks.deleted();
  pooled.wait = blocks.waits();
  pooled.sojourn = blocks.sojourns();
  pooled.sojourns_of_runs.push_back(pooled.sojourn.bins());
}

Observation<PooledRuns> observe(const Point& point, const WorkloadInfo& info, Estimated estimated,
                                const std::optional<SteadyState>& state) {
  RequestBlocks blocks = blocks_for(point, state);
  RunOutcome outcome = run_once(point, info, nullptr, &blocks);
  Observation<PooledRuns> observation;
  PooledRuns& pooled = observation.payload;
  if (estimated == Estimated::makespan) {
    observation.estimands = {static_cast<double>(outcome.measurement.makespan.count())};
  } else if (blocks.in_use()) {
    take(pooled, blocks);
    observation.estimands = {pooled.sojourn.mean_ns(), pooled.wait.mean_ns()};
  } else {
    std::span<const RequestSample> samples = outcome.result.samples;
    if (state) pooled.warmup_deleted = warm_up_of(point, *state, samples.size());
    samples = samples.subspan(pooled.warmup_deleted);
    pooled.wait = LatencyHistogram::of_run(values_of(samples, &RequestSample::wait));
    pooled.sojourn = LatencyHistogram::of_run(values_of(samples, &RequestSample::sojourn));
    pooled.sojourns_of_runs.push_back(pooled.sojourn.bins());
    observation.estimands = {pooled.sojourn.mean_ns(), pooled.wait.mean_ns()};
  }
  pooled.take(std::move(outcome));
  return observation;
}

StoppingRule rule_for(const Point& point, Estimated estimated,
                      const std::optional<SteadyState>& state) {
  StoppingRule rule;
  rule.estimands = estimated == Estimated::makespan
                       ? std::vector<std::string>{"makespan_ns"}
                       : std::vector<std::string>{"sojourn_mean_ns", "wait_mean_ns"};
  rule.relative_half_width = point.precision;
  rule.replications_min = replications_min_of(state);
  rule.replications_max = kReplicationsMax;
  return rule;
}

// With ends at the ends of bins: all that the single requests may have been.
Estimate with_whole_bins(const Estimate& estimate) {
  const auto bin_of = [](double ns) {
    return delay_bin(static_cast<std::uint64_t>(std::max(ns, 0.0)));
  };
  return {estimate.value, static_cast<double>(delay_bin_lower(bin_of(estimate.low))),
          static_cast<double>(delay_bin_upper(bin_of(estimate.high)))};
}

// The quantiles of all replications together, which the pooled histogram then has, too.
void estimate_quantiles(Estimates& estimates, PooledRuns& pooled,
                        const std::optional<SteadyState>& state) {
  const auto kept = static_cast<double>(pooled.sojourn.count());
  for (const double q : kReportedQuantiles) {
    Estimate found = pooled_quantile(pooled.sojourns_of_runs, 1 - q);
    if (pooled.sojourn.is_exact(q)) {
      // All replications have this one quantile, as those of a trace without chance have.
      found = Estimate::exact(static_cast<double>(pooled.sojourn.quantile_ns(q)));
    } else {
      if (pooled.counted_in_bins) found = with_whole_bins(found);
      pooled.sojourn.restore_quantile(q, static_cast<std::uint64_t>(std::llround(found.value)));
    }
    estimates.sojourn_quantiles.push_back(
        {.q = q, .interval = found, .requests_needed = state ? needed_beyond(*state, q, kept) : 0});
  }
}

Estimates estimates_of(const Point& point, ReplicationResult<PooledRuns>& runs, Estimated estimated,
                       const std::optional<SteadyState>& state) {
  Estimates estimates;
  estimates.regime = state ? Regime::steady : Regime::terminating;
  estimates.estimand = described(estimated);
  estimates.replications = runs.replications;
  estimates.warmup_deleted = runs.payload.warmup_deleted;
  estimates.precision_asked = point.precision;
  estimates.by_replication = runs.estimands.front().values;
  estimates.precision_reached = runs.estimands.front().interval.relative_half_width();
  if (estimated == Estimated::makespan) {
    estimates.makespan = runs.estimands[0].interval;
    return estimates;
  }
  estimates.sojourn_mean = runs.estimands[0].interval;
  estimates.wait_mean = runs.estimands[1].interval;
  if (runs.replications > 0) estimate_quantiles(estimates, runs.payload, state);
  if (!state) return estimates;
  const auto kept = static_cast<double>(runs.payload.sojourn.count());
  estimates.requests_needed = needed_beyond(*state, std::nullopt, kept);
  estimates.trustworthy = estimates.requests_needed == 0;
  return estimates;
}

// Each request of a finite input counts, and one run has no interval.
Estimates estimates_of_finite_run(const Row& row) {
  constexpr double kUnknown = std::numeric_limits<double>::infinity();
  Estimates estimates;
  estimates.regime = Regime::terminating;
  estimates.estimand = "mean sojourn of all requests of a finite input, by one run";
  estimates.sojourn_mean = Interval{row.sojourn.mean_ns(), kUnknown, 1};
  estimates.wait_mean = Interval{row.wait.mean_ns(), kUnknown, 1};
  estimates.precision_reached = kUnknown;
  return estimates;
}

// The reported quantiles, interpolated in their bins: runs that differ should not seem to be the
// same for the sake of a bin.
void interpolate_quantiles(LatencyHistogram& latencies) {
  const LatencyBins bins = latencies.bins();
  for (const double q : kReportedQuantiles) {
    const double value = binned_quantile(bins, {}, q).value;
    latencies.restore_quantile(q, static_cast<std::uint64_t>(std::llround(value)));
  }
}

void take(Row& row, const RequestBlocks& blocks) {
  row.wait = blocks.waits();
  row.sojourn = blocks.sojourns();
  row.quantile_error = kQuantileResolution;
  interpolate_quantiles(row.wait);
  interpolate_quantiles(row.sojourn);
}

// What the requests of one run say that count.
struct Counted {
  std::uint64_t requests = 0;
  std::uint64_t deleted = 0;  // Before them.
  BatchEstimate sojourn = {};
  BatchEstimate wait = {};
  std::vector<Estimate> sojourn_quantiles = {};
};

Counted counted_of(const RequestBlocks& blocks) {
  return {.requests = blocks.kept(),
          .deleted = blocks.deleted(),
          .sojourn = blocks.mean_sojourn(),
          .wait = blocks.mean_wait(),
          .sojourn_quantiles = blocks.sojourn_quantiles(kReportedQuantiles)};
}

Counted counted_of(std::span<const RequestSample> kept) {
  Counted counted{.requests = kept.size()};
  counted.wait = batch_means(values_of(kept, &RequestSample::wait));
  const std::vector<double> sojourns = values_of(kept, &RequestSample::sojourn);
  counted.sojourn = batch_means(sojourns);
  counted.sojourn_quantiles = quantile_intervals(sojourns, kReportedQuantiles);
  return counted;
}

Estimates estimates_of_steady_run(const Point& point, const SteadyState& state,
                                  const Counted& counted) {
  Estimates estimates;
  estimates.regime = Regime::steady;
  estimates.estimand = "mean sojourn in the steady state, by batch means of one run";
  const BatchEstimate& mean = counted.sojourn;
  estimates.warmup_deleted = counted.deleted;
  estimates.sojourn_mean = mean.interval;
  estimates.wait_mean = counted.wait.interval;
  const double in_all = static_cast<double>(counted.requests) * point.repetitions;
  for (std::size_t i = 0; i < kReportedQuantiles.size(); ++i) {
    const double q = kReportedQuantiles[i];
    estimates.sojourn_quantiles.push_back({.q = q,
                                           .interval = counted.sojourn_quantiles[i],
                                           .requests_needed = needed_beyond(state, q, in_all)});
  }
  estimates.precision_reached = mean.interval.relative_half_width();
  estimates.requests_needed = needed_beyond(state, std::nullopt, in_all);
  // The batches of one of several repetitions decide nothing.
  const bool settled = point.repetitions > 1 || !mean.correlated;
  estimates.trustworthy = estimates.requests_needed == 0 && settled;
  return estimates;
}

}  // namespace

RunOutcome run_and_estimate(Row& row, const Point& point, const WorkloadInfo& workload,
                            Recorder* recorder) {
  const std::optional<SteadyState> state = steady_state_of(point, workload);
  RequestBlocks blocks = blocks_for(point, state);
  RunOutcome outcome = run_once(point, workload, recorder, &blocks);
  const std::vector<RequestSample> samples = std::move(outcome.result.samples);
  outcome.result.samples.clear();
  std::optional<Counted> counted;
  if (blocks.in_use()) {
    take(row, blocks);
    if (state) counted = counted_of(blocks);
  } else {
    const std::uint64_t deleted = state ? warm_up_of(point, *state, samples.size()) : 0;
    const auto kept = std::span(samples).subspan(deleted);
    row.wait = LatencyHistogram::of_run(values_of(kept, &RequestSample::wait));
    row.sojourn = LatencyHistogram::of_run(values_of(kept, &RequestSample::sojourn));
    if (state) counted = counted_of(kept);
    if (counted) counted->deleted = deleted;
  }
  if (state) {
    row.estimates = estimates_of_steady_run(point, *state, *counted);
  } else if (point.is_virtual() && workload.open_loop(point.workload, setup_of(point))) {
    row.estimates = estimates_of_finite_run(row);
  }
  return outcome;
}

Row measure_precisely(const Point& asked, const WorkloadCatalog& workloads,
                      const std::function<bool()>& stop) {
  const WorkloadInfo& info = workloads.named(asked.workload.name);
  const Point point = with_planned_requests(asked);
  const std::optional<SteadyState> state = steady_state_of(point, info);
  const Estimated estimated = estimated_of(open_loop_of(point, workloads), state);
  const auto body = [&](std::uint32_t replication) {
    Point one = point;
    one.seed = point.seed + replication;
    return observe(one, info, estimated, state);
  };
  ReplicationResult<PooledRuns> runs =
      replicate(rule_for(point, estimated, state), body, point.threads, stop);
  Row row = row_for(asked, info);
  const LatencyHistogram& sojourn = runs.payload.sojourn;
  const auto is_exact = [&sojourn](double q) { return sojourn.is_exact(q); };
  const bool exact = sojourn.count() == 0 || std::ranges::all_of(kReportedQuantiles, is_exact);
  row.quantile_error = exact ? 0 : kQuantileResolution;
  row.estimates = estimates_of(point, runs, estimated, state);
  std::move(runs.payload).give_to(row, runs.replications);
  return row;
}

}  // namespace loopsteal
