#include "bench/statistics/run_length.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

#include <fmt/format.h>

#include "bench/theory/approximation.hpp"
#include "bench/theory/domain.hpp"
#include "bench/theory/erlang.hpp"

namespace loopsteal {
namespace {

constexpr double kInfinite = std::numeric_limits<double>::infinity();

void check(const QueueLoad& queue) {
  theory::require_load(queue.load);
  theory::require_workers(queue.workers);
  if (queue.pools == 0)
    throw std::invalid_argument("run length: there has to be at least one pool");
  if (!(queue.arrival_cv2 >= 0 && queue.service_cv2 >= 0)) {
    throw std::invalid_argument(
        fmt::format("run length: squared coefficients of variation are at least 0, not {} and {}",
                    queue.arrival_cv2, queue.service_cv2));
  }
}

void check_half_width(double relative_half_width) {
  if (relative_half_width > 0) return;
  throw std::invalid_argument(fmt::format(
      "run length: no run reaches a half-width of {}; ask for more than 0", relative_half_width));
}

double variability(const QueueLoad& queue) { return (queue.arrival_cv2 + queue.service_cv2) / 2; }

bool is_mm1(const QueueLoad& queue) {
  return queue.workers == 1 && queue.arrival_cv2 == 1 && queue.service_cv2 == 1;
}

// The asymptotic variance of the mean wait over that mean squared.
double relative_wait_variance(const QueueLoad& queue) {
  const double load = queue.load;
  const double idle = 1 - load;
  if (is_mm1(queue)) {
    const double mean = load / idle;
    return mm1_wait_variance(load) / (mean * mean);
  }
  const double all_busy =
      queue.workers == 1 ? 1 : theory::SharedExponential(queue.workers, load).probability_of_wait();
  // Where no job ever waits, the mean wait is 0 and no run says anything relative to it.
  if (all_busy == 0) return kInfinite;
  return 4 * variability(queue) / (load * idle * idle) / all_busy;
}

// The same of the sojourn, by the part of it that is wait, or the part that is service.
double relative_sojourn_variance(const QueueLoad& queue) {
  if (!std::isfinite(variability(queue))) return kInfinite;
  const double wait = theory::allen_cunneen_wait_mean(queue.workers, queue.load, queue.service_cv2,
                                                      queue.arrival_cv2);
  const double sojourn = wait + 1;
  const double share = wait / sojourn;
  const double of_wait = share == 0 ? 0 : relative_wait_variance(queue) * share * share;
  return std::max(of_wait, queue.service_cv2 / (sojourn * sojourn));
}

double squared(double value) { return value * value; }

// Jobs to run so that `kept` are left when the fixed rule has deleted the warm-up.
double with_warm_up(double kept, double relaxation) {
  return std::max(kept / (1 - kWarmUpShare), kept + kWarmUpRelaxationTimes * relaxation);
}

double without_warm_up(double jobs, double relaxation) {
  const double wanted = std::max(jobs * kWarmUpShare, kWarmUpRelaxationTimes * relaxation);
  return std::max(0.0, jobs - wanted);
}

// Of one worker by itself.
double single_relaxation_jobs(const QueueLoad& queue) {
  return queue.load / squared(1 - std::sqrt(queue.load)) * std::max(1.0, variability(queue));
}

}  // namespace

double relaxation_jobs(const QueueLoad& queue) {
  check(queue);
  double pool = single_relaxation_jobs(queue);
  if (queue.workers > 1) {
    const double behind = static_cast<double>(queue.workers) * queue.load / (1 - queue.load);
    pool = std::max(pool, behind * std::max(1.0, variability(queue)));
  }
  return pool * static_cast<double>(queue.pools);
}

double jobs_for_trust(const QueueLoad& queue) {
  const double all = relaxation_jobs(queue);
  if (!queue.samples) return kTrustworthyRelaxationTimes * all;
  const double one = all / static_cast<double>(queue.pools);
  return std::max(kTrustworthyRelaxationTimes * one, kSampleRelaxationTimes * all);
}

bool trustworthy(const QueueLoad& queue, double jobs) { return jobs >= jobs_for_trust(queue); }

double jobs_for_quantile(const QueueLoad& queue, double q) {
  const double mean = jobs_for_trust(queue);
  if (!(q > 0 && q < 1))
    throw std::invalid_argument(fmt::format("run length: {} is no quantile between 0 and 1", q));
  const double busy = queue.load * static_cast<double>(queue.workers);
  const double cluster = std::max(single_relaxation_jobs(queue), busy);
  return std::max(mean, kTailRelaxationTimes * cluster / (1 - q));
}

double mm1_wait_variance(double load) {
  theory::require_load(load);
  const double polynomial = ((load - 4) * load + 5) * load + 2;
  return load * polynomial / squared(squared(1 - load));
}

double jobs_for_wait(const QueueLoad& queue, double relative_half_width, double confidence) {
  check(queue);
  check_half_width(relative_half_width);
  return squared(normal_z(confidence) / relative_half_width) * relative_wait_variance(queue);
}

double jobs_for_sojourn(const QueueLoad& queue, double relative_half_width, double confidence) {
  check(queue);
  check_half_width(relative_half_width);
  return squared(normal_z(confidence) / relative_half_width) * relative_sojourn_variance(queue);
}

double sojourn_half_width(const QueueLoad& queue, double jobs, double confidence) {
  check(queue);
  if (!(jobs > 0)) return kInfinite;
  return normal_z(confidence) * std::sqrt(relative_sojourn_variance(queue) / jobs);
}

RunLength forecast_run_length(const QueueLoad& queue, double relative_half_width, double jobs_cap,
                              double confidence) {
  RunLength result;
  result.relative_half_width = relative_half_width;
  result.relaxation_jobs = relaxation_jobs(queue);
  result.jobs_for_precision = jobs_for_sojourn(queue, relative_half_width, confidence);
  result.jobs_for_trust = jobs_for_trust(queue);
  result.jobs = std::max(with_warm_up(result.jobs_for_precision, result.relaxation_jobs),
                         result.jobs_for_trust);
  result.jobs_cap = jobs_cap;
  result.out_of_reach = !(result.jobs <= jobs_cap);
  result.half_width_at_cap =
      sojourn_half_width(queue, without_warm_up(jobs_cap, result.relaxation_jobs), confidence);
  result.trustworthy_at_cap = trustworthy(queue, jobs_cap);
  return result;
}

std::string describe(const RunLength& run_length) {
  std::string text = fmt::format(
      "{:.2g} jobs for \u00b1{:.2g} % on the mean sojourn (a relaxation time is {:.2g} jobs)",
      run_length.jobs, 100 * run_length.relative_half_width, run_length.relaxation_jobs);
  if (!run_length.out_of_reach) return text;
  text += fmt::format("; out of reach: {:.2g} jobs give \u00b1{:.2g} %", run_length.jobs_cap,
                      100 * run_length.half_width_at_cap);
  if (!run_length.trustworthy_at_cap) text += ", and too few relaxation times to trust it";
  return text;
}

}  // namespace loopsteal
