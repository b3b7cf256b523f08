// Choice of a thief's victim: one at random, the longest of a few, or all workers in turn.
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "bench/questions/entries.hpp"
#include "bench/questions/judgement.hpp"

namespace loopsteal::questions {
namespace {

constexpr std::array kLoads = {0.5, 0.7, 0.8, 0.9};
constexpr double kHigh = 0.9;
constexpr WorkerId kWorkers = 64;
constexpr std::array kSides = {
    Side{"sharded_loops", "sharded_loops:placement=random"},
    Side{"one at random", "random_stealing:preset=mean-field"},
    Side{"longest of 2", "random_stealing:preset=mean-field,victims_sampled=2"},
    Side{"longest of 4", "random_stealing:preset=mean-field,victims_sampled=4"},
    Side{"everybody", "random_stealing:searchers=all,steal=one"},
    Side{"shared_queue", "shared_queue"}};

std::vector<Trial> trials(const Effort& effort) {
  std::vector<Trial> trials;
  for (const Side& side : kSides) {
    for (const double load : kLoads) {
      trials.push_back({.series = std::string(side.name),
                        .x = load,
                        .scheduler = std::string(side.scheduler),
                        .workload = fmt::format("requests:mean=100us,load={},count={}", load,
                                                effort.pieces(load < 0.85 ? 300'000 : 900'000)),
                        .workers = kWorkers,
                        .repetitions = effort.repetitions()});
    }
  }
  return trials;
}

Claim limit_claim(const Evidence& evidence) {
  const Place place{"one at random", kHigh};
  const Estimate found = evidence.estimate(place, "sojourn_mean");
  const double limit = evidence.theory(place, "sojourn_mean");
  return {"one at random: the mean is that of Mitzenmacher's limit for many workers, to 5 %",
          std::abs(found.value / limit - 1) < 0.05,
          fmt::format("{} against {}", text_of(found, Unit::time), text_of(limit, Unit::time))};
}

Answer judge(const Evidence& evidence) {
  const auto ratio = [&](std::string_view one, std::string_view other) {
    return evidence.ratio({one, kHigh}, {other, kHigh}, "sojourn_mean");
  };
  const auto looks = [&](std::string_view side) {
    return evidence.estimate({side, kHigh}, "attempts_per_task");
  };
  const Estimate some = ratio("one at random", "sharded_loops");
  const Estimate second = ratio("longest of 2", "one at random");
  const Estimate fourth = ratio("longest of 4", "longest of 2");
  const Estimate all = ratio("everybody", "longest of 4");
  const Estimate shared = ratio("everybody", "shared_queue");
  Answer answer;
  answer.verdict = fmt::format(
      "Whom it asks matters less than that it goes on asking: at 90 % load one attempt at a random "
      "victim has {} the mean sojourn of not stealing, a second choice makes that {} and a fourth "
      "{}, while to ask everybody, who must be woken for it, makes it {} of what four choices "
      "give, as good as one queue ({}).",
      text_of(some.value, Unit::factor), text_of(second.value, Unit::factor),
      text_of(fourth.value, Unit::factor), text_of(all.value, Unit::factor),
      text_of(shared.value, Unit::factor));
  answer.effects = {{"mean of one at random over not stealing, load 90 %", some, Unit::factor},
                    {"mean of the longest of 2 over one at random", second, Unit::factor},
                    {"mean of the longest of 4 over the longest of 2", fourth, Unit::factor},
                    {"mean of everybody over the longest of 4", all, Unit::factor},
                    {"looks for each request, one at random", looks("one at random"), Unit::count},
                    {"looks for each request, everybody", looks("everybody"), Unit::count}};
  answer.holds_for =
      "requests that arrive at random workers, exponential service, 50 to 90 % load, "
      "64 workers, no costs. Distance between workers (caches, NUMA) is not "
      "modelled.";
  answer.flips_where = fmt::format(
      "At 50 % load the gains are smaller: one at random {} the mean of not stealing, a second "
      "choice {}.",
      text_of(evidence.ratio({"one at random", 0.5}, {"sharded_loops", 0.5}, "sojourn_mean"),
              Unit::factor),
      text_of(evidence.ratio({"longest of 2", 0.5}, {"one at random", 0.5}, "sojourn_mean"),
              Unit::factor));
  answer.claims = {
      limit_claim(evidence),
      ratio_claim("one attempt at one victim cuts the mean by half or more", some, {0, 0.5}),
      ratio_claim("a second choice helps", second, {0, 0.99}),
      {"a second choice helps more than the two behind it", second.high < fourth.low,
       fmt::format("{} and {}", text_of(second, Unit::factor), text_of(fourth, Unit::factor))},
      ratio_claim("to ask everybody is as good as one queue, to 3 %", shared, {0.97, 1.03})};
  answer.tables = {
      table_of(evidence, "Mean sojourn", "load", Unit::share, series_of(kSides), "sojourn_mean"),
      table_of(evidence, "p99 of the sojourn", "load", Unit::share, series_of(kSides),
               "sojourn_p99"),
      table_of(evidence, "Looks into the queues of others, for each request", "load", Unit::share,
               series_of(kSides), "attempts_per_task")};
  Chart chart{.name = "q18-victims",
              .title = "Mean sojourn by whom a thief asks, 64 workers, no costs",
              .x_label = "load",
              .x_unit = Unit::share,
              .y_label = "mean sojourn",
              .y_unit = Unit::time,
              .log_y = true};
  add_curves(chart, evidence, kSides, "sojourn_mean");
  chart.curves.push_back(
      theory_of(evidence, "one at random", "sojourn_mean", "Mitzenmacher's limit"));
  answer.charts = {std::move(chart)};
  return answer;
}

}  // namespace

Question victim_question() {
  return {
      .id = "Q18",
      .title = "Which victim should a thief ask (and what of NUMA and L3 locality)?",
      .keywords = "victim random choice power of two nearest scan mean field topology",
      .hypothesis =
          "A random victim is a good one; a second choice helps, a fourth little; only "
          "a search of all queues is as good as one queue.",
      .experiment =
          "Poisson requests at random ones of 64 workers at no cost in virtual time: "
          "random_stealing that tries one victim once, the longest of 2 and of 4, and "
          "everybody; sharded_loops and shared_queue as controls.",
      .metric = "Mean sojourn, and looks into the queues of others for each request.",
      .rule =
          "One at random is within 5 % of its limit in theory and at most half of not "
          "stealing; a second choice helps by 1 % or more, and by more than the fourth; "
          "everybody is within 3 % of shared_queue.",
      .background =
          "Tokio, Go and Rayon begin at a random worker and ask all others in order; "
          "none of them knows which is near.",
      .sources = {"rayon-rs/rayon#319", "crossbeam-rs/crossbeam-deque#16", "taskflow/taskflow#581",
                  "uxlfoundation/oneTBB#865", "uxlfoundation/oneTBB#2023", "TheHPXProject/hpx#7091",
                  "tzcnt/TooManyCooks#218"},
      .vary =
          "loopsteal compare --machine sim --workers 1000 --scheduler "
          "random_stealing:preset=mean-field --scheduler "
          "random_stealing:preset=mean-field,retry_rate=10000 --workload "
          "requests:load=0.9,count=1000000 --repetitions 10",
      .metrics = {"sojourn_mean", "sojourn_p99", "attempts_per_task"},
      .trials = trials,
      .judge = judge};
}

}  // namespace loopsteal::questions
