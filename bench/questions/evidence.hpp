// What came out of a question's trials: numbers by name, a value for each repetition.
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
  std::vector<std::uint64_t> hashes = {};  ///< In virtual time: of all that happened.
  std::string trace = {};                  ///< Of a program: that of its first repetition.
  std::string theory = {};  ///< The model that theory has for it; its numbers are `theory_...`.
  bool theory_exact = false;
};

/// A trial by what its question calls it.
struct Place {
  Place(std::string_view of_series, double at) : series(of_series), x(at) {}

  std::string series;
  double x;
};

/// Immutable. Everything throws std::out_of_range, naming it, for what was not measured: a mistake
/// of the question.
class Evidence {
 public:
  explicit Evidence(std::vector<Result> results) : results_(std::move(results)) {}

  [[nodiscard]] std::span<const Result> results() const { return results_; }
  [[nodiscard]] const Result& at(const Place& place) const;
  [[nodiscard]] std::span<const double> values(const Place& place, std::string_view name) const;

  /// Where a series was measured, in rising order.
  [[nodiscard]] std::vector<double> places_of(std::string_view series) const;

  /// In virtual time the mean with its t interval, on threads the median with a bootstrap one.
  [[nodiscard]] Estimate estimate(const Place& place, std::string_view name) const;

  /// How many times as much of `name` one has as the other. In virtual time by pairs; on threads a
  /// ratio of medians. The two must be of one machine.
  [[nodiscard]] Estimate ratio(const Place& one, const Place& other, std::string_view name) const;

  /// What theory says of it; throws if it says nothing.
  [[nodiscard]] double theory(const Place& place, std::string_view name) const;
  [[nodiscard]] bool has_theory(const Place& place, std::string_view name) const;

 private:
  std::vector<Result> results_;
};

/// Where along `xs` a curve first passes `bound` upwards, interpolated on both logarithms; `found`
/// false: it stays below (`x` is the last one) or begins above (the first one).
struct Crossing {
  bool found = false;
  double x = 0;
};
[[nodiscard]] Crossing first_crossing(std::span<const double> xs, std::span<const double> ys,
                                      double bound);

}  // namespace loopsteal::questions
