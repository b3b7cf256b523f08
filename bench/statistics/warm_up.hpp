// The warm-up: values at the beginning of a run that do not count, since an empty system is not a
// typical one. Only a steady state has a warm-up. A finite input (a trace, a program, a run that
// ends by itself) is counted whole.
//
// The rule asks nothing of the values: it deletes a share of the run, or as many relaxation times
// as it takes to forget the beginning. A run too short for that is refused, never cut to fit.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>

namespace loopsteal {

inline constexpr double kWarmUpShare = 0.1;
inline constexpr double kWarmUpRelaxationTimes = 20;

/// Values to delete of a run of `values` jobs: the larger of 10 % and 20 relaxation times; nothing
/// if that is more than half, and the run too short to say anything of a steady state.
/// `relaxation_jobs` as relaxation_jobs() of run_length.hpp gives it; 0 where it is not known.
inline std::optional<std::uint64_t> warm_up(std::uint64_t values, double relaxation_jobs) {
  const double share = std::ceil(kWarmUpShare * static_cast<double>(values));
  const double wanted = std::max(share, std::ceil(kWarmUpRelaxationTimes * relaxation_jobs));
  if (wanted > static_cast<double>(values / 2)) return std::nullopt;
  return static_cast<std::uint64_t>(wanted);
}

/// The shortest run that is long enough for its warm-up.
inline double jobs_for_warm_up(double relaxation_jobs) {
  return 2 * std::ceil(kWarmUpRelaxationTimes * relaxation_jobs);
}

}  // namespace loopsteal
