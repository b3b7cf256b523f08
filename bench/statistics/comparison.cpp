#include "bench/statistics/comparison.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <stdexcept>
#include <vector>

#include <fmt/format.h>

#include "bench/statistics/quantile.hpp"
#include "bench/statistics/stopping_rule.hpp"
#include "sched/core/random/random.hpp"

namespace loopsteal {
namespace {

constexpr int kResamples = 2'000;
constexpr double kEquivalenceMargin = 0.05;
constexpr std::size_t kExactValuesMax = 20;

void draw_anew(std::span<const double> values, Stream& random, std::vector<double>& drawn) {
  drawn.resize(values.size());
  for (double& value : drawn) value = values[random.below(values.size())];
}

// The ranks of all values together, ties sharing their mean rank.
struct RankedSides {
  double u = 0;               // U of the first side.
  double tie_correction = 0;  // Sum of t^3 - t over the groups of t equal values.
};

RankedSides rank(std::span<const double> one, std::span<const double> other) {
  struct Entry {
    double value;
    bool first;
  };
  std::vector<Entry> entries;
  for (const double value : one) entries.push_back({value, true});
  for (const double value : other) entries.push_back({value, false});
  std::ranges::sort(entries, {}, &Entry::value);
  RankedSides ranked;
  double rank_sum = 0;
  for (std::size_t begin = 0; begin < entries.size();) {
    std::size_t end = begin;
    while (end < entries.size() && entries[end].value == entries[begin].value) ++end;
    const double shared_rank = static_cast<double>(begin + 1 + end) / 2;
    const double ties = static_cast<double>(end - begin);
    ranked.tie_correction += ties * ties * ties - ties;
    for (std::size_t i = begin; i < end; ++i) rank_sum += entries[i].first ? shared_rank : 0;
    begin = end;
  }
  const double n = static_cast<double>(one.size());
  ranked.u = rank_sum - n * (n + 1) / 2;
  return ranked;
}

// Share of the arrangements of n and m distinct values whose U is at most `u`: the number of
// partitions that fit into an n by m rectangle, counted by adding one value of the first side at a
// time (the coefficients of the Gaussian binomial).
double share_with_u_up_to(std::size_t n, std::size_t m, double u) {
  const std::size_t cells = n * m;
  std::vector<double> ways(cells + 1, 0);
  ways[0] = 1;
  for (std::size_t i = 1; i <= n; ++i) {
    // Multiply by (1 - x^(m+i)), then divide by (1 - x^i).
    for (std::size_t j = cells; j >= m + i; --j) ways[j] -= ways[j - m - i];
    for (std::size_t j = i; j <= cells; ++j) ways[j] += ways[j - i];
  }
  double below = 0;
  double all = 0;
  for (std::size_t j = 0; j <= cells; ++j) {
    all += ways[j];
    if (static_cast<double>(j) <= u) below += ways[j];
  }
  return below / all;
}

double normal_p(const RankedSides& ranked, double n, double m) {
  const double total = n + m;
  const double variance = n * m / 12 * (total + 1 - ranked.tie_correction / (total * (total - 1)));
  if (variance <= 0) return 1;  // All values are equal.
  const double distance = std::max(0.0, std::abs(ranked.u - n * m / 2) - 0.5);
  return std::erfc(distance / std::sqrt(2 * variance));
}

Interval over_pairs(std::span<const double> one, std::span<const double> other, double confidence,
                    auto combine) {
  if (one.size() != other.size()) {
    throw std::invalid_argument(
        fmt::format("paired comparison: {} replications of one and {} of the other make no pairs",
                    one.size(), other.size()));
  }
  std::vector<double> values(one.size());
  std::ranges::transform(one, other, values.begin(), combine);
  return t_interval(values, confidence);
}

void decide(Comparison& comparison) {
  if (comparison.runs < comparison.runs_needed) return;
  const Estimate& ratio = comparison.ratio;
  comparison.verdict = verdict_of(ratio);
  comparison.equivalent = comparison.verdict == Verdict::tie &&
                          ratio.low >= 1 - kEquivalenceMargin &&
                          ratio.high <= 1 + kEquivalenceMargin;
}

}  // namespace

bool all_positive(std::span<const double> values) {
  return !values.empty() && std::ranges::all_of(values, [](double value) { return value > 0; });
}

Interval paired_difference(std::span<const double> one, std::span<const double> other,
                           double confidence) {
  return over_pairs(one, other, confidence, std::minus{});
}

Estimate paired_ratio(std::span<const double> one, std::span<const double> other,
                      double confidence) {
  Estimate ratio = over_pairs(one, other, confidence, std::divides{});
  ratio.low = std::max(ratio.low, 0.0);
  return ratio;
}

Estimate ratio_of_medians(std::span<const double> numerator, std::span<const double> denominator,
                          std::uint64_t seed) {
  Stream random(seed, StreamRole::noise, 0);
  std::vector<double> above;
  std::vector<double> below;
  std::vector<double> ratios(kResamples);
  for (double& ratio : ratios) {
    draw_anew(numerator, random, above);
    draw_anew(denominator, random, below);
    ratio = median_in_place(above) / median_in_place(below);
  }
  std::ranges::sort(ratios);
  const auto at = [&](double share) {
    return ratios[static_cast<std::size_t>(share * (kResamples - 1) + 0.5)];
  };
  return {median(numerator) / median(denominator), at(0.025), at(0.975)};
}

double mann_whitney_p(std::span<const double> one, std::span<const double> other) {
  if (one.empty() || other.empty()) return 1;
  const RankedSides ranked = rank(one, other);
  const double n = static_cast<double>(one.size());
  const double m = static_cast<double>(other.size());
  const bool exact = ranked.tie_correction == 0 && one.size() <= kExactValuesMax &&
                     other.size() <= kExactValuesMax;
  if (!exact) return std::min(1.0, normal_p(ranked, n, m));
  const double smaller = std::min(ranked.u, n * m - ranked.u);
  return std::min(1.0, 2 * share_with_u_up_to(one.size(), other.size(), smaller));
}

Comparison compare(std::span<const double> one, std::span<const double> other, std::uint64_t seed,
                   double relative_error) {
  Comparison comparison{.ratio = ratio_of_medians(one, other, seed),
                        .p_value = mann_whitney_p(one, other),
                        .verdict = Verdict::undecided,
                        .runs = std::min(one.size(), other.size()),
                        .runs_needed = kRepetitionsForVerdict,
                        .exact = false,
                        .equivalent = false};
  comparison.ratio.low *= (1 - relative_error) / (1 + relative_error);
  comparison.ratio.high *= (1 + relative_error) / (1 - relative_error);
  decide(comparison);
  return comparison;
}

Comparison compare_pairs(std::span<const double> one, std::span<const double> other) {
  const std::size_t pairs = std::min(one.size(), other.size());
  Comparison comparison{.ratio = paired_ratio(one.first(pairs), other.first(pairs)),
                        .runs = pairs,
                        .runs_needed = kReplicationsMin};
  decide(comparison);
  return comparison;
}

Comparison compare_exactly(double one, double other) {
  Comparison comparison{.ratio = Estimate::exact(one / other)};
  comparison.verdict = verdict_of(comparison.ratio);
  comparison.exact = true;
  comparison.equivalent = comparison.verdict == Verdict::tie;
  return comparison;
}

Verdict verdict_of(const Estimate& ratio) {
  if (ratio.above(1)) return Verdict::higher;
  return ratio.below(1) ? Verdict::lower : Verdict::tie;
}

std::string_view to_string(Verdict verdict) {
  switch (verdict) {
    case Verdict::higher:
      return "higher";
    case Verdict::lower:
      return "lower";
    case Verdict::tie:
      return "tie";
    case Verdict::undecided:
      break;
  }
  return "undecided";
}

}  // namespace loopsteal
