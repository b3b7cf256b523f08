// How often the intervals of quantiles hold the truth, on runs as long as the rule asks for.
#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

#include <fmt/format.h>

#include "bench/checks/check.hpp"
#include "bench/measure/measure.hpp"
#include "bench/measure/steady_state.hpp"
#include "bench/measure/workload_catalog.hpp"
#include "bench/statistics/histogram.hpp"
#include "bench/statistics/quantile.hpp"

namespace loopsteal::checks {
namespace {

struct Model {
  std::string_view name;
  std::string_view scheduler;
  std::string_view workload;
  WorkerId workers;
};
constexpr std::array kModels = {
    Model{"M/M/1 load .7", "event_loop", "requests:mean=1ms,load=0.7", 1},
    Model{"M/D/1 load .7", "event_loop", "requests:mean=1ms,load=0.7,service=det", 1},
    Model{"M/G/1 cv2=4 load .6", "event_loop", "requests:mean=1ms,load=0.6,service=lognormal,cv2=4",
          1},
    Model{"M/M/16 load .8", "shared_queue", "requests:mean=1ms,load=0.8", 16},
    Model{"8 stealing workers load .7", "work_stealing:preset=mean-field",
          "requests:mean=1ms,load=0.7", 8},
};
constexpr std::uint32_t kRuns = 400;
// The truth comes from so many runs more, so its own error is a tenth of an interval's width.
constexpr std::uint32_t kRunsForTruth = 100;

using Quantiles = std::array<double, kReportedQuantiles.size()>;

// Runs of one model: with the requests that its p99.9 needs.
class Runs {
 public:
  explicit Runs(const Model& model)
      : point_(checked(virtual_point(model.scheduler, model.workload, model.workers), catalog_)),
        state_(steady_state_of(point_, catalog_.named(point_.workload.name)).value()) {
    point_.requests = static_cast<std::uint64_t>(requests_needed(state_, 0.999));
  }

  // The sojourns that count, in order of arrival.
  [[nodiscard]] std::vector<double> sojourns(Workbench& bench, std::uint64_t seed) const {
    Point point = with_planned_requests(point_);
    point.seed = seed;
    const RunOutcome outcome = bench.run(point);
    const auto& samples = outcome.result.samples;
    const std::uint64_t deleted = warm_up_of(point, state_, samples.size());
    return values_of(std::span(samples).subspan(deleted), &RequestSample::sojourn);
  }

 private:
  const WorkloadCatalog catalog_ = built_in_workloads();
  Point point_;
  SteadyState state_;
};

// Mean quantiles of runs that are not judged: a run is so long that the bias of one is far below
// its interval.
Quantiles truth_of(const Runs& runs, Workbench& bench, std::uint32_t count) {
  std::vector<Quantiles> found(count);
  bench.each(count, [&](std::uint32_t i) {
    std::vector<double> sojourns = runs.sojourns(bench, bench.seed_of(kRuns + i));
    for (std::size_t q = 0; q < kReportedQuantiles.size(); ++q)
      found[i][q] = quantile_of(sojourns, kReportedQuantiles[q]);
  });
  Quantiles mean{};
  for (const Quantiles& one : found)
    for (std::size_t q = 0; q < mean.size(); ++q) mean[q] += one[q] / count;
  return mean;
}

std::vector<Interval> coverage_of(const Model& model, Workbench& bench) {
  const Runs runs(model);
  const auto count = static_cast<std::uint32_t>(std::max<std::uint64_t>(bench.scaled(kRuns), 20));
  const auto for_truth =
      static_cast<std::uint32_t>(std::max<std::uint64_t>(bench.scaled(kRunsForTruth), 20));
  const Quantiles truth = truth_of(runs, bench, for_truth);
  std::vector<std::array<bool, kReportedQuantiles.size()>> covered(count);
  bench.each(count, [&](std::uint32_t i) {
    const auto found =
        quantile_intervals(runs.sojourns(bench, bench.seed_of(i)), kReportedQuantiles);
    for (std::size_t q = 0; q < found.size(); ++q) covered[i][q] = found[q].contains(truth[q]);
  });
  std::vector<Interval> shares;
  for (std::size_t q = 0; q < kReportedQuantiles.size(); ++q) {
    const auto held = std::ranges::count_if(covered, [q](const auto& one) { return one[q]; });
    const double share = static_cast<double>(held) / count;
    const double error = std::sqrt(share * (1 - share) / count);
    shares.push_back({share, normal_z(kConfidence) * error, count});
  }
  return shares;
}

// 93 to 97 % is the aim; 400 runs know a share of 95 % within 2.1 %.
std::vector<Target> targets() {
  std::vector<Target> all;
  for (const Model& model : kModels) {
    for (const char* const q : {"p50", "p90", "p99", "p99.9"})
      all.push_back(between(fmt::format("{} {}", model.name, q), 0.92, 0.98));
  }
  return all;
}

Check quantile_coverage() {
  return {.id = "G28",
          .what = "coverage of quantiles",
          .parameters = "95 % intervals of one run as long as p99.9 needs, 400 runs of each model",
          .targets = targets(),
          .run = [](Workbench& bench) {
            std::vector<Interval> all;
            for (const Model& model : kModels) {
              const std::vector<Interval> one = coverage_of(model, bench);
              all.insert(all.end(), one.begin(), one.end());
            }
            return all;
          }};
}

}  // namespace

std::vector<Check> interval_checks() { return {quantile_coverage()}; }

}  // namespace loopsteal::checks
