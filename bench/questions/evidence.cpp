#include "bench/questions/evidence.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "bench/statistics/comparison.hpp"
#include "bench/statistics/quantile.hpp"

namespace loopsteal::questions {
namespace {

// Any fixed number: the same measurements give the same interval.
constexpr std::uint64_t kBootstrapSeed = 1;

Estimate median_of(std::span<const double> values) {
  // Of what may be 0 there are no ratios.
  if (!all_positive(values)) {
    const auto [low, high] = std::ranges::minmax(values);
    return {median(values), low, high};
  }
  return ratio_of_medians(values, std::vector<double>{1}, kBootstrapSeed);
}

// With an end, as nothing is known of the spread of one value.
Estimate with_end(const Estimate& estimate, std::size_t values) {
  return values < 2 ? Estimate::exact(estimate.value) : estimate;
}

}  // namespace

const Result& Evidence::at(const Place& place) const {
  for (const Result& result : results_) {
    if (result.trial.series == place.series && result.trial.x == place.x) return result;
  }
  throw std::out_of_range(fmt::format("nothing was run for {} at {}", place.series, place.x));
}

std::span<const double> Evidence::values(const Place& place, std::string_view name) const {
  const Result& result = at(place);
  const auto found = result.values.find(name);
  if (found == result.values.end() || found->second.empty()) {
    throw std::out_of_range(
        fmt::format("no {} was measured of {} at {}", name, place.series, place.x));
  }
  return found->second;
}

std::vector<double> Evidence::places_of(std::string_view series) const {
  std::vector<double> xs;
  for (const Result& result : results_) {
    if (result.trial.series == series) xs.push_back(result.trial.x);
  }
  std::ranges::sort(xs);
  return xs;
}

Estimate Evidence::estimate(const Place& place, std::string_view name) const {
  const std::span<const double> found = values(place, name);
  if (!at(place).trial.is_virtual()) return median_of(found);
  return with_end(t_interval(found), found.size());
}

Estimate Evidence::ratio(const Place& one, const Place& other, std::string_view name) const {
  const std::span<const double> above = values(one, name);
  const std::span<const double> below = values(other, name);
  const Trial& trial = at(one).trial;
  if (trial.machine != at(other).trial.machine)
    throw std::out_of_range("real and virtual time make no ratio");
  if (!all_positive(below)) {
    throw std::out_of_range(
        fmt::format("{} of {} at {} is 0 at times", name, other.series, other.x));
  }
  if (!trial.is_virtual()) return ratio_of_medians(above, below, kBootstrapSeed);
  return with_end(paired_ratio(above, below), above.size());
}

double Evidence::theory(const Place& place, std::string_view name) const {
  return values(place, fmt::format("theory_{}", name)).front();
}

bool Evidence::has_theory(const Place& place, std::string_view name) const {
  return at(place).values.contains(fmt::format("theory_{}", name));
}

Crossing first_crossing(std::span<const double> xs, std::span<const double> ys, double bound) {
  if (xs.empty()) return {};
  if (ys.front() > bound) return {.found = false, .x = xs.front()};
  for (std::size_t i = 1; i < xs.size(); ++i) {
    if (ys[i] <= bound) continue;
    const bool logarithmic = xs[i - 1] > 0 && ys[i - 1] > 0 && bound > 0;
    const auto part_of = [&](auto scale) {
      return (scale(bound) - scale(ys[i - 1])) / (scale(ys[i]) - scale(ys[i - 1]));
    };
    if (!logarithmic) {
      const double part = part_of([](double value) { return value; });
      return {.found = true, .x = xs[i - 1] + part * (xs[i] - xs[i - 1])};
    }
    const double part = part_of([](double value) { return std::log(value); });
    return {.found = true, .x = xs[i - 1] * std::pow(xs[i] / xs[i - 1], part)};
  }
  return {.found = false, .x = xs.back()};
}

}  // namespace loopsteal::questions
