#include "bench/estimate/warm_up.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "bench/estimate/run_length.hpp"

namespace loopsteal {
namespace {

constexpr std::size_t kMserBatch = 5;

std::vector<double> means_of_five(std::span<const double> values) {
  std::vector<double> means(values.size() / kMserBatch);
  for (std::size_t i = 0; i < means.size(); ++i) {
    double sum = 0;
    for (const double value : values.subspan(i * kMserBatch, kMserBatch)) sum += value;
    means[i] = sum / kMserBatch;
  }
  return means;
}

// The deletion d <= limit that minimises (sum over i >= d of (y_i - mean)^2) / (n - d)^2, the
// smallest of equals. Mean and squares grow from the end to the front (Welford), in one pass.
std::size_t least_standard_error(std::span<const double> means, std::size_t limit) {
  double mean = 0;
  double squares = 0;
  double least = std::numeric_limits<double>::infinity();
  std::size_t best = limit;
  for (std::size_t d = means.size(); d-- > 0;) {
    const double count = static_cast<double>(means.size() - d);
    const double distance = means[d] - mean;
    mean += distance / count;
    squares += distance * (means[d] - mean);
    const double statistic = squares / (count * count);
    if (d > limit || statistic > least) continue;
    least = statistic;
    best = d;
  }
  return best;
}

std::string_view sentence(WarmUpProblem problem) {
  switch (problem) {
    case WarmUpProblem::none:
      break;
    case WarmUpProblem::run_too_short:
      return "; the run is too short: 20 relaxation times are more than half of it";
    case WarmUpProblem::too_short_for_mser5:
      return "; MSER-5 wants a run of 500 relaxation times";
    case WarmUpProblem::minimum_at_limit:
      return "; MSER-5 found no end of the warm-up in the first half";
  }
  return "";
}

}  // namespace

WarmUp fixed_warm_up(std::size_t values, double relaxation_jobs) {
  const double share = std::ceil(kWarmUpShare * static_cast<double>(values));
  const double wanted = std::max(share, std::ceil(kWarmUpRelaxationTimes * relaxation_jobs));
  const std::size_t half = values / 2;
  WarmUp warm_up{.rule = WarmUpRule::fixed,
                 .deleted = 0,
                 .values = values,
                 .problem = WarmUpProblem::run_too_short};
  if (wanted <= static_cast<double>(half)) {
    warm_up.deleted = static_cast<std::size_t>(wanted);
    warm_up.problem = WarmUpProblem::none;
  }
  return warm_up;
}

double jobs_for_warm_up(double relaxation_jobs) {
  return 2 * std::ceil(kWarmUpRelaxationTimes * relaxation_jobs);
}

WarmUp mser5_warm_up(std::span<const double> values, double relaxation_jobs) {
  WarmUp fixed = fixed_warm_up(values.size(), relaxation_jobs);
  const double jobs_min = kTrustworthyRelaxationTimes * std::max(1.0, relaxation_jobs);
  if (static_cast<double>(values.size()) < jobs_min) {
    if (fixed.problem == WarmUpProblem::none) fixed.problem = WarmUpProblem::too_short_for_mser5;
    return fixed;
  }
  const std::vector<double> means = means_of_five(values);
  const std::size_t limit = means.size() / 2;
  const std::size_t best = least_standard_error(means, limit);
  if (best == limit) {
    fixed.problem = WarmUpProblem::minimum_at_limit;
    return fixed;
  }
  return {.rule = WarmUpRule::mser5,
          .deleted = best * kMserBatch,
          .values = values.size(),
          .problem = WarmUpProblem::none};
}

std::string describe(const WarmUp& warm_up) {
  const std::string_view rule = warm_up.rule == WarmUpRule::mser5   ? "MSER-5"
                                : warm_up.rule == WarmUpRule::asked ? "as asked"
                                                                    : "10 % or 20 relaxation times";
  return fmt::format("the first {} of {} deleted ({}){}", warm_up.deleted, warm_up.values, rule,
                     sentence(warm_up.problem));
}

}  // namespace loopsteal
