// Cost of one slow callback for the others: short callbacks at an even pace, with slow ones between
// them, far enough apart that the effect of each ends before the next.
#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "bench/questions/entries.hpp"
#include "bench/questions/judgement.hpp"

namespace loopsteal::questions {
namespace {

constexpr std::array kLengthsMs = {1, 3, 10, 30, 100};
constexpr double kMs = 1e6;
constexpr double kEvery = 100e3;  // From one callback to the next, ns.
constexpr double kWork = 10e3;    // Of a short one.
constexpr WorkerId kWorkers = 4;
constexpr double kRealMs = 20;
constexpr WorkerId kReal = 2;  // Real threads.

constexpr double kExactly = kWork;            // By how much a wait may differ: one short callback.
constexpr double kHidden = 2 * kWork;         // The longest wait behind a slow one that is hidden.
constexpr Bound kShare = Bound::within(0.2);  // Of the callbacks that wait in sharded loops.
constexpr Bound kLength = Bound::within(0.05);  // Of the longest wait in sharded loops.
constexpr Bound kHalts = Bound::over(0.9);      // Times the loop's wait, or the slow one's length.
constexpr Bound kSooner = Bound::under(1);      // Times the loop's wait, on real threads.

constexpr std::array kSides = {
    Side{"event_loop", "event_loop"},
    Side{"sharded_loops", "sharded_loops"},
    Side{"shared_queue", "shared_queue"},
    Side{"work_stealing", "work_stealing"},
    Side{"no LIFO slot", "work_stealing:lifo_slot=off"},
    Side{"slot stealable", "work_stealing:lifo_slot=stealable"},
};

// Slow callbacks are three times their length apart, so that the backlog of each is gone before the
// next. Their number puts all of them on one of the sharded loops, which is not the root task's.
std::string workload(double length_ms, std::uint64_t slow_ones) {
  const auto gap = static_cast<std::uint64_t>(3 * length_ms * kMs / kEvery) / 8 * 8 + 60;
  return fmt::format("blocker:every={},work={},slow={}us,slow_every={},callbacks={}",
                     spec_time(kEvery), spec_time(kWork), length_ms * 1e3, gap, gap * slow_ones);
}

std::vector<Trial> trials(const Effort& effort) {
  std::vector<Trial> trials;
  for (const Side& side : kSides) {
    for (const int length : kLengthsMs) {
      trials.push_back({.series = std::string(side.name),
                        .x = length * kMs,
                        .scheduler = std::string(side.scheduler),
                        .workload = workload(length, effort.pieces(8)),
                        .workers = kWorkers,
                        .repetitions = effort.repetitions()});
    }
    trials.push_back({.series = fmt::format("{}, threads", side.name),
                      .x = kRealMs * kMs,
                      .scheduler = std::string(side.scheduler),
                      .workload = workload(kRealMs, 2),
                      .workers = kReal,
                      .machine = "threads",
                      .repetitions = effort.rounds()});
  }
  return trials;
}

Claim loop_claim(const Evidence& evidence) {
  double worst = 0;
  for (const double length : evidence.places_of("event_loop")) {
    const Estimate wait = evidence.estimate({"event_loop", length}, "wait_max");
    worst = std::max(worst, std::abs(wait.value + kEvery - length));
  }
  return {fmt::format("event_loop: the next callback waits for the slow one's length less the gap, "
                      "to {}",
                      stated(kExactly, Unit::time)),
          worst <= kExactly, fmt::format("off by {} at most", text_of(worst, Unit::time))};
}

Claim shards_claim(const Evidence& evidence, double length) {
  const Estimate share =
      evidence.ratio({"sharded_loops", length}, {"event_loop", length}, "waited");
  const Estimate wait = evidence.estimate({"sharded_loops", length}, "wait_max");
  const double longest = wait.value + kWorkers * kEvery;
  return {
      fmt::format("sharded_loops: the longest wait is {} of the slow one's length less the gap, "
                  "and the share of callbacks that wait is {} of one in {}",
                  kLength, kShare, kWorkers),
      kShare.holds(share.value * kWorkers) && kLength.holds(longest / length),
      fmt::format("{} of the loop's callbacks waited, up to {}", text_of(share.value, Unit::share),
                  text_of(wait.value, Unit::time))};
}

Claim nobody_waits(const Evidence& evidence, std::string_view series) {
  double worst = 0;
  for (const double length : evidence.places_of(series))
    worst = std::max(worst, evidence.estimate({series, length}, "wait_max").high);
  return {fmt::format("{}: other workers serve, and no callback waits for over {}", series,
                      stated(kHidden, Unit::time)),
          worst <= kHidden, fmt::format("{} at most", text_of(worst, Unit::time))};
}

Claim slot_claim(const Evidence& evidence, double length) {
  const Estimate ratio =
      evidence.ratio({"work_stealing", length}, {"event_loop", length}, "wait_max");
  return {fmt::format("work_stealing with its defaults: the slow one may halt all, for {} the "
                      "loop's longest wait",
                      kHalts),
          kHalts.holds(ratio),
          fmt::format("{} the loop's longest wait", text_of(ratio, Unit::factor))};
}

Claim real_claim(const Evidence& evidence) {
  const double length = kRealMs * kMs;
  const Estimate loop = evidence.estimate({"event_loop, threads", length}, "wait_max");
  const Estimate against = evidence.ratio({"shared_queue, threads", length},
                                          {"event_loop, threads", length}, "wait_p99");
  return {
      fmt::format("on real threads, too: the loop's longest wait is {} the slow one's length, and "
                  "with {} workers the p99 is shorter",
                  kHalts, kReal),
      kHalts.holds(loop.value / length) && kSooner.holds(against),
      fmt::format("{} behind {}; p99 {}", text_of(loop, Unit::time), stated(length, Unit::time),
                  text_of(against, Unit::factor))};
}

Chart wait_chart(const Evidence& evidence) {
  Chart chart{.name = "q05-longest-wait",
              .title = "The longest wait behind one slow callback",
              .x_label = "length of the slow callback",
              .x_unit = Unit::time,
              .y_label = "longest wait of the others",
              .y_unit = Unit::time,
              .log_x = true,
              .log_y = true};
  for (const Side& side : kSides) chart.curves.push_back(curve_of(evidence, side.name, "wait_max"));
  return chart;
}

AnswerTable real_table(const Evidence& evidence) {
  AnswerTable table{.title = fmt::format("Behind slow callbacks of {}, {} workers",
                                         stated(kRealMs * kMs, Unit::time), kReal),
                    .machine = "threads",
                    .columns = {"scheduler", "longest wait", "p99 wait"},
                    .rows = {}};
  for (const Side& side : kSides) {
    const std::string series = fmt::format("{}, threads", side.name);
    const Place place{series, kRealMs * kMs};
    table.rows.push_back({std::string(side.name),
                          text_of(evidence.estimate(place, "wait_max"), Unit::time),
                          text_of(evidence.estimate(place, "wait_p99"), Unit::time)});
  }
  return table;
}

std::string lengths() {
  return stated_range(kLengthsMs.front() * kMs, kLengthsMs.back() * kMs, Unit::time);
}

Answer judge(const Evidence& evidence) {
  const double length = kLengthsMs.back() * kMs;
  const Place loop{"event_loop", length};
  const Estimate wait = evidence.estimate(loop, "wait_max");
  const Estimate free = evidence.estimate({"shared_queue", length}, "wait_max");
  const Estimate slot = evidence.estimate({"work_stealing", length}, "wait_max");
  Answer answer;
  answer.verdict = fmt::format(
      "On one loop everybody waits for as long as the slow callback still runs (up to {} behind "
      "{}); loops that share nothing confine that to their own callbacks; a pool with one queue "
      "hides it ({}); and work stealing as Tokio does it hides it only if the slow one did not "
      "take the driver's worker with it: by default up to {}, without the LIFO slot {}.",
      text_of(wait.value, Unit::time), stated(length, Unit::time), text_of(free.value, Unit::time),
      text_of(slot.value, Unit::time),
      text_of(evidence.estimate({"no LIFO slot", length}, "wait_max").value, Unit::time));
  for (const Side& side : kSides) {
    answer.effects.push_back(
        {fmt::format("longest wait behind {}, {}", stated(length, Unit::time), side.name),
         evidence.estimate({side.name, length}, "wait_max"), Unit::time});
  }
  answer.effects.push_back(
      {fmt::format("longest wait behind {}, event_loop", stated(kRealMs * kMs, Unit::time)),
       evidence.estimate({"event_loop, threads", kRealMs * kMs}, "wait_max"), Unit::time,
       "threads"});
  answer.holds_for = fmt::format(
      "slow callbacks of {} among short ones that keep a worker busy for {} of the time, {} "
      "workers; on real threads {}, {} workers.",
      lengths(), stated(kWork / kEvery, Unit::share), kWorkers, stated(kRealMs * kMs, Unit::time),
      kReal);
  answer.flips_where =
      "A pool stops hiding it when as many slow callbacks run at once as it has workers.";
  answer.claims = {loop_claim(evidence),
                   shards_claim(evidence, length),
                   nobody_waits(evidence, "shared_queue"),
                   slot_claim(evidence, length),
                   nobody_waits(evidence, "no LIFO slot"),
                   nobody_waits(evidence, "slot stealable"),
                   real_claim(evidence)};
  std::vector<std::string> series;
  for (const Side& side : kSides) series.emplace_back(side.name);
  answer.tables = {
      table_of(evidence, "Longest wait", "slow callback", Unit::time, series, "wait_max"),
      table_of(evidence, "Callbacks that waited, in a run", "slow callback", Unit::time, series,
               "waited"),
      real_table(evidence)};
  answer.charts = {wait_chart(evidence)};
  return answer;
}

}  // namespace

Question slow_callback_question() {
  return {
      .id = "Q05",
      .title = "What does one slow callback do to everyone else?",
      .keywords = "blocking blocker blast radius stall lateness driver starvation block loop lag",
      .hypothesis =
          "One loop: all wait for the rest of it. Sharded loops: only those of its loop. Pools: "
          "nobody, while a worker is free; but a pool whose slow job runs on the worker that held "
          "the driver, after a wake-up that told nobody, waits as well.",
      .experiment = fmt::format(
          "Callbacks of {} every {}, slow ones of {} among them: event_loop, sharded_loops and "
          "shared_queue as controls, work_stealing with its three kinds of LIFO slot; {} workers "
          "in virtual time at no cost, {} on real threads.",
          stated(kWork, Unit::time), stated(kEvery, Unit::time), lengths(), kWorkers, kReal),
      .metric = "Longest wait from the intended moment of a callback; callbacks that waited.",
      .rule = fmt::format(
          "The loop's longest wait is the slow one's length less the gap, to {}. Sharded loops: {} "
          "of that, and the share of callbacks that wait is {} of one in {}. shared_queue and "
          "work_stealing without an unstealable slot: no wait over {}. work_stealing by default: "
          "{} the loop's. On real threads the loop's longest wait is {} the slow one's length, and "
          "the p99 of shared_queue is shorter than the loop's.",
          stated(kExactly, Unit::time), kLength, kShare, kWorkers, stated(kHidden, Unit::time),
          kHalts, kHalts),
      .background =
          "asyncio runs every callback to its end in the loop's thread and, in debug mode, logs "
          "those over slow_callback_duration (100 ms): docs.python.org, \"Developing with "
          "asyncio\". In Tokio a worker that leaves the driver to run a task wakes another one "
          "only if it sees more to do; the slot's job it keeps for itself.",
      .sources = {"skypilot-org/skypilot#6946", "vmprof/vmprof-python#243",
                  "bildobodo/lcnc-suite#35", "MagicStack/uvloop#123", "tokio-rs/tokio#4730",
                  "typelevel/cats-effect#3090", "scylladb/scylladb#13253"},
      .vary =
          "loopsteal run --machine sim --workers 4 --scheduler work_stealing --workload "
          "blocker:slow=10ms,slow_every=500,callbacks=5000",
      .metrics = {"wait_max", "wait_p99", "waited"},
      .trials = trials,
      .judge = judge};
}

}  // namespace loopsteal::questions
