#include "tests/theory/trial.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include <gtest/gtest.h>

#include "sched/core/scheduler.hpp"
#include "workloads/catalog.hpp"

namespace loopsteal::theory {
namespace {

constexpr std::size_t kBatches = 20;
constexpr double kStudent95 = 2.093;  // 19 degrees of freedom.

double in_units(Duration duration) { return static_cast<double>(duration.count()) / 1e6; }

double sorted_quantile(std::vector<double> values, double share) {
  const auto rank = static_cast<std::ptrdiff_t>(share * static_cast<double>(values.size()));
  std::nth_element(values.begin(), values.begin() + rank, values.end());
  return values[static_cast<std::size_t>(rank)];
}

double mean_of(const std::vector<double>& values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

double half_width(const std::vector<double>& batches) {
  const double mean = mean_of(batches);
  double squares = 0;
  for (const double batch : batches) squares += (batch - mean) * (batch - mean);
  const auto n = static_cast<double>(batches.size());
  return kStudent95 * std::sqrt(squares / (n - 1) / n);
}

template <class Statistic>
std::vector<double> of_batches(const std::vector<double>& values, Statistic&& statistic) {
  const auto size = static_cast<std::ptrdiff_t>(values.size() / kBatches);
  std::vector<double> batches;
  for (auto begin = values.begin(); batches.size() < kBatches; begin += size)
    batches.push_back(statistic(std::vector<double>(begin, begin + size)));
  return batches;
}

}  // namespace

Outcome run(const Trial& trial) {
  const auto scheduler = make_scheduler(
      parse_spec(trial.scheduler),
      {.machine = "sim", .workers = trial.workers, .seed = trial.seed, .sim = trial.sim});
  Spec spec{"requests",
            {{"load", print_real(trial.load)},
             {"service", std::string(trial.service)},
             {"mean", "1ms"},
             {"count", std::to_string(trial.count)}}};
  const auto workload = make_workload(spec, {.seed = trial.seed, .workers = trial.workers});
  Outcome outcome;
  outcome.measurement = scheduler->run(workload->root(*scheduler));
  const WorkloadResult result = workload->result();
  EXPECT_TRUE(result.answer_ok) << "each request is served once";
  outcome.count = result.samples.size();
  for (std::size_t i = result.samples.size() / 10; i < result.samples.size(); ++i) {
    outcome.waits.push_back(in_units(result.samples[i].wait));
    outcome.sojourns.push_back(in_units(result.samples[i].sojourn));
  }
  return outcome;
}

Estimate mean(const std::vector<double>& values, const std::function<double(double)>& of) {
  if (of) {
    std::vector<double> mapped(values.size());
    std::ranges::transform(values, mapped.begin(), of);
    return mean(mapped);
  }
  return {mean_of(values), half_width(of_batches(values, mean_of))};
}

Estimate quantile(const std::vector<double>& values, double share) {
  const auto statistic = [share](std::vector<double> batch) {
    return sorted_quantile(std::move(batch), share);
  };
  return {statistic(values), half_width(of_batches(values, statistic))};
}

bool in_band(const Estimate& estimate, double expected, double band) {
  return std::abs(estimate.value - expected) <= band * expected &&
         estimate.half_width < band * expected;
}

void expect_near(std::string_view what, const Estimate& estimate, double expected, double band) {
  std::printf("%-34.*s expected %10.6f got %10.6f +- %9.6f (%+6.2f %%, band %4.1f %%)\n",
              static_cast<int>(what.size()), what.data(), expected, estimate.value,
              estimate.half_width, 100 * (estimate.value / expected - 1), 100 * band);
  EXPECT_TRUE(in_band(estimate, expected, band))
      << what << ": expected " << expected << ", got " << estimate.value << " +- "
      << estimate.half_width << ", band " << 100 * band << " %";
}

}  // namespace loopsteal::theory
