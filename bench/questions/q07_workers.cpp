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
constexpr std::array kSides = {Side{"sharded_loops", "sharded_loops"},
                               Side{"shared_queue", "shared_queue"},
                               Side{"work_stealing", "work_stealing"}};
constexpr std::string_view kServer = ", server";
constexpr std::string_view kTree = ", tree";
constexpr double kNearlyBest = 1.10;  // Within a tenth of the best that was measured.

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
      add(kServer, fmt::format("requests:rate=15000/s,mean=50us,count={}", effort.pieces(40'000)));
      add(kTree, "uts:node_work=1us");
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
    if (values[i] <= kNearlyBest * best) return places[i];
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
  AnswerTable table{.title = "The fewest workers within a tenth of the best",
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

Answer judge(const Evidence& evidence) {
  const std::string server = named("work_stealing", kServer);
  const std::string tree = named("work_stealing", kTree);
  const double few = recommended(evidence, server, "sojourn_p99");
  const double many = recommended(evidence, tree, "makespan");
  const Estimate one_worker =
      evidence.ratio({server, 1}, {server, std::max(2.0, few)}, "sojourn_p99");
  const Estimate more = evidence.ratio({server, 64}, {server, few}, "sojourn_p99");
  const Estimate of_eight = efficiency(evidence, 8);
  const Estimate of_all = efficiency(evidence, 64);
  Answer answer;
  answer.verdict = fmt::format(
      "As many as have something to do: requests that keep three quarters of a worker busy are "
      "served as well by {:.0f} as by 64, a tree of 16,000 tasks of 1 us by {:.0f}; 8 workers on "
      "the tree are {} useful, 64 only {}.",
      few, many, text_of(of_eight.value, Unit::share), text_of(of_all.value, Unit::share));
  answer.effects = {
      {"p99 with 1 worker over that with the recommended number, server", one_worker, Unit::factor},
      {"p99 with 64 workers over that with the recommended number, server", more, Unit::factor},
      {"speed-up over workers, tree, 8 workers", of_eight, Unit::share},
      {"speed-up over workers, tree, 64 workers", of_all, Unit::share}};
  answer.holds_for =
      "work_stealing with the reference costs; a server with 0.75 workers' worth of "
      "requests of 50 us, a tree of 16,000 tasks of 1 us; 1 to 64 workers.";
  answer.flips_where = fmt::format(
      "More workers stop helping at {:.0f} (server) and {:.0f} (tree): beyond, the best is less "
      "than a tenth better.",
      few, many);
  answer.claims = {
      ratio_claim("server: one worker is not enough", one_worker, {1.5, 1e9}),
      ratio_claim("server: from the recommended number on the p99 stays within 15 %", more,
                  {0.85, 1.15}),
      {"server: the recommended number is far below 64", few <= 8,
       fmt::format("{:.0f} workers", few)},
      {"tree: 8 workers are over half useful, and 64 less so than 8",
       of_eight.low > 0.5 && of_all.high < of_eight.low,
       fmt::format("{} and {}", text_of(of_eight, Unit::share), text_of(of_all, Unit::share))}};
  answer.tables = {recommendations(evidence),
                   table_of(evidence, "p99 of the server", "workers", Unit::count,
                            series_of(kSides, kServer), "sojourn_p99"),
                   table_of(evidence, "Makespan of the tree", "workers", Unit::count,
                            series_of(kSides, kTree), "makespan"),
                   table_of(evidence, "Time awake for each request of the server", "workers",
                            Unit::count, series_of(kSides, kServer), "awake_per_task")};
  answer.charts = {
      chart_of(evidence, "q07-server", kServer, "sojourn_p99",
               "p99 of a server with 0.75 workers' worth of requests"),
      chart_of(evidence, "q07-tree", kTree, "makespan", "A tree of 16,000 tasks of 1 us")};
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
          .experiment =
              "Requests of 50 us at 15,000 a second, and a tree of 16,000 tasks of 1 us, "
              "on 1 to 64 workers in virtual time with the reference costs: "
              "work_stealing, with shared_queue and sharded_loops as controls.",
          .metric =
              "p99 of the sojourn, makespan, time that workers are awake for each request; "
              "the fewest workers within a tenth of the best.",
          .rule =
              "Server: one worker has a p99 half as long again at least, 64 are within 15 % of "
              "the recommended number, which is 8 at most. Tree: the speed-up of 8 is over 4, "
              "and that of 64, over 64, is less than that of 8, over 8.",
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
