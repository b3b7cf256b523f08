// Rows put side by side: for each workload one line per scheduler, against a baseline.
//
// What a comparison is about depends on the workload. Where it has requests that arrive on their
// own, the time is set by the arrivals and the p99 of the sojourn decides; elsewhere the time does.
// In virtual time run k of two schedulers meets the same arrivals and sizes, so runs are compared
// in pairs: by the mean sojourn, or by the makespan. Where nothing is drawn, as in the replay of a
// trace by a scheduler without random choices, all runs are one and the same: their numbers are
// exact, and no interval is made of the repetitions.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "bench/measure/row.hpp"
#include "bench/statistics/comparison.hpp"
#include "bench/statistics/histogram.hpp"
#include "bench/theory/greedy.hpp"
#include "bench/theory/prediction.hpp"
#include "sched/catalog.hpp"

namespace loopsteal {

/// What the comparisons of a workload are by.
enum class DecidingMetric { makespan, mean_sojourn, p99_sojourn };

/// How the runs of one point differ.
enum class RunsDiffer {
  yes,           ///< Or it is not known: time is real, or there are too few runs.
  not_in_value,  ///< Runs in virtual time with different seeds; what decides was the same in all.
  no,            ///< The same, and so were all events: one and the same run.
};

/// One scheduler on one workload: all its repetitions.
struct ReportLine {
  std::string scheduler;  ///< The name alone.
  std::string scheduler_spec;
  std::uint32_t workers = 0;
  std::size_t runs = 0;               ///< That ended, whatever their answer.
  std::size_t wrong_answers = 0;      ///< Of those.
  std::vector<std::string> errors;    ///< Of the runs that did not end, each text once.
  double time_ns = 0;                 ///< Median; 0 if no run ended.
  double tasks_per_second = 0;        ///< Median.
  std::optional<double> locality;     ///< Median.
  double steals = 0;                  ///< Median.
  double tasks = 0;                   ///< Median.
  LatencyHistogram sojourn;           ///< Of all runs, merged; empty without requests.
  LatencyHistogram schedule_latency;  ///< Likewise; empty unless delays were observed.
  bool in_virtual_time = false;
  RunsDiffer runs_differ = RunsDiffer::yes;
  /// The baseline's makespan over this one's. Absent for the baseline itself and where either has
  /// no run.
  std::optional<Comparison> speed;
  /// The baseline's p99 of the sojourn over this one's.
  std::optional<Comparison> tail;
  /// In virtual time: the baseline's mean sojourn (or makespan) over this one's, by pairs.
  std::optional<Comparison> paired;
  /// Of a scheduler that steals: as deciding(), with the control as the baseline. The control is
  /// the line with as many workers of the scheduler that shares jobs without stealing
  /// (Role::control).
  std::optional<Comparison> against_control;
  /// In virtual time: the estimate, over all runs, of what decides, and what theory says of it.
  std::optional<Interval> estimate;
  std::optional<theory::Prediction> theory;
  std::optional<theory::MakespanBounds> greedy_bounds;
  bool trustworthy = true;
  /// Of virtual requests: whether they are a finite input, and the warm-up of each run.
  std::optional<Regime> regime;
  std::uint64_t warmup_deleted = 0;
  double quantile_error = 0;  ///< Row::quantile_error, the largest of all runs.
  /// Requests that the runs need in all before the mean, and the p99, is shown; 0 if they have
  /// them.
  std::uint64_t requests_needed = 0;
  std::uint64_t tail_requests_needed = 0;

  /// Whether its scheduler is one that a control is compared with.
  [[nodiscard]] bool scheduler_steals() const { return steals_by_policy(scheduler); }
  [[nodiscard]] bool fine() const { return runs > 0 && wrong_answers == 0 && errors.empty(); }
  /// The comparison that this workload is about.
  [[nodiscard]] const std::optional<Comparison>& deciding() const {
    if (paired) return paired;
    return tail ? tail : speed;
  }
  /// What deciding() is of; of the baseline, what those of the other lines are of.
  [[nodiscard]] DecidingMetric deciding_metric() const {
    if (sojourn.count() == 0) return DecidingMetric::makespan;
    if (in_virtual_time) return DecidingMetric::mean_sojourn;
    return speed && !tail ? DecidingMetric::makespan : DecidingMetric::p99_sojourn;
  }
};

struct ReportTable {
  std::string workload_spec;
  std::string shape;
  std::string size;
  std::vector<ReportLine> lines;

  [[nodiscard]] bool has_requests() const;
  [[nodiscard]] bool has_delays() const;
  [[nodiscard]] bool has_estimates() const;
  [[nodiscard]] bool has_theory() const;
};

struct Report {
  std::vector<ReportTable> tables;
  std::string baseline;  ///< The scheduler_spec all others are compared with.

  /// Whether there is more than the baseline.
  [[nodiscard]] bool compares() const;
};

/// Puts `rows` side by side; workloads and schedulers come in the order in which `rows` names them
/// first, unless they are in `workload_order` and `scheduler_order`, which come first. The baseline
/// is that of Role::baseline where it is among the schedulers, else the first of them. `seed` is
/// the bootstrap's.
Report make_report(std::span<const Row> rows, std::span<const std::string> workload_order,
                   std::span<const std::string> scheduler_order, std::uint64_t seed);

}  // namespace loopsteal
