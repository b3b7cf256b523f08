#include "bench/measure/findings.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "bench/measure/numbers.hpp"
#include "bench/measure/verdict_words.hpp"
#include "sched/catalog.hpp"

namespace loopsteal {
namespace {

constexpr DecidingMetric kMetrics[] = {DecidingMetric::makespan, DecidingMetric::mean_sojourn,
                                       DecidingMetric::p99_sojourn};

// A line of the report with the comparison that is looked at.
struct Judged {
  const ReportTable* table;
  const ReportLine* line;
  const Comparison* comparison;
  double ratio() const { return comparison->ratio.value; }
};

// Fewer steals than this for each worker explain nothing. Ours.
constexpr double kStealsMin = 10;

bool steals_often(const ReportLine& line) { return line.steals >= kStealsMin * line.workers; }

// The comparisons of one scheduler by one metric.
struct Score {
  std::string scheduler;
  int wins = 0;
  int ties = 0;
  int losses = 0;
};

bool decided(const std::optional<Comparison>& comparison) {
  return comparison && comparison->verdict != Verdict::undecided;
}

// The lines of `shape` (of all shapes if it is empty) that `metric` decides; compared by `which`.
std::vector<Judged> judged(const Report& report, std::string_view shape, DecidingMetric metric,
                           auto which) {
  std::vector<Judged> found;
  for (const ReportTable& table : report.tables) {
    if (!shape.empty() && table.shape != shape) continue;
    for (const ReportLine& line : table.lines) {
      const std::optional<Comparison>& comparison = which(line);
      if (!line.fine() || !decided(comparison) || line.deciding_metric() != metric) continue;
      found.push_back({&table, &line, &*comparison});
    }
  }
  return found;
}

// What the schedulers of a report are called: with their workers where there are several numbers.
class Names {
 public:
  explicit Names(const Report& report) {
    for (const ReportTable& table : report.tables) {
      for (const ReportLine& line : table.lines) counts_[line.scheduler_spec].insert(line.workers);
    }
    for (const ReportTable& table : report.tables) {
      for (const ReportLine& line : table.lines) {
        const std::string name = of(line);
        if (std::ranges::find(in_order_, name) == in_order_.end()) in_order_.push_back(name);
      }
    }
  }

  std::string of(const ReportLine& line) const {
    if (counts_.at(line.scheduler_spec).size() < 2) return line.scheduler_spec;
    return fmt::format("{} ({})", line.scheduler_spec, counted(line.workers, "worker"));
  }

  // As the report has them first.
  const std::vector<std::string>& in_order() const { return in_order_; }

 private:
  std::map<std::string, std::set<std::uint32_t>> counts_;
  std::vector<std::string> in_order_;
};

std::vector<Score> scores_of(const Names& names, const std::vector<Judged>& lines) {
  std::vector<Score> scores;
  for (const std::string& name : names.in_order()) scores.push_back({.scheduler = name});
  for (const Judged& one : lines) {
    const auto score = std::ranges::find(scores, names.of(*one.line), &Score::scheduler);
    if (one.comparison->verdict == Verdict::higher) ++score->wins;
    if (one.comparison->verdict == Verdict::lower) ++score->losses;
    if (one.comparison->verdict == Verdict::tie) ++score->ties;
  }
  std::erase_if(scores, [](const Score& one) { return one.wins + one.ties + one.losses == 0; });
  return scores;
}

// ": work_stealing beat event_loop on 4, tied on 5, lost on 4." Of several schedulers: ",
// wins/ties/losses against event_loop: work_stealing 4/5/4, shared_queue 2/1/10."
std::string counts_of(const std::vector<Score>& scores, std::string_view other) {
  if (scores.size() == 1) {
    const Score& one = scores.front();
    return fmt::format(": {} beat {} on {}, tied on {}, lost on {}.", one.scheduler, other,
                       one.wins, one.ties, one.losses);
  }
  std::vector<std::string> parts;
  for (const Score& one : scores)
    parts.push_back(fmt::format("{} {}/{}/{}", one.scheduler, one.wins, one.ties, one.losses));
  return fmt::format(", wins/ties/losses against {}: {}.", other, fmt::join(parts, ", "));
}

std::string effect_of(const Names& names, DecidingMetric metric, const Judged& one) {
  return fmt::format("{} on {}, {}", names.of(*one.line), one.table->workload_spec,
                     effect_words(metric, one.ratio()));
}

// " Largest gain: work_stealing on hot_shard, 2.0x as fast. Largest loss: ..."
std::string extremes_of(const Names& names, DecidingMetric metric, const std::vector<Judged>& lines,
                        bool stolen) {
  const Judged* gain = nullptr;
  const Judged* loss = nullptr;
  for (const Judged& one : lines) {
    const Verdict verdict = one.comparison->verdict;
    if (verdict == Verdict::higher && (!gain || one.ratio() > gain->ratio())) gain = &one;
    if (verdict == Verdict::lower && (!loss || one.ratio() < loss->ratio())) loss = &one;
  }
  std::string text;
  const auto add = [&](std::string_view what, const Judged* one) {
    if (one == nullptr) return;
    text += fmt::format(" Largest {}: {}", what, effect_of(names, metric, *one));
    if (stolen) text += fmt::format(", {} jobs stolen", human_count(one->line->steals));
    text += ".";
  };
  add("gain", gain);
  add("loss", loss);
  return text;
}

std::size_t workloads_of(const std::vector<Judged>& lines) {
  std::set<const ReportTable*> tables;
  for (const Judged& one : lines) tables.insert(one.table);
  return tables.size();
}

// "Balanced work by makespan (13 workloads): work_stealing beat event_loop on 4, ..."
void add_counts(const Report& report, const Names& names, std::string_view shape,
                std::string_view title, std::vector<std::string>& sentences) {
  for (const DecidingMetric metric : kMetrics) {
    const std::vector<Judged> lines = judged(
        report, shape, metric,
        [](const ReportLine& line) -> const auto& { return line.deciding(); });
    if (lines.empty()) continue;
    sentences.push_back(fmt::format("{} work by {} ({}){}{}", title, to_string(metric),
                                    counted(workloads_of(lines), "workload"),
                                    counts_of(scores_of(names, lines), report.baseline),
                                    extremes_of(names, metric, lines, false)));
  }
}

// What stealing changed. Compared with the control only, since anything else differs in
// parallelism, too; and only where stealing was more than an accident.
void add_stealing(const Report& report, const Names& names, std::vector<std::string>& sentences) {
  const std::string_view control = scheduler_with(Role::control);
  for (const DecidingMetric metric : kMetrics) {
    std::vector<Judged> lines = judged(
        report, "", metric,
        [](const ReportLine& line) -> const auto& { return line.against_control; });
    std::erase_if(lines, [](const Judged& one) { return !steals_often(*one.line); });
    if (lines.empty()) continue;
    sentences.push_back(fmt::format(
        "Stealing by {} ({} with {} steals a worker or more; the control, {}, shares jobs without "
        "stealing){}{}",
        to_string(metric), counted(workloads_of(lines), "workload"), kStealsMin, control,
        counts_of(scores_of(names, lines), control), extremes_of(names, metric, lines, true)));
  }
}

std::uint32_t workers_of_baseline(const Report& report, const ReportTable& table) {
  const auto base = std::ranges::find(table.lines, report.baseline, &ReportLine::scheduler_spec);
  return base == table.lines.end() ? 0 : base->workers;
}

// A gain over fewer workers, and no control to tell what it comes from.
bool of_unknown_cause(const Report& report, const ReportTable& table, const ReportLine& line) {
  return line.fine() && line.scheduler_steals() && line.steals > 0 && line.deciding() &&
         line.deciding()->verdict == Verdict::higher && !line.against_control &&
         workers_of_baseline(report, table) < line.workers;
}

}  // namespace

std::vector<std::string> findings(const Report& report) {
  const Names names(report);
  std::vector<std::string> sentences;
  add_counts(report, names, "balanced", "Balanced", sentences);
  add_counts(report, names, "imbalanced", "Imbalanced", sentences);
  add_stealing(report, names, sentences);
  return sentences;
}

std::vector<std::string> caveats(const Report& report) {
  std::size_t failed = 0;
  std::size_t wide = 0;
  bool real_time = false;
  std::size_t unknown_cause = 0;
  std::map<std::pair<std::size_t, std::size_t>, std::size_t>
      undecided;  // By runs, and those needed.
  for (const ReportTable& table : report.tables) {
    for (const ReportLine& line : table.lines) {
      if (!line.fine()) ++failed;
      if (of_unknown_cause(report, table, line)) ++unknown_cause;
      if (!line.deciding()) continue;
      const Comparison& comparison = *line.deciding();
      if (comparison.verdict == Verdict::undecided)
        ++undecided[{comparison.runs, comparison.runs_needed}];
      if (comparison.verdict != Verdict::tie || comparison.equivalent) continue;
      ++wide;
      real_time = real_time || !line.paired;
    }
  }
  std::vector<std::string> sentences;
  if (failed > 0) {
    sentences.push_back(fmt::format("{} of the table failed and {} not counted here.",
                                    counted(failed, "line"), failed == 1 ? "is" : "are"));
  }
  for (const auto& [runs, number] : undecided) {
    sentences.push_back(fmt::format(
        "{} {} {} and {} for a verdict: repeat (--repetitions {}).", counted(number, "comparison"),
        number == 1 ? "has" : "have", counted(runs.first, "run"),
        fmt::format("{} {}", number == 1 ? "needs" : "need", runs.second), runs.second));
  }
  if (wide > 0) {
    sentences.push_back(fmt::format(
        "{} could hide a difference of more than 5 %: more repetitions{} would show it.",
        counted(wide, "tie"), real_time ? " or a quieter machine" : ""));
  }
  if (unknown_cause > 0) {
    sentences.push_back(
        fmt::format("{} of a scheduler that steals {} over fewer workers, so stealing and "
                    "parallelism are not told apart: compare with --scheduler {}, too.",
                    counted(unknown_cause, "gain"), unknown_cause == 1 ? "is" : "are",
                    scheduler_with(Role::control)));
  }
  return sentences;
}

}  // namespace loopsteal
