#include "bench/measure/findings.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include <fmt/format.h>

#include "bench/measure/numbers.hpp"

namespace loopsteal {
namespace {

// How one scheduler did against the baseline over the workloads of one shape.
struct Score {
  int wins = 0;
  int ties = 0;
  int losses = 0;
  double log_sum = 0;

  int count() const { return wins + ties + losses; }
  // Of ratios, so that twice as fast and half as fast cancel.
  double geometric_mean() const { return count() == 0 ? 1 : std::exp(log_sum / count()); }
};

// A line of the report with the table it stands in.
struct Found {
  const ReportTable* table = nullptr;
  const ReportLine* line = nullptr;
  double ratio() const { return line->deciding()->ratio.value; }
};

bool usable(const ReportLine& line) {
  return line.fine() && line.deciding() && line.deciding()->verdict != Verdict::undecided;
}

void count(Score& score, const Comparison& comparison) {
  if (comparison.verdict == Verdict::higher) ++score.wins;
  if (comparison.verdict == Verdict::lower) ++score.losses;
  if (comparison.verdict == Verdict::tie) ++score.ties;
  score.log_sum += std::log(comparison.ratio.value);
}

std::map<std::string, Score> scores_of(const Report& report, std::string_view shape) {
  std::map<std::string, Score> scores;
  for (const ReportTable& table : report.tables) {
    if (table.shape != shape) continue;
    for (const ReportLine& line : table.lines) {
      if (usable(line)) count(scores[line.scheduler_spec], *line.deciding());
    }
  }
  return scores;
}

std::string plural(int number, std::string_view noun) {
  return fmt::format("{} {}{}", number, noun, number == 1 ? "" : "s");
}

// "On imbalanced work (pieces that …) work_stealing did best: 2 wins, 1 tie and 0 losses …"
void add_best_of(const Report& report, std::string_view shape,
                 std::vector<std::string>& sentences) {
  const std::map<std::string, Score> scores = scores_of(report, shape);
  const auto best = std::ranges::max_element(
      scores, {}, [](const auto& entry) { return entry.second.geometric_mean(); });
  if (best == scores.end()) return;
  const std::string_view meaning = shape == "balanced"
                                       ? "pieces that come evenly to all workers"
                                       : "pieces that do not come evenly to all workers";
  const auto& [name, score] = *best;
  const std::string record = fmt::format(
      "{}, {} and {} against {}", plural(score.wins, "win"), plural(score.ties, "tie"),
      score.losses == 1 ? "1 loss" : fmt::format("{} losses", score.losses), report.baseline);
  if (score.wins == 0) {
    sentences.push_back(fmt::format("On {} work ({}) nothing beat {}: the nearest, {}, had {}.",
                                    shape, meaning, report.baseline, name, record));
    return;
  }
  sentences.push_back(
      fmt::format("On {} work ({}) {} did best: {}; on average {:.2f} times as good.", shape,
                  meaning, name, record, score.geometric_mean()));
}

std::string effect_of(const Found& found) {
  const bool steady = found.line->paired && found.line->sojourn.count() > 0;
  const std::string what = steady             ? "its mean sojourn {} as short"
                           : found.line->tail ? "its p99 {} as short"
                                              : "{} as fast";
  const double ratio = found.ratio();
  // 0.00 times would say nothing.
  const std::string times = ratio < 0.1 ? fmt::format("{:.2g} times", ratio)
                                        : fmt::format("{:.2f} times", ratio);
  return fmt::format("{} ({})", found.table->workload_spec,
                     fmt::format(fmt::runtime(what), times));
}

bool steals(const ReportLine& line) { return line.steals > 0 && line.tasks > 0; }

// Where moving work between workers paid, and where it did not, as far as it was moved at all.
void add_stealing(const Report& report, std::vector<std::string>& sentences) {
  Found most;
  Found least;
  for (const ReportTable& table : report.tables) {
    for (const ReportLine& line : table.lines) {
      if (!usable(line) || !steals(line)) continue;
      const Found here{&table, &line};
      const Verdict verdict = line.deciding()->verdict;
      const bool helped = verdict == Verdict::higher;
      const bool cost = verdict == Verdict::lower;
      if (helped && (most.line == nullptr || here.ratio() > most.ratio())) most = here;
      if (cost && (least.line == nullptr || here.ratio() < least.ratio())) least = here;
    }
  }
  if (most.line == nullptr && least.line == nullptr) return;
  std::string sentence = "Stealing jobs";
  if (most.line != nullptr) {
    sentence += fmt::format(" paid most on {}, where {} stole {} jobs", effect_of(most),
                            most.line->scheduler_spec, human_count(most.line->steals));
  }
  if (least.line != nullptr) {
    sentence += fmt::format("{} did not pay on {}, under {}", most.line != nullptr ? ", and" : "",
                            effect_of(least), least.line->scheduler_spec);
  }
  sentences.push_back(sentence + ".");
}

}  // namespace

std::vector<std::string> findings(const Report& report) {
  std::vector<std::string> sentences;
  add_best_of(report, "balanced", sentences);
  add_best_of(report, "imbalanced", sentences);
  add_stealing(report, sentences);
  return sentences;
}

std::vector<std::string> caveats(const Report& report) {
  int failed = 0;
  int wide = 0;
  int undecided = 0;
  for (const ReportTable& table : report.tables) {
    for (const ReportLine& line : table.lines) {
      if (!line.fine()) ++failed;
      if (!line.deciding()) continue;
      const Comparison& comparison = *line.deciding();
      if (comparison.verdict == Verdict::tie && !comparison.equivalent) ++wide;
      if (comparison.verdict == Verdict::undecided) ++undecided;
    }
  }
  std::vector<std::string> sentences;
  if (failed > 0) {
    sentences.push_back(fmt::format("{} of the table failed, and {} no part in what is said here.",
                                    plural(failed, "line"), failed == 1 ? "has" : "have"));
  }
  if (undecided > 0) {
    sentences.push_back(
        fmt::format("{} rest on fewer than {} runs: repeat to decide them "
                    "(--repetitions 9).",
                    plural(undecided, "comparison"), kRepetitionsForVerdict));
  }
  if (wide > 0) {
    sentences.push_back(
        fmt::format("{} could still hide a difference of more than 5 %: more "
                    "repetitions or a quieter machine would tell.",
                    plural(wide, "tie")));
  }
  return sentences;
}

}  // namespace loopsteal
