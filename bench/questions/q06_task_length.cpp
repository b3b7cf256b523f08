// How long a task may compute before it should run elsewhere: short callbacks, one in fifty of
// which takes longer, up to the length at which the short ones wait longer than allowed.
#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "bench/questions/entries.hpp"
#include "bench/questions/judgement.hpp"

namespace loopsteal::questions {
namespace {

constexpr std::array kLengthsUs = {30.0, 100.0, 200.0, 300.0, 500.0, 1000.0, 2000.0, 3000.0};
constexpr WorkerId kWorkers = 4;
constexpr double kEvery = 100e3;
constexpr std::array kAllowed = {100e3, 1e6};  // Allowed p99 of the wait, ns.

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
                            "blocker:every=100us,work=10us,slow={}us,slow_every=50,callbacks={}",
                            us, effort.pieces(20'000)),
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
  AnswerTable table{.title = "The longest piece with which the p99 of the wait stays below",
                    .columns = {"scheduler", "100 us", "1 ms"},
                    .rows = {}};
  for (const Side& side : kSides) {
    table.rows.push_back({std::string(side.name),
                          words_of(longest(evidence, side.name, kAllowed[0])),
                          words_of(longest(evidence, side.name, kAllowed[1]))});
  }
  return table;
}

Answer judge(const Evidence& evidence) {
  const Crossing loop = longest(evidence, "event_loop", kAllowed[1]);
  const Crossing tight = longest(evidence, "event_loop", kAllowed[0]);
  const Crossing shared = longest(evidence, "shared_queue", kAllowed[1]);
  const Crossing slot = longest(evidence, "work_stealing", kAllowed[1]);
  const double last = kLengthsUs.back() * 1e3;
  Answer answer;
  answer.verdict = fmt::format(
      "On one loop no longer than the wait that the others may have: {} for a p99 of 1 ms, {} for "
      "100 us; a pool with free workers and one queue carries pieces of {} and hides them, Tokio's "
      "defaults do not ({}).",
      words_of(loop), words_of(tight), words_of(shared), words_of(slot));
  for (const Side& side : kSides) {
    answer.effects.push_back({fmt::format("p99 of the wait, pieces of 3 ms, {}", side.name),
                              evidence.estimate({side.name, last}, "wait_p99"), Unit::time});
  }
  answer.holds_for =
      "short callbacks of 10 us every 100 us, one in fifty longer: 30 us to 3 ms; 4 "
      "workers, nothing costs anything.";
  answer.flips_where = fmt::format(
      "The longest piece for a p99 of 1 ms: event_loop {}, sharded_loops {}, shared_queue {}, "
      "work_stealing {}, without the LIFO slot {}.",
      words_of(loop), words_of(longest(evidence, "sharded_loops", kAllowed[1])), words_of(shared),
      words_of(slot), words_of(longest(evidence, "no LIFO slot", kAllowed[1])));
  answer.claims = {
      {"one loop: the longest piece is what the p99 may be and the gap between callbacks, to 20 %",
       loop.found && std::abs(loop.x / (kAllowed[1] + kEvery) - 1) < 0.2 && tight.found &&
           std::abs(tight.x / (kAllowed[0] + kEvery) - 1) < 0.2,
       fmt::format("{} and {}", words_of(tight), words_of(loop))},
      {"shared_queue: the p99 stays below 100 us up to 3 ms",
       stays_below(evidence, "shared_queue", kAllowed[0]),
       text_of(evidence.estimate({"shared_queue", last}, "wait_p99"), Unit::time)},
      {"work_stealing without the slot: the same",
       stays_below(evidence, "no LIFO slot", kAllowed[0]),
       text_of(evidence.estimate({"no LIFO slot", last}, "wait_p99"), Unit::time)},
      ratio_claim("work_stealing with its defaults is no better than one loop, to 10 %",
                  evidence.ratio({"work_stealing", last}, {"event_loop", last}, "wait_p99"),
                  {0.9, 1.1})};
  answer.tables = {limits(evidence), table_of(evidence, "p99 of the wait", "longer pieces",
                                              Unit::time, series_of(kSides), "wait_p99")};
  Chart chart{.name = "q06-length",
              .title = "p99 of the wait where one callback in fifty takes longer",
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
          .experiment =
              "Callbacks of 10 us every 100 us, one in fifty of 30 us to 3 ms, at no "
              "cost in virtual time: event_loop, sharded_loops and shared_queue as "
              "controls, work_stealing with and without its LIFO slot; 4 workers.",
          .metric = "p99 of the wait; the longest piece with which it stays below 100 us and 1 ms.",
          .rule =
              "One loop: what the p99 may be plus the gap between callbacks, to 20 %. "
              "shared_queue and work_stealing without the slot: beyond 3 ms. work_stealing: "
              "its p99 is within 10 % of the loop's at 3 ms.",
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
