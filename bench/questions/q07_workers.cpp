// How many workers: a server's requests, for which a few are enough, and a tree of tasks, which
// more workers finish sooner until they have too little work each.
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "bench/questions/entries.hpp"
#include "bench/questions/judgement.hpp"

namespace loopsteal::questions {
namespace {

constexpr std::array<WorkerId, 7> kWorkers = {1, 2, 4, 8, 16, 32, 64};
constexpr WorkerId kMost = kWorkers.back();
constexpr WorkerId kSome = 8;  // Still well used by the tree.
constexpr std::array kSides = {Side{"sharded_loops", "sharded_loops"},
                               Side{"shared_queue", "shared_queue"},
                               Side{"work_stealing", "work_stealing"}};
constexpr std::string_view kServer = ", server";
constexpr std::string_view kTree = ", tree";
constexpr double kRate = 15'000;  // Requests in a second.
constexpr double kService = 50e3;
constexpr double kServerLoad = kRate * kService / 1e9;  // In workers.
constexpr double kNode = 1e3;                           // Work of a task of the tree.
constexpr int kNodes = 16'000;                          // Of the workload's default tree.
constexpr double kNearlyBest = 0.10;                    // Off the best that was measured.
constexpr WorkerId kFewEnough = 8;
constexpr Bound kTooFew = Bound::over(1.5);
constexpr Bound kAsGood = Bound::within(0.15);
constexpr double kUseful = 0.5;

std::string named(std::string_view side, std::string_view what) {
  return std::string(side) + std::string(what);
}

std::vector<Trial> trials(const Effort& effort) {
  std::vector<Trial> trials;
  for (const Side& side : kSides) {
    for (const WorkerId workers : kWorkers) {
      const auto add = [&](std::string_view what, std::string workload) {
        trials.push_back({.series = named(side.name, what),
                          .x = static_cast<double>(workers),
                          .scheduler = std::string(side.scheduler),
                          .workload = std::move(workload),
                          .workers = workers,
                          .costs = "reference",
                          .repetitions = effort.repetitions()});
      };
      add(kServer, fmt::format("requests:rate={}/s,mean={},count={}", kRate, spec_time(kService),
                               effort.pieces(40'000)));
      add(kTree, fmt::format("uts:node_work={}", spec_time(kNode)));
    }
  }
  return trials;
}

// The fewest workers with which the metric is nearly the best.
double recommended(const Evidence& evidence, const std::string& series, std::string_view metric) {
  const std::vector<double> values = middles_of(evidence, series, metric);
  const double best = *std::ranges::min_element(values);
  const std::vector<double> places = evidence.places_of(series);
  for (std::size_t i = 0; i < places.size(); ++i) {
    if (values[i] <= (1 + kNearlyBest) * best) return places[i];
  }
  return places.back();
}

// Speed-up over one worker, divided by the number of workers.
Estimate efficiency(const Evidence& evidence, double workers) {
  const std::string series = named("work_stealing", kTree);
  Estimate speed = evidence.ratio({series, 1}, {series, workers}, "makespan");
  return {speed.value / workers, speed.low / workers, speed.high / workers};
}

AnswerTable recommendations(const Evidence& evidence) {
  AnswerTable table{.title = fmt::format("The fewest workers within {} of the best",
                                         stated(kNearlyBest, Unit::share)),
                    .columns = {"scheduler", "p99 of the server", "time of the tree"},
                    .rows = {}};
  for (const Side& side : kSides) {
    table.rows.push_back(
        {std::string(side.name),
         text_of(recommended(evidence, named(side.name, kServer), "sojourn_p99"), Unit::count),
         text_of(recommended(evidence, named(side.name, kTree), "makespan"), Unit::count)});
  }
  return table;
}

Chart chart_of(const Evidence& evidence, std::string_view name, std::string_view suffix,
               std::string_view metric, std::string_view title) {
  Chart chart{.name = std::string(name),
              .title = std::string(title),
              .x_label = "workers",
              .x_unit = Unit::count,
              .y_label = metric == "makespan" ? "makespan" : "p99 of the sojourn",
              .y_unit = Unit::time,
              .log_x = true,
              .log_y = true};
  add_curves(chart, evidence, kSides, metric, suffix);
  return chart;
}

std::string tree_text() {
  return fmt::format("{} tasks of {}", stated(kNodes, Unit::count), stated(kNode, Unit::time));
}

// What the verdict rests on.
struct Numbers {
  double few;           // Workers that are recommended for the server.
  double many;          // The same for the tree.
  Estimate one_worker;  // p99 with one worker over that with the recommended number.
  Estimate more;        // The same with all workers.
  Estimate of_some;     // Efficiency on the tree.
  Estimate of_all;
};

Numbers numbers_of(const Evidence& evidence) {
  const std::string server = named("work_stealing", kServer);
  const double few = recommended(evidence, server, "sojourn_p99");
  return {.few = few,
          .many = recommended(evidence, named("work_stealing", kTree), "makespan"),
          .one_worker = evidence.ratio({server, 1}, {server, std::max(2.0, few)}, "sojourn_p99"),
          .more = evidence.ratio({server, kMost}, {server, few}, "sojourn_p99"),
          .of_some = efficiency(evidence, kSome),
          .of_all = efficiency(evidence, kMost)};
}

std::vector<Claim> claims_of(const Numbers& found) {
  return {
      ratio_claim(fmt::format("server: one worker is not enough, its p99 is {} that of the "
                              "recommended number",
                              kTooFew),
                  found.one_worker, kTooFew),
      ratio_claim(fmt::format("server: the p99 of {} workers is {} of that of the recommended "
                              "number",
                              kMost, kAsGood),
                  found.more, kAsGood),
      {fmt::format("server: the recommended number is {} at most, far below {}", kFewEnough, kMost),
       found.few <= kFewEnough, fmt::format("{:.0f} workers", found.few)},
      {fmt::format("tree: {} workers are over {} useful, and {} less so than {}", kSome,
                   stated(kUseful, Unit::share), kMost, kSome),
       found.of_some.above(kUseful) && found.of_all.high < found.of_some.low,
       fmt::format("{} and {}", text_of(found.of_some, Unit::share),
                   text_of(found.of_all, Unit::share))}};
}

Answer judge(const Evidence& evidence) {
  const Numbers found = numbers_of(evidence);
  Answer answer;
  answer.verdict = fmt::format(
      "As many as have something to do: requests that keep {} of a worker busy are served as well "
      "by {:.0f} as by {}, a tree of {} by {:.0f}; {} workers on the tree are {} useful, {} only "
      "{}.",
      stated(kServerLoad, Unit::share), found.few, kMost, tree_text(), found.many, kSome,
      text_of(found.of_some.value, Unit::share), kMost, text_of(found.of_all.value, Unit::share));
  answer.effects = {
      {"p99 with 1 worker over that with the recommended number, server", found.one_worker,
       Unit::factor},
      {fmt::format("p99 with {} workers over that with the recommended number, server", kMost),
       found.more, Unit::factor},
      {fmt::format("speed-up over workers, tree, {} workers", kSome), found.of_some, Unit::share},
      {fmt::format("speed-up over workers, tree, {} workers", kMost), found.of_all, Unit::share}};
  answer.holds_for = fmt::format(
      "work_stealing with the reference costs; a server with {} workers' worth of requests of {}, "
      "a tree of {}; {} workers.",
      kServerLoad, stated(kService, Unit::time), tree_text(), stated_range(kWorkers, Unit::count));
  answer.flips_where = fmt::format(
      "More workers stop helping at {:.0f} (server) and {:.0f} (tree): beyond, the best is less "
      "than {} better.",
      found.few, found.many, stated(kNearlyBest, Unit::share));
  answer.claims = claims_of(found);
  answer.tables = {recommendations(evidence),
                   table_of(evidence, "p99 of the server", "workers", Unit::count,
                            series_of(kSides, kServer), "sojourn_p99"),
                   table_of(evidence, "Makespan of the tree", "workers", Unit::count,
                            series_of(kSides, kTree), "makespan"),
                   table_of(evidence, "Time awake for each request of the server", "workers",
                            Unit::count, series_of(kSides, kServer), "awake_per_task")};
  answer.charts = {
      chart_of(evidence, "q07-server", kServer, "sojourn_p99",
               fmt::format("p99 of a server with {} workers' worth of requests", kServerLoad)),
      chart_of(evidence, "q07-tree", kTree, "makespan", fmt::format("A tree of {}", tree_text()))};
  return answer;
}

}  // namespace

Question workers_question() {
  return {.id = "Q07",
          .title = "How many workers?",
          .keywords = "threads cores number scaling speed-up efficiency physical smt worker count",
          .hypothesis =
              "A server needs a few more workers than its load keeps busy; a tree gains "
              "from more, with falling efficiency.",
          .experiment = fmt::format(
              "Requests of {} at {} a second, and a tree of {}, on {} workers in virtual time with "
              "the reference costs: work_stealing, with shared_queue and sharded_loops as "
              "controls.",
              stated(kService, Unit::time), stated(kRate, Unit::count), tree_text(),
              stated_range(kWorkers, Unit::count)),
          .metric = fmt::format(
              "p99 of the sojourn, makespan, time that workers are awake for each request; the "
              "fewest workers within {} of the best.",
              stated(kNearlyBest, Unit::share)),
          .rule = fmt::format(
              "Server: the p99 of one worker is {} that of the recommended number; that of {} "
              "workers is {} of it; the recommended number is {} at most. Tree: the speed-up of {} "
              "workers, over {}, is over {}; that of {}, over {}, is less.",
              kTooFew, kMost, kAsGood, kFewEnough, kSome, kSome, stated(kUseful, Unit::share),
              kMost, kMost),
          .background = "asyncio: one. Tokio and Go: one a CPU, unless told otherwise.",
          .sources = {"hatoo/oha#647", "sharkdp/fd#1422", "aptos-labs/aptos-core#10464",
                      "tokio-rs/tokio#4330", "inko-lang/inko#853", "google/gvisor#1942"},
          .vary =
              "loopsteal compare --machine sim --workers 12 --costs reference --workload "
              "requests:rate=100000/s,mean=50us,count=200000",
          .metrics = {"sojourn_p99", "makespan", "awake_per_task"},
          .trials = trials,
          .judge = judge};
}

}  // namespace loopsteal::questions
