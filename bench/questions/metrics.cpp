#include "bench/questions/metrics.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <stdexcept>

#include <fmt/format.h>

#include "bench/statistics/quantile.hpp"

namespace loopsteal::questions {
namespace {

using Run = MeasuredRun;

double in_ns(Duration duration) { return static_cast<double>(duration.count()); }
double sojourn(const RequestSample& sample) { return in_ns(sample.sojourn); }
double wait(const RequestSample& sample) { return in_ns(sample.wait); }
double service(const RequestSample& sample) { return in_ns(sample.sojourn - sample.wait); }
double slowdown(const RequestSample& sample) {
  return sojourn(sample) / std::max(1.0, service(sample));
}

template <class Of>
std::vector<double> each(const Run& run, Of of) {
  std::vector<double> values;
  values.reserve(run.samples.size());
  for (const RequestSample& sample : run.samples) values.push_back(of(sample));
  return values;
}

double mean(const std::vector<double>& values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return values.empty() ? 0 : sum / static_cast<double>(values.size());
}

double quantile(std::vector<double> values, double q) {
  return values.empty() ? 0 : quantile_of(values, q);
}

double largest(const std::vector<double>& values) {
  return values.empty() ? 0 : *std::ranges::max_element(values);
}

// Those whose service is shorter than the mean of all.
std::vector<double> waits_of_short_ones(const Run& run) {
  const double limit = mean(each(run, service));
  std::vector<double> values;
  for (const RequestSample& sample : run.samples) {
    if (service(sample) <= limit) values.push_back(wait(sample));
  }
  return values;
}

double count(const Run& run, Op op) {
  return static_cast<double>(run.outcome.measurement.total(op));
}

double tasks(const Run& run) {
  return std::max(1.0, static_cast<double>(run.outcome.result.tasks));
}

template <class Of>
double over_workers(const Run& run, Of of) {
  double sum = 0;
  for (const WorkerStats& worker : run.outcome.measurement.workers) sum += of(worker);
  return sum;
}

double busy(const WorkerStats& worker) { return in_ns(worker.busy); }

double busiest_over_mean(const Run& run) {
  const double all = over_workers(run, busy);
  double most = 0;
  for (const WorkerStats& worker : run.outcome.measurement.workers)
    most = std::max(most, busy(worker));
  const auto workers = static_cast<double>(run.outcome.measurement.workers.size());
  return all == 0 ? 1 : most * workers / all;
}

constexpr std::array kMetrics = {
    Metric{"makespan", "from the first step of the root task to its end",
           [](const Run& run) { return in_ns(run.outcome.measurement.makespan); }},
    Metric{"sojourn_mean", "from intended arrival to completion, mean",
           [](const Run& run) { return mean(each(run, sojourn)); }},
    Metric{"sojourn_p50", "the same, median",
           [](const Run& run) { return quantile(each(run, sojourn), 0.5); }},
    Metric{"sojourn_p99", "the same, 99 % quantile",
           [](const Run& run) { return quantile(each(run, sojourn), 0.99); }},
    Metric{"sojourn_p999", "the same, 99.9 % quantile",
           [](const Run& run) { return quantile(each(run, sojourn), 0.999); }},
    Metric{"slowdown_p50", "sojourn over service, median",
           [](const Run& run) { return quantile(each(run, slowdown), 0.5); }},
    Metric{"slowdown_p90", "sojourn over service, 90 % quantile",
           [](const Run& run) { return quantile(each(run, slowdown), 0.9); }},
    Metric{"slowdown_p99", "sojourn over service, 99 % quantile",
           [](const Run& run) { return quantile(each(run, slowdown), 0.99); }},
    Metric{"slowdown_p999", "sojourn over service, 99.9 % quantile",
           [](const Run& run) { return quantile(each(run, slowdown), 0.999); }},
    Metric{"wait_mean", "from intended arrival to the start of service, mean",
           [](const Run& run) { return mean(each(run, wait)); }},
    Metric{"wait_p99", "the same, 99 % quantile",
           [](const Run& run) { return quantile(each(run, wait), 0.99); }},
    Metric{"wait_max", "the longest wait", [](const Run& run) { return largest(each(run, wait)); }},
    Metric{"short_wait_p99", "wait of requests no longer than the mean, 99 % quantile",
           [](const Run& run) { return quantile(waits_of_short_ones(run), 0.99); }},
    Metric{"waited", "requests that waited at all",
           [](const Run& run) {
             return static_cast<double>(std::ranges::count_if(
                 run.samples, [](const RequestSample& one) { return one.wait.count() > 0; }));
           }},
    Metric{"workers_used", "workers that ran a job",
           [](const Run& run) {
             return over_workers(
                 run, [](const WorkerStats& worker) { return worker.poll_count > 0 ? 1.0 : 0.0; });
           }},
    Metric{"busiest_over_mean", "time that the busiest worker was busy, over the mean of all",
           busiest_over_mean},
    Metric{"stolen_jobs", "jobs stolen", [](const Run& run) { return count(run, Op::stolen_job); }},
    Metric{"steals_per_task", "steals that brought something, for each task",
           [](const Run& run) { return count(run, Op::steal_operation) / tasks(run); }},
    Metric{"unparks_per_task", "workers woken by others, for each task",
           [](const Run& run) { return count(run, Op::unpark) / tasks(run); }},
    Metric{"noop_parks_per_task", "workers that woke for nothing, for each task",
           [](const Run& run) { return count(run, Op::noop_park) / tasks(run); }},
    Metric{"attempts_per_task", "looks into the queues of others, for each task",
           [](const Run& run) { return count(run, Op::steal_attempt) / tasks(run); }},
    Metric{"overflows", "full run queues that moved half of themselves to the injector",
           [](const Run& run) { return count(run, Op::overflow); }},
    Metric{"awake_per_task", "time that workers were awake, for each task",
           [](const Run& run) {
             return over_workers(run,
                                 [](const WorkerStats& worker) {
                                   return in_ns(worker.busy + worker.searching);
                                 }) /
                    tasks(run);
           }},
    Metric{"searching_per_task", "time that workers searched, for each task",
           [](const Run& run) {
             return over_workers(
                        run, [](const WorkerStats& worker) { return in_ns(worker.searching); }) /
                    tasks(run);
           }},
};

}  // namespace

std::span<const Metric> metrics() { return kMetrics; }

const Metric& metric_named(std::string_view name) {
  const auto* const found = std::ranges::find(kMetrics, name, &Metric::name);
  if (found == kMetrics.end()) throw std::out_of_range(fmt::format("there is no metric {}", name));
  return *found;
}

}  // namespace loopsteal::questions
