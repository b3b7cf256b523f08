// Cost of idle workers: bursts of a few jobs among many workers, by the number of workers that may
// search at a time.
#include <array>

#include <fmt/format.h>

#include "bench/questions/entries.hpp"
#include "bench/questions/judgement.hpp"

namespace loopsteal::questions {
namespace {

constexpr std::array<WorkerId, 4> kWorkers = {4, 8, 16, 32};
constexpr WorkerId kFew = kWorkers.front();
constexpr WorkerId kMany = kWorkers.back();
constexpr int kJobs = 20;  // In a burst.
constexpr double kJobWork = 20e3;
constexpr double kPause = 1e6;                    // The workload's, between bursts.
constexpr Bound kFewerLooks = Bound::under(0.8);  // One searcher over half.
constexpr Bound kTailOfOne = Bound::hardly_longer(0.5);
constexpr Bound kTailOfOneLow = Bound::hardly_shorter(0.1);
constexpr Bound kNoFewerLooks = Bound::over(0.99);  // All over half.
constexpr Bound kSameTail = Bound::within(0.1);
constexpr std::array kSides = {Side{"one searcher", "work_stealing:searchers=1"},
                               Side{"two searchers", "work_stealing:searchers=2"},
                               Side{"half", "work_stealing"},
                               Side{"all", "work_stealing:searchers=all"},
                               Side{"shared_queue", "shared_queue"},
                               Side{"sharded_loops", "sharded_loops"}};

std::vector<Trial> trials(const Effort& effort) {
  std::vector<Trial> trials;
  for (const Side& side : kSides) {
    for (const WorkerId workers : kWorkers) {
      trials.push_back({.series = std::string(side.name),
                        .x = static_cast<double>(workers),
                        .scheduler = std::string(side.scheduler),
                        .workload = fmt::format("bursts:bursts={},jobs={},work={}",
                                                effort.pieces(200), kJobs, spec_time(kJobWork)),
                        .workers = workers,
                        .costs = "reference",
                        .repetitions = effort.repetitions()});
    }
  }
  return trials;
}

Chart front(const Evidence& evidence) {
  Chart chart{.name = "q08-front",
              .title = fmt::format("What searching costs and brings, {} workers, reference costs",
                                   stated_range(kWorkers, Unit::count)),
              .x_label = "looks into the queues of others, for each job",
              .x_unit = Unit::count,
              .y_label = "p99 of the sojourn",
              .y_unit = Unit::time};
  for (const Side& side : kSides) {
    Curve curve{.name = std::string(side.name), .points = {}};
    for (const WorkerId workers : kWorkers) {
      const Place place{side.name, static_cast<double>(workers)};
      curve.points.push_back({evidence.estimate(place, "attempts_per_task").value,
                              evidence.estimate(place, "sojourn_p99")});
    }
    chart.curves.push_back(std::move(curve));
  }
  return chart;
}

Chart searching(const Evidence& evidence) {
  Chart chart{.name = "q08-searching",
              .title = "Looks into the queues of others, for each job",
              .x_label = "workers",
              .x_unit = Unit::count,
              .y_label = "looks for each job",
              .y_unit = Unit::count,
              .log_x = true};
  add_curves(chart, evidence, std::span(kSides).first(4), "attempts_per_task");
  return chart;
}

std::string bursts() {
  return fmt::format("bursts of {} jobs of {}", kJobs, stated(kJobWork, Unit::time));
}

Answer judge(const Evidence& evidence) {
  const Place one{"one searcher", kMany};
  const Place half{"half", kMany};
  const Place all{"all", kMany};
  const Estimate looks = evidence.ratio(one, half, "attempts_per_task");
  const Estimate tail = evidence.ratio(one, half, "sojourn_p99");
  const Estimate more = evidence.ratio(all, half, "attempts_per_task");
  const Estimate gained = evidence.ratio(all, half, "sojourn_p99");
  const Estimate few = evidence.ratio({"one searcher", kFew}, {"half", kFew}, "sojourn_p99");
  const Place shared{"shared_queue", kMany};
  const std::string many = fmt::format("{} workers", kMany);
  Answer answer;
  answer.verdict = fmt::format(
      "They look for work that is not there: of {} workers, letting one search instead of half "
      "of them saves {} of the looks and makes the p99 {} as long; letting all of them search "
      "makes {} the looks for {} the p99. A shared queue needs no search, and wakes more often.",
      kMany, text_of(1 - looks.value, Unit::share), text_of(tail.value, Unit::factor),
      text_of(more.value, Unit::factor), text_of(gained.value, Unit::factor));
  answer.effects = {{"looks of one searcher over half, " + many, looks, Unit::factor},
                    {"p99 of one searcher over half, " + many, tail, Unit::factor},
                    {"looks of all over half, " + many, more, Unit::factor},
                    {"p99 of all over half, " + many, gained, Unit::factor},
                    {"workers woken for each job, half, " + many,
                     evidence.estimate(half, "unparks_per_task"), Unit::count},
                    {"workers woken for each job, shared_queue, " + many,
                     evidence.estimate(shared, "unparks_per_task"), Unit::count}};
  answer.holds_for = fmt::format(
      "{} with {} between them, {} workers, the reference costs; workers sleep when they find "
      "nothing.",
      bursts(), stated(kPause, Unit::time), stated_range(kWorkers, Unit::count));
  answer.flips_where = fmt::format(
      "With few workers there is nothing to save: of {}, one searcher has {} the p99 of half.",
      kFew, text_of(few, Unit::factor));
  const Estimate woken = evidence.estimate(shared, "unparks_per_task");
  const Estimate half_woken = evidence.estimate(half, "unparks_per_task");
  answer.claims = {
      ratio_claim(fmt::format("one searcher of {} makes {} the looks of half", kMany, kFewerLooks),
                  looks, kFewerLooks),
      {fmt::format("the p99 of one searcher is {} and {} than that of half", kTailOfOne,
                   kTailOfOneLow),
       kTailOfOne.holds(tail) && kTailOfOneLow.holds(tail), text_of(tail, Unit::factor)},
      ratio_claim(fmt::format("all workers that search make {} the looks of half", kNoFewerLooks),
                  more, kNoFewerLooks),
      ratio_claim(fmt::format("the p99 of all that search is {} of that of half", kSameTail),
                  gained, kSameTail),
      {"shared_queue searches no queue of others, and wakes more workers for each job",
       evidence.estimate(shared, "attempts_per_task").high == 0 && woken.low > half_woken.high,
       fmt::format("{} against {} woken", text_of(woken.value, Unit::count),
                   text_of(half_woken.value, Unit::count))}};
  answer.tables = {table_of(evidence, "Looks for each job", "workers", Unit::count,
                            series_of(kSides), "attempts_per_task"),
                   table_of(evidence, "Workers woken for each job", "workers", Unit::count,
                            series_of(kSides), "unparks_per_task"),
                   table_of(evidence, "Woken for nothing, for each job", "workers", Unit::count,
                            series_of(kSides), "noop_parks_per_task"),
                   table_of(evidence, "p99 of the sojourn", "workers", Unit::count,
                            series_of(kSides), "sojourn_p99")};
  answer.charts = {front(evidence), searching(evidence)};
  return answer;
}

}  // namespace

Question searchers_question() {
  return {
      .id = "Q08",
      .title = "Why do idle workers burn CPU; how many may search or spin?",
      .keywords = "searching spinning searchers idle park unpark wakeup noop burn cpu steal",
      .hypothesis =
          "Each burst wakes workers that look into many empty queues; a bound on how "
          "many may do so at a time saves most of that for little delay.",
      .experiment = fmt::format(
          "Many {}, {} apart, on {} workers in virtual time with the reference costs: "
          "work_stealing with searchers=1, 2, half and all; shared_queue and sharded_loops, which "
          "search nothing.",
          bursts(), stated(kPause, Unit::time), stated_range(kWorkers, Unit::count)),
      .metric =
          "Looks into queues of others, workers woken and woken for nothing, for each "
          "job, against the p99 of the sojourn.",
      .rule = fmt::format(
          "With {} workers one searcher makes {} the looks of half, and its p99 is {} and {}. All "
          "make {} the looks of half, and their p99 is {} of it. shared_queue makes none and wakes "
          "more workers.",
          kMany, kFewerLooks, kTailOfOne, kTailOfOneLow, kNoFewerLooks, kSameTail),
      .background =
          "Tokio and Go let half of the workers search at a time; Rayon bounds how "
          "long they spin before they sleep.",
      .sources = {"rayon-rs/rayon#642", "rayon-rs/rayon#1314", "rayon-rs/rayon#394",
                  "taskflow/taskflow#420", "taskflow/taskflow#681", "uxlfoundation/oneTBB#105",
                  "golang/go#28808", "golang/go#43997", "dotnet/coreclr#5930",
                  "tokio-rs/tokio#4873"},
      .vary =
          "loopsteal compare --machine sim --workers 64 --costs reference --scheduler "
          "work_stealing --scheduler work_stealing:searchers=1 --workload "
          "bursts:jobs=5,bursts=500",
      .metrics = {"sojourn_p99", "attempts_per_task", "unparks_per_task", "noop_parks_per_task"},
      .trials = trials,
      .judge = judge};
}

}  // namespace loopsteal::questions
