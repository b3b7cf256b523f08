// A service level objective, and the largest load at which it is kept.
//
// Sojourns grow with the load, so that load is where a statistic of them crosses its limit. It is
// found by bisection. Every trial has the same seed and so the same draws behind its arrivals and
// sizes, only closer together: what is compared differs by the load alone.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bench/measure/row.hpp"
#include "sched/core/time.hpp"

namespace loopsteal {

/// Which number of the sojourns is held against the limit.
enum class SojournStatistic { mean, p50, p99, p999 };

/// "p99<=10ms": the statistic of the sojourn is to be at most the limit.
struct Slo {
  SojournStatistic statistic = SojournStatistic::p99;
  Duration limit{};

  friend bool operator==(const Slo&, const Slo&) = default;
};

/// Reads "STATISTIC<=DURATION", the statistic one of mean, p50, p99 and p99.9, the duration above
/// 0. Throws SpecError, with the nearest statistic, for anything else. Any thread.
Slo parse_slo(std::string_view text);

/// As parse_slo() reads it back to the same.
std::string to_string(const Slo& slo);

/// The statistic over the sojourns of `row`, in ns, or nothing if it has none. A quantile is
/// interpolated within its bin of the histogram, as if latencies lay evenly in it: unlike the
/// quantiles of a result, which name the middle of the bin, it does not jump while the load rises.
std::optional<double> sojourn_statistic_of(const Row& row, SojournStatistic statistic);

/// What a search is asked: loads are shares of what all workers can do.
struct SloSearch {
  Slo slo;
  double load_low = 0.05;
  double load_high = 0.99;
  double width = 0.005;  ///< The bracket at the end is no wider.

  friend bool operator==(const SloSearch&, const SloSearch&) = default;
};

/// Throws SpecError unless 0 < low < high < 1 and the width is at least 0.00001.
void check(const SloSearch& search);

/// One load that was tried.
struct SloTrial {
  double load = 0;
  double value_ns = 0;  ///< The statistic there.
};

/// How a search ended.
struct SloFinding {
  Row row;  ///< Of the largest load that kept the objective; else of the smallest that was tried.
  std::optional<double> load;       ///< That load; none if not even the lower bound kept it.
  std::optional<double> broken_at;  ///< The smallest load that broke it; none if none did.
  std::vector<SloTrial> trials;     ///< In the order in which they were made.
};

/// Bisects between the bounds. The lower bound is tried first; the upper one, which may take long,
/// only if every load below it keeps the objective. `measure` gives the row of a load, or nothing
/// to end the search without a finding. A row that failed or has no sojourns ends it, too, and is
/// returned as the finding's row, with the error said. `search` is a checked one.
std::optional<SloFinding> find_load(const SloSearch& search,
                                    const std::function<std::optional<Row>(double load)>& measure);

}  // namespace loopsteal
