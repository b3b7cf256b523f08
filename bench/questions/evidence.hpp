// Results of a question's trials: numbers by name, with a value for each repetition.
#pragma once

#include <map>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "bench/questions/trial.hpp"
#include "bench/statistics/interval.hpp"

namespace loopsteal::questions {

/// All repetitions of one trial.
struct Result {
  Trial trial;
  std::uint64_t seed = 1;  ///< Of the first repetition.
  std::map<std::string, std::vector<double>, std::less<>> values = {};  ///< By name, by repetition.
  std::vector<std::uint64_t> hashes = {};  ///< In virtual time: of all events.
  std::string trace = {};                  ///< Of a program: the trace of its first repetition.
  std::string theory = {};                 ///< The theoretical model; its numbers are `theory_...`.
  bool theory_exact = false;
};

/// A trial by the question's name for it.
struct Place {
  Place(std::string_view of_series, double at) : series(of_series), x(at) {}

  std::string series;
  double x;
};

/// Immutable. All members throw std::out_of_range, with the name, for a number that was not
/// measured: an error of the question.
class Evidence {
 public:
  explicit Evidence(std::vector<Result> results) : results_(std::move(results)) {}

  [[nodiscard]] std::span<const Result> results() const { return results_; }
  [[nodiscard]] const Result& at(const Place& place) const;
  [[nodiscard]] std::span<const double> values(const Place& place, std::string_view name) const;

  /// Places where a series was measured, in rising order.
  [[nodiscard]] std::vector<double> places_of(std::string_view series) const;

  /// The mean with its t interval in virtual time, the median with a bootstrap interval on threads.
  [[nodiscard]] Estimate estimate(const Place& place, std::string_view name) const;

  /// Ratio of `name` at one place to `name` at the other: by pairs in virtual time, a ratio of
  /// medians on threads. Both places must be of one machine.
  [[nodiscard]] Estimate ratio(const Place& one, const Place& other, std::string_view name) const;

  /// Prediction of theory; throws if there is none.
  [[nodiscard]] double theory(const Place& place, std::string_view name) const;
  [[nodiscard]] bool has_theory(const Place& place, std::string_view name) const;

 private:
  std::vector<Result> results_;
};

/// The first point along `xs` where a curve exceeds `bound`, interpolated on both logarithms.
/// `found` is false if the curve stays below (`x` is the last one) or begins above (the first one).
struct Crossing {
  bool found = false;
  double x = 0;
};
[[nodiscard]] Crossing first_crossing(std::span<const double> xs, std::span<const double> ys,
                                      double bound);

}  // namespace loopsteal::questions
