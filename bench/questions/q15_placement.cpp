// Why one of several loops is hot: each request is placed once and stays there.
#include <array>

#include <fmt/format.h>

#include "bench/questions/entries.hpp"
#include "bench/questions/judgement.hpp"

namespace loopsteal::questions {
namespace {

constexpr std::array kLoads = {0.2, 0.3, 0.4, 0.5};
constexpr double kFirst = kLoads.front();
constexpr double kLast = kLoads.back();
constexpr double kMean = 100e3;
constexpr WorkerId kLoops = 4;
constexpr double kHotShare = 0.4;  // Of the skewed placement; evenly it would be a quarter.
constexpr double kHotBusy = kHotShare * kLoops;  // Times the mean of all.
constexpr Bound kHotBound = Bound::within(0.03);
constexpr Bound kEvenBound = Bound::hardly_longer(0.05);
constexpr Bound kHotTail = Bound::over(2);
constexpr Bound kRandomTail = Bound::longer(0.05);
constexpr Bound kShorterOf2Tail = Bound::shorter(0.05);
constexpr Bound kLeastLoadedTail = Bound::shorter(0.01);
constexpr Bound kStealingTail = Bound::hardly_longer(0.01);

constexpr std::string_view kHot = "one hot loop";
constexpr std::array kSides = {Side{kHot, "sharded_loops:placement=skewed,hot_share="},
                               Side{"random", "sharded_loops:placement=random"},
                               Side{"in turn", "sharded_loops:placement=round_robin"},
                               Side{"shorter of 2", "sharded_loops:placement=jsq"},
                               Side{"least loaded", "sharded_loops:placement=least_loaded"},
                               Side{"shared_queue", "shared_queue"},
                               Side{"work_stealing", "work_stealing"}};

std::string scheduler_of(const Side& side) {
  return side.name == kHot ? fmt::format("{}{}", side.scheduler, kHotShare)
                           : std::string(side.scheduler);
}

std::vector<Trial> trials(const Effort& effort) {
  std::vector<Trial> trials;
  for (const Side& side : kSides) {
    for (const double load : kLoads) {
      trials.push_back({.series = std::string(side.name),
                        .x = load,
                        .scheduler = scheduler_of(side),
                        .workload = fmt::format("requests:mean={},load={},count={}",
                                                spec_time(kMean), load, effort.pieces(100'000)),
                        .workers = kLoops,
                        .repetitions = effort.repetitions()});
    }
  }
  return trials;
}

// The p99 of one over that of the other.
Estimate tail_of(const Evidence& evidence, std::string_view side, std::string_view other) {
  return evidence.ratio({side, kLast}, {other, kLast}, "sojourn_p99");
}

std::vector<Claim> claims_of(const Evidence& evidence) {
  const Estimate hot = evidence.estimate({kHot, kLast}, "busiest_over_mean");
  const Estimate even = evidence.estimate({"in turn", kLast}, "busiest_over_mean");
  const Estimate hot_over_expected{hot.value / kHotBusy, hot.low / kHotBusy, hot.high / kHotBusy};
  return {
      {fmt::format("one hot loop of {} with {}: it is {} of {} as busy as the mean", kLoops,
                   stated(kHotShare, Unit::share), kHotBound, stated(kHotBusy, Unit::factor)),
       kHotBound.holds(hot_over_expected), text_of(hot, Unit::factor)},
      {fmt::format("in turn: the busiest loop is busy for {} than the mean", kEvenBound),
       kEvenBound.holds(even), text_of(even, Unit::factor)},
      ratio_claim(fmt::format("the p99 of one hot loop is {} that of in turn", kHotTail),
                  tail_of(evidence, kHot, "in turn"), kHotTail),
      ratio_claim(fmt::format("the p99 of random is {} than that of in turn", kRandomTail),
                  tail_of(evidence, "random", "in turn"), kRandomTail),
      ratio_claim(
          fmt::format("the p99 of the shorter of two is {} than that of random", kShorterOf2Tail),
          tail_of(evidence, "shorter of 2", "random"), kShorterOf2Tail),
      ratio_claim(
          fmt::format("the p99 of least loaded is {} than that of in turn", kLeastLoadedTail),
          tail_of(evidence, "least loaded", "in turn"), kLeastLoadedTail),
      ratio_claim(fmt::format("stealing is as good as the best placement: its p99 is {} than that "
                              "of least loaded",
                              kStealingTail),
                  tail_of(evidence, "work_stealing", "least loaded"), kStealingTail)};
}

Answer judge(const Evidence& evidence) {
  const auto against_turns = [&](std::string_view side) {
    return tail_of(evidence, side, "in turn");
  };
  const Estimate hot = evidence.estimate({kHot, kLast}, "busiest_over_mean");
  Answer answer;
  answer.verdict = fmt::format(
      "Because requests stay where they were put: if one loop of {} gets {} of them it is {} as "
      "busy as the mean and the p99 at a load of {} is {} that of dealing them out in turn; to "
      "choose the least loaded loop brings it to {}, to share or steal to {}.",
      kLoops, stated(kHotShare, Unit::share), text_of(hot.value, Unit::factor),
      stated(kLast, Unit::share), text_of(against_turns(kHot).value, Unit::factor),
      text_of(against_turns("least loaded").value, Unit::factor),
      text_of(against_turns("work_stealing").value, Unit::factor));
  answer.effects = {{fmt::format("busiest loop over the mean, {} on one of {}",
                                 stated(kHotShare, Unit::share), kLoops),
                     hot, Unit::factor},
                    {"busiest loop over the mean, in turn",
                     evidence.estimate({"in turn", kLast}, "busiest_over_mean"), Unit::factor}};
  for (const std::string_view side :
       {kHot, std::string_view("random"), std::string_view("least loaded"),
        std::string_view("work_stealing")}) {
    answer.effects.push_back(
        {fmt::format("p99 of {} over in turn, load {}", side, stated(kLast, Unit::share)),
         against_turns(side), Unit::factor});
  }
  answer.holds_for =
      fmt::format("{} loops, Poisson requests with exponential service, loads of {}, no costs.",
                  kLoops, stated_range(kLoads, Unit::share));
  answer.flips_where = fmt::format(
      "The hot loop is full at a load of {} of all; at {} its p99 is {} that of in turn.",
      text_of(1 / kHotBusy, Unit::share), stated(kFirst, Unit::share),
      text_of(evidence.ratio({kHot, kFirst}, {"in turn", kFirst}, "sojourn_p99"), Unit::factor));
  answer.claims = claims_of(evidence);
  answer.tables = {table_of(evidence, "Busiest worker over the mean", "load", Unit::share,
                            series_of(kSides), "busiest_over_mean"),
                   table_of(evidence, "p99 of the sojourn", "load", Unit::share, series_of(kSides),
                            "sojourn_p99")};
  Chart tails{.name = "q15-p99",
              .title = fmt::format("p99 by placement, {} loops, no costs", kLoops),
              .x_label = "load of all",
              .x_unit = Unit::share,
              .y_label = "p99 of the sojourn",
              .y_unit = Unit::time,
              .log_y = true};
  add_curves(tails, evidence, kSides, "sojourn_p99");
  Chart busy{.name = "q15-busiest",
             .title = "How much busier than the mean the busiest worker is",
             .x_label = "load of all",
             .x_unit = Unit::share,
             .y_label = "busiest over mean",
             .y_unit = Unit::factor};
  add_curves(busy, evidence, std::span(kSides).first(5), "busiest_over_mean");
  answer.charts = {std::move(tails), std::move(busy)};
  return answer;
}

}  // namespace

Question placement_question() {
  return {
      .id = "Q15",
      .title = "asyncio across processes: why is one worker hot?",
      .keywords =
          "uvicorn gunicorn workers SO_REUSEPORT accept hot imbalance placement "
          "round robin hash least loaded processes",
      .hypothesis =
          "The process that accepts most requests has most to do, and no other process takes them "
          "over; where requests are put decides the tail, unless a scheduler may move them.",
      .experiment = fmt::format(
          "Poisson requests on {} loops at no cost in virtual time, placed with {} on one, at "
          "random, in turn, on the shorter of two, on the least loaded: sharded_loops; "
          "shared_queue and work_stealing, which move them.",
          kLoops, stated(kHotShare, Unit::share)),
      .metric = "Time that the busiest worker is busy over the mean; p99 of the sojourn.",
      .rule = fmt::format(
          "At {} load the hot loop is {} of {} as busy as the mean; in turn, the busiest loop is "
          "busy for {} than the mean. The p99 of the hot loop is {} that of in turn, that of "
          "random "
          "{} than in turn's, that of the shorter of two {} than random's, that of least loaded {} "
          "than in turn's, and that of work_stealing {} than least loaded's.",
          stated(kLast, Unit::share), kHotBound, stated(kHotBusy, Unit::factor), kEvenBound,
          kHotTail, kRandomTail, kShorterOf2Tail, kLeastLoadedTail, kStealingTail),
      .background =
          "With one socket for all, the kernel wakes the process that began to wait "
          "last; with SO_REUSEPORT it chooses by a hash of the addresses.",
      .sources = {"Kludex/uvicorn-worker#34", "Kludex/uvicorn#2472", "skypilot-org/skypilot#10016",
                  "benoitc/gunicorn#2938", "emmett-framework/granian#849",
                  "mattermost/mattermost-load-test-ng#718", "varnish/hitch#142"},
      .vary =
          "loopsteal compare --machine sim --workers 4 --scheduler "
          "sharded_loops:placement=skewed,hot_share=0.7 --scheduler sharded_loops "
          "--workload requests:load=0.3 --repetitions 10",
      .metrics = {"busiest_over_mean", "sojourn_p99"},
      .trials = trials,
      .judge = judge};
}

}  // namespace loopsteal::questions
