#include "bench/sweep/slo.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <utility>

#include <fmt/format.h>

#include "bench/statistics/bracket.hpp"
#include "sched/core/config/knobs.hpp"

namespace loopsteal {
namespace {

constexpr std::array kStatistics = {Named<SojournStatistic>{"mean", SojournStatistic::mean},
                                    Named<SojournStatistic>{"p50", SojournStatistic::p50},
                                    Named<SojournStatistic>{"p99", SojournStatistic::p99},
                                    Named<SojournStatistic>{"p99.9", SojournStatistic::p999}};

// A narrower bracket would be finer than any run can tell, and loads are written with six digits.
constexpr double kWidthMin = 0.00001;

std::string_view without_blanks(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

SojournStatistic parse_statistic(std::string_view text) {
  std::array<std::string_view, kStatistics.size()> known;
  std::ranges::transform(kStatistics, known.begin(), &Named<SojournStatistic>::name);
  const auto* const found = std::ranges::find(kStatistics, text, &Named<SojournStatistic>::name);
  if (found == kStatistics.end()) {
    throw SpecError(
        fmt::format("\"{}\" is no statistic of the sojourn.{}", text, did_you_mean(text, known)));
  }
  return found->value;
}

double rounded(double load) { return std::round(load * 1e6) / 1e6; }

// The search as it goes on.
class Bisection {
 public:
  Bisection(const SloSearch& search, const std::function<std::optional<Row>(double)>& measure)
      : search_(search), measure_(measure) {}

  std::optional<SloFinding> run() {
    if (!probe(search_.load_low)) return end();
    if (!finding_.load) return end();  // Not even the lower bound keeps it.
    Bracket<double> bracket{.meets = search_.load_low, .misses = search_.load_high};
    const auto between = [&](const Bracket<double>& loads) -> std::optional<double> {
      const double middle = rounded((loads.meets + loads.misses) / 2);
      const bool narrow_enough = loads.misses - loads.meets <= search_.width;
      if (narrow_enough || middle <= loads.meets || middle >= loads.misses) return std::nullopt;
      return middle;
    };
    if (!narrow(bracket, between, [&](double load) { return probe(load); })) return end();
    if (!finding_.broken_at) static_cast<void>(probe(search_.load_high));
    return end();
  }

 private:
  // Whether the load keeps the objective; nothing if the search cannot go on.
  std::optional<bool> probe(double load) {
    std::optional<Row> row = measure_(load);
    if (!row) {
      stopped_ = true;
      return std::nullopt;
    }
    const auto value_ns = sojourn_statistic_of(*row, search_.slo.statistic);
    if (row->failed() || !row->answer_ok || !value_ns) {
      if (!row->failed() && !value_ns) row->error = "The run has no requests to hold to an SLO.";
      finding_.row = *std::move(row);
      return std::nullopt;
    }
    finding_.trials.push_back({load, *value_ns});
    const bool kept = *value_ns <= static_cast<double>(search_.slo.limit.count());
    (kept ? finding_.load : finding_.broken_at) = load;
    if (kept || finding_.trials.size() == 1) finding_.row = *std::move(row);
    return kept;
  }

  std::optional<SloFinding> end() {
    if (stopped_) return std::nullopt;
    return std::move(finding_);
  }

  const SloSearch& search_;
  const std::function<std::optional<Row>(double)>& measure_;
  SloFinding finding_;
  bool stopped_ = false;
};

}  // namespace

Slo parse_slo(std::string_view text) {
  constexpr std::string_view kAtMost = "<=";
  const std::size_t sign = text.find(kAtMost);
  if (sign == std::string_view::npos) {
    throw SpecError(fmt::format("\"{}\" is no SLO: write it as in p99<=10ms.", text));
  }
  const Slo slo{.statistic = parse_statistic(without_blanks(text.substr(0, sign))),
                .limit = parse_duration(without_blanks(text.substr(sign + kAtMost.size())))};
  if (slo.limit <= Duration::zero()) {
    throw SpecError(fmt::format("\"{}\": no sojourn is that short; take a limit above 0.", text));
  }
  return slo;
}

std::string to_string(const Slo& slo) {
  const auto* const found =
      std::ranges::find(kStatistics, slo.statistic, &Named<SojournStatistic>::value);
  return fmt::format("{}<={}", found->name, print_duration(slo.limit));
}

std::optional<double> sojourn_statistic_of(const Row& row, SojournStatistic statistic) {
  if (row.failed() || row.sojourn.count() == 0) return std::nullopt;
  switch (statistic) {
    case SojournStatistic::mean:
      return row.sojourn.mean_ns();
    case SojournStatistic::p50:
      return static_cast<double>(row.sojourn.quantile_ns(0.5));
    case SojournStatistic::p99:
      return static_cast<double>(row.sojourn.quantile_ns(0.99));
    case SojournStatistic::p999:
      return static_cast<double>(row.sojourn.quantile_ns(0.999));
  }
  return std::nullopt;
}

void check(const SloSearch& search) {
  const bool ordered = search.load_low > 0 && search.load_low < search.load_high;
  if (!ordered || !(search.load_high < 1)) {
    throw SpecError(
        fmt::format("The loads {} and {} bound no search: write two loads, both above 0 and below "
                    "1, the smaller one first.",
                    search.load_low, search.load_high));
  }
  if (!(search.width >= kWidthMin)) {
    throw SpecError(
        fmt::format("{} is too narrow a bracket: take {:.5f} or more.", search.width, kWidthMin));
  }
}

std::optional<SloFinding> find_load(const SloSearch& search,
                                    const std::function<std::optional<Row>(double load)>& measure) {
  return Bisection(search, measure).run();
}

}  // namespace loopsteal
