// A check: a run in virtual time whose answer is known, and the tolerance of its result.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "bench/checks/workbench.hpp"
#include "bench/statistics/interval.hpp"

namespace loopsteal::checks {

/// Unit of a band.
enum class Rule {
  relative,  ///< A share of the expected value.
  absolute,  ///< The unit of the quantity.
  fixed,     ///< The unit of the quantity; equally wide for short and long runs.
  exact,     ///< No band: the two are equal or they are not.
};

/// One expected number. If the answer comes from a formula or a long simulation, the band is about
/// four standard errors of the estimate at the full number of jobs.
struct Target {
  std::string quantity;  ///< Distinguishes it from the other quantities of its check.
  double expected = 0;
  Rule rule = Rule::exact;
  double band = 0;  ///< Half of it: the largest error of the estimate.

  /// Half of the band in the unit of the quantity, times `widening`.
  [[nodiscard]] double allowed(double widening) const;
  /// True if `got` lies in the band and its own interval is narrower than the band: an uncertain
  /// value does not pass.
  [[nodiscard]] bool met_by(const Interval& got, double widening) const;
};

/// `percent` of `expected` to either side.
Target within(std::string quantity, double expected, double percent);
/// `distance` to either side.
Target around(std::string quantity, double expected, double distance);
/// From `low` to `high`, both included.
Target inside(std::string quantity, double low, double high);
/// From `low` to `high`, both included, and wider in short runs, whose estimates are less certain.
Target between(std::string quantity, double low, double high);
Target exactly(std::string quantity, double expected);

/// An exact value, as an estimate.
inline Interval known(double value) { return {.mean = value, .half_width = 0, .n = 1}; }

/// One entry of the list of checks.
struct Check {
  std::string_view id;  ///< "G1".
  std::string_view what;
  std::string_view parameters;
  bool quick = false;  ///< Part of the quick subset, which runs at a quarter of its length.
  /// Runs when all others have ended, on the calling thread: it counts the others' runs, or needs
  /// threads of its own, which would otherwise be busy.
  bool alone = false;
  std::vector<Target> targets{};
  /// The estimates, one per target and in the same order; times are in units of the mean service
  /// time. All randomness comes from the workbench's seed. An exception fails the check. Null: the
  /// check is not done.
  std::vector<Interval> (*run)(Workbench&) = nullptr;
  std::string_view why_not{};  ///< Reason for a check that is not done.
};

/// All checks by number, including those that are not done.
std::vector<Check> all_checks();

// By theme, each in the file of that name.
std::vector<Check> loop_checks();
std::vector<Check> pool_checks();
std::vector<Check> discipline_checks();
std::vector<Check> stealing_checks();
std::vector<Check> placement_checks();
std::vector<Check> makespan_checks();
std::vector<Check> tree_checks();
std::vector<Check> search_checks();
std::vector<Check> machinery_checks();
std::vector<Check> interval_checks();

}  // namespace loopsteal::checks
