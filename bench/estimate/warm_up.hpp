// The warm-up: values at the beginning of a run that do not count, since an empty system is not a
// typical one. Only a steady state has a warm-up. A finite input (a trace, a program, a run that
// ends by itself) is counted whole.
//
// The default asks nothing of the values: it deletes a share of the run, or as many relaxation
// times as it takes to forget the beginning. A run too short for that is refused, never cut to fit.
// MSER-5 looks at the values and deletes what widens the interval of the rest (White, Cobb and
// Spratt, "A comparison of five steady-state truncation heuristics", 2000); on short runs it
// deletes too little and its intervals cover too seldom, so it is believed on long ones only.
#pragma once

#include <cstddef>
#include <span>
#include <string>

namespace loopsteal {

inline constexpr double kWarmUpShare = 0.1;
inline constexpr double kWarmUpRelaxationTimes = 20;

/// By which rule values were deleted.
enum class WarmUpRule {
  fixed,  ///< The larger of 10 % and 20 relaxation times.
  mser5,  ///< Where the standard error of what is left is least.
  asked,  ///< As many as somebody asked for.
};

/// Why a deletion is not what it should be.
enum class WarmUpProblem {
  none,
  /// 20 relaxation times are more than half of the run: nothing is deleted, and the run says
  /// nothing of a steady state.
  run_too_short,
  /// MSER-5 was asked for, but the run is shorter than 500 relaxation times: the fixed rule stands.
  too_short_for_mser5,
  /// The minimum of MSER-5 lies at half of the run, so it may lie beyond: the fixed rule stands.
  minimum_at_limit,
};

struct WarmUp {
  WarmUpRule rule = WarmUpRule::fixed;  ///< The one that decided.
  std::size_t deleted = 0;              ///< Values at the beginning that are not to be used.
  std::size_t values = 0;               ///< Values there were.
  WarmUpProblem problem = WarmUpProblem::none;

  friend bool operator==(const WarmUp&, const WarmUp&) = default;
};

/// The default: deletes the larger of 10 % and 20 relaxation times of a run of `values` jobs. A run
/// of which that would be more than half is too short. `relaxation_jobs` as relaxation_jobs() of
/// run_length.hpp gives it; 0 where it is not known.
WarmUp fixed_warm_up(std::size_t values, double relaxation_jobs);

/// The shortest run that fixed_warm_up() does not call too short.
double jobs_for_warm_up(double relaxation_jobs);

/// MSER-5 on `values` in order: means of five, and a deletion of up to half of them. Falls back to
/// the fixed rule, and says why, when the run is shorter than 500 relaxation times (of one job at
/// least) or the minimum is at the limit.
WarmUp mser5_warm_up(std::span<const double> values, double relaxation_jobs);

/// "the first 20,000 of 200,000 deleted (10 % or 20 relaxation times)", and the problem, if any.
std::string describe(const WarmUp& warm_up);

}  // namespace loopsteal
