// What is measured, and what came out: one point, one run, one row of a results file.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "bench/measure/costs.hpp"
#include "bench/measure/estimates.hpp"
#include "bench/statistics/histogram.hpp"
#include "bench/theory/greedy.hpp"
#include "sched/core/measurement.hpp"
#include "sched/core/spec.hpp"
#include "workloads/workload.hpp"

namespace loopsteal {

/// What is watched beyond the counters.
enum class Observe { off, delays };

/// How many requests at the beginning of a steady state do not count.
struct WarmUpChoice {
  bool by_rule = true;         ///< The rule of bench/statistics/warm_up.hpp decides.
  std::uint64_t requests = 0;  ///< Else so many.

  friend bool operator==(const WarmUpChoice&, const WarmUpChoice&) = default;
};

/// Reads "auto", "none" or a number of requests; throws SpecError for anything else.
WarmUpChoice parse_warm_up(std::string_view text);
std::string to_string(const WarmUpChoice& warm_up);

/// One cell of a comparison: everything that has to be said to run it again.
struct Point {
  Spec scheduler;
  Spec workload;
  std::string machine = "threads";
  std::uint32_t workers = 1;
  std::uint32_t cpus = 0;  ///< In virtual time, of the machine; 0: as many as `workers`.
  std::uint64_t seed = 1;
  Size size = Size::small;
  Observe observe = Observe::off;
  Costs costs = {};                ///< In virtual time.
  std::uint64_t shuffle_ties = 0;  ///< In virtual time: see SimSetup, and kTiesAuto of ties.hpp.
  std::string preset = {};  ///< Of the scheduler, as it was asked for; its settings are spelt out.
  /// In virtual time: replicate until the relative half-width of the estimate is this; 0: one run.
  double precision = 0;
  std::uint64_t requests = 0;  ///< In each run of a steady state; 0: as the workload says.
  /// Of this point in all: a steady state is judged by the length of all of them together.
  std::uint32_t repetitions = 1;
  /// In virtual time: generated requests are a finite input, which is counted whole.
  bool terminating = false;
  WarmUpChoice warm_up = {};  ///< Of a steady state.
  unsigned threads = 1;       ///< With a precision: that run replications side by side.

  [[nodiscard]] bool is_virtual() const { return machine == "sim"; }
};

/// The value of a setting that `spec` names; null if it does not.
const std::string* setting_of(const Spec& spec, std::string_view key);

/// One run of a point. With `error` not empty the run did not end, and only what names it means
/// anything; a wrong answer is no such error: the run ended, and `answer_ok` is false.
struct Row {
  // What was run.
  std::string scheduler;       ///< The name alone: "work_stealing".
  std::string scheduler_spec;  ///< With the settings that differ from the defaults.
  std::string workload;
  std::string workload_spec;
  std::string shape;  ///< "balanced" or "imbalanced".
  std::string machine;
  std::string size;
  std::string costs;               ///< Of a virtual run; empty for a real one.
  std::uint32_t workers = 0;       ///< Those there were: 1 for an event loop, whatever was asked.
  std::uint32_t cpus = 0;          ///< Of a virtual run's machine; 0 for a real one.
  std::uint64_t shuffle_ties = 0;  ///< Of a virtual run: as Point has it.
  std::string preset;              ///< That was asked for; "" if none was.
  std::uint64_t seed = 0;
  std::uint32_t repetitions = 1;
  std::uint32_t repetition_index = 0;
  std::uint32_t position = 0;  ///< In which place of the whole campaign it ran, from 0.

  // What came out.
  std::string error;
  bool out_of_memory = false;  ///< That is the error. Results files do not keep it.
  bool no_progress = false;    ///< The error is that a virtual run made no progress and was ended.
  bool no_thread = false;      ///< That error: a thread could not be started. In no file.
  std::uint64_t tasks = 0;
  std::uint64_t answer = 0;
  bool answer_ok = false;
  Duration cpu_time{};  ///< Of the whole process, while the run lasted.
  Measurement measurement;
  LatencyHistogram wait;     ///< Intended arrival to start of service; empty without requests.
  LatencyHistogram sojourn;  ///< Intended arrival to completion; empty without requests.
  LatencyHistogram schedule_latency;  ///< Made ready to run; empty unless delays are observed.
  LatencyHistogram poll_time;         ///< Run to let go; empty unless delays are observed.

  /// What quantiles of wait and sojourn may be off by, relative to themselves: 0 where each request
  /// was kept, or all runs have the same quantile; else the width of a bin.
  double quantile_error = 0;

  std::optional<Estimates> estimates;  ///< Of virtual runs.
  /// Of virtual runs at no cost: between what a schedule that leaves no worker idle beside ready
  /// work must end, in ns. The scheduler need not be one.
  std::optional<theory::MakespanBounds> greedy_bounds;

  [[nodiscard]] bool failed() const { return !error.empty(); }
};

/// The key of a row in Google Benchmark's manner:
/// "imbalanced/uts:tree=T1/scheduler:work_stealing/machine:threads/workers:2/size:small". The same
/// for all repetitions of a point, so that tools that group by name find them.
std::string name_of(const Row& row);

/// Jobs that were stolen.
std::uint64_t steals_of(const Row& row);

/// The share of jobs that ran on the worker where they were made ready; none if nothing ran.
std::optional<double> locality_of(const Row& row);

/// Tasks a second; none if no time passed.
std::optional<double> tasks_per_second_of(const Row& row);

std::string_view to_string(Size size);
std::string_view to_string(Shape shape);
std::string_view to_string(Observe observe);

}  // namespace loopsteal
