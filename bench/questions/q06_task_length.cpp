// How long a task may compute before it should go elsewhere: short callbacks, some of which take
// longer, up to where the short ones wait for more than they may.
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "bench/questions/entries.hpp"
#include "bench/questions/judgement.hpp"

namespace loopsteal::questions {
namespace {

constexpr std::array kLengthsUs = {30.0, 100.0, 200.0, 300.0, 500.0, 1000.0, 2000.0, 3000.0};
constexpr double kLongest = kLengthsUs.back() * 1e3;
constexpr WorkerId kWorkers = 4;
constexpr double kEvery = 100e3;  // From one callback to the next, ns.
constexpr double kWork = 10e3;    // Of a short one.
constexpr int kOneIn = 50;        // How many callbacks there are for a longer one.
constexpr double kTight = 100e3;  // What the p99 of the wait may be, ns.
constexpr double kLoose = 1e6;
constexpr Bound kLoopBound = Bound::within(0.20);
constexpr Bound kNoBetter = Bound::within(0.10);

constexpr std::array kSides = {
    Side{"event_loop", "event_loop"}, Side{"sharded_loops", "sharded_loops"},
    Side{"shared_queue", "shared_queue"}, Side{"work_stealing", "work_stealing"},
    Side{"no LIFO slot", "work_stealing:lifo_slot=off"}};

std::vector<Trial> trials(const Effort& effort) {
  std::vector<Trial> trials;
  for (const Side& side : kSides) {
    for (const double us : kLengthsUs) {
      trials.push_back({.series = std::string(side.name),
                        .x = us * 1e3,
                        .scheduler = std::string(side.scheduler),
                        .workload = fmt::format(
                            "blocker:every={},work={},slow={}us,slow_every={},callbacks={}",
                            spec_time(kEvery), spec_time(kWork), us, kOneIn, effort.pieces(20'000)),
                        .workers = kWorkers,
                        .repetitions = effort.repetitions()});
    }
  }
  return trials;
}

Crossing longest(const Evidence& evidence, std::string_view side, double allowed) {
  return first_crossing(evidence.places_of(side), middles_of(evidence, side, "wait_p99"), allowed);
}

// True at every length, not only at the last.
bool stays_below(const Evidence& evidence, std::string_view side, double allowed) {
  return std::ranges::all_of(evidence.places_of(side), [&](double length) {
    return evidence.estimate({side, length}, "wait_p99").high < allowed;
  });
}

std::string words_of(const Crossing& crossing) {
  if (crossing.found) return text_of(crossing.x, Unit::time);
  return fmt::format("over {}", text_of(crossing.x, Unit::time));
}

AnswerTable limits(const Evidence& evidence) {
  AnswerTable table{
      .title = "The longest piece with which the p99 of the wait stays below",
      .columns = {"scheduler", stated(kTight, Unit::time), stated(kLoose, Unit::time)},
      .rows = {}};
  for (const Side& side : kSides) {
    table.rows.push_back({std::string(side.name), words_of(longest(evidence, side.name, kTight)),
                          words_of(longest(evidence, side.name, kLoose))});
  }
  return table;
}

std::string lengths() { return stated_range(kLengthsUs.front() * 1e3, kLongest, Unit::time); }

std::vector<Claim> claims_of(const Evidence& evidence) {
  const auto as_predicted = [&](double allowed) {
    const Crossing loop = longest(evidence, "event_loop", allowed);
    return loop.found && kLoopBound.holds(loop.x / (allowed + kEvery));
  };
  const auto hides = [&](std::string_view side, std::string_view name) {
    return Claim{fmt::format("{}: the p99 stays below {} with pieces of up to {}", name,
                             stated(kTight, Unit::time), stated(kLongest, Unit::time)),
                 stays_below(evidence, side, kTight),
                 text_of(evidence.estimate({side, kLongest}, "wait_p99"), Unit::time)};
  };
  return {
      {fmt::format("one loop: the longest piece is {} of what the p99 may be plus the gap between "
                   "callbacks, for {} and {}",
                   kLoopBound, stated(kTight, Unit::time), stated(kLoose, Unit::time)),
       as_predicted(kTight) && as_predicted(kLoose),
       fmt::format("{} and {}", words_of(longest(evidence, "event_loop", kTight)),
                   words_of(longest(evidence, "event_loop", kLoose)))},
      hides("shared_queue", "shared_queue"),
      hides("no LIFO slot", "work_stealing without the slot"),
      ratio_claim(fmt::format("work_stealing with its defaults is no better than one loop: with "
                              "pieces of {} its p99 is {} of the loop's",
                              stated(kLongest, Unit::time), kNoBetter),
                  evidence.ratio({"work_stealing", kLongest}, {"event_loop", kLongest}, "wait_p99"),
                  kNoBetter)};
}

Answer judge(const Evidence& evidence) {
  const Crossing loop = longest(evidence, "event_loop", kLoose);
  const Crossing tight = longest(evidence, "event_loop", kTight);
  const Crossing shared = longest(evidence, "shared_queue", kLoose);
  const Crossing slot = longest(evidence, "work_stealing", kLoose);
  Answer answer;
  answer.verdict = fmt::format(
      "On one loop no longer than the wait that the others may have: {} for a p99 of {}, {} for "
      "{}; a pool with free workers and one queue carries pieces of {} and hides them, Tokio's "
      "defaults do not ({}).",
      words_of(loop), stated(kLoose, Unit::time), words_of(tight), stated(kTight, Unit::time),
      words_of(shared), words_of(slot));
  for (const Side& side : kSides) {
    answer.effects.push_back(
        {fmt::format("p99 of the wait, pieces of {}, {}", stated(kLongest, Unit::time), side.name),
         evidence.estimate({side.name, kLongest}, "wait_p99"), Unit::time});
  }
  answer.holds_for = fmt::format(
      "short callbacks of {} every {}, one in {} longer: {}; {} workers, operations that cost "
      "nothing.",
      stated(kWork, Unit::time), stated(kEvery, Unit::time), kOneIn, lengths(), kWorkers);
  answer.flips_where = fmt::format(
      "The longest piece for a p99 of {}: event_loop {}, sharded_loops {}, shared_queue {}, "
      "work_stealing {}, without the LIFO slot {}.",
      stated(kLoose, Unit::time), words_of(loop),
      words_of(longest(evidence, "sharded_loops", kLoose)), words_of(shared), words_of(slot),
      words_of(longest(evidence, "no LIFO slot", kLoose)));
  answer.claims = claims_of(evidence);
  answer.tables = {limits(evidence), table_of(evidence, "p99 of the wait", "longer pieces",
                                              Unit::time, series_of(kSides), "wait_p99")};
  Chart chart{.name = "q06-length",
              .title = fmt::format("p99 of the wait where one callback in {} takes longer", kOneIn),
              .x_label = "length of the longer ones",
              .x_unit = Unit::time,
              .y_label = "p99 of the wait",
              .y_unit = Unit::time,
              .log_x = true};
  add_curves(chart, evidence, kSides, "wait_p99");
  answer.charts = {std::move(chart)};
  return answer;
}

}  // namespace

Question task_length_question() {
  return {.id = "Q06",
          .title = "How long may a task run before it should go to a pool?",
          .keywords = "cpu bound spawn_blocking offload executor yield 100us rule long task length",
          .hypothesis =
              "On one loop a piece may be as long as the others may wait; a pool hides "
              "longer ones while it has free workers.",
          .experiment = fmt::format(
              "Callbacks of {} every {}, one in {} of {}, at no cost in virtual time: event_loop, "
              "sharded_loops and shared_queue as controls, work_stealing with and without its LIFO "
              "slot; {} workers.",
              stated(kWork, Unit::time), stated(kEvery, Unit::time), kOneIn, lengths(), kWorkers),
          .metric =
              fmt::format("p99 of the wait; the longest piece with which it stays below {} and {}.",
                          stated(kTight, Unit::time), stated(kLoose, Unit::time)),
          .rule = fmt::format(
              "One loop: the longest piece is {} of what the p99 may be plus the gap between "
              "callbacks. shared_queue and work_stealing without the slot: the p99 stays below {} "
              "up to {}. work_stealing: its p99 is {} of the loop's at {}.",
              kLoopBound, stated(kTight, Unit::time), stated(kLongest, Unit::time), kNoBetter,
              stated(kLongest, Unit::time)),
          .background =
              "Tokio's documentation asks for 10 to 100 us between awaits; asyncio warns "
              "in debug mode from 100 ms on.",
          .sources = {"typelevel/cats-effect#2762", "apache/datafusion#1770",
                      "apache/datafusion#1883", "tokio-rs/tokio#8085", "tokio-rs/tokio#4105",
                      "feldera/feldera#4994", "risingwavelabs/risingwave#4569"},
          .vary =
              "loopsteal compare --machine sim --workers 4 --scheduler event_loop --scheduler "
              "shared_queue --workload blocker:slow=800us,slow_every=20,callbacks=20000",
          .metrics = {"wait_p99"},
          .trials = trials,
          .judge = judge};
}

}  // namespace loopsteal::questions
