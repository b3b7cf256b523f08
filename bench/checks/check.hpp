// A check: something to run in virtual time whose answer is known, and how near to it the answer
// has to come.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "bench/checks/workbench.hpp"
#include "bench/statistics/interval.hpp"

namespace loopsteal::checks {

/// What a band is measured in.
enum class Rule {
  relative,  ///< A share of what is expected.
  absolute,  ///< The unit of the quantity.
  fixed,     ///< The same, but as wide for short runs as for long ones.
  exact,     ///< There is none: the two are equal or they are not.
};

/// One number that is expected. Where the answer comes from a formula or a long simulation, the
/// band is about four standard errors of the estimate at the full number of jobs.
struct Target {
  std::string quantity;  ///< With what tells it from the other quantities of its check.
  double expected = 0;
  Rule rule = Rule::exact;
  double band = 0;  ///< Half of it: how far off the estimate may be.

  /// Half of the band in the unit of the quantity, `widening` times as wide as written.
  [[nodiscard]] double allowed(double widening) const;
  /// Whether `got` lies in the band and is itself known better than the band is wide: what is not
  /// known does not pass.
  [[nodiscard]] bool met_by(const Interval& got, double widening) const;
};

/// `percent` of `expected` to either side.
Target within(std::string quantity, double expected, double percent);
/// `distance` to either side.
Target around(std::string quantity, double expected, double distance);
/// From `low` to `high`, both included.
Target inside(std::string quantity, double low, double high);
/// The same for what is estimated from fewer jobs, and so less well, in short runs.
Target between(std::string quantity, double low, double high);
Target exactly(std::string quantity, double expected);

/// What is known without doubt, as an estimate.
inline Interval known(double value) { return {.mean = value, .half_width = 0, .n = 1}; }

/// One line of the list of checks.
struct Check {
  std::string_view id;  ///< "G1".
  std::string_view what;
  std::string_view parameters;
  bool quick = false;  ///< Part of the quick subset, which is run at a quarter of its length.
  /// Run when all others have ended, on the thread that asked for them: it counts what they did, or
  /// waits for threads of its own, of which there would be none left.
  bool alone = false;
  std::vector<Target> targets{};
  /// The estimates, one a target and in the same order, in units of the mean service time where
  /// they are times. Takes all its randomness from the workbench's seed. Whatever it throws fails
  /// the check. Null: the check is not done.
  std::vector<Interval> (*run)(Workbench&) = nullptr;
  std::string_view why_not{};  ///< Of a check that is not done.
};

/// All of them by number, those that are not done included.
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
