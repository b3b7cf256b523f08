// Why one of several loops is hot: each request is placed once and stays there.
#include <array>

#include <fmt/format.h>

#include "bench/questions/entries.hpp"
#include "bench/questions/judgement.hpp"

namespace loopsteal::questions {
namespace {

constexpr std::array kLoads = {0.2, 0.3, 0.4, 0.5};
constexpr double kLast = 0.5;
constexpr WorkerId kLoops = 4;
constexpr double kHotShare = 0.4;  // Of the skewed placement; an even share is a quarter.
constexpr std::array kSides = {Side{"one hot loop", "sharded_loops:placement=skewed,hot_share=0.4"},
                               Side{"random", "sharded_loops:placement=random"},
                               Side{"in turn", "sharded_loops:placement=round_robin"},
                               Side{"shorter of 2", "sharded_loops:placement=jsq"},
                               Side{"least loaded", "sharded_loops:placement=least_loaded"},
                               Side{"shared_queue", "shared_queue"},
                               Side{"work_stealing", "work_stealing"}};

std::vector<Trial> trials(const Effort& effort) {
  std::vector<Trial> trials;
  for (const Side& side : kSides) {
    for (const double load : kLoads) {
      trials.push_back({.series = std::string(side.name),
                        .x = load,
                        .scheduler = std::string(side.scheduler),
                        .workload = fmt::format("requests:mean=100us,load={},count={}", load,
                                                effort.pieces(100'000)),
                        .workers = kLoops,
                        .repetitions = effort.repetitions()});
    }
  }
  return trials;
}

Answer judge(const Evidence& evidence) {
  const auto against = [&](std::string_view side, std::string_view other) {
    return evidence.ratio({side, kLast}, {other, kLast}, "sojourn_p99");
  };
  const Estimate hot = evidence.estimate({"one hot loop", kLast}, "busiest_over_mean");
  const Estimate even = evidence.estimate({"in turn", kLast}, "busiest_over_mean");
  const Estimate tail = against("one hot loop", "in turn");
  const double expected = kHotShare * kLoops;
  Answer answer;
  answer.verdict = fmt::format(
      "Because requests stay where they were put: if one loop of four gets 40 % of them it is {} "
      "as busy as the mean and the p99 at a load of half is {} that of dealing them out in turn; "
      "to choose the least loaded loop brings it to {}, to share or steal to {}.",
      text_of(hot.value, Unit::factor), text_of(tail.value, Unit::factor),
      text_of(against("least loaded", "in turn").value, Unit::factor),
      text_of(against("work_stealing", "in turn").value, Unit::factor));
  answer.effects = {
      {"busiest loop over the mean, 40 % on one of four", hot, Unit::factor},
      {"busiest loop over the mean, in turn", even, Unit::factor},
      {"p99 of one hot loop over in turn, load 50 %", tail, Unit::factor},
      {"p99 of random over in turn, load 50 %", against("random", "in turn"), Unit::factor},
      {"p99 of least loaded over in turn, load 50 %", against("least loaded", "in turn"),
       Unit::factor},
      {"p99 of work_stealing over in turn, load 50 %", against("work_stealing", "in turn"),
       Unit::factor}};
  answer.holds_for =
      "four loops, Poisson requests with exponential service, loads of 20 to 50 %, "
      "no costs.";
  answer.flips_where = fmt::format(
      "The hot loop is full at a load of {} of all; at 20 % its p99 is {} that of in turn.",
      text_of(1 / expected, Unit::share),
      text_of(evidence.ratio({"one hot loop", kLoads.front()}, {"in turn", kLoads.front()},
                             "sojourn_p99"),
              Unit::factor));
  answer.claims = {
      {"one hot loop of four with 40 %: 1.6 times as busy as the mean, to 3 %",
       hot.low > 0.97 * expected && hot.high < 1.03 * expected, text_of(hot, Unit::factor)},
      {"in turn: all as busy, to 5 %", even.high < 1.05, text_of(even, Unit::factor)},
      ratio_claim("the p99 of one hot loop is over twice that of in turn", tail, {2, 1e9}),
      ratio_claim("random is worse than in turn", against("random", "in turn"), {1.05, 1e9}),
      ratio_claim("the shorter of two is better than random", against("shorter of 2", "random"),
                  {0, 0.95}),
      ratio_claim("least loaded is better than in turn", against("least loaded", "in turn"),
                  {0, 0.99}),
      ratio_claim("stealing is better than the best placement, or as good",
                  against("work_stealing", "least loaded"), {0, 1.01})};
  answer.tables = {table_of(evidence, "Busiest worker over the mean", "load", Unit::share,
                            series_of(kSides), "busiest_over_mean"),
                   table_of(evidence, "p99 of the sojourn", "load", Unit::share, series_of(kSides),
                            "sojourn_p99")};
  Chart tails{.name = "q15-p99",
              .title = "p99 by placement, four loops, no costs",
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
          "Whoever accepts most has most to do, and nobody takes it off him; where "
          "requests are put decides the tail, unless somebody may move them.",
      .experiment =
          "Poisson requests on four loops at no cost in virtual time, placed with 40 "
          "% on one, at random, in turn, on the shorter of two, on the least loaded: "
          "sharded_loops; shared_queue and work_stealing, which move them.",
      .metric = "Time that the busiest worker is busy over the mean; p99 of the sojourn.",
      .rule =
          "The hot loop is 1.6 times as busy as the mean, to 3 %; its p99 over twice that "
          "of in turn; random 5 % worse than in turn, the shorter of two 5 % better than "
          "random, least loaded better than in turn, work_stealing no worse than that.",
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
