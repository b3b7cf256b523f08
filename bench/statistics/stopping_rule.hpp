// When enough replications have been run: sequentially, by the width of the interval so far.
//
// The rule looks at whole rounds only, whose sizes follow from the values before them. So how many
// replications are run depends on their values alone, not on who was quicker.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "bench/statistics/interval.hpp"

namespace loopsteal {

/// With fewer replications neither the mean nor its spread is known well enough to stop.
inline constexpr std::uint32_t kReplicationsMin = 10;

/// Replicate until the interval of the first estimand is narrow enough, or the maximum is reached.
/// `replications_min == replications_max` is a fixed number.
struct StoppingRule {
  /// Names of what an observation holds, in its order, with their units: "sojourn_mean_ns". At
  /// least one; the first decides.
  std::vector<std::string> estimands;
  double relative_half_width = 0.01;  ///< Of the first estimand, above 0.
  double confidence = kConfidence;
  std::uint32_t replications_min = kReplicationsMin;
  std::uint32_t replications_max = 1'000;
};

/// Throws std::invalid_argument with a sentence unless the rule can be followed: at least one
/// estimand, kReplicationsMin <= minimum <= maximum, a half-width above 0, 0 < confidence < 1.
void check(const StoppingRule& rule);

/// Whether the interval is as narrow as the rule asks.
bool is_precise(const StoppingRule& rule, const Interval& interval);

/// How many replications there shall be at the end of the next round, given the first estimand of
/// those so far; as many as there are when it is time to stop. After the first round (the minimum)
/// a round is as long as the spread so far forecasts, but never more than doubles what there is,
/// since ten values forecast badly; its end is a multiple of eight, so that two, four or eight
/// threads have something to do to its end.
std::uint32_t next_round_end(const StoppingRule& rule, std::span<const double> first_estimand);

}  // namespace loopsteal
