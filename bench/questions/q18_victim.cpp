// Choice of a thief's victim: one at random, the longest of a few, or all workers in turn.
#include <array>

#include <fmt/format.h>

#include "bench/questions/entries.hpp"
#include "bench/questions/judgement.hpp"

namespace loopsteal::questions {
namespace {

constexpr std::array kLoads = {0.5, 0.7, 0.8, 0.9};
constexpr double kLow = kLoads.front();
constexpr double kHigh = kLoads.back();
constexpr double kMean = 100e3;
constexpr WorkerId kWorkers = 64;
constexpr Bound kLimitBound = Bound::within(0.05);    // One at random against its limit.
constexpr Bound kOneBound = Bound::under(0.5);        // The same against not stealing.
constexpr Bound kSecondBound = Bound::shorter(0.01);  // A second choice against one.
constexpr Bound kAllBound = Bound::within(0.03);      // Everybody against one queue.
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
      trials.push_back(
          {.series = std::string(side.name),
           .x = load,
           .scheduler = std::string(side.scheduler),
           .workload = fmt::format("requests:mean={},load={},count={}", spec_time(kMean), load,
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
  return {fmt::format("one at random: the mean is {} of Mitzenmacher's limit for many workers",
                      kLimitBound),
          kLimitBound.holds(found.value / limit),
          fmt::format("{} against {}", text_of(found, Unit::time), text_of(limit, Unit::time))};
}

Chart chart_of(const Evidence& evidence) {
  Chart chart{.name = "q18-victims",
              .title = fmt::format("Mean sojourn by the choice of the victim, {} workers, no costs",
                                   kWorkers),
              .x_label = "load",
              .x_unit = Unit::share,
              .y_label = "mean sojourn",
              .y_unit = Unit::time,
              .log_y = true};
  add_curves(chart, evidence, kSides, "sojourn_mean");
  chart.curves.push_back(
      theory_of(evidence, "one at random", "sojourn_mean", "Mitzenmacher's limit"));
  return chart;
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
      "The choice of the victim matters less than further attempts: at {} load one attempt at a "
      "random victim has {} the mean sojourn of not stealing, a second choice makes that {} and a "
      "fourth {}. Thieves that are woken for each job and ask every worker have {} the mean of "
      "four choices, as good as one queue ({}).",
      stated(kHigh, Unit::share), text_of(some.value, Unit::factor),
      text_of(second.value, Unit::factor), text_of(fourth.value, Unit::factor),
      text_of(all.value, Unit::factor), text_of(shared.value, Unit::factor));
  answer.effects = {
      {fmt::format("mean of one at random over not stealing, load {}", stated(kHigh, Unit::share)),
       some, Unit::factor},
      {"mean of the longest of 2 over one at random", second, Unit::factor},
      {"mean of the longest of 4 over the longest of 2", fourth, Unit::factor},
      {"mean of everybody over the longest of 4", all, Unit::factor},
      {"looks for each request, one at random", looks("one at random"), Unit::count},
      {"looks for each request, everybody", looks("everybody"), Unit::count}};
  answer.holds_for = fmt::format(
      "requests that arrive at random workers, exponential service, {} load, {} workers, no costs. "
      "Distance between workers (caches, NUMA) is not modelled.",
      stated_range(kLoads, Unit::share), kWorkers);
  answer.flips_where = fmt::format(
      "At {} load the gains are smaller: one at random {} the mean of not stealing, a second "
      "choice {}.",
      stated(kLow, Unit::share),
      text_of(evidence.ratio({"one at random", kLow}, {"sharded_loops", kLow}, "sojourn_mean"),
              Unit::factor),
      text_of(evidence.ratio({"longest of 2", kLow}, {"one at random", kLow}, "sojourn_mean"),
              Unit::factor));
  answer.claims = {
      limit_claim(evidence),
      ratio_claim(fmt::format("one attempt at one victim makes the mean {} that of not stealing",
                              kOneBound),
                  some, kOneBound),
      ratio_claim(fmt::format("a second choice makes the mean {}", kSecondBound), second,
                  kSecondBound),
      {"a second choice helps more than the two behind it", second.high < fourth.low,
       fmt::format("{} and {}", text_of(second, Unit::factor), text_of(fourth, Unit::factor))},
      ratio_claim(fmt::format("to ask everybody is as good as one queue, {}", kAllBound), shared,
                  kAllBound)};
  answer.tables = {
      table_of(evidence, "Mean sojourn", "load", Unit::share, series_of(kSides), "sojourn_mean"),
      table_of(evidence, "p99 of the sojourn", "load", Unit::share, series_of(kSides),
               "sojourn_p99"),
      table_of(evidence, "Looks into the queues of others, for each request", "load", Unit::share,
               series_of(kSides), "attempts_per_task")};
  answer.charts = {chart_of(evidence)};
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
      .experiment = fmt::format(
          "Poisson requests at random ones of {} workers at no cost in virtual time: "
          "random_stealing that tries one victim once, the longest of 2 and of 4, and everybody; "
          "sharded_loops and shared_queue as controls.",
          kWorkers),
      .metric = "Mean sojourn, and looks into the queues of others for each request.",
      .rule = fmt::format(
          "At {} load the mean of one at random is {} of its limit in theory and {} that of not "
          "stealing; a second choice makes it {}, and helps more than the two behind it; everybody "
          "is {} of shared_queue.",
          stated(kHigh, Unit::share), kLimitBound, kOneBound, kSecondBound, kAllBound),
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
