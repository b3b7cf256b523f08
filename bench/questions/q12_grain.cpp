// How small tasks may be: the same work in smaller and smaller pieces.
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "bench/questions/entries.hpp"
#include "bench/questions/judgement.hpp"

namespace loopsteal::questions {
namespace {

constexpr double kMiddle = 1e3;
constexpr double kCoarse = 10e3;
constexpr std::array kGrains = {10.0, 30.0, 100.0, 300.0, kMiddle, 3e3, kCoarse, 100e3, 1e6};  // ns
constexpr double kFinest = kGrains.front();
constexpr double kCoarsest = kGrains.back();
constexpr double kWork = 20e6;  // In all, ns.
constexpr WorkerId kWorkers = 8;
constexpr double kGood = 0.8;    // Efficiency of coarse pieces.
constexpr double kTooFew = 0.9;  // Of the coarsest ones.
constexpr Bound kFineOverCoarse = Bound::under(0.5);
constexpr std::uint32_t kRepetitions = 3;  // Hardly anything in it depends on the seed.
constexpr std::array kSides = {
    Side{"event_loop", "event_loop"}, Side{"sharded_loops", "sharded_loops"},
    Side{"shared_queue", "shared_queue"}, Side{"work_stealing", "work_stealing"},
    Side{"as Rayon", "work_stealing:preset=rayon"}};

// How many pieces there are of such a grain.
double pieces_of(double grain) { return std::max(1.0, kWork / grain); }

std::vector<Trial> trials(const Effort&) {
  std::vector<Trial> trials;
  for (const Side& side : kSides) {
    for (const double grain : kGrains) {
      trials.push_back(
          {.series = std::string(side.name),
           .x = grain,
           .scheduler = std::string(side.scheduler),
           .workload = fmt::format("fan_out:tasks={:.0f},work={:.0f}ns", pieces_of(grain), grain),
           .workers = kWorkers,
           .costs = "reference",
           .repetitions = kRepetitions});
    }
  }
  return trials;
}

// Time of the work alone on all workers, divided by the time of the run.
Estimate efficiency(const Evidence& evidence, const Side& side, double grain) {
  const Estimate time = evidence.estimate({side.name, grain}, "makespan");
  const double workers = side.name == "event_loop" ? 1 : kWorkers;
  const double ideal = kWork / workers;
  return {ideal / time.value, ideal / time.high, ideal / time.low};
}

// Grain from which on the workers are faster than the plain loop over the work, without tasks.
Crossing break_even(const Evidence& evidence, std::string_view side) {
  std::vector<double> speeds;
  for (const double time : middles_of(evidence, side, "makespan")) speeds.push_back(kWork / time);
  return first_crossing(evidence.places_of(side), speeds, 1);
}

std::string words_of(const Crossing& crossing) {
  if (crossing.found) return text_of(crossing.x, Unit::time);
  return fmt::format("under {}", text_of(crossing.x, Unit::time));
}

const Side& side_named(std::string_view name) {
  return *std::ranges::find(kSides, name, &Side::name);
}

Answer judge(const Evidence& evidence) {
  const Crossing stealing = break_even(evidence, "work_stealing");
  const Crossing shared = break_even(evidence, "shared_queue");
  const Estimate fine = efficiency(evidence, side_named("work_stealing"), kFinest);
  const Estimate coarse = efficiency(evidence, side_named("work_stealing"), kCoarse);
  const Estimate few = efficiency(evidence, side_named("work_stealing"), kCoarsest);
  Answer answer;
  answer.verdict = fmt::format(
      "Pieces of {} are {} efficient on {} stealing workers, pieces of {} {}; against doing the "
      "work in a plain loop stealing breaks even at {}, one shared queue at {}; and {} pieces of "
      "{} are too few for {} workers ({}).",
      stated(kCoarse, Unit::time), text_of(coarse.value, Unit::share), kWorkers,
      stated(kFinest, Unit::time), text_of(fine.value, Unit::share), words_of(stealing),
      words_of(shared), pieces_of(kCoarsest), stated(kCoarsest, Unit::time), kWorkers,
      text_of(few.value, Unit::share));
  for (const Side& side : kSides) {
    answer.effects.push_back(
        {fmt::format("efficiency with pieces of {}, {}", stated(kMiddle, Unit::time), side.name),
         efficiency(evidence, side, kMiddle), Unit::share});
  }
  answer.holds_for = fmt::format(
      "{} of work from one task, in pieces of {}, {} workers, the reference costs; memory and "
      "caches are not modelled.",
      stated(kWork, Unit::time), stated_range(kGrains, Unit::time), kWorkers);
  answer.flips_where = fmt::format(
      "Break-even against a plain loop: work_stealing {}, as Rayon {}, shared_queue {}, "
      "sharded_loops {}.",
      words_of(stealing), words_of(break_even(evidence, "as Rayon")), words_of(shared),
      words_of(break_even(evidence, "sharded_loops")));
  // The least that the intervals allow.
  const double fine_over_coarse = fine.high / coarse.low;
  answer.claims = {
      {fmt::format("pieces of {} are over {} efficient with work_stealing",
                   stated(kCoarse, Unit::time), stated(kGood, Unit::share)),
       coarse.above(kGood), text_of(coarse, Unit::share)},
      {fmt::format("pieces of {} are {} as efficient as those of {}", stated(kFinest, Unit::time),
                   kFineOverCoarse, stated(kCoarse, Unit::time)),
       kFineOverCoarse.holds(fine_over_coarse), text_of(fine, Unit::share)},
      {"one shared queue needs larger pieces than stealing to break even",
       shared.found && shared.x > stealing.x,
       fmt::format("{} against {}", words_of(shared), words_of(stealing))},
      {fmt::format("too few pieces are as bad: {} for {} workers are under {} efficient",
                   pieces_of(kCoarsest), kWorkers, stated(kTooFew, Unit::share)),
       few.below(kTooFew), text_of(few, Unit::share)}};
  Chart chart{.name = "q12-grain",
              .title = fmt::format(
                  "Efficiency against the size of a piece, {} of work, {} workers, reference costs",
                  stated(kWork, Unit::time), kWorkers),
              .x_label = "work of a piece",
              .x_unit = Unit::time,
              .y_label = "efficiency",
              .y_unit = Unit::share,
              .log_x = true};
  for (const Side& side : kSides) {
    Curve curve{.name = std::string(side.name), .points = {}};
    for (const double grain : kGrains)
      curve.points.push_back({grain, efficiency(evidence, side, grain)});
    chart.curves.push_back(std::move(curve));
  }
  answer.charts = {std::move(chart)};
  answer.tables = {
      table_of(evidence, "Makespan", "a piece", Unit::time, series_of(kSides), "makespan")};
  return answer;
}

}  // namespace

Question grain_question() {
  return {.id = "Q12",
          .title = "How small may tasks be?",
          .keywords = "grain granularity overhead size fork join break even efficiency spawn cost",
          .hypothesis =
              "A task costs some dozens of ns wherever it runs, and more where a lock is "
              "shared; work much smaller than that is better done in a plain loop.",
          .experiment = fmt::format(
              "{} of work as {} equal tasks from one, with the reference costs in virtual time: "
              "work_stealing as Tokio and as Rayon; sharded_loops and shared_queue as controls, "
              "event_loop; {} workers.",
              stated(kWork, Unit::time),
              stated_range(pieces_of(kCoarsest), pieces_of(kFinest), Unit::count), kWorkers),
          .metric = "What the work alone would take on all workers, over the makespan.",
          .rule = fmt::format(
              "work_stealing: over {} efficient at {}, {} as efficient at {}, under {} efficient "
              "with {} pieces; shared_queue breaks even later than work_stealing.",
              stated(kGood, Unit::share), stated(kCoarse, Unit::time), kFineOverCoarse,
              stated(kFinest, Unit::time), stated(kTooFew, Unit::share), pieces_of(kCoarsest)),
          .background = "",
          .sources = {"rayon-rs/rayon#642", "aptos-labs/aptos-core#10464", "taskflow/taskflow#127"},
          .vary =
              "loopsteal compare --machine sim --workers 16 --costs reference --workload "
              "fan_out:tasks=100000,work=200ns",
          .metrics = {"makespan"},
          .trials = trials,
          .judge = judge};
}

}  // namespace loopsteal::questions
